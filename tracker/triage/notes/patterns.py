"""Patterns of word classes with gaps, and how they are found in a text.

A pattern is a line such as `@chest ~4 @pain`. Its parts:

  word      that word
  @name     a word or phrase of that class
  a|b|@c    any of these
  ?part     may be missing
  ..4       up to four words may stand between, in this order
  ~4        the same, in either order
  -@name    does not hold when such a word stands in the same sentence

Without `..` or `~` two parts stand side by side. Words of the class "filler" never count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import NamedTuple, Protocol

type Span = tuple[int, int]


class InvalidPattern(ValueError):
    """A line of a language file that cannot be read."""


class Step(NamedTuple):
    """One part: what it may be, and how many words may stand between the part before and this one."""

    part: str
    gap: int


@dataclass(frozen=True, slots=True)
class Pattern:
    steps: tuple[Step, ...]
    vetoes: tuple[str, ...] = ()

    @property
    def parts(self) -> frozenset[str]:
        return frozenset((*(step.part for step in self.steps), *self.vetoes))


class Match(NamedTuple):
    """Where each part of a pattern stood. `broken`: a word of denial or health stands between them."""

    spans: tuple[Span, ...]
    broken: bool

    @property
    def start(self) -> int:
        return self.spans[0][0]

    @property
    def end(self) -> int:
        return self.spans[-1][1]

    def holds(self, place: int) -> bool:
        return any(start <= place < end for start, end in self.spans)


def compile_line(line: str) -> Iterator[Pattern]:
    """The plain patterns that a line stands for: either order and optional parts written out."""
    choices, joins, vetoes = _parse(line)
    if not choices:
        raise InvalidPattern(f"a pattern needs a part: {line!r}")
    for kept in product(*([True, False] if optional else [True] for _, optional in choices)):
        parts = [part for (part, _), keep in zip(choices, kept, strict=True) if keep]
        links = [link for link, keep in zip(joins, kept, strict=True) if keep]
        if parts:
            yield from _orders(parts, links, vetoes)


def _parse(line: str) -> tuple[list[tuple[str, bool]], list[tuple[int, bool]], tuple[str, ...]]:
    """(part, may be missing), (gap before it, either order) and what must not be there."""
    parts: list[tuple[str, bool]] = []
    joins: list[tuple[int, bool]] = []
    vetoes: list[str] = []
    gap, either = 0, False
    for term in line.split():
        if term.startswith(("..", "~")):
            either = term[0] == "~"
            number = term.lstrip(".~")
            if number and not number.isdigit():
                raise InvalidPattern(f"{term!r} is not a gap: {line!r}")
            gap = int(number or 3)
        elif term.startswith("-@"):
            vetoes.append(term[1:])
        else:
            parts.append((term.lstrip("?"), term.startswith("?")))
            joins.append((gap, either))
            gap, either = 0, False
    return parts, joins, tuple(vetoes)


def _orders(
    parts: Sequence[str], links: Sequence[tuple[int, bool]], vetoes: tuple[str, ...]
) -> Iterator[Pattern]:
    yield Pattern(_steps(parts, [gap for gap, _ in links]), vetoes)
    for place, (_, either) in enumerate(links):
        if either and place:
            turned = [*parts]
            turned[place - 1], turned[place] = turned[place], turned[place - 1]
            yield Pattern(_steps(turned, [gap for gap, _ in links]), vetoes)


def _steps(parts: Sequence[str], gaps: Sequence[int]) -> tuple[Step, ...]:
    return tuple(Step(part, gap) for part, gap in zip(parts, gaps, strict=True))


class Places(Protocol):
    """Where a part of a pattern stands, in order."""

    def get(self, part: str) -> Sequence[Span]: ...


class Ground(NamedTuple):
    """What patterns are matched on: where each part stands, and running counts along the tokens.

    `weight[i]` counts the words before token i that fill a gap; the end of a sentence outweighs every gap.
    `breaks[i]` counts those that turn a match into its denial.
    """

    spots: Places
    weight: Sequence[int]
    breaks: Sequence[int]


def find(pattern: Pattern, ground: Ground) -> Iterator[Match]:
    """For each place where the first part stands, the nearest whole match."""
    spots = [ground.spots.get(step.part) for step in pattern.steps]
    if not all(spots):
        return
    for first in spots[0]:
        spans = _follow(pattern.steps, spots, 1, (first,), ground)
        if spans is not None:
            yield Match(spans, _is_broken(spans, ground))


def _follow(
    steps: tuple[Step, ...],
    spots: Sequence[Sequence[Span]],
    place: int,
    spans: tuple[Span, ...],
    ground: Ground,
) -> tuple[Span, ...] | None:
    if place == len(steps):
        return spans
    after = spans[-1][1]
    for span in spots[place]:
        if span[0] < after:
            continue
        if ground.weight[span[0]] - ground.weight[after] > steps[place].gap:
            return None
        found = _follow(steps, spots, place + 1, (*spans, span), ground)
        if found is not None:
            return found
    return None


def _is_broken(spans: tuple[Span, ...], ground: Ground) -> bool:
    return any(ground.breaks[after[0]] > ground.breaks[before[1]] for before, after in pairwise(spans))
