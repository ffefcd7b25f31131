// Moves along the rows of a list by keyboard: j and k step; other keys press what a row names with data-key.

const rows = () => [...document.querySelectorAll("[data-row]")];
const focusIn = (row) => row?.querySelector(".who").focus();

const step = (row, by) => {
  const all = rows();
  focusIn(row ? all[all.indexOf(row) + by] : all[0]);
};

const isTyping = (target) => target.matches?.("input:not([type=checkbox]), textarea, select");

document.addEventListener("keydown", (event) => {
  if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  const row = event.target.closest?.("[data-row]");
  if (event.key === "j" || event.key === "k") {
    event.preventDefault();
    step(row, event.key === "j" ? 1 : -1);
    return;
  }
  const pressed = row && /^[a-z]$/.test(event.key) && row.querySelector(`[data-key="${event.key}"]`);
  if (!pressed) return;
  event.preventDefault();
  pressed.click();
});
