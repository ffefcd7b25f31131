"""How large what can be touched is, as a browser draws it."""

from typing import Any

LEAST = 44
"""CSS pixels. WCAG 2.5.8 asks for 24; a trembling hand asks for more."""

# A link in running text is exempt (WCAG 2.5.8, inline), and so is what a press on its label reaches.
_SMALL = """(least) => {
  const seen = (element) => element.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const inSentence = (element) =>
    element.tagName === "A" && getComputedStyle(element).display.startsWith("inline")
    && !getComputedStyle(element).display.includes("flex")
    && element.parentElement.textContent.trim().length > element.textContent.trim().length;
  const target = (element) => element.labels?.length && /radio|checkbox/.test(element.type)
    ? element.closest("label") ?? element.labels[0] : element;
  const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  return [...document.querySelectorAll(controls)]
    .filter((element) => seen(element) && !element.matches(".skip-link") && !inSentence(element))
    .filter((element) => !element.closest(".demo-banner"))
    .map((element) => [target(element), target(element).getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.width < least - 0.5 || box.height < least - 0.5))
    .map(([element, box]) => {
      const words = (element.textContent || element.name).trim().slice(0, 40);
      return `${element.tagName} “${words}” ${Math.round(box.width)}×${Math.round(box.height)}`;
    });
}"""


def small_targets(page: Any) -> list[str]:
    """What can be pressed on a page and is smaller than it may be, in words; empty where all is well."""
    found: list[str] = page.evaluate(_SMALL, LEAST)
    return found
