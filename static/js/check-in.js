// Turns the long check-in page into three steps, and keeps a draft in this tab until the report is sent.
// Without this module the same form is one page that works.

const form = document.querySelector("form.check-in");
const steps = [...form.querySelectorAll(".step")];
const draftKey = `sidelight-draft-${form.dataset.draft}`;
const isCorrection = new URLSearchParams(location.search).has("correct");
const hasErrors = form.querySelector(".error-summary") !== null;
const ticks = () => [...form.querySelectorAll(".tick-row > .tick > input:checked")];
let current = 1;

// --- Steps ----------------------------------------------------------------------------------------------------

function show(number, { focus = true } = {}) {
  current = number;
  for (const step of steps) step.hidden = Number(step.dataset.step) !== number;
  if (number === 3) summarise();
  if (!focus) return;
  steps[number - 1].querySelector("h2").focus();
  scrollTo(0, 0);
}

function go(number) {
  history.pushState({ step: number }, "");
  show(number);
  keepDraft();
}

addEventListener("popstate", (event) => show(event.state?.step ?? 1));

function answerRedFlags(answer) {
  form.querySelector(`[name="red_flag_answer"][value="${answer}"]`).checked = true;
  showRedFlagButtons();
  if (answer === "yes") {
    form.querySelector("#call-now").focus();
  } else {
    for (const tick of form.querySelectorAll('[name="red_flags"]:checked')) tick.checked = false;
    go(2);
  }
  keepDraft();
}

// Once somebody has said yes, the panel's own buttons lead on.
function showRedFlagButtons() {
  const saidYes = form.querySelector('[name="red_flag_answer"][value="yes"]').checked;
  form.querySelector('[data-for="red-flags"]').hidden = saidYes;
}

// "None of these" must never send a tick that is still there.
function showNoneButton() {
  form.querySelector('[data-for="none"]').hidden = ticks().length > 0;
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.answer) answerRedFlags(button.dataset.answer);
  if (button.dataset.go) go(Number(button.dataset.go));
  if ("back" in button.dataset) history.state?.step ? history.back() : show(current - 1);
});

// The error summary's links lead to fields that may be on another step.
document.querySelector(".error-summary")?.addEventListener("click", (event) => {
  const id = event.target.closest("a")?.hash.slice(1);
  const field = id && document.getElementById(id);
  if (!field?.closest(".step")) return;
  event.preventDefault();
  openAt(field);
});

// Where a link leads to: the step, whatever is folded around it, the field.
function openAt(field) {
  show(Number(field.closest(".step").dataset.step), { focus: false });
  const folded = field.closest("details");
  if (folded) folded.open = true;
  field.focus();
  field.scrollIntoView({ block: "center" });
}

// --- What will be sent ----------------------------------------------------------------------------------------

function line(what, how) {
  const item = document.createElement("li");
  const name = document.createElement("b");
  name.textContent = what;
  item.append(name, how ? `: ${how}` : "");
  return item;
}

function describe(tick) {
  const row = tick.closest(".tick-row");
  const chosen = [...row.querySelectorAll(".tick-detail input:checked")];
  const words = chosen.map((input) => input.nextElementSibling.textContent.toLowerCase()).join(", ");
  const isUndescribed = row.querySelector(".tick-detail input") && !words;
  return line(tick.nextElementSibling.textContent, isUndescribed ? summary.dataset.undescribed : words);
}

// As it was typed; with the answer to our question beside it, and a word where we could not read it.
function typed(input) {
  const label = form.querySelector(`label[for="${input.id}"]`).firstChild.textContent;
  const answer = input.closest(".reading")?.querySelector('[name^="confirm_"]:checked');
  const unit = answer ? "" : chosenUnit(input);
  const beside = [answer?.nextElementSibling.textContent, isOdd(input) && summary.dataset.odd].filter(Boolean);
  return line(label, [`${input.value.trim()} ${unit}`.trim(), ...beside].join(" · "));
}

const OTHER_WRITING = /[/\\\p{L}]/u; // a unit of their own, or two numbers in one box: the server reads those

function isOdd(input) {
  const text = input.value.trim();
  if (!/\d/.test(text)) return true;
  const value = Number(text.replace(",", "."));
  return !OTHER_WRITING.test(text) && !(value >= input.dataset.lowest && value <= input.dataset.highest);
}

function chosenUnit(input) {
  if (OTHER_WRITING.test(input.value)) return "";
  if (input.name !== "temperature") return input.dataset.unit ?? "";
  const unit = form.querySelector('[name="temperature_unit"]:checked');
  return unit ? unit.nextElementSibling.textContent : input.dataset.unit;
}

const summary = form.querySelector(".summary");

function summarise() {
  const redFlags = [...form.querySelectorAll('[name="red_flags"]:checked')].map((tick) =>
    line(tick.nextElementSibling.textContent));
  const saidYes = form.querySelector('[name="red_flag_answer"][value="yes"]').checked;
  const readings = [...form.querySelectorAll(".readings input[data-unit]")].filter((input) => input.value.trim());
  const note = form.elements.note.value.trim();
  const ticked = ticks();
  const list = document.createElement("ul");
  list.append(
    ...(saidYes && !redFlags.length ? [line(summary.dataset.redFlag)] : redFlags),
    ...ticked.map(describe),
    line(ticked.length || saidYes ? summary.dataset.else : summary.dataset.none),
    ...readings.map(typed),
    ...(note ? [line(summary.dataset.note, note)] : []),
  );
  summary.replaceChildren(list);
}

// --- The tick list --------------------------------------------------------------------------------------------

form.addEventListener("change", (event) => {
  const row = event.target.closest(".tick-row");
  if (row && event.target.type === "checkbox" && !event.target.checked) {
    for (const answer of row.querySelectorAll(".tick-detail input:checked")) answer.checked = false;
  }
  showNoneButton();
  showRedFlagButtons();
});

const find = form.querySelector("#id_find");
const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");

find?.addEventListener("input", () => {
  const words = plain(find.value).split(/\s+/).filter(Boolean);
  let found = 0;
  for (const row of form.querySelectorAll(".something-else .tick-row")) {
    const text = plain(row.dataset.words);
    const isTicked = row.querySelector(".tick > input").checked;
    row.hidden = !isTicked && !words.every((word) => text.includes(word));
    if (!row.hidden) found += 1;
  }
  form.querySelector(".nothing-found").hidden = found > 0;
});

find?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault(); // looking for a word must not send the report
});

// --- The draft ------------------------------------------------------------------------------------------------

const isKept = (field) => field.name && !["csrfmiddlewaretoken", "asked", "reported_at"].includes(field.name);

function keepDraft() {
  if (isCorrection || !form.dataset.draft) return; // nothing of a report by phone stays in a nurse's browser
  const fields = [...form.elements].filter(isKept).map((field) => {
    const isChoice = field.type === "checkbox" || field.type === "radio";
    return isChoice ? (field.checked ? [field.name, field.value, true] : null) : [field.name, field.value, false];
  });
  const draft = { day: form.dataset.day, step: current, fields: fields.filter(Boolean) };
  try {
    sessionStorage.setItem(draftKey, JSON.stringify(draft));
  } catch {
    // A full or forbidden store: the page works without a draft.
  }
}

function readDraft() {
  if (!form.dataset.draft) return null;
  try {
    const draft = JSON.parse(sessionStorage.getItem(draftKey));
    return draft?.day === form.dataset.day ? draft : null; // yesterday's draft would answer another question
  } catch {
    return null;
  }
}

function fillIn(draft) {
  for (const [name, value, isChoice] of draft.fields) {
    if (!isChoice) {
      const field = form.elements[name];
      if (field && "value" in field && field.type !== undefined) field.value = value;
    } else {
      const choice = form.querySelector(`[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`);
      if (choice) choice.checked = true;
    }
  }
}

form.addEventListener("input", keepDraft);

form.addEventListener("submit", (event) => {
  // The browser's Enter key in a box means "go on", not "send".
  if (current < 3 && !event.submitter?.matches('.red-flag-yes [type="submit"]')) {
    event.preventDefault();
    go(current + 1);
    return;
  }
  keepDraft(); // with the id: if the network drops, sending again is the same report
  form.elements.reported_at.value = new Date().toISOString();
});

// --- Begin ----------------------------------------------------------------------------------------------------

function begin() {
  form.classList.add("stepped");
  for (const part of form.querySelectorAll(".for-script, .find")) part.hidden = false;
  const draft = hasErrors || isCorrection ? null : readDraft();
  if (draft) fillIn(draft);
  else if (!hasErrors && !isCorrection) form.elements.id.value = crypto.randomUUID?.() ?? form.elements.id.value;
  showNoneButton();
  showRedFlagButtons();
  const wrong = form.querySelector(".step .has-error, .step .error")?.closest(".step");
  show(wrong ? Number(wrong.dataset.step) : draft?.step ?? 1, { focus: false });
  const wanted = location.hash && document.getElementById(location.hash.slice(1));
  if (wanted && isCorrection && !hasErrors) openAt(wanted);
}

begin();
