// What the check-in has beside its steps: a list to search, a draft, the way out. Until this module is there the
// form is sent as any other.

import "./check-in/begin.js";
import "./check-in/kept.js"; // first of these: others read the day
import "./check-in/doses.js";
import { beginKeeping, keepNow, restore, startAgain, stopKeeping } from "./check-in/draft.js";
import { form, hasErrors, isCorrection } from "./check-in/form.js";
import "./check-in/search.js";
import { send } from "./check-in/send.js";
import { currentStep, LAST, openAt, show, showButtons } from "./check-in/steps.js";
import { summarise } from "./check-in/summary.js";
import { fold } from "./check-in/ticks.js";

const DRAFT_WAITS = 1000; // milliseconds at most: a report is not held up by its draft

form.addEventListener("step-shown", (event) => {
  if (event.detail === LAST) summarise();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  // With the id: if the network drops, sending again is the same report.
  await Promise.race([keepNow(), new Promise((resolve) => setTimeout(resolve, DRAFT_WAITS))]);
  stopKeeping();
  send(form);
});

form.addEventListener("send-again", () => send(form)); // what could not even be kept

function sayThatItWasKept(draft) {
  const kept = form.querySelector(".kept");
  if (draft.day !== form.dataset.day && !form.dataset.late) {
    const day = form.elements.day.selectedOptions[0].textContent;
    kept.querySelector("p").textContent = kept.dataset.otherDay.replace("{day}", day);
  }
  kept.hidden = false;
  kept.querySelector("button").addEventListener("click", startAgain);
}

async function begin() {
  for (const part of form.querySelectorAll(".for-script, .find")) part.hidden = false;
  showButtons();
  if (currentStep() === LAST) summarise(); // somebody was quicker
  if (!hasErrors && !isCorrection) {
    form.elements.id.value = crypto.randomUUID?.() ?? form.elements.id.value;
    const draft = await restore();
    if (draft) {
      showButtons();
      fold();
      show(draft.step, { focus: false });
      sayThatItWasKept(draft);
    }
  }
  beginKeeping();
  const wanted = location.hash && document.getElementById(location.hash.slice(1));
  if (wanted && isCorrection && !hasErrors) openAt(wanted);
}

begin();
