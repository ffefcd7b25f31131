// The form of a page: its preview, the picker of links and pictures, and fields that a link leads to.

import { startPicker } from "./picker.js";
import { startPreview } from "./preview.js";

const live = document.getElementById("live");
const form = document.querySelector("#content-main form");

if (live && form) {
  startPreview(live, form);
  startPicker(live, form);
}

// A field may lie in a part that is closed.
const openAt = () => {
  const field = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let part = field?.closest("details"); part; part = part.parentElement.closest("details")) {
    part.open = true;
  }
  field?.scrollIntoView({ block: "center" });
  field?.focus();
};
addEventListener("hashchange", openAt);

// A part with an error in it is open from the start.
for (const wrong of document.querySelectorAll("details .errorlist")) {
  wrong.closest("details").open = true;
}

// Whoever comes is where they go on: at what they asked for, at what was refused, at the first field of a new page.
const refused = form?.querySelector("[aria-invalid=true]");
const first = form?.querySelector(".form-row :is(input:not([type=hidden]), textarea, select)");
if (location.hash) openAt();
else if (refused) refused.focus();
else if (live && !live.dataset.page) first?.focus();

// What was typed and not saved is not lost by a slip of the hand; what was refused was not saved.
let changed = document.querySelector("#content-main .errornote") !== null;
form?.addEventListener("input", () => (changed = true));
form?.addEventListener("submit", () => (changed = false));
addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
