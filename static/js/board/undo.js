// The offer to take back what was just done goes away when its seconds are over.

const form = document.getElementById("undo");

export const undo = () => {
  if (form && !form.hidden) form.requestSubmit();
};

export const offerUndo = () => {
  if (!form) return;
  setTimeout(() => {
    form.hidden = true;
  }, Number(form.dataset.seconds) * 1_000);
};
