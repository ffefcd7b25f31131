"""Pictures from outside: decoded, turned upright, made small, and written anew without what they carried.

Nothing of the file that came is kept. What goes in is JPEG, PNG or WebP, and what comes out is WebP.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from education.models.images import MOST_BYTES, Image

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES_SENT = 10_000_000
MOST_PIXELS = 40_000_000  # decoded: 160 MB; a phone's camera makes 12 million, a few 50
LONGEST_SIDE = 1600  # pixels; twice what the widest page shows
QUALITIES = (82, 70, 55)


class BadPicture(Exception):
    """A file that is not taken, with the reason as an editor may read it."""


@dataclass(frozen=True, slots=True)
class Encoded:
    data: bytes
    content_type: str
    width: int
    height: int


def reencoded(file: BinaryIO, size: int) -> Encoded:
    """Raises BadPicture."""
    if size > MOST_BYTES_SENT:
        raise BadPicture(_("The file is larger than 10 MB. Make the picture smaller first."))
    picture = _decoded(file)
    for side, quality in _attempts():
        fitting = picture.copy()
        fitting.thumbnail((side, side))
        data = _written(fitting, quality)
        if len(data) <= MOST_BYTES:
            return Encoded(data, Image.Kind.WEBP, *fitting.size)
    raise BadPicture(_("The picture is still too large after it was made smaller."))


def _decoded(file: BinaryIO) -> Pillow.Image:
    """Its pixels and nothing else, no more of them than a page shows: each copy of a large one is 160 MB."""
    try:
        with Pillow.open(file, formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise BadPicture(_("The picture has too many pixels. Make it smaller first."))
            # A phone's camera puts how far away things are behind its picture: that is a second frame.
            if getattr(opened, "n_frames", 1) > 1 and opened.format != "MPO":
                raise BadPicture(_("Moving pictures are not taken: many people cannot look away from them."))
            ImageOps.exif_transpose(opened, in_place=True)
            mode = "RGBA" if "A" in opened.getbands() or "transparency" in opened.info else "RGB"
            pixels = _in_bytes(opened).convert(mode)
            pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return Pillow.frombytes(mode, pixels.size, pixels.tobytes())
    except UnidentifiedImageError as error:
        raise BadPicture(_("This is no JPEG, PNG or WebP picture. Drawings as SVG are not taken.")) from error
    except Pillow.DecompressionBombError as error:
        raise BadPicture(_("The picture has too many pixels. Make it smaller first.")) from error
    except (OSError, ValueError, SyntaxError, MemoryError) as error:
        raise BadPicture(_("The picture cannot be read. It may be damaged.")) from error


def _in_bytes(picture: Pillow.Image) -> Pillow.Image:
    """Sixteen bits of grey, as X-rays have, would else be white but for the darkest."""
    is_deep = picture.mode.startswith("I")
    return picture.point(lambda shade: shade / 256).convert("L") if is_deep else picture


def _attempts() -> Iterator[tuple[int, int]]:
    """Side and quality, the best first."""
    for side in (LONGEST_SIDE, LONGEST_SIDE // 2):
        for quality in QUALITIES:
            yield side, quality


def _written(picture: Pillow.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=quality, method=4)
    return out.getvalue()
