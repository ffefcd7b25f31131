// The check-in page begins: steps, a list to search, a draft. Without this module the same form is one page
// that works.

import { fillIn, keepDraft, readDraft } from "./check-in/draft.js";
import { form, hasErrors, isCorrection } from "./check-in/form.js";
import "./check-in/search.js";
import { send } from "./check-in/send.js";
import { currentStep, go, LAST, openAt, show, showButtons } from "./check-in/steps.js";
import { summarise } from "./check-in/summary.js";
import "./check-in/ticks.js";

form.addEventListener("input", keepDraft);
form.addEventListener("step-shown", (event) => {
  if (event.detail === LAST) summarise();
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  // The browser's Enter key in a box means "go on", not "send".
  if (currentStep() < LAST && !event.submitter?.matches('.red-flag-yes [type="submit"]')) {
    go(currentStep() + 1);
    return;
  }
  keepDraft(); // with the id: if the network drops, sending again is the same report
  send(form);
});

function begin() {
  form.classList.add("stepped");
  for (const part of form.querySelectorAll(".for-script, .find")) part.hidden = false;
  const draft = hasErrors || isCorrection ? null : readDraft();
  if (draft) fillIn(draft);
  else if (!hasErrors && !isCorrection) form.elements.id.value = crypto.randomUUID?.() ?? form.elements.id.value;
  showButtons();
  const wrong = form.querySelector(".step .has-error, .step .error")?.closest(".step");
  show(wrong ? Number(wrong.dataset.step) : draft?.step ?? 1, { focus: false });
  form.addEventListener("step-shown", keepDraft);
  const wanted = location.hash && document.getElementById(location.hash.slice(1));
  if (wanted && isCorrection && !hasErrors) openAt(wanted);
}

begin();
