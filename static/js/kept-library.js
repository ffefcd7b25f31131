// The library's pages about one's own drugs, kept on this phone for when there is no network. Quietly: when the
// check-in is kept already, one page after the other, and not where somebody saves data.

import { isKept } from "./kept-pages.js";
import { apart } from "./trusted/sidelight.js";

const CACHE = "sidelight-kept"; // goes whenever the other kept pages go
const LIST = "/offline/library/"; // also what is shown in place of the library's first page
const RECORD = "/offline/library/record"; // no page: which versions are kept, and when that was last asked
const OWNER = "Sidelight-Owner";
const AGAIN = 12 * 60 * 60 * 1_000; // milliseconds
const MOST = 3_000_000; // bytes of all of it
const { owner, version } = document.getElementById("kept-library").dataset;

const isTheirs = (answer) => answer.ok && !answer.redirected && answer.headers.get(OWNER) === owner;
const parsed = (html) => new DOMParser().parseFromString(apart(html), "text/html");
const sizeOf = async (answer) => (await answer.clone().blob()).size;
const isSaving = () => navigator.connection?.saveData || /2g/.test(navigator.connection?.effectiveType ?? "");

const filesOf = (page) =>
  [...page.querySelectorAll('link[rel="stylesheet"], script[src], main img')]
    .map((each) => each.getAttribute(each.hasAttribute("src") ? "src" : "href"))
    .filter((address) => address.startsWith("/"));

async function keepFiles(kept, page, used) {
  let size = 0;
  for (const file of filesOf(page)) {
    if (used.has(file)) continue;
    used.add(file);
    if (await caches.match(file)) continue; // the check-in has it, or another page
    const answer = await fetch(file);
    if (!answer.ok) continue;
    size += await sizeOf(answer);
    await kept.put(file, answer);
  }
  return size;
}

// What is not on the list any more: pages that were taken off the site, files of a release before.
async function removeOthers(kept, used) {
  for (const request of await kept.keys()) {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith("/offline/") && !used.has(pathname)) await kept.delete(request);
  }
}

async function keep() {
  const kept = await caches.open(CACHE);
  const record = (await (await kept.match(RECORD))?.json()) ?? {};
  const isNews = record.version !== version;
  if (!isNews && Date.now() - record.at < AGAIN) return;
  const list = await fetch(LIST);
  if (!isTheirs(list)) return;
  const links = parsed(await list.clone().text()).querySelectorAll("a[data-version]");
  const used = new Set();
  const pages = Object.create(null);
  let size = 0;
  for (const link of links) {
    const path = link.getAttribute("href");
    let answer = await kept.match(path);
    if (isNews || !answer || record.pages?.[path] !== link.dataset.version) {
      const fresh = await fetch(`${path}?kept=1`);
      if (!fresh.ok || fresh.redirected) continue;
      answer = fresh;
    }
    size += await sizeOf(answer);
    if (size > MOST) break;
    size += await keepFiles(kept, parsed(await answer.clone().text()), used);
    await kept.put(path, answer);
    used.add(path);
    pages[path] = link.dataset.version;
  }
  await removeOthers(kept, used);
  await kept.put(LIST, list);
  await kept.put(RECORD, Response.json({ version, at: Date.now(), pages }));
}

isKept.then(() => isSaving() || keep()).catch(() => {});
