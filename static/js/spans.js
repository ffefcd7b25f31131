// How long somebody waits, or has time left, by the server's clock, in the words that the page brings along.

const MINUTE = 60_000; // milliseconds

/* As the server writes it: "8 min", "1 h 20", "2 d 3 h". */
export const inWords = (time, words) => {
  const minutes = Math.max(0, Math.floor(time / MINUTE));
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60), minutes % 60];
  if (days) return fill(words.wordsDays, { days, hours: hours % 24 });
  if (hours) return fill(words.wordsHours, { hours, minutes: rest });
  return minutes ? fill(words.wordsMinutes, { minutes }) : words.wordsSoon;
};

/* Fills in "%(hours)d" and "%(minutes)02d". */
export const fill = (words, values) =>
  words.replace(/%\((\w+)\)(?:0(\d))?[ds]/g, (_whole, name, digits) => String(values[name]).padStart(Number(digits ?? 0), "0"));

/* Screen readers and selections are left alone where nothing has changed. */
export const say = (element, words) => {
  if (element.textContent !== words) element.textContent = words;
};

/* Milliseconds by which the server's clock is ahead of this one. */
export const serverAhead = (element) => Date.parse(element.dataset.now) - Date.now();
