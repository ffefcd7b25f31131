// The report is with us: its draft is no longer needed on this phone, nor in another tab. One of another
// report stays.
import { readDraft, removeDraft } from "./drafts.js";

const { sent, draft: diary } = document.querySelector("[data-sent]").dataset;
const ids = sent.split(" "); // its own, and that of the report that it corrects

async function removeItsDraft() {
  const draft = await readDraft(diary);
  const id = draft?.fields.find(([name]) => name === "id")?.[1];
  if (ids.includes(id)) await removeDraft(diary);
}

removeItsDraft().catch(() => {}); // no store, no draft
if ("BroadcastChannel" in window) {
  for (const id of ids) new BroadcastChannel("sidelight-sent").postMessage(id);
}
