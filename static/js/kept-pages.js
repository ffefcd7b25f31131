// The check-in and the emergency page, kept on this phone for when there is no network.

import { makeSureOfToken } from "./outbox.js";
import { WORKER } from "./trusted/sidelight.js";

const CACHE = "sidelight-kept";
const VERSION = "/offline/version"; // no page: where the version of what is kept stands, with its owner
const OWNER = "Sidelight-Owner"; // a header of each kept page
const { version, owner, pages } = document.getElementById("kept-pages").dataset;

async function renew() {
  const kept = await caches.open(CACHE);
  const known = await (await kept.match(VERSION))?.text();
  if (known === `${owner} ${version}`) return;
  const fresh = await Promise.all(pages.split(" ").map((page) => fetch(page).then((answer) => [page, answer])));
  const isTheirs = (answer) => answer.ok && !answer.redirected && answer.headers.get(OWNER) === owner;
  if (!fresh.every(([, answer]) => isTheirs(answer))) return;
  for (const [page, answer] of fresh) await kept.put(page, answer);
  await kept.put(VERSION, new Response(`${owner} ${version}`));
}

// Another person's pages, or another diary's, must not stand in for these.
async function forgetOthers() {
  const known = await (await caches.match(VERSION, { cacheName: CACHE }))?.text();
  if (known && !known.startsWith(`${owner} `)) await caches.delete(CACHE);
}

async function begin() {
  if (!("serviceWorker" in navigator) || !("caches" in window)) return;
  await navigator.serviceWorker.register(WORKER, { scope: "/" });
  await renew();
  await makeSureOfToken(owner, document.querySelector('[name="csrfmiddlewaretoken"]')?.value);
}

if ("caches" in window) forgetOthers().catch(() => {});
// Once the page is there: nothing of this may stand in its way.
const later = window.requestIdleCallback ?? setTimeout;
let tell;
export const isKept = new Promise((resolve) => (tell = resolve)); // or could not be
const start = () => later(() => begin().catch(() => {}).then(tell));
if (document.readyState === "complete") start();
else addEventListener("load", start);
