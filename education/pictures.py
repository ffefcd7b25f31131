"""The pictures that a page may show. Whatever is not one of them is read as its alternative text."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

from education.languages import page_language
from education.models import Image

DRAWINGS = "drawings/"
UPLOADS = "/library/images/"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SIZE = re.compile(r'viewBox="0 0 (\d+) (\d+)"')


@dataclass(frozen=True, slots=True)
class Picture:
    """`size` is width and height in pixels, where they are known: the text does not jump when it comes."""

    url: str
    size: tuple[str, str] | None = None
    alt: str = ""
    """What it shows, where whoever put it into a page did not say."""
    can_wait: bool = True
    """It is fetched when it comes into sight; a small one comes at once, and so is on paper in any case."""


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
    return Picture(static(f"{DRAWINGS}{name}.svg"), size, can_wait=False) if size else None


@cache
def _drawings() -> dict[str, tuple[str, str]]:
    """The name and size of each; what comes to the folder later is there after a restart."""
    sizes = {}
    for path in (Path(settings.BASE_DIR) / "static" / DRAWINGS).glob("*.svg"):
        size = _SIZE.search(path.read_text("utf-8"))
        if size and _NAME.fullmatch(path.stem):
            sizes[path.stem] = (size[1], size[2])
    return sizes


def _upload(name: str) -> Picture | None:
    """One that an editor has brought in, with what it shows in the reader's language."""
    image = Image.objects.without_bytes().filter(name=name).first() if _NAME.fullmatch(name) else None
    if image is None:
        return None
    size = (str(image.width), str(image.height))
    return Picture(image.get_absolute_url(), size, image.alt(page_language()))


KINDS: Mapping[str, Callable[[str], Picture | None]] = {"drawing": _drawing, "image": _upload}
PLACES: tuple[Callable[[], str], ...] = (lambda: static(DRAWINGS), lambda: UPLOADS)
