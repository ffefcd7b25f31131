"""A figure as a file: a table for a spreadsheet, a picture for a slide."""

from pathlib import Path

import fontpkg_atkinson_hyperlegible
import resvg_py
from django.utils.translation import get_language

from tracker.exchange.cells import table
from tracker.team.cohort.pictures import Figure
from tracker.team.cohort.slide import FONT, PAPER, Slide

PIXELS = 1920
"""The width of a PNG: a slide of full HD."""
FONTS = Path(fontpkg_atkinson_hyperlegible.__file__).parent / "files"
FACES = [str(FONTS / f"AtkinsonHyperlegible-{face}.ttf") for face in ("Regular", "Bold")]


def as_csv(figure: Figure) -> str:
    """Begins with the mark that tells Excel UTF-8."""
    return table(figure.headings, figure.rows)


def as_png(slide: Slide) -> bytes:
    """The SVG, drawn by resvg in our own typeface, the same on every machine. It has no Arabic letters:
    those come from the machine's fonts."""
    return resvg_py.svg_to_bytes(
        svg_string=str(slide),
        width=PIXELS,
        background=PAPER,
        font_files=FACES,
        font_family=FONT,
        sans_serif_family=FONT,
        skip_system_fonts=get_language() != "ar",
    )
