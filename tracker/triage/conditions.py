"""What a rule may ask of a case.

`holds` returns what it saw, as JSON would hold it, or None. Missing data never holds a condition, except
under `not`. Conditions are plain data: tables.py reads and writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, takewhile
from typing import Any, ClassVar, Literal, Protocol

from .case import Case
from .report import NONE_ANSWER, Answer

type Evidence = dict[str, Any]

EVERY = "*"
WEEK = 7
UNSPECIFIED = "unspecified"
AT_THE_LEAST = 1
"""What a symptom counts as that was ticked and not described. People in trouble skip questions."""


class Condition(Protocol):
    """`key` names the kind of condition and, in its data, holds the condition's first part."""

    key: ClassVar[str]

    def holds(self, case: Case) -> Evidence | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Limits that a number must keep, those given. `over` and `below` leave their number out."""

    at_least: float | None = None
    at_most: float | None = None
    over: float | None = None
    below: float | None = None

    def contains(self, value: float | None) -> bool:
        return (
            value is not None
            and (self.at_least is None or value >= self.at_least)
            and (self.at_most is None or value <= self.at_most)
            and (self.over is None or value > self.over)
            and (self.below is None or value < self.below)
        )


@dataclass(frozen=True, slots=True)
class Answered:
    """A symptom has reached a value, in one attribute or ("worst") in any."""

    key: ClassVar[str] = "answer"
    symptoms: tuple[str, ...]
    at_least: int
    attribute: str = "worst"
    exclude: tuple[str, ...] = ()

    def holds(self, case: Case) -> Evidence | None:
        seen = {
            code: given
            for code, given in _chosen(case.given, self.symptoms, self.exclude)
            if (_worst(given) if self.attribute == "worst" else given.get(self.attribute, 0)) >= self.at_least
        }
        return {"symptoms": seen} if seen else None


@dataclass(frozen=True, slots=True)
class Composite:
    """The composite grade (0–3) of a symptom has reached a value."""

    key: ClassVar[str] = "composite"
    symptoms: tuple[str, ...]
    at_least: int
    exclude: tuple[str, ...] = ()

    def holds(self, case: Case) -> Evidence | None:
        seen = {
            code: given
            for code, given in _chosen(case.given, self.symptoms, self.exclude)
            if case.composites.get(code, 0) >= self.at_least
        }
        return {"symptoms": seen} if seen else None


@dataclass(frozen=True, slots=True)
class Worse:
    """Some attribute of a symptom stands `by` points higher than it did.

    Than the person's `baseline`, than on the `last_day` it was asked, or than on the best of the last seven
    days (`week_low`): any of those named. On the drugs in `dose_cycle`, days within a day of a dose are set
    beside such days only, and the others beside the others: their symptoms rise and fall with every dose.
    """

    key: ClassVar[str] = "worse"
    symptoms: tuple[str, ...]
    by: int
    than: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    dose_cycle: tuple[str, ...] = ()

    def holds(self, case: Case) -> Evidence | None:
        compared = {
            code: before
            for code, given in _chosen(case.given, self.symptoms, self.exclude)
            if (before := self._before(case, code, given)) is not None
        }
        if not compared:
            return None
        return {"symptoms": {code: case.given[code] for code in compared}, "compared": compared}

    def _before(self, case: Case, code: str, given: Mapping[str, int]) -> Evidence | None:
        """The first earlier answer from which this one is a rise."""
        for than, days_ago, before in self._earlier(case, code):
            if _rise(before, given) >= self.by:
                return {"with": than, "days_ago": days_ago, "answer": dict(before.given())}
        return None

    def _earlier(self, case: Case, code: str) -> Iterator[tuple[str, int | None, Answer]]:
        """What to compare with: how we call it, days ago, the answer then."""
        days = case.comparable_days(self.dose_cycle)
        asked = ((day.days_ago, then) for day in days if (then := day.report.answer(code)) is not None)
        last = next(asked, None)
        if "last_day" in self.than and last:
            yield "last_day", *last
        if "baseline" in self.than and code in case.history.baseline:
            yield "baseline", None, case.history.baseline[code]
        if "week_low" in self.than and last:
            week = takewhile(lambda each: each[0] <= WEEK, chain([last], asked))
            yield from (("week_low", days_ago, then) for days_ago, then in week)


@dataclass(frozen=True, slots=True)
class Lasting:
    """A symptom at a value today and on every logged day back, for `days` logged days.

    It must also stand above the baseline, if we know that. A day without a log neither counts nor breaks the
    run, which may span twice the days.
    """

    key: ClassVar[str] = "lasting"
    symptoms: tuple[str, ...]
    at_least: int
    days: int
    exclude: tuple[str, ...] = ()

    def holds(self, case: Case) -> Evidence | None:
        seen = {
            code: given
            for code, given in _chosen(case.given, self.symptoms, self.exclude)
            if _worst(given) >= self.at_least and self._lasted(case, code, given)
        }
        return {"symptoms": seen, "lasting_days": self.days} if seen else None

    def _lasted(self, case: Case, code: str, given: Mapping[str, int]) -> bool:
        if _rise(case.history.baseline.get(code, NONE_ANSWER), given) <= 0:
            return False
        run = {0}
        for day, before in case.earlier(code):
            if day.days_ago >= 2 * self.days or (before.worst or 0) < self.at_least:
                break
            run.add(day.days_ago)
        return len(run) >= self.days


@dataclass(frozen=True, slots=True)
class Ticked:
    """A red flag was ticked; "unspecified" is a yes that names none."""

    key: ClassVar[str] = "red_flag"
    red_flags: tuple[str, ...]

    def holds(self, case: Case) -> Evidence | None:
        ticked = case.report.red_flags.intersection(self.red_flags)
        if (
            UNSPECIFIED in self.red_flags
            and case.report.red_flag_answer == "yes"
            and not case.report.red_flags
        ):
            ticked = frozenset({UNSPECIFIED})
        return {"red_flags": sorted(ticked)} if ticked else None


@dataclass(frozen=True, slots=True)
class Measured(Range):
    """A reading within limits."""

    key: ClassVar[str] = "reading"
    kind: str

    def holds(self, case: Case) -> Evidence | None:
        value = case.values.get(self.kind)
        return _reading(case, self.kind) if self.contains(value) else None


@dataclass(frozen=True, slots=True)
class FromUsual(Range):
    """How far a reading stands below the person's own usual: negative above it."""

    key: ClassVar[str] = "below_usual"
    kind: str

    def holds(self, case: Case) -> Evidence | None:
        value, usual = case.values.get(self.kind), case.history.usual.get(self.kind)
        if value is None or usual is None or not self.contains(usual - value):
            return None
        return _reading(case, self.kind)


@dataclass(frozen=True, slots=True)
class WeightGain(Range):
    """Kilograms more than the lowest weight of the last `days` days."""

    key: ClassVar[str] = "weight_gain_days"
    days: int

    def holds(self, case: Case) -> Evidence | None:
        today, earlier = case.values.get("weight"), list(case.weights(self.days))
        if today is None or not earlier:
            return None
        days_ago, weight = min(earlier, key=lambda each: each[1])
        gain = round(today - weight, 2)
        if not self.contains(gain):
            return None
        return _reading(case, "weight") | {"weight_gain": {"kg": gain, "days_ago": days_ago}}


@dataclass(frozen=True, slots=True)
class UrineHours(Range):
    """Hours since the person last passed urine. (`unit` is always "hours".)"""

    key: ClassVar[str] = "since_urine"
    unit: Literal["hours"]

    def holds(self, case: Case) -> Evidence | None:
        hours = case.report.hours_since_urine
        return {"hours_since_urine": hours} if self.contains(hours) else None


@dataclass(frozen=True, slots=True)
class OnDrug:
    """On one of these drugs, or within so many days of its end."""

    key: ClassVar[str] = "drug"
    drugs: tuple[str, ...]
    ended_within_days: int = 28

    def holds(self, case: Case) -> Evidence | None:
        taken = [
            each.drug
            for each in case.treatments(self.drugs)
            if each.days_since_end is None or each.days_since_end <= self.ended_within_days
        ]
        return {"drugs": taken} if taken else None


@dataclass(frozen=True, slots=True)
class SinceDose(Range):
    """Hours since a dose of one of these drugs."""

    key: ClassVar[str] = "hours_since_dose"
    drugs: tuple[str, ...]

    def holds(self, case: Case) -> Evidence | None:
        for each in case.treatments(self.drugs):
            if self.contains(each.hours_since_dose):
                return {"drugs": [each.drug], "hours_since_dose": each.hours_since_dose}
        return None


@dataclass(frozen=True, slots=True)
class SinceEnd(Range):
    """Days since treatment with one of these drugs ended."""

    key: ClassVar[str] = "days_since_end"
    drugs: tuple[str, ...]

    def holds(self, case: Case) -> Evidence | None:
        for each in case.treatments(self.drugs):
            if self.contains(each.days_since_end):
                return {"drugs": [each.drug], "days_since_end": each.days_since_end}
        return None


@dataclass(frozen=True, slots=True)
class TreatmentDay(Range):
    """The day of treatment with one of these drugs; the first dose is on day 1."""

    key: ClassVar[str] = "treatment_day"
    drugs: tuple[str, ...]

    def holds(self, case: Case) -> Evidence | None:
        for each in case.treatments(self.drugs):
            if self.contains(each.treatment_day):
                return {"drugs": [each.drug], "treatment_day": each.treatment_day}
        return None


@dataclass(frozen=True, slots=True)
class SinceChemo(Range):
    """Days since the last chemotherapy. (`unit` is always "days".)"""

    key: ClassVar[str] = "since_chemo"
    unit: Literal["days"]

    def holds(self, case: Case) -> Evidence | None:
        days = case.history.days_since_chemo
        return {"days_since_chemo": days} if self.contains(days) else None


@dataclass(frozen=True, slots=True)
class DoseDay:
    """Within a day of a dose of one of these drugs."""

    key: ClassVar[str] = "dose_day"
    drugs: tuple[str, ...]

    def holds(self, case: Case) -> Evidence | None:
        return {} if case.is_dose_day(self.drugs) else None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every condition holds."""

    key: ClassVar[str] = "all"
    conditions: tuple[Condition, ...]

    def holds(self, case: Case) -> Evidence | None:
        seen: Evidence = {}
        for condition in self.conditions:
            evidence = condition.holds(case)
            if evidence is None:
                return None
            seen = _merge(seen, evidence)
        return seen


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one condition holds; what every one of them saw is kept."""

    key: ClassVar[str] = "any"
    conditions: tuple[Condition, ...]

    def holds(self, case: Case) -> Evidence | None:
        return _at_least(1, self.conditions, case)


@dataclass(frozen=True, slots=True)
class CountOf:
    """So many of the conditions hold."""

    key: ClassVar[str] = "count_of"
    conditions: tuple[Condition, ...]
    at_least: int

    def holds(self, case: Case) -> Evidence | None:
        return _at_least(self.at_least, self.conditions, case)


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold, or we cannot tell."""

    key: ClassVar[str] = "not"
    condition: Condition

    def holds(self, case: Case) -> Evidence | None:
        return {} if self.condition.holds(case) is None else None


def _chosen(
    given: Mapping[str, Mapping[str, int]], symptoms: tuple[str, ...], exclude: tuple[str, ...]
) -> Iterator[tuple[str, Mapping[str, int]]]:
    """The symptoms the person has, of those the condition names, with what was answered."""
    codes = given if EVERY in symptoms else (code for code in symptoms if code in given)
    return ((code, given[code]) for code in codes if code not in exclude)


def _worst(given: Mapping[str, int]) -> int:
    return max(given.values(), default=AT_THE_LEAST)


def _rise(before: Answer, after: Mapping[str, int]) -> int:
    """The largest rise in any attribute that both answers give; 0 when they share none."""
    if not after:
        return AT_THE_LEAST if before.worst == 0 else 0
    rises = (
        value - earlier for name, value in after.items() if (earlier := getattr(before, name)) is not None
    )
    return max(rises, default=0)


def _reading(case: Case, kind: str) -> Evidence:
    seen = {"value": case.values[kind]}
    if kind in case.history.usual:
        seen["usual"] = case.history.usual[kind]
    return {"readings": {kind: seen}}


def _at_least(number: int, conditions: Iterable[Condition], case: Case) -> Evidence | None:
    found = [evidence for each in conditions if (evidence := each.holds(case)) is not None]
    if len(found) < number:
        return None
    seen: Evidence = {}
    for evidence in found:
        seen = _merge(seen, evidence)
    return seen


def _merge(one: Evidence, other: Evidence) -> Evidence:
    merged = dict(one)
    for key, value in other.items():
        merged[key] = _joined(merged[key], value) if key in merged else value
    return merged


def _joined(one: Any, other: Any) -> Any:
    if isinstance(one, dict):
        return {**one, **other}
    return [*one, *(each for each in other if each not in one)] if isinstance(one, list) else other


KINDS: Mapping[str, type[Any]] = {
    kind.key: kind
    for kind in (
        Answered, Composite, Worse, Lasting, Ticked, Measured, FromUsual, WeightGain, UrineHours, OnDrug,
        SinceDose, SinceEnd, TreatmentDay, SinceChemo, DoseDay, AllOf, AnyOf, CountOf, Not,
    )
}  # fmt: skip
