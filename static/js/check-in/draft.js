// What was filled in, from the form to this phone and back, until the report is sent.

import { keep, readDraft, removeDraft, removeOldDrafts, seal } from "../drafts.js";
import { answered, form, isCorrection } from "./form.js";
import { currentStep } from "./steps.js";

const WAIT = 400; // milliseconds without a key pressed
const RED_FLAGS_HOLD = 30 * 60 * 1000; // milliseconds for which "right now" is now
const diary = form.dataset.draft;
const isOfOneDay = new URLSearchParams(location.search).has("day");
const sentChannel = "BroadcastChannel" in window ? new BroadcastChannel("sidelight-sent") : null;
const isKept = (field) =>
  field.name && !/^(csrfmiddlewaretoken|asked.*|reported_at)$/.test(field.name);

let waiting = 0;
let changes = 0;
let sealed = null; // the last change, not yet written
let isOver = isCorrection || !diary; // a correction has its first version to fall back on; what staff take has none

function values() {
  const fields = [...form.elements].filter(isKept).map((field) => {
    const isChoice = field.type === "checkbox" || field.type === "radio";
    return isChoice ? (field.checked ? [field.name, field.value, true] : null) : [field.name, field.value, false];
  });
  return { id: form.elements.id.value, step: currentStep(), fields: fields.filter(Boolean) };
}

// Sealed with every change, for a page that is left has no time for it; written when the typing pauses.
async function sealValues() {
  const mine = ++changes;
  const made = await seal(diary, form.elements.day.value, values());
  if (mine === changes) sealed = made;
}

async function write() {
  clearTimeout(waiting);
  const made = sealed;
  sealed = null;
  if (made && !isOver) await keep(made);
}

function keepSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => write().catch(() => {}), WAIT);
  sealValues().catch(() => {});
}

// Whatever is in the way, the page goes on.
export const keepNow = () => sealValues().then(write).catch(() => {});

const leave = () => write().catch(() => {});

export function beginKeeping() {
  if (isOver) return;
  for (const change of ["input", "step-shown"]) form.addEventListener(change, keepSoon);
  if (answered.size) keepSoon();
  let day = form.elements.day.value;
  form.elements.day.addEventListener("change", (event) => {
    removeDraft(diary, day).catch(() => {}); // it moves to the other day
    day = event.target.value;
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
  addEventListener("pagehide", leave);
  // Sent in another tab: nothing of it is kept again here.
  sentChannel?.addEventListener("message", (event) => {
    if (event.data === form.elements.id.value) isOver = true;
  });
}

// Sending has begun. What comes after belongs to the page that answers.
export function stopKeeping() {
  isOver = true;
}

// The page came back as it was left, by "Back". If its report is with us, it begins anew.
addEventListener("pageshow", async (event) => {
  if (!event.persisted || !isOver || isCorrection) return;
  const draft = await readDraft(diary, form.elements.day.value).catch(() => null);
  if (draft) isOver = false;
  else location.reload();
});

// What was begun for the day that the form is about, or where nobody chose one for another day that can still
// be told of; put into the form.
export async function restore() {
  if (!diary) return null;
  try {
    const days = [...form.elements.day.options].map((option) => option.value);
    await removeOldDrafts(diary, days);
    const asked = form.elements.day.value;
    for (const day of isOfOneDay ? [asked] : [asked, ...days.filter((other) => other !== asked)]) {
      const draft = await readDraft(diary, day);
      if (draft) return fillInAll(draft, day);
    }
  } catch {
    // No store, no draft.
  }
  return null;
}

function fillInAll(draft, day) {
  fillIn(draft.fields.filter(isStillOpen));
  form.elements.day.value = day;
  if (answered.size) draft.step = currentStep(); // somebody began before the draft was found
  else if (Date.now() - draft.keptAt > RED_FLAGS_HOLD) askRedFlagsAgain(draft);
  return { ...draft, day };
}

// What was just answered stands; a tick is added to those that were just made.
const isStillOpen = ([name]) =>
  name === "symptoms" || !answered.has(name === "red_flags" ? "red_flag_answer" : name);

function askRedFlagsAgain(draft) {
  form.querySelector('[name="red_flag_answer"][value="no"]').checked = false;
  draft.step = 1;
}

function fillIn(fields) {
  for (const [name, value, isChoice] of fields) {
    if (!isChoice) {
      const field = form.elements[name];
      if (field && "value" in field && field.type !== undefined) field.value = value;
    } else {
      const choice = form.querySelector(`[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`);
      if (choice) choice.checked = true;
    }
  }
  const folded = form.querySelector(".something-else");
  if (folded?.querySelector(".tick > input:checked")) folded.open = true;
}

export async function startAgain() {
  isOver = true;
  await removeDraft(diary, form.elements.day.value).catch(() => {});
  location.reload();
}
