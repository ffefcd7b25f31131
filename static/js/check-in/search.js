// Finds a symptom in the folded list by plain words.

import { form } from "./form.js";

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
