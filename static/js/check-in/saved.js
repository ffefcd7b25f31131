// What the page says once a check-in is kept on this phone: not sent, and later what came of it.

import * as outbox from "../outbox.js";
import { form, saysYes } from "./form.js";

const part = document.getElementById("saved");
let own = "";
let state = "";

export function sending(isSending) {
  for (const button of form.querySelectorAll('[type="submit"]')) button.disabled = isSending;
  form.querySelector(".sending").hidden = !isSending;
}

export function saved(id, isKept) {
  own = id;
  form.hidden = true;
  part.hidden = false;
  show(isKept ? "waits" : "nowhere", { level: saysYes() ? "emergency" : "" });
  history.replaceState({}, "");
}

function show(next, { level = "", page = "" } = {}) {
  state = next;
  for (const each of part.querySelectorAll("[data-state]")) each.hidden = each.dataset.state !== state;
  if (level) part.dataset.level = level;
  for (const each of part.querySelectorAll("[data-level]")) each.hidden = each.dataset.level !== part.dataset.level;
  if (page) part.querySelector(".answer").href = page;
  part.querySelector(".while-unsent").hidden = ["sent", "person"].includes(state);
  part.querySelector(`[data-state="${state}"] h1`).focus();
  scrollTo(0, 0);
}

outbox.onNews((news) => {
  if (news.id === own && !part.hidden) show(news.state, news);
});

part.querySelector(".again").addEventListener("click", () => {
  if (state === "nowhere") form.dispatchEvent(new Event("send-again"));
  else if (own) outbox.sendAll(form.elements.csrfmiddlewaretoken?.value);
});
