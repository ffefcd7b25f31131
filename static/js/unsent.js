// On every page of a patient's: what still waits on this phone goes out as soon as it can, and until then the
// page says so. No browser is relied on to do that while no page is open.

import * as outbox from "./outbox.js";

const AGAIN = 30_000; // milliseconds
const part = document.getElementById("unsent");
const csrf = part.querySelector('[name="csrfmiddlewaretoken"]')?.value;

async function show() {
  const many = (await outbox.unsent()).length;
  part.hidden = many === 0 || document.getElementById("saved")?.hidden === false;
  part.querySelector(".one").hidden = many !== 1;
  part.querySelector(".several").hidden = many < 2;
  part.querySelector(".many").textContent = many;
}

async function send() {
  if ((await outbox.unsent()).length) await outbox.sendAll(csrf);
  await show();
}

const trying = () => send().catch(() => {}); // no store: then nothing waits in it

addEventListener("online", trying);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && trying());
part.addEventListener("submit", (event) => {
  event.preventDefault();
  trying();
});
outbox.onNews((news) => {
  show().catch(() => {});
  part.querySelector(".refused").hidden = news.state !== "refused";
});
setInterval(trying, AGAIN);
trying();
