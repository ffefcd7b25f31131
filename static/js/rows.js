// Moves along the rows of a list by keyboard: j and k step; other keys press what a row names with data-key.

import { onKey, step } from "./keys.js";

onKey((key, target) => {
  const row = target.closest?.("[data-row]");
  if (key === "j" || key === "k") {
    step(row, key === "j" ? 1 : -1);
    return true;
  }
  const named = row && /^[a-z]$/.test(key) && row.querySelector(`[data-key="${key}"]`);
  named?.click();
  return Boolean(named);
});
