// How long each patient has waited, and how far that is over its target, between two polls.

const EVERY = 1_000; // milliseconds
const MINUTE = 60_000;

/* As the server writes it: "8 min", "1 h 20", "2 d 3 h". */
const inWords = (time, words) => {
  const minutes = Math.max(0, Math.floor(time / MINUTE));
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60), minutes % 60];
  if (days) return fill(words.wordsDays, { days, hours: hours % 24 });
  if (hours) return fill(words.wordsHours, { hours, minutes: rest });
  return minutes ? fill(words.wordsMinutes, { minutes }) : words.wordsSoon;
};

/* Fills in "%(hours)d" and "%(minutes)02d". */
export const fill = (words, values) =>
  words.replace(/%\((\w+)\)(?:0(\d))?[ds]/g, (_whole, name, digits) => String(values[name]).padStart(Number(digits ?? 0), "0"));

const say = (element, words) => {
  if (element.textContent !== words) element.textContent = words;
};

export const runClock = (board) => {
  let ahead = 0; // milliseconds by which the server's clock is ahead of this one
  const setByServer = () => {
    ahead = Date.parse(board().dataset.now) - Date.now();
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
