"""Whether a case came out as its author says it must, and on which side it missed.

Too low is a danger to the patient and too high a burden on the team: they are counted apart. What no program
can tell is given to a person to check, never passed in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .assess import Assessment, assess
from .report import Level
from .rules import RuleSet
from .saying import ENOUGH, plain, said
from .story import Expected, Story
from .words import listed

type Side = Literal["", "under", "over", "beside"]

_RAISES = re.compile(r"\s*(?:raise|flag|fire|trigger)\b", re.IGNORECASE)
_VAGUE = frozenset({"possible", "problem", "change"})
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
    missed = (
        [f"the level is {level.word}, not {listed(each.word for each in sorted(expected.acceptable))}"]
        if side
        else []
    )
    missed += [f"no finding {code}" for code in expected.findings if code not in found.findings]
    missed += [f"no check {code}" for code in expected.checks if code not in found.checks]
    missed += [
        f"the screen does not say: {words}"
        for words in expected.screen_says
        if said(words, found.screen, found.story.known.language) < ENOUGH
    ]
    to_check = []
    for sentence in expected.must_not:
        happened = _happened(sentence, found)
        if happened is None:
            to_check.append(sentence)
        elif happened:
            missed.append(f"it must not {sentence}")
    return Verdict(side, tuple(missed), tuple(to_check))


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
        return any(plain(words) in plain(" ".join(found.screen)) for words in quoted)
    words = f" {plain(sentence)} "
    named = {
        rule.finding
        for rule in found.rules.rules
        if any(f" {name} " in words for name in _names(rule.finding))
    }
    if _RAISES.match(sentence) and named:
        return not named.isdisjoint(found.findings)
    return None


def _names(finding: str) -> set[str]:
    """What people call it: a possible stroke, or a stroke."""
    name = plain(finding)
    return {name, " ".join(word for word in name.split() if word not in _VAGUE)}


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
