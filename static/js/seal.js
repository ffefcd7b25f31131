// Seals to the server's public key: what is sealed can be opened there and nowhere else, not even on this
// phone. tracker/offline/seal.py is the other half.

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const text = new TextEncoder();

const bytes = (base64) => Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));

function base64(buffer) {
  let binary = "";
  for (const each of new Uint8Array(buffer)) binary += String.fromCharCode(each);
  return btoa(binary);
}

// `key` is { id, point }: whose key it is, and the point in base64.
export async function seal(plain, key) {
  const theirs = await crypto.subtle.importKey("raw", bytes(key.point), CURVE, false, []);
  const own = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, own.privateKey, 256);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const cipher = { name: "AES-GCM", iv: nonce, additionalData: text.encode(key.id) };
  const sealed = await crypto.subtle.encrypt(cipher, await derived(shared), text.encode(JSON.stringify(plain)));
  return {
    key: key.id,
    from: base64(await crypto.subtle.exportKey("raw", own.publicKey)),
    nonce: base64(nonce),
    text: base64(sealed),
  };
}

async function derived(shared) {
  const secret = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: text.encode("sidelight report 1") };
  return crypto.subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
}
