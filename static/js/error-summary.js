// Puts the reader in front of what there is to put right, as soon as the page is there.
document.querySelector(".error-summary")?.focus();
