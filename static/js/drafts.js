// Drafts on this phone, one for each diary and day, under a key that no script can read out: nothing is readable where
// they lie. Where there is no WebCrypto, or no room, there is no draft, and the page works.

import * as store from "./store.js";

const OLDEST = 72 * 60 * 60 * 1000; // milliseconds: no day is accepted for longer
const CIPHER = "AES-GCM";
const text = new TextEncoder();

let key; // asked for once a page

async function findKey() {
  const kept = await store.get("keys", "drafts");
  if (kept) return kept;
  const made = await crypto.subtle.generateKey({ name: CIPHER, length: 256 }, false, ["encrypt", "decrypt"]);
  // Another tab may have been quicker.
  return store.add("keys", "drafts", made).then(() => made, () => store.get("keys", "drafts"));
}

function sealingKey() {
  key ??= findKey();
  key.catch(() => (key = undefined));
  return key;
}

const place = (diary, day) => `${diary} ${day}`;

// Bound to its diary and day: laid under another one, it does not open.
const cipher = (at, iv) => ({ name: CIPHER, iv, additionalData: text.encode(at) });

export async function seal(diary, day, draft) {
  const at = place(diary, day);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = text.encode(JSON.stringify(draft));
  const sealed = await crypto.subtle.encrypt(cipher(at, iv), await sealingKey(), plain);
  return { at, keptAt: Date.now(), iv, sealed };
}

export const keep = ({ at, ...sealed }) => store.put("drafts", at, sealed);

export const readDraft = (diary, day) => read(place(diary, day));

async function read(at) {
  const kept = await store.get("drafts", at);
  if (!kept) return null;
  try {
    const plain = await crypto.subtle.decrypt(cipher(at, kept.iv), await sealingKey(), kept.sealed);
    return { ...JSON.parse(new TextDecoder().decode(plain)), keptAt: kept.keptAt };
  } catch {
    await store.remove("drafts", at); // the key is gone: nobody will ever read it
    return null;
  }
}

export const removeDraft = (diary, day) => store.remove("drafts", place(diary, day));

export async function removeDraftsOf(diary, ids) {
  for (const at of await store.keys("drafts")) {
    const draft = at.startsWith(`${diary} `) ? await read(at) : null;
    if (draft && ids.includes(draft.id)) await store.remove("drafts", at);
  }
}

// This diary's of other than these days, and whatever is old of anybody else who wrote on this phone.
export async function removeOldDrafts(diary, days) {
  const stand = days.map((day) => place(diary, day));
  for (const at of await store.keys("drafts")) {
    const { keptAt } = (await store.get("drafts", at)) ?? {};
    const isPast = at.startsWith(`${diary} `) && !stand.includes(at);
    if (isPast || Date.now() - keptAt > OLDEST) await store.remove("drafts", at);
  }
}

export async function removeAllDrafts() {
  key = undefined;
  await store.clear("drafts");
  await store.remove("keys", "drafts");
}
