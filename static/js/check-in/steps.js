// Makes steps of the long page: one is shown, the others are hidden. Tells the form of each ("step-shown").

import { answered, form, saysYes, ticks } from "./form.js";

const steps = [...form.querySelectorAll(".step")];
export const LAST = steps.length;
let current = 1;

export const currentStep = () => current;

export function show(number, { focus = true } = {}) {
  current = number;
  for (const step of steps) step.hidden = Number(step.dataset.step) !== number;
  form.dispatchEvent(new CustomEvent("step-shown", { detail: number }));
  if (!focus) return;
  steps[number - 1].querySelector("h2").focus();
  scrollTo(0, 0);
}

export function go(number) {
  history.pushState({ step: number }, "");
  show(number);
}

// Where a link leads to: the step, whatever is folded around it, the field.
export function openAt(field) {
  show(Number(field.closest(".step").dataset.step), { focus: false });
  const folded = field.closest("details");
  if (folded) folded.open = true;
  field.focus();
  field.scrollIntoView({ block: "center" });
}

function answerRedFlags(answer) {
  form.querySelector(`[name="red_flag_answer"][value="${answer}"]`).checked = true;
  showButtons();
  if (answer === "yes") {
    form.querySelector("#call-now").focus();
  } else {
    for (const tick of form.querySelectorAll('[name="red_flags"]:checked')) tick.checked = false;
    go(2);
  }
  answered.add("red_flag_answer");
  form.dispatchEvent(new Event("input")); // a press of a button changes the form as a tap on a box does
}

export function showButtons() {
  // Once somebody has said yes, the panel's own buttons lead on.
  form.querySelector('[data-for="red-flags"]').hidden = saysYes();
  // "None of these" must never send a tick that is still there.
  form.querySelector('[data-for="none"]').hidden = ticks().length > 0;
}

addEventListener("popstate", (event) => show(event.state?.step ?? 1));
form.addEventListener("change", showButtons);

form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.answer) answerRedFlags(button.dataset.answer);
  if (button.dataset.go) go(Number(button.dataset.go));
  if ("back" in button.dataset) history.state?.step ? history.back() : show(current - 1);
});

// The error summary's links lead to fields that may be on another step.
document.querySelector(".error-summary")?.addEventListener("click", (event) => {
  const id = event.target.closest("a")?.hash.slice(1);
  const field = id && document.getElementById(id);
  if (!field?.closest(".step")) return;
  event.preventDefault();
  openAt(field);
});
