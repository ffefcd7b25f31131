// How long each patient has waited, and how far that is over its target, between two polls.

import { fill, inWords, say, serverAhead } from "../spans.js";

const EVERY = 1_000; // milliseconds

export const runClock = (board) => {
  let ahead = 0;
  const setByServer = () => {
    ahead = serverAhead(board());
  };

  const tick = () => {
    const now = Date.now() + ahead;
    const { dataset } = board();
    for (const each of board().querySelectorAll("[data-waiting]")) {
      say(each, inWords(now - Date.parse(each.dateTime), dataset));
    }
    let over = Number(dataset.overBelow);
    for (const each of board().querySelectorAll("[data-due]")) {
      const late = now - Date.parse(each.dataset.due);
      each.classList.toggle("over", late > 0);
      each.classList.toggle("muted", late <= 0);
      say(each, late > 0 ? fill(dataset.wordsLate, { late: inWords(late, dataset) }) : each.dataset.of);
      if (late > 0) over += 1;
    }
    const count = document.getElementById("over-target");
    count.hidden = !over;
    say(count, fill(dataset.wordsOver, { over }));
  };

  setByServer();
  document.body.addEventListener("htmx:afterSwap", () => {
    setByServer();
    tick();
  });
  setInterval(tick, EVERY);
  tick();
};
