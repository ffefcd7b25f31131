"""A note laid out for reading: its words, where each class stands, and which words belong to one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from .language import Language
from .patterns import Ground, Match, Span, find
from .tokens import Kind, Token

WALL = 1000
"""What the end of a sentence weighs in a gap: more than any pattern allows."""


class Text:
    def __init__(self, text: str, language: Language) -> None:
        self.typed = text
        self.language = language
        self.tokens: Sequence[Token] = language.words(text)
        self.spots = language.spots(self.tokens)

    def __len__(self) -> int:
        return len(self.tokens)

    def words(self, start: int, end: int) -> str:
        """As typed."""
        return self.typed[self.tokens[start].start : self.tokens[end - 1].end]

    def spans(self, name: str) -> Sequence[Span]:
        return self.spots.get("@" + name, ())

    def places(self, *names: str) -> frozenset[int]:
        """Every token that is part of a word or phrase of these classes."""
        return frozenset(
            place for name in names for start, end in self.spans(name) for place in range(start, end)
        )

    def matches(self, name: str) -> Iterator[Match]:
        """What the patterns of this name find, but not where a word they must not meet stands near."""
        for pattern in self.language.patterns.get(name, ()):
            for match in find(pattern, self.ground):
                if not any(self._stands(veto, match.start, match.end) for veto in pattern.vetoes):
                    yield match

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
        return any(self.sentence[first] == number for first, _ in self.spots.get(part, ()))
