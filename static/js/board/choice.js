// Rows that somebody has ticked stay ticked when a poll brings the board anew.

import { fill } from "../spans.js";

const bar = document.getElementById("several");
const ticks = () => [...document.querySelectorAll(".pick input")];

const count = () => {
  const many = ticks().filter((each) => each.checked).length;
  const words = bar.querySelector(".chosen");
  words.textContent = many ? fill(words.dataset.words, { many }) : "";
};

export const keepChoice = () => {
  let chosen = new Set();
  document.body.addEventListener("htmx:beforeSwap", () => {
    chosen = new Set(ticks().filter((each) => each.checked).map((each) => each.value));
  });
  document.body.addEventListener("htmx:afterSwap", () => {
    for (const each of ticks()) each.checked = chosen.has(each.value);
    count();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches(".pick input")) count();
  });
  // Without a colleague nothing can be handed over: said here, nothing is lost by asking the server.
  bar.addEventListener("submit", (event) => {
    const to = document.getElementById("several-to");
    if (event.submitter?.value !== "hand_over" || to.value) return;
    event.preventDefault();
    to.focus();
    to.showPicker?.();
  });
  count();
};
