"""A line of values over days, as the paths of a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

WORST_GRADE = 4
MARGIN = 4.0
"""Room for the stroke and the dots at every edge, in units of the viewBox."""


@dataclass(frozen=True, slots=True)
class Line:
    """What two paths of an SVG are drawn by: each stretch without a gap, and a dot for every value.

    A dot is a line without length, as large as its round ends: circles would be hundreds of parts of a page.
    """

    path: str
    dots: str


def line(values: Sequence[float | None], low: float, high: float, *, width: float, height: float) -> Line:
    """Higher is higher; a missing value leaves a gap. `low` and `high` are the ends of the scale."""
    step = (width - 2 * MARGIN) / max(len(values) - 1, 1)
    stretches: list[list[str]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            stretches.append([])
        else:
            stretches[-1].append(f"{MARGIN + at * step:.1f} {height_of(value, low, high, height):.1f}")
    return Line(
        path="".join(f"M{'L'.join(points)}" for points in stretches if len(points) > 1),
        dots="".join(f"M{point}h0" for points in stretches for point in points),
    )


def sparkline(grades: Sequence[int | None], *, width: float = 120, height: float = 32) -> Line:
    """A line on the scale from 0 to 4."""
    return line(grades, 0, WORST_GRADE, width=width, height=height)


def height_of(value: float, low: float, high: float, height: float) -> float:
    """How far below the upper edge `value` is drawn."""
    return height - MARGIN - (value - low) / (high - low) * (height - 2 * MARGIN)
