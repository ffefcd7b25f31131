// Lets the time that is left to each deadline run on, by the server's clock. Without it the page says how it was.

import { fill, inWords, say, serverAhead } from "./spans.js";

const TICK = 10_000; // milliseconds
const list = document.querySelector("[data-now]");
const ahead = serverAhead(list);

const tell = () => {
  const now = Date.now() + ahead;
  for (const time of document.querySelectorAll("[data-deadline]")) {
    const left = Date.parse(time.dateTime) - now;
    const span = inWords(Math.abs(left), list.dataset);
    time.classList.toggle("over", left < 0);
    say(time, left < 0 ? fill(list.dataset.wordsOverdue, { late: span }) : fill(list.dataset.wordsLeft, { time: span }));
  }
};

tell();
setInterval(tell, TICK);
