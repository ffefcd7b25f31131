// Django's admin makes parts of its pages of text, by jQuery. It may, where that text holds nothing that runs.
// No module: it has to be there before the admin's own scripts.

(() => {
  if (!globalThis.trustedTypes) return;
  const apart = trustedTypes.createPolicy("sidelight-admin", { createHTML: (html) => html });
  const RUNS = "script, iframe, frame, object, embed, base";
  const runs = (attribute) => /^on/i.test(attribute.name) || /^\s*(javascript|data):/i.test(attribute.value);

  function isInert(html) {
    const parsed = new DOMParser().parseFromString(apart.createHTML(`<template>${html}</template>`), "text/html");
    const found = [...parsed.querySelectorAll("*")].flatMap((each) => [...(each.content?.querySelectorAll("*") ?? [each])]);
    return !found.some((each) => each.matches(RUNS) || [...each.attributes].some(runs));
  }

  trustedTypes.createPolicy("default", { createHTML: (html) => (isInert(html) ? html : null) });
})();
