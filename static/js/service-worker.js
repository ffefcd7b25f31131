// Serves what this phone kept when there is no network, and shows messages. Served as /service-worker.js, which
// begins with FILES, VERSION and STATIC.

const SHELL = `sidelight-shell-${VERSION}`;
const KEPT = "sidelight-kept";
const NO_NETWORK = "/offline/";
const ANYBODY = "/offline/help/"; // whom to call, for who has nothing of their own here
const LIBRARY = "/learn/"; // its pages are kept under their own addresses
const KEPT_FOR = {
  "/check-in/": "/offline/check-in/",
  "/emergency/": "/offline/emergency/",
  [LIBRARY]: "/offline/library/",
};
const SOON = 1_500; // milliseconds: a page that is kept need not wait for longer
const PATIENCE = 20_000;

self.addEventListener("install", (event) => {
  // As nobody: these two stay on the phone whoever holds it.
  const pages = [NO_NETWORK, ANYBODY].map((page) => new Request(page, { credentials: "omit", cache: "reload" }));
  event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll([...FILES, ...pages])));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(removeOldShells().then(() => self.clients.claim()));
});

async function removeOldShells() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("sidelight-shell-") && name !== SHELL);
  await Promise.all(old.map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith(STATIC)) event.respondWith(file(request));
  else if (request.mode === "navigate") event.respondWith(page(request, url));
});

// Files are named by what is in them: what is kept is right.
const file = async (request) => (await caches.match(request)) ?? fetch(request);

async function page(request, url) {
  const kept = url.search ? undefined : await keptFor(url.pathname).catch(() => undefined);
  try {
    const answer = await withPatience(fetch(request), kept ? SOON : PATIENCE);
    return answer.status >= 500 && kept ? kept : answer;
  } catch {
    return kept ?? caches.match(url.pathname === "/emergency/" ? ANYBODY : NO_NETWORK);
  }
}

async function keptFor(path) {
  const kept = KEPT_FOR[path] ?? (path.startsWith(LIBRARY) ? path : "");
  return caches.match(kept, { cacheName: KEPT, ignoreVary: true });
}

function withPatience(answer, milliseconds) {
  return Promise.race([answer, new Promise((_, reject) => setTimeout(reject, milliseconds, new Error("late")))]);
}

// --- Messages -------------------------------------------------------------------------------------------------

self.addEventListener("push", (event) => {
  const { title, url, tag } = event.data.json();
  // A later message about the same flag takes the earlier one's place, and is heard all the same.
  const options = { data: { url }, ...(tag && { tag, renotify: true }) };
  event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.url));
});
