"""The pictures that a page may show. Whatever is not one of them is read as its alternative text."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

DRAWINGS = "drawings/"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SIZE = re.compile(r'viewBox="0 0 (\d+) (\d+)"')


@dataclass(frozen=True, slots=True)
class Picture:
    """`size` is width and height in pixels, where they are known: the text does not jump when it comes."""

    url: str
    size: tuple[str, str] | None = None


def picture(address: str) -> Picture | None:
    """What an address in a page stands for, such as `drawing:cuff`; None if it is nothing of ours."""
    kind, _, name = address.partition(":")
    resolve = KINDS.get(kind)
    return resolve(name) if resolve else None


def is_ours(url: str) -> bool:
    """Whether a picture's address leads to a place that we serve pictures from."""
    return any(url.startswith(place()) for place in PLACES)


def _drawing(name: str) -> Picture | None:
    """One of the drawings that come with Sidelight: `static/drawings/<name>.svg`."""
    size = _drawings().get(name)
    return Picture(static(f"{DRAWINGS}{name}.svg"), size) if size else None


@cache
def _drawings() -> dict[str, tuple[str, str]]:
    """The name and size of each; what comes to the folder later is there after a restart."""
    sizes = {}
    for path in (Path(settings.BASE_DIR) / "static" / DRAWINGS).glob("*.svg"):
        size = _SIZE.search(path.read_text("utf-8"))
        if size and _NAME.fullmatch(path.stem):
            sizes[path.stem] = (size[1], size[2])
    return sizes


KINDS: Mapping[str, Callable[[str], Picture | None]] = {"drawing": _drawing}
PLACES: tuple[Callable[[], str], ...] = (lambda: static(DRAWINGS),)
