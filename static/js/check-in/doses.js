// "Just now" writes the time into the box, by the clock of the diary.

import { form } from "./form.js";

const clock = (timeZone) =>
  new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-now]");
  if (!button) return;
  const box = document.getElementById(button.dataset.now);
  box.value = clock(form.dataset.zone).format(new Date());
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
});
