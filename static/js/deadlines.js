// Lets the time that is left to each deadline run on, by the server's clock. Without it the page says how it was.

const TICK = 10_000; // milliseconds
const list = document.querySelector("[data-now]");
const ahead = Date.now() - Date.parse(list.dataset.now); // of the server's clock

// As the page writes it: "8 min", "1 h 20", "2 d 3 h".
const span = (minutes) => {
  const [hours, minute] = [Math.floor(minutes / 60), minutes % 60];
  const [days, hour] = [Math.floor(hours / 24), hours % 24];
  if (days) return list.dataset.days.replace("DAYS", days).replace("HOURS", hour);
  if (hours) return list.dataset.hours.replace("HOURS", hours).replace("MINUTES", String(minute).padStart(2, "0"));
  return list.dataset.minutes.replace("MINUTES", minute);
};

const tell = () => {
  const now = Date.now() - ahead;
  for (const time of document.querySelectorAll("[data-deadline]")) {
    const minutes = (Date.parse(time.dateTime) - now) / 60_000;
    const words = minutes < 0 ? list.dataset.over : list.dataset.left;
    time.classList.toggle("over", minutes < 0);
    const said = words.replace("SPAN", span(Math.floor(Math.abs(minutes))));
    if (time.textContent !== said) time.textContent = said;
  }
};

tell();
setInterval(tell, TICK);
