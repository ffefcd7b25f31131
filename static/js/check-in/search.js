// Finds a symptom by plain words: in the folded list, and in the one above it.

import { form } from "./form.js";
import { matches, wordsOf } from "./match.js";
import { openAt } from "./steps.js";

const SHOWN_ABOVE = 3;
const part = form.querySelector(".something-else");
const find = form.querySelector("#id_find");

const labelOf = (row) => row.querySelector(".tick > span").textContent;

const entryOf = (row) => ({
  row,
  isAbove: !part.contains(row),
  tick: row.querySelector(".tick > input"),
  phrases: [labelOf(row), ...row.dataset.words.split(";")].map(wordsOf).filter((words) => words.length),
});

function begin() {
  const entries = [...form.querySelectorAll(".tick-row")].map(entryOf);
  const hidden = entries.filter((entry) => !entry.isAbove);
  const above = part.querySelector(".found-above");
  const nothing = part.querySelector(".nothing-found");
  const count = part.querySelector(".found");
  const fillers = new Set(wordsOf(find.dataset.fillers));

  function linkTo({ row, tick }) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet";
    button.textContent = above.dataset.words.replace("{symptom}", labelOf(row));
    button.addEventListener("click", () => openAt(tick));
    return button;
  }

  function show(found) {
    const below = found.filter((entry) => !entry.isAbove);
    const ticked = hidden.filter((entry) => entry.tick.checked && !below.includes(entry));
    const shown = [...below, ...ticked]; // what is ticked is never out of sight
    for (const { row } of hidden) row.hidden = true;
    for (const { row } of shown) {
      row.hidden = false;
      nothing.before(row);
    }
  }

  find.addEventListener("input", () => {
    const isAsked = wordsOf(find.value).length > 0;
    const found = isAsked ? matches(find.value, entries, fillers) : hidden;
    show(found);
    const known = isAsked ? found.filter((entry) => entry.isAbove) : [];
    above.replaceChildren(...known.slice(0, SHOWN_ABOVE).map(linkTo));
    if (found[0]?.isAbove) count.after(above);
    else nothing.before(above);
    nothing.hidden = found.length > 0;
    count.textContent = isAsked && found.length ? count.dataset.words.replace("{count}", found.length) : "";
  });
}

find?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault(); // looking for a word must not send the report
});

if (find) begin();
