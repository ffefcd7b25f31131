"""From where on one answer or one reading comes to a level by itself, for one person: the lines of charts.

Not read off the rules but tried on them: each step of a scale is judged as a report that says that and
nothing else. So a line is never elsewhere than where triage would flag; together with other answers it may
flag sooner. What a person said on other days is left out, apart from how they were before treatment: a line
holds for weeks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from .case import Case
from .conditions import EVERY
from .holding import held
from .report import Answer, History, Level, Reading, Report
from .rules import RuleSet
from .symptoms import HIGHEST, SYMPTOMS
from .units import LIMITS, UNITS

type Side = Literal["from", "over", "at_most", "below"]

_STEP: Mapping[str, float] = {"temperature": 0.1, "weight": 0.1}
"""The finest difference that a reading is written with; 1 for all others."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """On this `side` of `at` the level is this one or worse. `is_own`: by a limit of the person's own."""

    at: float
    level: Level
    side: Side = "from"
    is_own: bool = False


def of_symptom(code: str, rules: RuleSet, history: History) -> tuple[Threshold, ...]:
    """By the number that charts draw (grading.grades), mildest first."""
    attribute = SYMPTOMS[code].attributes[0]
    if "severity" in SYMPTOMS[code].attributes:
        attribute = "severity"
    if attribute == "presence":
        return ()  # a yes or a no is no scale
    person, rules = _standing(history), _about({code, EVERY}, rules)
    found: list[Threshold] = []
    reached = Level.NONE
    for grade in range(1, HIGHEST[attribute] + 1):
        told = Report(answers={code: Answer(**{attribute: grade})}, red_flag_answer="no")
        level = _level(told, person, rules)
        if level > reached:
            reached = level
            found.append(Threshold(grade, level))
    return tuple(found)


def of_reading(kind: str, rules: RuleSet, history: History) -> tuple[Threshold, ...]:
    """From the lowest number to the highest, in the unit that triage keeps."""
    return tuple(_of_reading(kind, _about({kind}, rules), _standing(history)))


def _standing(history: History) -> History:
    return replace(history, days=(), today=(), mutes=(), open_flags=(), dose_day=False)


class _Same:
    """A set of rules as a key: the same one, not one like it, which would take as long to find out."""

    __slots__ = ("rules",)

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules

    def __hash__(self) -> int:
        return id(self.rules)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.rules is self.rules


def _about(codes: Collection[str], rules: RuleSet) -> RuleSet:
    """With the rules alone that name one of these: trying all of them would take ten times as long."""
    names = _names_of(_Same(rules))
    return replace(rules, rules=tuple(rule for rule in rules.rules if not names[rule.code].isdisjoint(codes)))


@lru_cache(maxsize=8)
def _names_of(same: _Same) -> dict[str, frozenset[str]]:
    return {rule.code: frozenset(_strings(rule.when)) for rule in same.rules.rules}


def _strings(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from _strings(each)
    elif is_dataclass(part):
        for each in fields(part):
            yield from _strings(getattr(part, each.name))


def _of_reading(kind: str, rules: RuleSet, history: History) -> Iterator[Threshold]:
    step = _STEP.get(kind, 1)
    own = {rules.limits[name].of(history.limits) for name in history.limits if name in rules.limits}
    for value in sorted(_candidates(kind, rules, history)):
        under, at, above = (
            _level(_measured(kind, round(value + by, 1)), history, rules) for by in (-step, 0, step)
        )
        if under > above:
            side: Side = "at_most" if at == under else "below"
            yield Threshold(value, under, side, value in own)
        elif above > under:
            side = "from" if at == above else "over"
            yield Threshold(value, above, side, value in own)


def _candidates(kind: str, rules: RuleSet, history: History) -> set[float]:
    """Where a level may change: the limits of this reading, and the usual less or plus those of a change."""
    usual = history.usual.get(kind)
    found: set[float] = set()
    for limit in rules.limits.values():
        if limit.reading != kind:
            continue
        value = limit.of(history.limits)
        if not limit.is_of_change:
            found |= {value, limit.value}
        elif usual is not None and kind != "weight":  # a gain is from day to day, not from the usual
            found |= {usual - value, usual + value}
    return {value for value in found if LIMITS[kind].possible(value)}


def _measured(kind: str, value: float) -> Report:
    return Report(readings={kind: Reading(value, UNITS[kind], f"{value:g}")}, red_flag_answer="no")


def _level(told: Report, history: History, rules: RuleSet) -> Level:
    found = held(Case(told, history), rules)
    return max((each.rule.level for each in found), default=Level.NONE)
