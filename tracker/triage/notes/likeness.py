"""How alike a note is to serious notes: a second reader, which weighs words that no pattern was written for.

Each language may have a file of weights, CODE.likeness, learned from the notes in tests/triage/notes by
`python -m bench.likeness`. A score above zero is more like serious notes, below zero more like harmless ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import groupby, pairwise
from math import sqrt
from typing import NamedTuple

from .text import Text
from .tokens import Kind, Token, plain

PART = range(3, 6)
"""Letters in a part of a word: enough to know a misspelled one by."""
SHORTEST_SENTENCE = 4
"""Words and its stop; less ("Me too.") says too little to be weighed by itself."""
PHRASE = 7
"""Words that are shown of what weighed most."""
SERIOUS, SERIOUS_LINE, SERIOUS_WORDS = 0.75, 3.5, 6
"""From here the whole note, or one line of it, is like serious notes. In fewer words the first reader misses
little, and a "not" weighs too little ("I have not fainted")."""
HARMLESS, HARMLESS_LINE, HARMLESS_WORDS = -1.5, 1.0, 12
"""Below both of these a note of at least so many words is like harmless ones, in every line. Chosen so that
about one serious note in 200 was lowered, read by weights that were learned without its file."""
_NO_PARTS: frozenset[str] = frozenset()
CELSIUS, FAHRENHEIT, YEARS = (34, 44), (94, 108), (1930, 2040)
FEVERS = (38, 39, 40, 41)
BIG = 200


class Features(NamedTuple):
    """`words` are words and pairs of neighbours, corrected; `parts` are pieces of words as typed."""

    words: frozenset[str]
    parts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Likeness:
    """`whole` of the note; `highest` also of each of its sentences, so that no line is drowned by the others.
    `length` in words."""

    whole: float
    highest: float
    length: int

    @property
    def is_serious(self) -> bool:
        return self.length >= SERIOUS_WORDS and (self.whole >= SERIOUS or self.highest >= SERIOUS_LINE)

    @property
    def is_harmless(self) -> bool:
        return self.length >= HARMLESS_WORDS and self.whole < HARMLESS and self.highest < HARMLESS_LINE


@dataclass(frozen=True, slots=True)
class Weights:
    """In hundredths. `corpora` is the digest of the notes they were learned from."""

    corpora: str
    start: int
    words: Mapping[str, int]
    parts: Mapping[str, int]

    def score(self, features: Features) -> float:
        """By how many features there are, so that a long note weighs no more than a short one."""
        words, parts = _sum(self.words, features.words), _sum(self.parts, features.parts)
        return (self.start + words + parts) / 100


def likeness(text: Text) -> Likeness | None:
    """None where there is nothing to weigh, or nothing to weigh it by."""
    weights = weights_of(text.language.code)
    length = sum(each.kind is Kind.WORD for each in text.tokens)
    if weights is None or not length:
        return None
    forms = [_form(each) for each in text.tokens]
    parts = [_parts_of(text.typed, each) for each in text.tokens]
    whole = weights.score(_together(forms, parts))
    lines = (weights.score(_together(forms[each], parts[each])) for each in _sentences(text))
    return Likeness(whole, max([whole, *lines]), length)


def features(typed: str, tokens: Sequence[Token]) -> Features:
    """What can be weighed of a note. `typed` is its text."""
    return _together([_form(each) for each in tokens], [_parts_of(typed, each) for each in tokens])


def _together(forms: Sequence[str], parts: Iterable[frozenset[str]]) -> Features:
    return Features(frozenset((*forms, *map(" ".join, pairwise(forms)))), _NO_PARTS.union(*parts))


def heaviest(text: Text) -> str:
    """The neighbouring words of one sentence that weigh most together, as typed."""
    weights = weights_of(text.language.code)
    loads = _loads(text, weights) if weights else []
    best, found = 0.0, (0, 1)
    for start in range(len(loads)):
        load = 0.0
        for end in range(start, min(start + PHRASE, len(loads))):
            if text.sentence[end] != text.sentence[start]:
                break
            load += loads[end]
            if load > best:
                best, found = load, (start, end + 1)
    return text.words(*found)


def _loads(text: Text, weights: Weights) -> list[float]:
    """What each word weighs: itself, the pair it makes with the one before, and its parts."""
    forms = [_form(each) for each in text.tokens]
    pairs = ["", *map(" ".join, pairwise(forms))]
    return [
        weights.words.get(form, 0)
        + weights.words.get(pair, 0)
        + _sum(weights.parts, _parts_of(text.typed, token))
        for form, pair, token in zip(forms, pairs, text.tokens, strict=True)
    ]


@cache
def weights_of(code: str) -> Weights | None:
    """The file of a language, or None when there is none."""
    file = resources.files(__package__).joinpath(f"{code}.likeness")
    return read(file.read_text("utf-8")) if file.is_file() else None


def read(text: str) -> Weights:
    """One weight a line, in hundredths, before what it is of: "-132 my sister", "87 _dizz"."""
    heads: dict[str, str] = {}
    sections: dict[str, dict[str, int]] = {"words": {}, "parts": {}}
    section: dict[str, int] | None = None
    for line in text.splitlines():
        if line.startswith("["):
            section = sections[line.strip("[]")]
        elif line and not line.startswith("#"):
            first, _, rest = line.partition(" ")
            if section is None:
                heads[first] = rest
            else:
                section[rest] = int(first)
    return Weights(heads["corpora"], int(heads["start"]), **sections)


def _sum(weights: Mapping[str, int], found: Set[str]) -> float:
    """Whole hundredths, so that the order does not matter."""
    return sum(weights[each] for each in found if each in weights) / sqrt(len(found) or 1)


def _form(token: Token) -> str:
    match token.kind:
        case Kind.WORD:
            return token.word
        case Kind.NUMBER:
            return "#" + _size(token.word, token.value)
        case Kind.PAUSE:
            return ","
    return "?" if token.word == "?" else "."


def _size(word: str, value: float) -> str:
    """What numbers have in common: a temperature by its degree, small ones themselves, the rest by tens."""
    whole = int(value)
    if "." in word:
        if CELSIUS[0] <= whole < CELSIUS[1]:
            return f"{whole}.x"
        if FAHRENHEIT[0] <= whole <= FAHRENHEIT[1]:
            return f"{whole}.x°F"
    if whole < 10 or whole in FEVERS:
        return str(whole)
    if whole < BIG:
        return f"{whole // 10}x"
    return "year" if YEARS[0] <= whole < YEARS[1] else "big"


@lru_cache(maxsize=20_000)
def _parts(typed: str) -> frozenset[str]:
    """Every run of letters, "_" for the edges of the word."""
    word = "_" + re.sub(r"\W", "", plain(typed)) + "_"
    return frozenset(
        word[start : start + length] for length in PART for start in range(len(word) - length + 1)
    )


def _parts_of(typed: str, token: Token) -> frozenset[str]:
    return _parts(typed[token.start : token.end]) if token.kind is Kind.WORD else _NO_PARTS


def _sentences(text: Text) -> Iterator[slice]:
    """Those of a note that has several, if long enough to be weighed."""
    start = 0
    for _, sentence in groupby(text.sentence):
        end = start + len(list(sentence))
        if (start, end) != (0, len(text)) and end - start >= SHORTEST_SENTENCE:
            yield slice(start, end)
        start = end
