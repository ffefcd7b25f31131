// Says in the header how much waits behind its links, and goes on saying it while the page lies open.

const EVERY = 60_000; // milliseconds
const header = document.querySelector("[data-counts]");

/* A list in which no choice is marked shows its first, one for several choices none. */
const asItCame = (list) =>
  [...list.options].find((each) => each.defaultSelected) ?? (list.multiple ? undefined : list.options[0]);

const differs = (field) =>
  field.matches("select")
    ? field.selectedOptions[0] !== asItCame(field)
    : field.value !== field.defaultValue || field.checked !== field.defaultChecked;

const isWritten = () => [...document.querySelectorAll("main :is(input, textarea, select)")].some(differs);

const ask = async () => {
  if (document.hidden) return;
  const asked = { "HX-Request": "true", "HX-Current-URL": location.href };
  const answer = await fetch(header.dataset.counts, { headers: asked }).catch(() => null);
  // Whose time is up leaves: no patient stays on the screen. What somebody has begun to write does, and so
  // does a page on which they show who they are.
  const away = answer?.headers.get("HX-Redirect");
  if (away?.startsWith(header.dataset.signIn) && !isWritten()) location.assign(away);
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
