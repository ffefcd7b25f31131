// Says in the header how much waits behind its links, and goes on saying it while the page lies open.

const EVERY = 60_000; // milliseconds
const header = document.querySelector("[data-waiting]");

const ask = async () => {
  if (document.hidden) return;
  const answer = await fetch(header.dataset.waiting, { headers: { Accept: "application/json" } }).catch(() => null);
  // A sign-in page is an answer too, but it says nothing of what waits.
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
