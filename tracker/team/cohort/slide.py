"""A picture that fits a slide: a frame with its words, and marks in it. SVG alone, which stands by itself.

Everything is drawn by attributes: no style, no script, nothing that is fetched. White paper and dark ink,
whatever the page around it looks like, for it is made to be taken along.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 1280, 720
LEFT, RIGHT = 120, 40
TOP, BOTTOM = 150, 150
FONT = "Atkinson Hyperlegible"
INK, MUTED, LINE, PAPER, BRAND = "#17262C", "#4B5B62", "#D5D9D8", "#FFFFFF", "#0B5A68"
TITLE, TEXT, SMALL = 32, 22, 19
"""Sizes of letters. On a slide of 1280 by 720 nothing smaller than the last can be read from the back."""


@dataclass(frozen=True, slots=True)
class Key:
    """A line of the legend: what a colour means."""

    label: str
    fill: str
    ink: str = INK


@dataclass(slots=True)
class Slide:
    """Marks gather in `parts`. `summary` is what somebody who cannot see it is told."""

    title: str
    subtitle: str
    summary: str
    keys: Sequence[Key] = ()
    left: int = LEFT
    top: int = TOP
    bottom: int = BOTTOM
    parts: list[str] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Of the room for marks."""
        return WIDTH - self.left - RIGHT

    @property
    def height(self) -> int:
        return HEIGHT - self.top - self.bottom

    @property
    def floor(self) -> int:
        return HEIGHT - self.bottom

    def y(self, share: float) -> float:
        """Of a value from 0 to 1."""
        return self.floor - share * self.height

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        *,
        edge: str = "",
        dashed: bool = False,
    ) -> None:
        stroke = f' stroke="{edge}" stroke-width="1.5"' if edge else ""
        dashes = ' stroke-dasharray="5 4"' if dashed else ""
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{max(height, 0):.1f}" '
            f'fill="{fill}"{stroke}{dashes}/>'
        )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, colour: str = LINE, *, dashed: bool = False
    ) -> None:
        dashes = ' stroke-dasharray="6 5"' if dashed else ""
        self.parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
            f'stroke-width="1.5"{dashes}/>'
        )

    def text(
        self,
        x: float,
        y: float,
        words: object,
        *,
        size: int = SMALL,
        fill: str = INK,
        anchor: str = "middle",
        bold: bool = False,
        turned: bool = False,
    ) -> None:
        weight = ' font-weight="700"' if bold else ""
        turn = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turned else ""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" '
            f'text-anchor="{anchor}"{weight}{turn}>{escape(str(words))}</text>'
        )

    def scale(self, title: str, marks: Iterable[tuple[float, str]]) -> None:
        """The axis on the left: where a line is drawn, from 0 to 1, and what is written there."""
        for share, label in marks:
            self.line(self.left, self.y(share), WIDTH - RIGHT, self.y(share))
            self.text(self.left - 12, self.y(share) + 7, label, anchor="end", fill=MUTED)
        self.text(34, self.top + self.height / 2, title, size=TEXT, turned=True)

    def along(self, title: str, width: float = 0) -> None:
        """The title of the axis below, in the middle of `width` or of the room for marks."""
        self.text(self.left + (width or self.width) / 2, HEIGHT - 62, title, size=TEXT)

    @property
    def markup(self) -> SafeString:
        """To stand in a page: every word in it was escaped here."""
        return mark_safe(str(self))  # noqa: S308

    def __str__(self) -> str:
        return "".join(self._written())

    def _written(self) -> Iterable[str]:
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
            f'height="{HEIGHT}" role="img" aria-label={quoteattr(self.summary)} '
            f'font-family="{FONT}, Helvetica, Arial, sans-serif">'
        )
        yield f"<title>{escape(self.title)}</title><desc>{escape(self.summary)}</desc>"
        yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>'
        head = Slide("", "", "")
        head.text(40, 58, self.title, size=TITLE, anchor="start", bold=True)
        head.text(40, 96, self.subtitle, size=TEXT, anchor="start", fill=MUTED)
        yield from head.parts
        yield from self.parts
        yield from self._legend()
        yield "</svg>"

    def _legend(self) -> Iterable[str]:
        """In one line at the foot, each as wide as its words may be."""
        row = Slide("", "", "")
        at = 40.0
        for key in self.keys:
            row.box(at, HEIGHT - 40, 22, 22, key.fill, edge=key.ink)
            row.text(at + 32, HEIGHT - 22, key.label, anchor="start")
            at += 32 + 10.4 * len(key.label) + 34
        return row.parts
