// What will be sent, in words, on the last step.

import { form, saysYes, ticks } from "./form.js";
import { openAt } from "./steps.js";

const summary = form.querySelector(".summary");
const OTHER_WRITING = /[/\\\p{L}]/u; // a unit of their own, or two numbers in one box: the server reads those

const boxesOf = (part) => [...part.querySelectorAll("input[data-unit]")];
const isFilled = (box) => box.value.trim() !== "";

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

function isOdd(input) {
  const text = input.value.trim();
  if (!/\d/.test(text)) return true;
  const value = Number(text.replace(",", "."));
  return !OTHER_WRITING.test(text) && !(value >= input.dataset.lowest && value <= input.dataset.highest);
}

function chosenUnit(input) {
  if (OTHER_WRITING.test(input.value)) return "";
  const unit = form.querySelector(`[name="${input.name}_unit"]:checked`);
  return unit ? unit.nextElementSibling.textContent : input.dataset.unit;
}

// Whoever had none of the symptoms was led past the boxes: the way back to each is a tap. Who reports once more
// today is not asked again.
function leftEmpty(readings) {
  const item = line(summary.dataset.empty, " ");
  for (const reading of readings) {
    const link = document.createElement("a");
    const [box] = boxesOf(reading);
    link.href = `#${box.id}`;
    link.textContent = reading.dataset.asked;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      openAt(box);
    });
    item.append(link);
  }
  item.className = "left-empty";
  return item;
}

export function summarise() {
  const redFlags = [...form.querySelectorAll('[name="red_flags"]:checked')].map((tick) =>
    line(tick.nextElementSibling.textContent));
  const saidYes = saysYes();
  const readings = boxesOf(form).filter(isFilled);
  const missing = [...form.querySelectorAll("[data-asked]")].filter((reading) => !boxesOf(reading).some(isFilled));
  const note = form.elements.note.value.trim();
  const ticked = ticks();
  const list = document.createElement("ul");
  list.append(
    ...(saidYes && !redFlags.length ? [line(summary.dataset.redFlag)] : redFlags),
    ...ticked.map(describe),
    line(ticked.length || saidYes ? summary.dataset.else : summary.dataset.none),
    ...readings.map(typed),
    ...(missing.length ? [leftEmpty(missing)] : []),
    ...(note ? [line(summary.dataset.note, note)] : []),
  );
  summary.replaceChildren(list);
}
