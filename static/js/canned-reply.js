// A reply that is at hand goes into the box as soon as it is chosen, after what was typed. Without this module a button
// does it.

for (const form of document.querySelectorAll("form.reply")) {
  const choice = form.elements.canned;
  if (!choice) continue;
  form.querySelector('button[name="fill"]').hidden = true;
  choice.addEventListener("change", () => {
    const { words } = choice.selectedOptions[0].dataset;
    if (!words) return;
    const box = form.elements.body;
    box.value = [box.value.trim(), words].filter(Boolean).join("\n");
    choice.value = "";
    box.focus();
  });
}
