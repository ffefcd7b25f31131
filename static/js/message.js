// A message in the making: sealed on this phone until it is sent, and never sent into nothing. Without this module the
// form works; what a lost network then does with it is up to the browser.

import { keep, readDraft, removeDraft, seal } from "./drafts.js";
import { after } from "./patience.js";

const WAIT = 400; // milliseconds without a key pressed
const PATIENCE = 8000; // milliseconds for a sign of life of the server
const PLACE = "message"; // where a draft of a day has its day

const form = document.querySelector("form.message-form");

function begin() {
  const box = form.elements.body;
  const id = form.elements.id;
  const owner = form.dataset.draft;
  const sent = new Set([...document.querySelectorAll("[data-sent]")].map((each) => each.dataset.sent));
  let waiting = 0;
  let isGoing = false;

  const write = () => seal(owner, PLACE, { id: id.value, body: box.value }).then(keep);
  const save = () => (box.value.trim() ? write() : removeDraft(owner, PLACE)).catch(() => {});

  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, WAIT);
  });
  addEventListener("pagehide", () => isGoing || save());

  async function restore() {
    const draft = await readDraft(owner, PLACE).catch(() => null);
    if (!draft) return;
    if (sent.has(draft.id)) {
      await removeDraft(owner, PLACE); // it is with us
    } else if (!box.value) {
      box.value = draft.body;
      id.value = draft.id; // the same message, if it reached us all the same
      form.querySelector(".from-draft").hidden = false;
    }
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isGoing) return;
    isGoing = true;
    clearTimeout(waiting);
    await Promise.race([save(), new Promise((resolve) => setTimeout(resolve, 1000))]);
    try {
      await fetch(form.dataset.ping, { cache: "no-store", signal: after(PATIENCE) });
      form.submit();
    } catch {
      isGoing = false;
      const said = form.querySelector(".no-network");
      said.hidden = false;
      said.scrollIntoView({ block: "nearest" });
    }
  });

  // Back to this page as it was left: what it holds may be sent already.
  addEventListener("pageshow", (event) => event.persisted && isGoing && location.reload());

  restore();
}

if (form) begin();
