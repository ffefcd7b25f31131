// The report is with us: its draft is no longer needed on this phone.
const sent = document.querySelector("[data-sent]");
try {
  sessionStorage.removeItem(`sidelight-draft-${sent.dataset.draft}`);
} catch {
  // No store, no draft.
}
