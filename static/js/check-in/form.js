// The form, and what several modules ask of it.

export const form = document.querySelector("form.check-in");
export const isCorrection = new URLSearchParams(location.search).has("correct");
export const hasErrors = form.querySelector(".error-summary") !== null;
export const ticks = () => [...form.querySelectorAll(".tick-row > .tick > input:checked")];
export const saysYes = () => form.querySelector('[name="red_flag_answer"][value="yes"]').checked;

// The names of what was answered since the page was opened.
export const answered = new Set();
form.addEventListener("input", ({ target }) => answered.add(target.name));
