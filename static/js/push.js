// Signs this browser up for push messages. The server is told by a plain form, and answers with a page.

import { WORKER } from "./trusted/sidelight.js";

const part = document.getElementById("push");
const form = part.querySelector("form");
const button = form.querySelector("button");

// One of: no-script, unsupported, denied, failed, ready, here.
function say(state) {
  for (const each of part.querySelectorAll("[data-state]")) {
    each.hidden = !each.dataset.state.split(" ").includes(state);
  }
}

const isSupported = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

async function subscriptionOfThisBrowser() {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return registration?.pushManager.getSubscription();
}

function deviceOf(subscription) {
  const devices = [...document.querySelectorAll("[data-endpoint]")];
  return subscription && devices.find((each) => each.dataset.endpoint === subscription.endpoint);
}

async function look() {
  if (!isSupported) return say("unsupported");
  const device = deviceOf(await subscriptionOfThisBrowser());
  if (device) device.querySelector(".tag").hidden = false;
  if (Notification.permission === "denied") return say("denied");
  say(device ? "here" : "ready");
}

async function subscribe() {
  await navigator.serviceWorker.register(WORKER, { scope: "/" });
  const registration = await navigator.serviceWorker.ready;
  // An old subscription may be to a key that the server has no more.
  await (await registration.pushManager.getSubscription())?.unsubscribe();
  return registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: part.dataset.key,
  });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  try {
    if ((await Notification.requestPermission()) !== "granted") return say("denied");
    const { endpoint, keys } = (await subscribe()).toJSON();
    form.elements.endpoint.value = endpoint;
    form.elements.p256dh.value = keys.p256dh;
    form.elements.auth.value = keys.auth;
    form.submit();
  } catch {
    say("failed");
  } finally {
    button.disabled = false;
  }
});

look();
