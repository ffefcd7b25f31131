// Forms that ask the device for a passkey: data-passkey="create" makes one, "get" shows one. The options stand in the
// page, or are fetched when they are needed; the answer goes with the form.

const bytes = (text) => {
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
};

const text = (buffer) => {
  let binary = "";
  for (const each of new Uint8Array(buffer)) binary += String.fromCharCode(each);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
};

const withBytes = (credential) => ({ ...credential, id: bytes(credential.id) });

// What the server wrote as text, as the browser takes it.
function readable({ publicKey }) {
  const options = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (options.user) options.user = { ...options.user, id: bytes(options.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (options[list]) options[list] = options[list].map(withBytes);
  }
  return { publicKey: options };
}

// What the device answered, as text. Parts that this answer does not have are left out.
function writable(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const has = parts.filter((part) => response[part]);
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      ...Object.fromEntries(has.map((part) => [part, text(response[part])])),
      transports: response.getTransports?.(),
    },
  };
}

async function optionsFor(form) {
  const inPage = document.getElementById("passkey-options");
  if (!form.dataset.optionsFrom) return JSON.parse(inPage.textContent);
  const answer = await fetch(form.dataset.optionsFrom, { headers: { Accept: "application/json" } });
  return (await answer.json()).request_options;
}

async function ask(form) {
  const options = readable(await optionsFor(form));
  return form.dataset.passkey === "create"
    ? navigator.credentials.create(options)
    : navigator.credentials.get(options);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const failed = form.querySelector("[data-passkey-failed]");
  const button = form.querySelector("button");
  if (window.PublicKeyCredential) form.hidden = false;
  else {
    form.querySelector("[data-no-passkeys]").hidden = false;
    button.disabled = true;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    button.disabled = true;
    try {
      form.elements.credential.value = JSON.stringify(writable(await ask(form)));
    } catch {
      failed.hidden = false; // stopped by the person, timed out, or there is none
      button.disabled = false;
      return;
    }
    form.submit();
  });
}
