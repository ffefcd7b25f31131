"""What somebody typed, made into what PostgreSQL is asked: slips corrected, other words added."""

import re
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import process
from rapidfuzz.distance import OSA

from education.search.figures import read_figures
from education.search.lexicon import (
    LONGEST_PHRASE,
    Asked,
    Lexicon,
    Phrase,
    Stems,
    ask,
    key,
    respelled,
    said_in,
)

MOST_WORDS = 12
LONGEST = 60  # letters; no word of a page is longer
SHORTEST_GUESSED = 4
"""Shorter words are never corrected: too many are one letter from another."""
SHORTEST_BEGINNING = 3
LONG = 7
"""From this length two slips are forgiven; below it one is."""
SOUND_ALIKE = ("bv", "cskqz", "gj", "yil", "ou", "ea", "fp", "nm")
"""Letters that words are begun with in each other's place; and a silent h."""
EMERGENCY = frozenset({("emergency",), ("emergencia",)})
"""What stands in the files of other words for what cannot wait and has no page of its own."""
_LETTERS_THEN_DIGITS = re.compile(r"([^\W\d_]+)(\d+)")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is looked for, in any of several ways. `beginnings` are words that were begun.

    A way is what each of its words is found by, in either language.
    """

    ways: tuple[tuple[Stems, ...], ...]
    beginnings: tuple[str, ...] = ()

    def sql(self, weights: str = "") -> str:
        """For PostgreSQL's tsquery. `weights`: where it has to stand; A is a name."""
        ways = [" & ".join(_any(sorted(stems), weights) for stems in way) for way in self.ways]
        begun = [_quoted(each, f"*{weights}") for each in self.beginnings]
        return "({})".format(" | ".join((*ways, *begun)))


@dataclass(frozen=True, slots=True)
class Question:
    """`corrected` is the whole question with its slips put right; "" where there were none.

    `symptoms`: the slugs of those that it names outright. `is_emergency`: it names what cannot wait.
    """

    words: tuple[str, ...]
    terms: tuple[Term, ...]
    corrected: str
    lexicon: Lexicon
    symptoms: frozenset[str] = frozenset()
    is_emergency: bool = False

    @property
    def telling(self) -> int:
        """How many of its words say something."""
        return sum(bool(self.lexicon.stems.get(word, True)) for word in self.words)

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(stem for term in self.terms for way in term.ways for stems in way for stem in stems)

    @property
    def beginnings(self) -> tuple[str, ...]:
        return tuple(each for term in self.terms for each in term.beginnings)

    def of_all(self) -> str:
        return " & ".join(term.sql() for term in self.terms)

    def of_any(self, weights: str = "") -> str:
        return " | ".join(term.sql(weights) for term in self.terms)


def read(text: str, language: str) -> Question:
    """What a question asks for; no terms where nothing in it is a word."""
    typed = [word for word in said_in(read_figures(text)) if len(word) <= LONGEST][:MOST_WORDS]
    asked = ask([*typed, *(part for word in typed for part in _parts(word))], language)
    words = [part for word in typed for part in _apart(word, asked)]
    meant = [_corrected(word, asked) for word in words]
    asked = Asked(ChainMap({**asked.stems}, {**asked.lexicon.stems}), asked.lexicon)
    return Question(
        words=tuple(meant),
        terms=tuple(_terms(meant, asked)),
        corrected=_put_right(text, dict(zip(words, meant, strict=True)), asked.lexicon),
        lexicon=asked.lexicon,
        symptoms=frozenset(slug for each in _phrases(meant, asked) for slug in _called(each, asked)),
        is_emergency=any(_is_emergency(each, asked) for each in _phrases(meant, asked)),
    )


def _put_right(text: str, meant: Mapping[str, str], lexicon: Lexicon) -> str:
    if all(word == each for word, each in meant.items()):
        return ""
    return respelled(text, lambda word: lexicon.spelled.get(meant.get(word, word), meant.get(word, word)))


def _phrases(words: Sequence[str], asked: Asked) -> Iterator[Phrase]:
    """Each run of words, by its key."""
    keys = key(words, asked.stems)
    for start, end in combinations(range(len(keys) + 1), 2):
        if end - start <= LONGEST_PHRASE:
            yield keys[start:end]


def _called(phrase: Phrase, asked: Asked) -> Iterable[str]:
    return asked.lexicon.symptoms.get(phrase, ())


def _is_emergency(phrase: Phrase, asked: Asked) -> bool:
    return not EMERGENCY.isdisjoint(asked.lexicon.other_words.get(phrase, ()))


# --- Words --------------------------------------------------------------------------------------------------


def _parts(word: str) -> Sequence[str]:
    """ "il2" is "il-2" on our pages."""
    match = _LETTERS_THEN_DIGITS.fullmatch(word)
    return match.groups() if match else ()


def _apart(word: str, asked: Asked) -> Sequence[str]:
    return [word] if _is_known(word, asked) else _parts(word) or [word]


def _is_known(word: str, asked: Asked) -> bool:
    """Pages have it in some form, or it stands for a word of theirs, or it says nothing anywhere."""
    lexicon = asked.lexicon
    stems = asked.stems.get(word)
    return word in lexicon.stems or not stems or any(stem in lexicon.found_by for stem in stems)


def _is_begun(word: str, lexicon: Lexicon) -> bool:
    return len(word) >= SHORTEST_BEGINNING and any(each.startswith(word) for each in lexicon.used)


def _corrected(word: str, asked: Asked) -> str:
    """The word on our pages that was meant, or the word itself. Numbers and short words are left alone."""
    may_be_wrong = len(word) >= SHORTEST_GUESSED and word.isalpha() and not _is_known(word, asked)
    if not may_be_wrong or _is_begun(word, asked.lexicon):
        return word
    slips = 2 if len(word) >= LONG else 1
    words = asked.lexicon.stems.keys()
    near = process.extract(word, words, scorer=OSA.distance, score_cutoff=slips, limit=20)
    good = [each for each in near if len(each[0]) >= SHORTEST_GUESSED and _may_be(word, each[0], each[1])]
    used = asked.lexicon.used
    best = min(good, key=lambda each: (each[1], each[0][0] != word[0], -used.get(each[0], 0)), default=None)
    return best[0] if best else word


def _may_be(word: str, other: str, slips: float) -> bool:
    """People seldom get the first letter wrong: where much else differs, it is some other word."""
    return (len(word) > SHORTEST_GUESSED and slips < 2) or _sound(word) == _sound(other)


def _sound(word: str) -> str:
    first = word.removeprefix("h")[:1]
    return next((alike for alike in SOUND_ALIKE if first in alike), first)


# --- Terms --------------------------------------------------------------------------------------------------


def _terms(words: Sequence[str], asked: Asked) -> Iterator[Term]:
    """Longest phrases first. Words that say nothing are left out, unless there are no others."""
    says_nothing = not any(asked.stems.get(word) for word in words)
    at = 0
    while at < len(words):
        phrase, others = _phrase(words[at:], asked)
        if () in others and len(phrase) < len(words):
            at += len(phrase)
            continue
        ways = [_way(each, asked, says_nothing) for each in (phrase, *sorted(others))]
        begun = [word for word in phrase if not _is_known(word, asked) and _is_begun(word, asked.lexicon)]
        if any(ways):
            yield Term(tuple(dict.fromkeys(filter(None, ways))), tuple(begun))
        at += len(phrase)


def _phrase(words: Sequence[str], asked: Asked) -> tuple[Sequence[str], Iterable[Phrase]]:
    """The words at the beginning that other words stand for, and these; or the first word."""
    for length in range(min(LONGEST_PHRASE, len(words)), 0, -1):
        others = asked.lexicon.other_words.get(key(words[:length], asked.stems))
        if others:
            return words[:length], others
    return words[:1], ()


def _way(words: Iterable[str], asked: Asked, keep_all: bool) -> tuple[Stems, ...]:
    """What a phrase is found by: the stems of its words, and each as it is, which is how names have it."""
    found = ((word, asked.stems.get(word)) for word in words)
    return tuple(
        frozenset({word, *(stems or ())})
        for word, stems in found
        if keep_all or (stems and not _is_letter(word))  # the T of "T cell" is many things
    )


def _is_letter(word: str) -> bool:
    return len(word) == 1 and word.isalpha()


def _any(stems: Iterable[str], weights: str) -> str:
    return "({})".format(" | ".join(_quoted(stem, weights) for stem in stems))


def _quoted(stem: str, weights: str) -> str:
    escaped = stem.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'" + (f":{weights}" if weights else "")
