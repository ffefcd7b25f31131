"""Whether a case came out as its author says it must, and on which side it missed.

Too low is a danger to the patient and too high a burden on the team: they are counted apart. What no program
can tell is given to a person to check, never passed in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Literal

from rapidfuzz import fuzz

from .assess import Assessment, assess
from .casefile import Expected, Story
from .report import Level
from .rules import RuleSet

type Side = Literal["", "under", "over", "beside"]

SAID = 0.75
"""So much of what must be said has to stand in one line of the screen, or in two that follow each other."""
SAME_WORD = 80.0
"""How alike (0–100) two words are that count as one: "vomit" and "vomits", not "call" and "cold"."""
STEM = 6
"""Words that begin with as many equal letters count as one too: "breathless" and "breathlessness"."""

_WORD = re.compile(r"\d+(?:[.,/]\d+)*|[^\W\d_]+")
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
_RAISES = re.compile(r"\s*(?:raise|flag|fire|trigger)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[“\"]([^”\"]{3,})[”\"]")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case. `screen` is what the patient reads, in order.

    Who sent nothing is thanked for nothing, and finds only an urgent call on the page when they come back.
    """

    story: Story
    rules: RuleSet
    assessment: Assessment
    screen: tuple[str, ...]

    @property
    def findings(self) -> tuple[str, ...]:
        return _once(finding.code for finding in self.assessment.findings)

    @property
    def checks(self) -> tuple[str, ...]:
        return _once(check.code for check in self.assessment.checks)

    @property
    def reasons(self) -> tuple[str, ...]:
        return _once(finding.team for finding in self.assessment.findings)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`side` says where the level lies: under or over all that are acceptable, or beside them."""

    side: Side = ""
    missed: tuple[str, ...] = ()
    to_check: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.missed


def outcome(story: Story, rules: RuleSet, now: datetime) -> Outcome:
    report, history = story.replay(rules, now)
    assessment = assess(report, history, rules, now)
    shown = story.days[-1].report is not None or assessment.level >= Level.URGENT
    return Outcome(story, rules, assessment, tuple(_screen(assessment)) if shown else ())


def judge(found: Outcome, expected: Expected) -> Verdict:
    level = found.assessment.level
    side = _side(level, expected.acceptable)
    missed = [f"the level is {level.word}, not {_or(expected.acceptable)}"] if side else []
    missed += [f"no finding {code}" for code in expected.findings if code not in found.findings]
    missed += [f"no check {code}" for code in expected.checks if code not in found.checks]
    missed += [
        f"the screen does not say: {words}"
        for words in expected.screen_says
        if said(words, found.screen) < SAID
    ]
    to_check = []
    for sentence in expected.must_not:
        happened = _happened(sentence, found)
        if happened is None:
            to_check.append(sentence)
        elif happened:
            missed.append(f"it must not {sentence}")
    return Verdict(side, tuple(missed), tuple(to_check))


def said(phrase: str, screen: Sequence[str]) -> float:
    """The share (0–1) of the telling words of `phrase` that the best place of the screen has.

    A place is a line, or two lines that follow each other. Numbers must be the same, words alike.
    """
    wanted = _telling(phrase)
    places = [*screen, *(f"{one} {next_one}" for one, next_one in pairwise(screen))]
    if not wanted or not places:
        return 0.0
    return max(_share(wanted, _telling(place)) for place in places)


def _screen(assessment: Assessment) -> Iterator[str]:
    """In the order of the page that answers a check-in; in an emergency it says what to do, and no more."""
    advice = assessment.advice.fill()
    yield advice.headline
    yield from _once(each.patient for each in assessment.findings if each.patient)
    yield from advice.steps
    yield from (check.question for check in assessment.checks)
    if assessment.level < Level.EMERGENCY:
        yield from advice.helps
        yield from advice.call_when


def _side(level: Level, acceptable: Iterable[Level]) -> Side:
    levels = set(acceptable)
    if level in levels:
        return ""
    if level < min(levels):
        return "under"
    return "over" if level > max(levels) else "beside"


def _happened(sentence: str, found: Outcome) -> bool | None:
    """What a sentence forbids: raising a finding that it names, or saying words that it quotes.

    None when it speaks of anything else, which only a person can check.
    """
    quoted = _QUOTED.findall(sentence)
    if quoted:
        return any(_plain(words) in _plain(" ".join(found.screen)) for words in quoted)
    words = f" {_plain(sentence)} "
    named = {rule.finding for rule in found.rules.rules if f" {_plain(rule.finding)} " in words}
    if _RAISES.match(sentence) and named:
        return not named.isdisjoint(found.findings)
    return None


def _share(wanted: Sequence[str], said: Sequence[str]) -> float:
    return sum(any(_same(word, other) for other in said) for word in wanted) / len(wanted)


def _same(word: str, other: str) -> bool:
    if word == other or word[0].isdigit() or other[0].isdigit():
        return word == other
    alike = fuzz.ratio(word, other) >= SAME_WORD
    return alike or (len(word) >= STEM and word[:STEM] == other[:STEM])


@cache
def _telling(text: str) -> tuple[str, ...]:
    return tuple(word for word in _WORD.findall(text.casefold()) if word not in _SMALL_WORDS)


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold().replace("_", " ")))


def _or(levels: Iterable[Level]) -> str:
    return " or ".join(level.word for level in sorted(levels))


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
