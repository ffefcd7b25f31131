"""Whether a screen says something that a case file asks for in words of its own.

A measure for a machine: it notices that a line was lost or says something else, and cannot tell whether a
sentence says it well. Cases are written in English; a screen in another language is read by `glossary.toml`,
so that its own words are judged and not those that it was translated from.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import pairwise

from rapidfuzz import fuzz

ENOUGH = 0.75
"""So much of what must be said has to stand in one line of the screen, or in two that follow each other."""
SAME_WORD = 80.0
"""How alike (0–100) two words are that count as one: "vomit" and "vomits", not "call" and "cold"."""
STEM = 6
"""Words that begin with as many equal letters count as one too: "breathless" and "breathlessness"."""

_WORD = re.compile(r"\d+(?:[.,/]\d+)*|[^\W\d_]+")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_TRAILING_ZEROS = re.compile(r"\.0+(?=/|$)")
_SMALL_WORDS = frozenset(
    {
        "a", "about", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "do",
        "did", "does", "for", "from", "has", "have", "if", "in", "into", "is", "it", "its", "may", "me",
        "must", "my", "of", "on", "or", "our", "so", "that", "the", "them", "then", "there", "these",
        "they", "this", "to", "too", "us", "was", "we", "were", "what", "when", "which", "while", "who",
        "will", "with", "would", "you", "your", "al", "de", "del", "el", "en", "es", "la", "las", "le",
        "lo", "los", "o", "para", "por", "que", "se", "si", "su", "sus", "tu", "un", "una", "y",
    }
)  # fmt: skip
_WE = frozenset({"our", "us", "we"})
_CARE_TEAM = re.compile(r"\bcare team\b", re.IGNORECASE)
_TEAM = "team"
"""On a screen "we" is the care team."""
_CALL = re.compile(r"\b(?:call|dial|phone|ring|ll[aá]m[ae]\w*)\b", re.IGNORECASE)
_CONDITION = re.compile(r"\b(?:if|unless|when|in case|si|cuando)\b|^(?:for|para|por)\b", re.IGNORECASE)
_ASKS_WHEN = re.compile(r"\b(?:if|unless|when|in case|for(?! \d)|si|cuando)\b", re.IGNORECASE)
_DENIAL = re.compile(
    r"\b(?:no|not|never|none|nothing|without|cannot|nunca|nada|ni|sin)\b|n['’]t\b", re.IGNORECASE
)
_FORBIDS = re.compile(
    r"(?:you )?(?:do|need|must|should) ?(?:not\b|n['’]t\b)|(?:no|not|never|nothing|nunca|nada|ni)\b",
    re.IGNORECASE,
)


def said(phrase: str, screen: Sequence[str], language: str = "en") -> float:
    """The share (0–1) of the telling words of `phrase` that the best place of the screen has.

    A place is a line, or two lines that follow each other. Every number must be there, and a call or a "not"
    where the phrase has one. What a sentence forbids it does not say, and a call that depends on something is
    no call now.
    """
    wanted = _wanted(phrase)
    if not wanted:
        return 0.0
    lines = [_that_counts(line, phrase) for line in screen]
    places = [*lines, *(f"{one} {other}" for one, other in pairwise(lines))]
    return max((_share(wanted, phrase, place, language) for place in places), default=0.0)


def plain(text: str) -> str:
    """Its words, in small letters and without marks."""
    return " ".join(_WORD.findall(text.casefold().replace("_", " ")))


def _that_counts(line: str, phrase: str) -> str:
    """The sentences of the line that can say such a thing."""
    return " ".join(each for each in _SENTENCE.split(line.strip()) if not _says_otherwise(each, phrase))


def _says_otherwise(sentence: str, phrase: str) -> bool:
    if _FORBIDS.match(sentence.lstrip('¿¡“"')) and not _DENIAL.search(phrase):
        return True
    calls_now = _CALL.search(phrase) and not _ASKS_WHEN.search(phrase)
    return bool(calls_now and _CONDITION.search(sentence))


def _share(wanted: Sequence[str], phrase: str, place: str, language: str) -> float:
    there = _there(place)
    found = [any(_same(word, other, language) for other in there) for word in wanted]
    number_lost = any(
        word[0].isdigit() and not is_there for word, is_there in zip(wanted, found, strict=True)
    )
    if number_lost or any(must.search(phrase) and not must.search(place) for must in (_DENIAL, _CALL)):
        return 0.0
    return sum(found) / len(wanted)


def _same(word: str, other: str, language: str) -> bool:
    return _alike(word, other) or any(_alike(each, other) for each in _in_language(word, language))


def _alike(word: str, other: str) -> bool:
    if word == other or word[0].isdigit() or other[0].isdigit():
        return word == other
    alike = fuzz.ratio(word, other) >= SAME_WORD
    return alike or (len(word) >= STEM and word[:STEM] == other[:STEM])


@cache
def _in_language(word: str, language: str) -> frozenset[str]:
    """The words of the language for an English one; none where we have no glossary."""
    words = _glossary().get(language, {})
    return frozenset(each for english, theirs in words.items() if _alike(english, word) for each in theirs)


@cache
def _glossary() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    text = resources.files(__package__).joinpath("glossary.toml").read_text("utf-8")
    return {
        language: {english: tuple(_words(theirs)) for english, theirs in words.items()}
        for language, words in tomllib.loads(text).items()
    }


@cache
def _wanted(phrase: str) -> tuple[str, ...]:
    return tuple(_telling(_CARE_TEAM.sub(_TEAM, phrase)))


@cache
def _there(place: str) -> frozenset[str]:
    words = frozenset(_telling(place))
    return words | {_TEAM} if _WE.intersection(_words(place)) else words


def _telling(text: str) -> Iterator[str]:
    return (word for word in _words(text) if word not in _SMALL_WORDS)


def _words(text: str) -> Iterator[str]:
    """Without accents; numbers with a point and no idle zeros: 38,0 is 38."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(each for each in folded if not unicodedata.combining(each))
    for word in _WORD.findall(bare):
        yield _TRAILING_ZEROS.sub("", word.replace(",", ".")) if word[0].isdigit() else word
