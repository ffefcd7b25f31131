// Check-ins that wait on this phone, sealed, and how they go out: one after the other, by one tab at a time, by
// the token of this phone, which may do nothing else and is good after the session has ended.

import { after } from "./patience.js";
import * as store from "./store.js";

const LOCK = "sidelight-outbox";
const PATIENCE = 20_000; // milliseconds for one answer
const LOCK_PATIENCE = 5_000; // milliseconds for another tab, which may be asleep
const DEVICES = "/offline/devices/";
const channel = "BroadcastChannel" in window ? new BroadcastChannel(LOCK) : null;
const listeners = new Set();

// While one tab sends, no other does. A tab that holds the lock and does nothing holds up nobody for long: the id
// makes sending twice harmless.
export async function alone(act) {
  if (!navigator.locks) return act();
  let hasBegun = false;
  const begin = () => {
    hasBegun = true;
    return act();
  };
  try {
    return await navigator.locks.request(LOCK, { signal: after(LOCK_PATIENCE) }, begin);
  } catch (error) {
    if (hasBegun) throw error;
    return act();
  }
}

// What becomes of a check-in is told to every tab: { id, state: "sent" | "person" | "refused", page, level }.
export function onNews(listen) {
  listeners.add(listen);
}
channel?.addEventListener("message", (event) => hear(event.data));

function hear(news) {
  for (const listen of listeners) listen(news);
}

function tell(news) {
  hear(news);
  channel?.postMessage(news);
}

export const unsent = () => store.keys("outbox");

export async function keep(id, owner, sealed) {
  await store.put("outbox", id, { owner, sealed });
  navigator.storage?.persist?.().catch(() => {}); // asked for when there is something to lose
}

export const drop = (id) => store.remove("outbox", id);

// Returns how many still wait. `csrf`: with it, and a session, a phone without a token gets one.
export async function sendAll(csrf = "") {
  return alone(async () => {
    for (const id of await unsent()) {
      const item = await store.get("outbox", id);
      const token = item && ((await tokenOf(item.owner)) ?? (await askForToken(item.owner, csrf)));
      if (!item) continue;
      if (!token) tell({ id, state: "refused" });
      else if (!(await sendOne(id, item, token))) break;
    }
    return (await unsent()).length;
  });
}

// False when there is no sense in trying the next one now.
async function sendOne(id, item, token) {
  const answer = await post(item.sealed, token);
  if (!answer) return false;
  if (answer.status === 401) {
    await store.remove("device", item.owner);
    tell({ id, state: "refused" });
    return true;
  }
  const isKept = [200, 201].includes(answer.status);
  const isForAPerson = [202, 413].includes(answer.status);
  if (!isKept && !isForAPerson) return false;
  const told = await answer.json().catch(() => ({}));
  await drop(id);
  tell({ id, state: isKept ? "sent" : "person", page: told.page, level: told.level });
  return true;
}

async function post(sealed, token) {
  const { secret, sendTo } = token;
  try {
    return await fetch(sendTo, {
      method: "POST",
      headers: { Authorization: `Bearer ${secret}`, "Content-Type": "application/json" },
      body: JSON.stringify({ sealed, sent_at: new Date().toISOString() }),
      credentials: "omit",
      signal: after(PATIENCE),
    });
  } catch {
    return null;
  }
}

// An owner is a diary and, for a carer, who helps with it: the name under which drafts are kept.
const tokenOf = (owner) => store.get("device", owner);

// This phone becomes one that may send for the diary that is open; undefined where that cannot be.
export async function askForToken(owner, csrf) {
  if (!csrf) return undefined;
  try {
    const headers = { "X-CSRFToken": csrf, Accept: "application/json" };
    const body = new URLSearchParams({ for: owner });
    const answer = await fetch(DEVICES, { method: "POST", headers, body, signal: after(PATIENCE) });
    const told = answer.status === 201 ? await answer.json() : {};
    if (told.owner !== owner) return undefined;
    const token = { secret: told.token, sendTo: told.send_to };
    await store.put("device", owner, token);
    return token;
  } catch {
    return undefined;
  }
}

export async function makeSureOfToken(owner, csrf) {
  await alone(async () => (await tokenOf(owner)) ?? (await askForToken(owner, csrf)));
}
