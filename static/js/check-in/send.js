// The one way out of the page for a report that is ready. It is kept on this phone first, sealed, and sent
// second; what the page says follows from what is known: sent, or saved on this phone and not sent.

import { removeDraftsOf } from "../drafts.js";
import * as outbox from "../outbox.js";
import { after, within } from "../patience.js";
import { seal } from "../seal.js";
import { saved, sending } from "./saved.js";
import { today } from "./today.js";

const PATIENCE = 15_000; // milliseconds
const ASKS = [200, 409]; // the form with its questions; the page of who has left
const LONGEST_NOTE = 20_000; // characters, as on the server
const A_DAY = 24 * 60 * 60 * 1000; // milliseconds
const KEPT_WITHIN = 3_000; // milliseconds: a store that does not answer holds up no report

const openedOn = today(document.querySelector("form.check-in").dataset.zone);

export async function send(form) {
  form.elements.reported_at.value = new Date().toISOString();
  // Nothing of a report by phone stays in a nurse's browser.
  if (!form.dataset.draft) return form.submit();
  sending(true);
  const id = form.elements.id.value;
  const isKept = await within(KEPT_WITHIN, keep(form), false); // no WebCrypto, no room, a private window
  // A page that this phone kept has no session to speak of; the token is good.
  const answer = form.dataset.kept && isKept ? null : await outbox.alone(() => post(form, id));
  if (answer?.asks) return form.submit(); // once more, so that its questions come as a page
  // With the server, or kept for sending, it is a draft no more.
  if (answer?.page || isKept) await within(KEPT_WITHIN, removeDraftsOf(form.dataset.draft, [id]));
  if (answer?.page) return location.assign(answer.page);
  sending(false);
  saved(id, isKept);
  return outbox.sendAll(form.elements.csrfmiddlewaretoken?.value);
}

async function keep(form) {
  const { draft, diary, keyId, keyPoint } = form.dataset;
  const plain = {
    diary,
    fields: fieldsOf(form),
    days_back: daysBack(form),
    reported_at: form.elements.reported_at.value,
  };
  await outbox.keep(form.elements.id.value, draft, await seal(plain, { id: keyId, point: keyPoint }));
  return true;
}

function fieldsOf(form) {
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  return fields.map(([name, value]) => [name, name === "note" ? value.slice(0, LONGEST_NOTE) : value]);
}

// As many as stand between the chosen day and the first in the list, and as have gone by since the page was
// opened. Of the phone's clock only that difference counts: it may be days off.
function daysBack(form) {
  const since = Math.round((Date.parse(today(form.dataset.zone)) - Date.parse(openedOn)) / A_DAY);
  return form.elements.day.selectedIndex + Math.max(0, since);
}

// { page } when it is with the server, { asks } when the form comes back, null when nobody knows.
async function post(form, id) {
  try {
    const headers = { Accept: "application/json" };
    const body = new URLSearchParams(new FormData(form));
    const signal = after(PATIENCE);
    const answer = await fetch(location.href, { method: "POST", headers, body, signal });
    const told = answer.status === 201 ? await answer.json() : null;
    const asks = ASKS.includes(answer.status) && !answer.redirected;
    if (told || asks) await outbox.drop(id).catch(() => {});
    return told ?? (asks ? { asks } : null);
  } catch {
    return null;
  }
}
