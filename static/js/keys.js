// Single keys that do something, from anywhere on a page but where somebody writes, and steps from row to row.

const WRITES = "input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select, [contenteditable]";

/* `act` is given the key and where it was pressed; it says whether it did anything. */
export const onKey = (act) => {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest?.(WRITES)) return;
    if (act(event.key, event.target)) event.preventDefault();
  });
};

/* To the row that is so many further; to the first from none. */
export const step = (row, by) => {
  const names = [...document.querySelectorAll("[data-row] .who")];
  const place = row ? names.indexOf(row.querySelector(".who")) + by : 0;
  names[Math.min(Math.max(place, 0), names.length - 1)]?.focus();
};
