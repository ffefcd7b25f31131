// A flag answered by keyboard: claim it, say what came of it, go back.

import { listen, showHelp } from "./board/keys.js";
import { offerUndo, undo } from "./board/undo.js";

const outcomes = [...document.querySelectorAll("#outcome [name=outcome]")];

const choose = (outcome) => {
  outcome.checked = true;
  outcome.focus();
};

const numbers = outcomes.map((outcome, place) => [String(place + 1), () => choose(outcome)]);

listen({
  ...Object.fromEntries(numbers),
  c: () => document.getElementById("claim")?.click(),
  n: () => document.querySelector("#outcome [name=note]")?.focus(),
  b: () => document.getElementById("back").click(),
  u: undo,
  "?": showHelp,
});
offerUndo();
