// Makes steps of the page before all else: on a slow network the first question can be answered while the rest
// (check-in.js) is still on its way. Without either the same form is one page that works.

import { form, saysYes } from "./form.js";
import { currentStep, go, LAST, show, showButtons } from "./steps.js";
import { fold } from "./ticks.js";

form.addEventListener("submit", (event) => {
  // The Enter key in a box means "go on", not "send"; browsers press the first button of the form for it, though
  // that is hidden.
  if (currentStep() === LAST || (currentStep() === 1 && saysYes())) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  go(currentStep() + 1);
});

form.classList.add("stepped");
for (const part of form.querySelectorAll(".buttons.for-script")) part.hidden = false;
const wrong = form.querySelector(".step .has-error, .step .error")?.closest(".step");
show(wrong ? Number(wrong.dataset.step) : 1, { focus: false });
showButtons();
fold();
