// Says when the board stops being true, and moves along its rows by keyboard.

const STALE_AFTER = 45_000; // milliseconds: two polls missed
const CHECK_EVERY = 5_000;
const stale = document.getElementById("stale");
let updatedAt = Date.now();

const show = (isStale) => {
  if (stale.hidden === isStale) stale.hidden = !isStale;
};

document.body.addEventListener("htmx:beforeSwap", (event) => {
  // A sign-in page or an error page is an answer too, but it is no board.
  const isBoard = event.detail.xhr.status === 200 && event.detail.serverResponse.includes('id="board"');
  event.detail.shouldSwap = isBoard;
  show(!isBoard);
  if (isBoard) updatedAt = Date.now();
});
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.body.addEventListener(failure, () => show(true));
}
setInterval(() => {
  if (Date.now() - updatedAt > STALE_AFTER) show(true);
}, CHECK_EVERY);

// j and k step from row to row, c claims, o opens; only while something in a row has the focus.
const links = () => [...document.querySelectorAll("[data-row] .who")];

const step = (row, by) => {
  const all = links();
  all[all.indexOf(row.querySelector(".who")) + by]?.focus();
};

const keys = {
  j: (row) => step(row, 1),
  k: (row) => step(row, -1),
  c: (row) => row.querySelector("form button")?.click(),
  o: (row) => row.querySelector(".who").click(),
};

document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("[data-row]");
  const act = keys[event.key];
  if (!row || !act || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act(row);
});
