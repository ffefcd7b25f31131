// Drafts on this phone, one for each diary, under a key that no script can read out: nothing is readable where
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

// Bound to its diary: laid under another one, it does not open.
const cipher = (diary, iv) => ({ name: CIPHER, iv, additionalData: text.encode(diary) });

export async function seal(diary, draft) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = text.encode(JSON.stringify(draft));
  const sealed = await crypto.subtle.encrypt(cipher(diary, iv), await sealingKey(), plain);
  return { keptAt: Date.now(), iv, sealed };
}

export const keep = (diary, sealed) => store.put("drafts", diary, sealed);

export async function readDraft(diary) {
  const kept = await store.get("drafts", diary);
  if (!kept) return null;
  try {
    const plain = await crypto.subtle.decrypt(cipher(diary, kept.iv), await sealingKey(), kept.sealed);
    return { ...JSON.parse(new TextDecoder().decode(plain)), keptAt: kept.keptAt };
  } catch {
    await removeDraft(diary); // the key is gone: nobody will ever read it
    return null;
  }
}

export const removeDraft = (diary) => store.remove("drafts", diary);

// Of everybody who wrote on this phone.
export async function removeOldDrafts() {
  for (const diary of await store.keys("drafts")) {
    const { keptAt } = (await store.get("drafts", diary)) ?? {};
    if (Date.now() - keptAt > OLDEST) await removeDraft(diary);
  }
}

export async function removeAllDrafts() {
  key = undefined;
  await store.clear("drafts");
  await store.remove("keys", "drafts");
}
