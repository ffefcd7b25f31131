// Shows what is typed as readers will see it, a little after the last key. The server renders it and keeps nothing.

import { apart } from "../trusted/sidelight.js";

const PAUSE = 600; // milliseconds
const DESK = 1024; // pixels

export function startPreview(live, form) {
  const around = live.querySelector(".frame");
  const frame = document.createElement("iframe");
  frame.title = around.dataset.title;
  frame.sandbox = "allow-same-origin"; // and no script, whatever was typed
  around.append(frame);
  const reads = live.querySelector(".reads");
  const marks = startMarks(form, !live.dataset.page);
  const language = live.querySelector("[data-language]");
  let timer;
  let asked = 0;

  const show = (html) => {
    const at = frame.contentWindow?.scrollY ?? 0;
    frame.addEventListener(
      "load",
      () => {
        frame.contentWindow.scrollTo(0, at);
        // A link would lead out of the preview, to a page that refuses to stand in a frame.
        for (const link of frame.contentDocument.links) link.removeAttribute("href");
      },
      { once: true },
    );
    frame.srcdoc = apart(html);
  };

  const ask = async () => {
    const mine = ++asked;
    const typed = new FormData(form);
    typed.set("language", language.value);
    if (live.dataset.page) typed.set("page", live.dataset.page);
    if (live.dataset.edition) typed.set("edition", live.dataset.edition);
    try {
      const answer = await fetch(live.dataset.url, { method: "POST", body: typed });
      if (mine !== asked) return;
      const isSignedOut = answer.redirected || answer.status === 403; // or signed in once more, in another window
      if (isSignedOut || answer.status === 401) {
        reads.textContent = isSignedOut ? live.dataset.signedOut : live.dataset.timeIsUp;
        reads.classList.add("hard");
      }
      if (!answer.ok || answer.redirected) return;
      const told = await answer.json();
      if (mine !== asked) return; // a newer question is under way
      show(told.html);
      reads.textContent = told.reads[language.value].text;
      reads.classList.toggle("hard", told.reads[language.value].is_hard);
      marks.show(told.objections);
    } catch {
      // Without a network there is no preview; what is typed is still here.
    }
  };

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  };

  const fit = () => {
    around.style.setProperty("--scale", String(Math.min(1, around.clientWidth / DESK)));
  };

  for (const button of live.querySelectorAll("[data-width]")) {
    button.addEventListener("click", () => {
      around.className = `frame ${button.dataset.width}`;
      for (const each of live.querySelectorAll("[data-width]")) {
        each.setAttribute("aria-pressed", String(each === button));
      }
      fit();
    });
  }
  language.addEventListener("change", ask);
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  // Who writes in a language looks at that language.
  form.addEventListener("focusin", ({ target }) => {
    const [part, code] = (target.name ?? "").split(".");
    const wanted = part === "translations" ? code : "en";
    if (target.name && target.type !== "hidden" && wanted !== language.value) {
      language.value = wanted;
      soon();
    }
  });

  live.hidden = false;
  new ResizeObserver(fit).observe(around);
  ask();
}

// What stands in the way, beside the field that it is about. The list at the top is of what was saved. On a new page
// a field says what it lacks once somebody has been there.
function startMarks(form, isNew) {
  const visited = new Set();
  let told = [];

  const mark = () => {
    for (const old of form.querySelectorAll(".as-typed")) old.remove();
    for (const { field, text, blocks } of told) {
      const input = field && document.getElementById(`id_${field}`);
      if (!input || (isNew && !input.value && !visited.has(input))) continue;
      const saidBefore = input.closest(".fieldBox, .form-row").querySelectorAll(".errorlist li");
      if ([...saidBefore].some((each) => each.textContent === text)) continue;
      const said = document.createElement("p");
      said.className = blocks ? "as-typed blocks" : "as-typed";
      said.textContent = text;
      input.closest(".flex-container, .form-row").append(said);
    }
  };

  form.addEventListener("focusout", ({ target }) => {
    if (!isNew || visited.has(target)) return;
    visited.add(target);
    mark();
  });

  return {
    show(objections) {
      told = objections;
      mark();
    },
  };
}
