// The one way out of the page for a report that is ready. It is kept on this phone first, sealed, and sent
// second; what the page says follows from what is known: sent, or saved on this phone and not sent.

import { removeDraftsOf } from "../drafts.js";
import * as outbox from "../outbox.js";
import { seal } from "../seal.js";
import { saved, sending } from "./saved.js";

const PATIENCE = 15_000; // milliseconds
const LONGEST_NOTE = 20_000; // characters, as on the server
const A_DAY = 24 * 60 * 60 * 1000; // milliseconds

export async function send(form) {
  form.elements.reported_at.value = new Date().toISOString();
  // Nothing of a report by phone stays in a nurse's browser.
  if (!form.dataset.draft) return form.submit();
  const isKept = await keep(form).catch(() => false); // no WebCrypto, no room, a private window
  if (!isKept && !form.dataset.kept) return form.submit();
  sending(true);
  const id = form.elements.id.value;
  // A page that this phone kept has no session to speak of; the token is good.
  const answer = form.dataset.kept ? null : await outbox.alone(() => post(form, id));
  if (answer?.page) return location.assign(answer.page);
  if (answer?.asks) return form.submit(); // once more, so that its questions come as a page
  sending(false);
  await removeDraftsOf(form.dataset.draft, [id]).catch(() => {}); // kept for sending, it is a draft no more
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

// By the patient's own clock; where this phone's clock makes no sense of it, as it stands in the list.
function daysBack(form) {
  const day = form.elements.day;
  const days = Math.round((Date.parse(today(form.dataset.zone)) - Date.parse(day.value)) / A_DAY);
  return days >= 0 && days <= 60 ? days : day.selectedIndex;
}

export function today(zone) {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(new Date());
}

// { page } when it is with the server, { asks } when the form comes back, null when nobody knows.
async function post(form, id) {
  try {
    const headers = { Accept: "application/json" };
    const body = new URLSearchParams(new FormData(form));
    const signal = AbortSignal.timeout(PATIENCE);
    const answer = await fetch(location.href, { method: "POST", headers, body, signal });
    const told = answer.status === 201 ? await answer.json() : null;
    const asks = answer.status === 200 && !answer.redirected;
    if (told || asks) await outbox.drop(id).catch(() => {});
    return told ?? (asks ? { asks } : null);
  } catch {
    return null;
  }
}
