// Whoever signs out leaves no draft on this phone, and no page that was made for them. What waits to be sent stays.
import { removeAllDrafts } from "./drafts.js";

const WAIT = 2000; // milliseconds: a store that does not answer keeps nobody signed in

for (const form of document.querySelectorAll("form[data-signs-out]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const removing = Promise.allSettled([removeAllDrafts(), globalThis.caches?.delete("sidelight-kept")]);
    await Promise.race([removing, new Promise((resolve) => setTimeout(resolve, WAIT))]);
    form.submit();
  });
}
