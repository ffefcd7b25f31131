"""One page that is loaded once, in each of its looks: as wide as a phone and as a desk, light and dark."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.conftest import DESK, PHONE

NARROW = {"width": 320, "height": 640}
SIZES = (PHONE, DESK)
EVERY_SIZE = (NARROW, *SIZES)
THEMES = ("light", "dark")

type Size = dict[str, int]


@dataclass(frozen=True)
class Look:
    """How wide a page is, in CSS pixels, and which colours its reader prefers."""

    width: int
    theme: str

    def __str__(self) -> str:
        return f"{self.width} px, {self.theme}"


# A colour that is still on its way to another is neither.
_ARRIVE = "document.getAnimations().forEach((each) => each.finish())"


def looks_of(page: Any, sizes: Sequence[Size] = SIZES, themes: Sequence[str] = THEMES) -> Iterator[Look]:
    """The page as it stands, in each look in turn; then as large as it was.

    Our scripts measure nothing, so that a page which is made narrower is laid out as one that was loaded so.
    """
    before = page.viewport_size
    for size in sizes:
        page.set_viewport_size(size)
        for theme in themes:
            page.emulate_media(color_scheme=theme)
            page.evaluate(_ARRIVE)
            yield Look(size["width"], theme)
    page.set_viewport_size(before)
