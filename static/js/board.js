// The board on a screen: asks whether anything has changed, says when it cannot, and can be worked by keyboard.

import { watchArrivals } from "./board/arrivals.js";
import { runClock } from "./board/clock.js";
import { keepChoice } from "./board/choice.js";
import { listen, showHelp } from "./board/keys.js";
import { offerUndo, undo } from "./board/undo.js";
import { step } from "./keys.js";

const CHECK_EVERY = 5_000; // milliseconds
const board = () => document.getElementById("board");
const staleAfter = () => (2 * Number(board().dataset.every) + 5) * 1_000; // two polls missed
const stale = document.getElementById("stale");
let updatedAt = Date.now();

// --- Polls -----------------------------------------------------------------------------------------------------

const show = (isStale) => {
  if (stale.hidden === isStale) stale.hidden = !isStale;
};

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: board().dataset.zone });

const isPoll = (event) => event.detail.target?.id === "board";

const unchanged = () => {
  updatedAt = Date.now();
  document.getElementById("updated").textContent = clock.format(updatedAt);
  show(false);
};

document.body.addEventListener("htmx:configRequest", (event) => {
  if (isPoll(event)) event.detail.headers["If-None-Match"] = board().dataset.etag;
});
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (!isPoll(event)) return;
  const { xhr, serverResponse } = event.detail;
  // A sign-in page or an error page is an answer too, but it is no board.
  const isBoard = xhr.status === 200 && serverResponse.includes('id="board"');
  event.detail.shouldSwap = isBoard;
  if (xhr.status === 304) return unchanged();
  show(!isBoard);
  if (isBoard) updatedAt = Date.now();
});
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.body.addEventListener(failure, (event) => {
    if (isPoll(event)) show(true);
  });
}
setInterval(() => {
  if (Date.now() - updatedAt > staleAfter()) show(true);
}, CHECK_EVERY);
// Browsers slow down what is out of sight: whoever comes back does not wait for the next poll.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) htmx.trigger(board(), "poll");
});

// --- Filters ---------------------------------------------------------------------------------------------------

const filters = document.getElementById("filters");
filters.addEventListener("change", (event) => {
  if (event.target.matches("select")) filters.requestSubmit();
});

// --- Rows ------------------------------------------------------------------------------------------------------

let last = ""; // the row that was in focus, when something else is

const current = () => document.activeElement?.closest("[data-row]") ?? document.getElementById(last)?.closest("[data-row]");

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-row]");
  if (row) last = row.querySelector(".who").id;
});

listen({
  j: () => step(current(), 1),
  k: () => step(current(), -1),
  c: () => current()?.querySelector("form button")?.click(),
  o: () => current()?.querySelector(".who").click(),
  x: () => current()?.querySelector(".pick input").click(),
  u: undo,
  "/": () => document.getElementById("q").select(),
  "?": showHelp,
});

document.querySelector(".tools").hidden = false;
offerUndo();
runClock(board);
keepChoice();
watchArrivals(board);
