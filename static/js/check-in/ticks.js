// A symptom that is no longer ticked takes its answers with it.

import { form } from "./form.js";

form.addEventListener("change", (event) => {
  const row = event.target.closest(".tick-row");
  if (!row || event.target.type !== "checkbox" || event.target.checked) return;
  for (const answer of row.querySelectorAll(".tick-detail input:checked")) answer.checked = false;
});
