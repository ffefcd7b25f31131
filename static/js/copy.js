// Puts the hand-over's text where it can be pasted. Without a clipboard the text is shown, selected.

const text = document.getElementById("as-text");
const button = document.getElementById("copy");
button.hidden = false;

const select = () => {
  text.closest("details").open = true;
  text.focus();
  text.select();
};

button.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(text.value);
    document.getElementById("messages").textContent = button.dataset.said;
    button.textContent = button.dataset.said;
  } catch {
    select();
  }
});
