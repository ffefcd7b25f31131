// The check-in and the emergency page, kept on this phone for when there is no network.

import { makeSureOfToken } from "./outbox.js";

const CACHE = "sidelight-kept";
const VERSION = "/offline/version"; // no page: where the version of what is kept stands
const { version, owner, pages } = document.getElementById("kept-pages").dataset;

async function renew() {
  const kept = await caches.open(CACHE);
  const known = await (await kept.match(VERSION))?.text();
  if (known === version) return;
  const fresh = await Promise.all(pages.split(" ").map((page) => fetch(page).then((answer) => [page, answer])));
  if (fresh.some(([, answer]) => !answer.ok || answer.redirected)) return;
  for (const [page, answer] of fresh) await kept.put(page, answer);
  await kept.put(VERSION, new Response(version));
}

async function begin() {
  if (!("serviceWorker" in navigator) || !("caches" in window)) return;
  await navigator.serviceWorker.register("/service-worker.js", { scope: "/" });
  await renew();
  await makeSureOfToken(owner, document.querySelector('[name="csrfmiddlewaretoken"]')?.value);
}

// Once the page is there: nothing of this may stand in its way.
const later = window.requestIdleCallback ?? setTimeout;
const start = () => later(() => begin().catch(() => {}));
if (document.readyState === "complete") start();
else addEventListener("load", start);
