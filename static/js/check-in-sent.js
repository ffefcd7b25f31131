// The report is with us: its draft is no longer needed on this phone, nor in another tab. One of another
// report stays.
import { removeDraftsOf } from "./drafts.js";

const { sent, draft: diary } = document.querySelector("[data-sent]").dataset;
const ids = sent.split(" "); // its own, and that of the report that it corrects

removeDraftsOf(diary, ids).catch(() => {}); // no store, no draft
if ("BroadcastChannel" in window) {
  for (const id of ids) new BroadcastChannel("sidelight-sent").postMessage(id);
}
