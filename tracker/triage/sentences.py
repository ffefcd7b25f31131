"""Conditions in English, for clinicians who read, compare and sign rules.

    "Upper blood pressure is 90 mmHg or less; and “unwell”, or the pulse is over 100 beats a minute"

A condition that the rule set has a name for is called by it, in quotation marks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import singledispatch
from typing import Any

from . import conditions as kinds
from .conditions import EVERY, UNSPECIFIED, Condition, Range
from .conditions.kinds import Bound
from .limits import Limit
from .rules import RuleSet
from .symptoms import LABELS, SCALES
from .words import listed, measure, number, plain, say

_HIGHEST_COMPOSITE = 3
_THAN = {
    "baseline": "before treatment",
    "last_day": "on the last comparable day",
    "week_low": "on the best day of the last 7",
}
_ABOVE_BASELINE = "and worse than before treatment"
_ASKED = {
    "frequency": "how often it comes",
    "interference": "how far it gets in the way",
    "amount": "how much of it there is",
    "presence": "yes or no",
}
_JOINS = (kinds.AllOf, kinds.AnyOf, kinds.CountOf)
STILL_ON = kinds.OnDrug(()).ended_within_days
"""Days after its end in which a drug counts as taken, where a rule does not say how many."""
MANY = 6
"""So many codes in one condition make a reader lose their place."""
LONG = 250
"""A sentence of so many characters is told as a list."""
_LONG_HOURS = 72
"""From three days on, hours are hard to grasp."""


def sentence(condition: Condition, rules: RuleSet) -> str:
    """What must be so for a rule to hold; no capital, no full stop."""
    return _Speaker(rules).say(condition)


def definition(name: str, rules: RuleSet) -> str:
    """What a condition that several rules use stands for."""
    return _Speaker(rules).spell_out(rules.conditions[name])


def outline(condition: Condition, rules: RuleSet) -> tuple[str, list[str]]:
    """A long sentence as a list: how its parts are joined, and each. A short one: "", and itself alone."""
    speaker = _Speaker(rules)
    text = speaker.say(condition)
    if not isinstance(condition, kinds.AnyOf | kinds.AllOf) or condition in rules.conditions.values():
        return "", [text]
    if len(text) < LONG:
        return "", [text]
    how = "one of these" if isinstance(condition, kinds.AnyOf) else "all of these"
    return how, [speaker.say(each) for each in condition.conditions]


def spelled_out(condition: Condition, rules: RuleSet) -> tuple[str, list[str]]:
    """The outline of a condition that has a name itself."""
    bare = replace(rules, conditions={n: each for n, each in rules.conditions.items() if each != condition})
    return outline(condition, bare)


class _Speaker:
    def __init__(self, rules: RuleSet) -> None:
        self._groups = rules.groups
        self._names = {rules.conditions[name]: name for name in reversed(list(rules.conditions))}

    def listed(self, codes: Iterable[str], word: Callable[[str], str]) -> list[str]:
        """Each in words; in a long list, the groups in it are called by their names."""
        left = tuple(codes)
        if len(left) < MANY:
            return [word(code) for code in left]
        words = []
        while left:
            name = self._group_at_the_beginning(left)
            words.append(f"anything in the list “{plain(name)}”" if name else word(left[0]))
            left = left[len(self._groups[name]) if name else 1 :]
        return words

    def _group_at_the_beginning(self, codes: tuple[str, ...]) -> str:
        groups = ((name, group) for name, group in self._groups.items() if len(group) > 1)
        return next((name for name, group in groups if codes[: len(group)] == group), "")

    def say(self, condition: Condition) -> str:
        name = self._names.get(condition)
        return f"“{plain(name)}”" if name else self.spell_out(condition)

    def spell_out(self, condition: Condition) -> str:
        return _spoken(condition, self)

    def within(self, condition: Condition) -> str:
        """In brackets when it has parts of its own, so that "and" and "or" cannot be misread."""
        text = self.say(condition)
        return f"({text})" if isinstance(condition, _JOINS) and condition not in self._names else text


@singledispatch
def _spoken(condition: Any, speaker: _Speaker) -> str:
    raise NotImplementedError(f"there is no sentence for {type(condition).__name__}")


# --- What the person told -----------------------------------------------------------------------------------


@_spoken.register
def _(it: kinds.Answered, speaker: _Speaker) -> str:
    answered = _answered(it, _symptoms(it, speaker))
    return f"{answered}, {_ABOVE_BASELINE}" if it.above_baseline else answered


def _answered(it: kinds.Answered, who: str) -> str:
    if it.at_least == 1 and it.attribute == "worst":
        return f"{who} is reported"
    if it.attribute == "worst":
        return f"{who} is {_step('severity', it.at_least)}"
    if it.attribute == "severity":
        return f"{who} is rated {_step('severity', it.at_least)}"
    return f"{who}: {_ASKED[it.attribute]} is “{_step(it.attribute, it.at_least)}”"


@_spoken.register
def _(it: kinds.Composite, speaker: _Speaker) -> str:
    who = _symptoms(it, speaker)
    grade = f"{it.at_least}" if it.at_least == _HIGHEST_COMPOSITE else f"{it.at_least} or more"
    return f"the composite grade of {who} is {grade}"


@_spoken.register
def _(it: kinds.Worse, speaker: _Speaker) -> str:
    who, than = _symptoms(it, speaker), listed(_THAN[each] for each in it.than)
    text = f"{who} is {_points(it.by)} or more worse than {than}"
    if it.dose_cycle:
        text += f" (on {_drugs(it.dose_cycle, speaker)}, dose days are compared with dose days)"
    if it.if_unknown:
        text += " (what was never asked before counts as none before)"
    return text


@_spoken.register
def _(it: kinds.Lasting, speaker: _Speaker) -> str:
    who, step = _symptoms(it, speaker), _step("severity", it.at_least)
    return f"{who} has been {step} on {it.days} logged days running, {_ABOVE_BASELINE}"


@_spoken.register
def _(it: kinds.Ticked, speaker: _Speaker) -> str:
    named = [_label(code) for code in it.red_flags if code != UNSPECIFIED]
    ways = [f"{listed(named)} is ticked as a serious sign"] if named else []
    if UNSPECIFIED in it.red_flags:
        ways.append("the person says yes to the serious signs and ticks none")
    return listed(ways)


@_spoken.register
def _(it: kinds.Noted, speaker: _Speaker) -> str:
    return f"the note tells of {listed(plain(each) for each in it.concepts)}"


# --- What was measured --------------------------------------------------------------------------------------


@_spoken.register
def _(it: kinds.Measured, speaker: _Speaker) -> str:
    return f"the {_reading(it.kind)} is {_range(it, lambda value: measure(it.kind, value))}"


@_spoken.register
def _(it: kinds.FromUsual, speaker: _Speaker) -> str:
    unit = "%" if it.by == "percent" else ""
    return f"the {_reading(it.kind)} is {_from_usual(it, unit)}"


@_spoken.register
def _(it: kinds.WeightGain, speaker: _Speaker) -> str:
    gain = _range(it, lambda value: f"{number(value)} kg")
    return f"the weight is {gain} above the lowest of the last {_days(it.days)}"


@_spoken.register
def _(it: kinds.WeightLoss, speaker: _Speaker) -> str:
    loss = _range(it, lambda value: f"{number(value)}%")
    return f"the weight is {loss} below the highest of the last {_days(it.days)}"


@_spoken.register
def _(it: kinds.UrineHours, speaker: _Speaker) -> str:
    return f"no urine was passed for {_range(it, _hours)}"


# --- Treatment ----------------------------------------------------------------------------------------------


@_spoken.register
def _(it: kinds.OnDrug, speaker: _Speaker) -> str:
    on = f"on {_drugs(it.drugs, speaker)}"
    within = it.ended_within_days
    return on if within == STILL_ON else f"{on} (or within {_days(within)} of its end)"


@_spoken.register
def _(it: kinds.SinceDose, speaker: _Speaker) -> str:
    return f"the last dose of {_drugs(it.drugs, speaker)} was {_range(it, _hours)} ago"


@_spoken.register
def _(it: kinds.SinceEnd, speaker: _Speaker) -> str:
    return f"treatment with {_drugs(it.drugs, speaker)} ended {_range(it, _days)} ago"


@_spoken.register
def _(it: kinds.TreatmentDay, speaker: _Speaker) -> str:
    return f"the day of treatment with {_drugs(it.drugs, speaker)} is {_range(it, number)}"


@_spoken.register
def _(it: kinds.SinceChemo, speaker: _Speaker) -> str:
    return f"the last chemotherapy was {_range(it, _days)} ago"


@_spoken.register
def _(it: kinds.DoseDay, speaker: _Speaker) -> str:
    return f"within a day of a dose of {_drugs(it.drugs, speaker)}"


# --- What came before ---------------------------------------------------------------------------------------


@_spoken.register
def _(it: kinds.MissedDays, speaker: _Speaker) -> str:
    return f"there was no report for {_range(it, _days)}"


@_spoken.register
def _(it: kinds.LastLevel, speaker: _Speaker) -> str:
    return f"the last report came to {_level(it.at_least)}"


@_spoken.register
def _(it: kinds.Unanswered, speaker: _Speaker) -> str:
    answered = "somebody" if it.acknowledged else "nobody"
    return f"{answered} has answered a flag of an earlier day that is {_level(it.at_least)}"


@_spoken.register
def _(it: kinds.WantsCall, speaker: _Speaker) -> str:
    return "the person asks for a call" if it.wanted else "the person asks for no call"


# --- Joins --------------------------------------------------------------------------------------------------


@_spoken.register
def _(it: kinds.AllOf, speaker: _Speaker) -> str:
    return "; and ".join(speaker.within(each) for each in it.conditions)


@_spoken.register
def _(it: kinds.AnyOf, speaker: _Speaker) -> str:
    return "; or ".join(speaker.within(each) for each in it.conditions)


@_spoken.register
def _(it: kinds.CountOf, speaker: _Speaker) -> str:
    parts = "; ".join(speaker.within(each) for each in it.conditions)
    return f"at least {it.at_least} of these: {parts}"


@_spoken.register
def _(it: kinds.Not, speaker: _Speaker) -> str:
    return f"not: {speaker.within(it.condition)}"


# --- Parts --------------------------------------------------------------------------------------------------


def _symptoms(it: Any, speaker: _Speaker) -> str:
    left_out = speaker.listed(it.exclude, _label)
    who = "any symptom" if EVERY in it.symptoms else listed(speaker.listed(it.symptoms, _label))
    return f"{who} (but not {listed(left_out)})" if left_out else who


def _label(code: str) -> str:
    label = LABELS[code]
    return label[:1].lower() + label[1:]


def _reading(kind: str) -> str:
    said = say("reading", kind)
    return said[:1].lower() + said[1:]


def _drugs(codes: Iterable[str], speaker: _Speaker) -> str:
    return listed(speaker.listed(codes, str))


def _level(word: str) -> str:
    return word if word == "emergency" else f"{word} or worse"


def _step(attribute: str, at_least: int) -> str:
    words = SCALES[attribute]
    if at_least == len(words) - 1:
        return words[at_least]
    return f"{words[at_least]} or {'more' if attribute in ('frequency', 'amount') else 'worse'}"


def _range(bounds: Range, unit: Callable[[float], str]) -> str:
    """ "38.0 °C or more", "5 days to 14 days", "over 24 hours and up to 48 hours"."""
    low, high = bounds.at_least, bounds.at_most
    over, below = _bound(bounds.over, unit, "over {}"), _bound(bounds.below, unit, "under {}")
    if low is not None and high is not None:
        both = f"{_bound(low, unit, '{}')} to {_bound(high, unit, '{}')}"
        return " and ".join(filter(None, (both, over, below)))
    least = _bound(low, unit, "{} or more")
    most = _bound(high, unit, "up to {}" if least or over else "{} or less")
    return " and ".join(filter(None, (least, over, most, below)))


def _bound(bound: Bound, unit: Callable[[float], str], words: str) -> str:
    if bound is None:
        return ""
    if isinstance(bound, Limit):
        return f"{words.format(unit(bound.value))}{_by_limit(bound)}"
    return words.format(unit(bound))


def _by_limit(bound: float | Limit) -> str:
    return f" (limit “{plain(bound.name)}”)" if isinstance(bound, Limit) else ""


def _from_usual(bounds: Range, unit: str) -> str:
    """A distance below the usual, where a negative one lies above it."""
    places = []
    for bound, exact in ((bounds.at_least, True), (bounds.over, False)):
        if bound is not None:
            places.append(_distance(_plain_number(bound), exact, unit, far="below") + _by_limit(bound))
    for bound, exact in ((bounds.at_most, True), (bounds.below, False)):
        if bound is not None:
            places.append(_distance(-_plain_number(bound), exact, unit, far="above") + _by_limit(bound))
    return " and ".join(places)


def _distance(value: float, exact: bool, unit: str, far: str) -> str:
    """`value` and more to the `far` side of the usual; below zero it begins on the other side."""
    near = {"below": "above", "above": "below"}[far]
    shown = f"{number(abs(value))}{unit}"
    if value > 0:
        return f"{shown} or more {far} the usual" if exact else f"more than {shown} {far} the usual"
    return f"no more than {shown} {near} the usual" if exact else f"less than {shown} {near} the usual"


def _plain_number(bound: float | Limit) -> float:
    return bound.value if isinstance(bound, Limit) else bound


def _hours(value: float) -> str:
    if value >= _LONG_HOURS and value % 24 == 0:
        return _days(value / 24)
    return f"{number(value)} hour{'' if value == 1 else 's'}"


def _days(value: float) -> str:
    return f"{number(value)} day{'' if value == 1 else 's'}"


def _points(value: int) -> str:
    return f"{value} point{'' if value == 1 else 's'}"
