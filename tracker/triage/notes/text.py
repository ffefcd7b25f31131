"""A note laid out for reading: its words, where each class stands, and which words belong to one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property, reduce
from itertools import accumulate
from operator import or_

from .language import Language
from .patterns import Ground, Match, Pattern, Span, find
from .tokens import Kind, Token

WALL = 1000
"""What the end of a sentence weighs in a gap: more than any pattern allows."""


class Spots:
    """Where each part of a pattern stands, worked out when it is asked for."""

    def __init__(self, language: Language, tokens: Sequence[Token]) -> None:
        self._found = list(language.found(tokens))
        self._present = reduce(or_, (each.parts for each in self._found), 0)
        self._known: dict[str, list[Span]] = {}

    def has(self, parts: int) -> bool:
        """Each of these parts stands somewhere."""
        return parts & self._present == parts

    def gather(self, parts: Set[str]) -> None:
        """Works out many parts at once, which is faster than one by one."""
        self._known.update({part: [] for part in parts})
        for start, end, _, names in self._found:
            for part in names & parts:
                self._known[part].append((start, end))

    def get(self, part: str) -> Sequence[Span]:
        known = self._known.get(part)
        if known is None:
            known = [(start, end) for start, end, _, names in self._found if part in names]
            self._known[part] = known
        return known


class Text:
    def __init__(self, text: str, language: Language) -> None:
        self.typed = text
        self._places: dict[tuple[str, ...], frozenset[int]] = {}
        self.language = language
        self.tokens: Sequence[Token] = language.words(text)
        self.spots = Spots(language, self.tokens)

    def __len__(self) -> int:
        return len(self.tokens)

    def words(self, start: int, end: int) -> str:
        """As typed."""
        return self.typed[self.tokens[start].start : self.tokens[end - 1].end]

    def spans(self, name: str) -> Sequence[Span]:
        return self.spots.get("@" + name)

    def places(self, *names: str) -> frozenset[int]:
        """Every token that is part of a word or phrase of these classes."""
        known = self._places.get(names)
        if known is None:
            known = self._places[names] = frozenset(
                place for name in names for start, end in self.spans(name) for place in range(start, end)
            )
        return known

    def matches(self, name: str) -> Iterator[Match]:
        """What the patterns of this name find, but not where a word they must not meet stands near."""
        for pattern in self._possible.get(name, ()):
            for match in find(pattern, self.ground):
                if not any(self._stands(veto, match.start, match.end) for veto in pattern.vetoes):
                    yield match

    @cached_property
    def _possible(self) -> Mapping[str, Sequence[Pattern]]:
        """The patterns whose parts all stand somewhere in the note: few of them."""
        possible = {
            name: [pattern for parts, pattern in patterns if self.spots.has(parts)]
            for name, patterns in self.language.patterns.items()
        }
        needed = (pattern.parts for patterns in possible.values() for pattern in patterns)
        self.spots.gather(frozenset().union(*needed))
        return possible

    @cached_property
    def sentence(self) -> Sequence[int]:
        """The number of the sentence of each token; a stop belongs to the one it ends."""
        return (
            [0, *accumulate(int(each.kind is Kind.STOP) for each in self.tokens[:-1])] if self.tokens else []
        )

    def bounds(self, place: int) -> Span:
        """The first token of the sentence and the one after its last."""
        number = self.sentence[place]
        start = end = place
        while start and self.sentence[start - 1] == number:
            start -= 1
        while end < len(self.tokens) and self.sentence[end] == number:
            end += 1
        return start, end

    @cached_property
    def ground(self) -> Ground:
        breaking = self.places("deny", "normal", "contrast") - self.places("not_denial") - self.concord
        filler = self.places("filler")
        weights = (
            WALL if token.kind is Kind.STOP or place in self._walls else int(place not in filler)
            for place, token in enumerate(self.tokens)
        )
        breaks = (int(place in breaking) for place in range(len(self.tokens)))
        return Ground(self.spots, [0, *accumulate(weights)], [0, *accumulate(breaks)])

    @cached_property
    def concord(self) -> frozenset[int]:
        """Words of denial that only strengthen one before them: "no me entra ningún zapato"."""
        denials = {self.sentence[start]: start for start, _ in reversed(self.spans("deny"))}
        return frozenset(
            place
            for start, end in self.spans("concord")
            if start > denials.get(self.sentence[start], start)
            for place in range(start, end)
        )

    @cached_property
    def _walls(self) -> frozenset[int]:
        return self.places("contrast")

    def _stands(self, part: str, start: int, end: int) -> bool:
        """In the sentence of the match."""
        number = self.sentence[start]
        return any(self.sentence[first] == number for first, _ in self.spots.get(part))
