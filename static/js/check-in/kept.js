// A page that this phone kept may be days old: its days are made anew, by the patient's own clock.

import { form } from "./form.js";
import { today } from "./today.js";

const A_DAY = 24 * 60 * 60 * 1000; // milliseconds

if (form.dataset.kept) {
  const now = Date.parse(today(form.dataset.zone));
  const language = document.documentElement.lang;
  const written = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", timeZone: "UTC" });
  const weekday = new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" });
  for (const [ago, option] of [...form.elements.day.options].entries()) {
    const day = new Date(now - ago * A_DAY);
    const name = option.dataset.name || weekday.format(day);
    option.value = day.toISOString().slice(0, 10);
    option.textContent = `${name}, ${written.format(day)}`;
  }
  form.elements.day.selectedIndex = 0;
  form.dataset.day = form.elements.day.value;
}
