// Keeps what was filled in, in this tab, until the report is sent.

import { form, isCorrection } from "./form.js";
import { currentStep } from "./steps.js";

const draftKey = `sidelight-draft-${form.dataset.draft}`;
const isKept = (field) => field.name && !["csrfmiddlewaretoken", "asked", "reported_at"].includes(field.name);

export function keepDraft() {
  if (isCorrection) return;
  const fields = [...form.elements].filter(isKept).map((field) => {
    const isChoice = field.type === "checkbox" || field.type === "radio";
    return isChoice ? (field.checked ? [field.name, field.value, true] : null) : [field.name, field.value, false];
  });
  const draft = { day: form.dataset.day, step: currentStep(), fields: fields.filter(Boolean) };
  try {
    sessionStorage.setItem(draftKey, JSON.stringify(draft));
  } catch {
    // A full or forbidden store: the page works without a draft.
  }
}

export function readDraft() {
  try {
    const draft = JSON.parse(sessionStorage.getItem(draftKey));
    return draft?.day === form.dataset.day ? draft : null; // yesterday's draft would answer another question
  } catch {
    return null;
  }
}

export function fillIn(draft) {
  for (const [name, value, isChoice] of draft.fields) {
    if (!isChoice) {
      const field = form.elements[name];
      if (field && "value" in field && field.type !== undefined) field.value = value;
    } else {
      const choice = form.querySelector(`[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`);
      if (choice) choice.checked = true;
    }
  }
}
