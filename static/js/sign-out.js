// Whoever signs out leaves no draft on this phone.
import { removeAllDrafts } from "./drafts.js";

const WAIT = 2000; // milliseconds: a store that does not answer keeps nobody signed in

for (const form of document.querySelectorAll("form[data-signs-out]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await Promise.race([removeAllDrafts().catch(() => {}), new Promise((resolve) => setTimeout(resolve, WAIT))]);
    form.submit();
  });
}
