"""Conditions about what the person told: answers, red flags and the note."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, takewhile
from typing import TYPE_CHECKING, ClassVar

from tracker.triage.grading import how_bad, rise
from tracker.triage.report import NONE_ANSWER, Answer

from .kinds import Evidence

if TYPE_CHECKING:
    from tracker.triage.case import Case

EVERY = "*"
WEEK = 7
UNSPECIFIED = "unspecified"


@dataclass(frozen=True, slots=True)
class Answered:
    """A symptom has reached a value: in one attribute, or ("worst") in how bad it is, see grading.how_bad.

    With `above_baseline` it must also stand above the person's baseline, if we know that.
    """

    key: ClassVar[str] = "answer"
    symptoms: tuple[str, ...]
    at_least: int
    attribute: str = "worst"
    exclude: tuple[str, ...] = ()
    above_baseline: bool = False

    def holds(self, case: Case) -> Evidence | None:
        seen = {
            code: given
            for code, given in _chosen(case.given, self.symptoms, self.exclude)
            if self._value(case, code, given) >= self.at_least
            and not (self.above_baseline and not _is_above_baseline(case, code, given))
        }
        return {"symptoms": seen} if seen else None

    def _value(self, case: Case, code: str, given: Mapping[str, int]) -> int:
        return case.bad[code] if self.attribute == "worst" else given.get(self.attribute, 0)


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
            if case.bad[code] >= self.at_least <= case.composite(code)  # it is never above how bad it is
        }
        return {"symptoms": seen} if seen else None


@dataclass(frozen=True, slots=True)
class Worse:
    """A symptom is `by` points worse than it was, in an attribute that says how bad it is (grading.rise).

    Than the person's `baseline`, than on the `last_day` it was asked, or than on the best of the last seven
    days (`week_low`): any of those named. On the drugs in `dose_cycle`, days within a day of a dose are set
    beside such days only, and the others beside the others: their symptoms rise and fall with every dose.
    With `if_unknown` it also holds for what was never asked before.
    """

    key: ClassVar[str] = "worse"
    symptoms: tuple[str, ...]
    by: int
    than: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    dose_cycle: tuple[str, ...] = ()
    if_unknown: bool = False

    def holds(self, case: Case) -> Evidence | None:
        compared = {
            code: before
            for code, given in _chosen(case.given, self.symptoms, self.exclude)
            if case.bad[code] >= self.by and (before := self._before(case, code, given)) is not None
        }
        if not compared:
            return None
        return {"symptoms": {code: case.given[code] for code in compared}, "compared": compared}

    def _before(self, case: Case, code: str, given: Mapping[str, int]) -> Evidence | None:
        """The first earlier answer from which this one is a rise."""
        for than, days_ago, before in self._earlier(case, code):
            if rise(before, given) >= self.by:
                return {"with": than, "days_ago": days_ago, "answer": before.answered()}
        if self.if_unknown and code not in case.history.baseline and not any(case.earlier(code)):
            return {"with": "unknown", "days_ago": None, "answer": {}}
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
    """A symptom as bad as this today and on every logged day back, for `days` logged days.

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
            if case.bad[code] >= self.at_least and self._lasted(case, code, given)
        }
        return {"symptoms": seen, "lasting_days": self.days} if seen else None

    def _lasted(self, case: Case, code: str, given: Mapping[str, int]) -> bool:
        if not _is_above_baseline(case, code, given):
            return False
        run = {0}
        for day, before in case.earlier(code):
            if day.days_ago >= 2 * self.days or how_bad(before.answered()) < self.at_least:
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
class Noted:
    """The note says that the person has one of these now. What was seen are the words as typed."""

    key: ClassVar[str] = "note"
    concepts: tuple[str, ...]

    def holds(self, case: Case) -> Evidence | None:
        noted = case.noted
        seen = {concept: noted[concept] for concept in self.concepts if concept in noted} if noted else None
        return {"note": seen} if seen else None


def _is_above_baseline(case: Case, code: str, given: Mapping[str, int]) -> bool:
    """Where the two answers share nothing, by how bad each was at the least."""
    before = case.history.baseline.get(code, NONE_ANSWER)
    if given and before.worst != 0 and given.keys().isdisjoint(before.answered()):
        return how_bad(given) > how_bad(before.answered())
    return rise(before, given) > 0


def _chosen(
    given: Mapping[str, Mapping[str, int]], symptoms: tuple[str, ...], exclude: tuple[str, ...]
) -> Sequence[tuple[str, Mapping[str, int]]]:
    """The symptoms the person has, of those the condition names, with what was answered."""
    if EVERY not in symptoms:
        return [(code, given[code]) for code in symptoms if code in given and code not in exclude]
    return [each for each in given.items() if each[0] not in exclude]
