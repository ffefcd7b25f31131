// A flag arrives, gets worse or comes back: a quiet sound and a number in the title, for whoever wants them.

import { fill } from "../spans.js";

const NOTES = [660, 880]; // hertz
const LOUDNESS = 0.06; // of 1
const LENGTH = 0.35; // seconds

const wanted = () => document.getElementById("calls").getAttribute("aria-pressed") === "true";
const silenced = document.getElementById("silenced");
let audio = null;

/* Browsers let a page sound only after somebody has touched it; until then we say so. */
const wake = async () => {
  if (!wanted() || !window.AudioContext) return;
  audio ??= new AudioContext();
  if (audio.state === "suspended") await Promise.race([audio.resume(), new Promise((done) => setTimeout(done, 300))]);
  silenced.hidden = audio.state === "running";
};

const sound = () => {
  if (audio?.state !== "running") {
    wake();
    return;
  }
  NOTES.forEach((pitch, place) => {
    const begin = audio.currentTime + place * LENGTH;
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0, begin);
    loudness.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.0001, begin + LENGTH);
    tone.connect(loudness).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + LENGTH);
  });
};

const choose = async (button) => {
  const calls = !wanted();
  button.setAttribute("aria-pressed", String(calls));
  const form = document.getElementById("calls-form");
  const body = new FormData(form);
  if (calls) body.set("calls", "on");
  silenced.hidden = true;
  await wake();
  if (calls) sound();
  const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) button.setAttribute("aria-pressed", String(!calls)); // not kept: it is as it was
};

export const watchArrivals = (board) => {
  const now = () => board().dataset.news.split(" ").filter(Boolean);
  let seen = new Set(now());
  let title = document.title;
  let unseen = 0;

  const number = () => {
    document.title = unseen ? `(${unseen}) ${title}` : title;
  };
  const look = () => {
    if (document.hidden || !unseen) return;
    unseen = 0;
    number();
  };

  document.getElementById("calls").addEventListener("click", (event) => {
    event.preventDefault();
    choose(event.currentTarget);
  });
  // Not sooner: htmx sets the title of the answer after the swap.
  document.body.addEventListener("htmx:afterSettle", () => {
    const news = now();
    const fresh = news.filter((each) => !seen.has(each)).length;
    seen = new Set(news);
    title = document.title.replace(/^\(\d+\) /, "");
    if (fresh) {
      const arrived = document.getElementById("arrived");
      arrived.textContent = fill(arrived.dataset.words, { many: fresh });
    }
    if (fresh && wanted()) {
      unseen += fresh;
      sound();
    }
    number();
  });
  for (const touch of ["pointerdown", "keydown"]) {
    document.addEventListener(touch, () => {
      wake();
      look();
    });
  }
  wake();
};
