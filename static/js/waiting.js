// Says in the header how much waits behind its links, and goes on saying it while the page lies open.

const EVERY = 60_000; // milliseconds
const header = document.querySelector("[data-counts]");

const ask = async () => {
  if (document.hidden) return;
  const answer = await fetch(header.dataset.counts, { headers: { "HX-Request": "true" } }).catch(() => null);
  // Who is signed out, or has a second step to show, is told by the pages: here nothing is said.
  if (!answer?.headers.get("Content-Type")?.startsWith("application/json")) return;
  for (const [address, words] of Object.entries(await answer.json())) {
    const link = header.querySelector(`a[href="${address}"]`);
    if (link && link.textContent !== words) link.textContent = words;
  }
};

if (header) {
  ask();
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
}
