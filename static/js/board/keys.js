// The keys of the board, and the list of them.

import { onKey } from "../keys.js";

const help = document.getElementById("keys");

export const showHelp = () => help.showModal();

export const listen = (keys) => {
  onKey((key) => {
    const act = help.open ? undefined : keys[key];
    act?.();
    return Boolean(act);
  });
  for (const button of document.querySelectorAll("[data-help]")) {
    button.hidden = false;
    button.addEventListener("click", showHelp);
  }
};
