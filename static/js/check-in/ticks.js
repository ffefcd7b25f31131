// A symptom's answers go with its tick, and what else is asked about it is folded while it is mild.

import { form } from "./form.js";

const MODERATE = 2;

function mayFold(more) {
  const row = more.closest(".tick-row");
  const bad = [...row.querySelectorAll(".severity input:checked")].some((input) => input.value >= MODERATE);
  return !bad && !more.querySelector("input:checked");
}

export function fold() {
  for (const more of form.querySelectorAll(".more")) more.open = !mayFold(more);
}

form.addEventListener("change", (event) => {
  const row = event.target.closest(".tick-row");
  if (!row) return;
  if (event.target.type === "checkbox" && !event.target.checked) {
    for (const answer of row.querySelectorAll(".tick-detail input:checked")) answer.checked = false;
  }
  // Never closed under somebody's eyes.
  const more = row.querySelector(".more");
  if (more && !mayFold(more)) more.open = true;
});
