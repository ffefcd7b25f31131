"""A case as read: a person, their days, and what must come of the last one.

Days are replayed oldest first, so that the last one is judged with what was known by then. Nothing here reads
a clock or a disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .assess import assess
from .report import History, Level, PastDay, Report, Treatment
from .rules import RuleSet

HOURS = 24.0


@dataclass(frozen=True, slots=True)
class Expected:
    """What must come of a case: one of the levels, at least these codes, these things said, and these not."""

    level: Level
    acceptable: frozenset[Level]
    findings: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    screen_says: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a case; `report` is None when nothing came."""

    days_ago: int
    report: Report | None
    dose_day: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """A case as read. `known` is what we knew on day 0 but for the days, which run oldest first.

    `remarks` tells of parts that mean nothing to us. `is_note`: a free text to read, and nothing else.
    """

    id: str
    known: History
    days: tuple[Day, ...]
    expected: Expected | None = None
    title: str = ""
    reason: str = ""
    remarks: tuple[str, ...] = ()
    is_note: bool = False

    def replay(self, rules: RuleSet, now: datetime) -> tuple[Report, History]:
        """Day 0 and what was known by then, each earlier day at the level that these rules give it.

        When nothing came on day 0 the report is empty: triage reads that as silence, not as a good day.
        """
        past: list[PastDay] = []
        for day in self.days[:-1]:
            if day.report is not None:
                level = assess(day.report, self._known(day.days_ago, past), rules, now).level
                past.insert(0, PastDay(day.days_ago, day.report, self._had_dose(day), level))
        today = self.days[-1]
        return today.report or Report(), replace(self._known(0, past), dose_day=today.dose_day)

    def _known(self, then: int, past: Sequence[PastDay]) -> History:
        """What was known `then` days before day 0."""
        chemo = self.known.days_since_chemo
        treatments = (_treatment(each, then) for each in self.known.treatments)
        return replace(
            self.known,
            treatments=tuple(each for each in treatments if each is not None),
            days=tuple(replace(each, days_ago=each.days_ago - then) for each in past),
            days_since_chemo=None if chemo is None or chemo < then else chemo - then,
            open_flags=tuple(
                replace(each, days_ago=each.days_ago - then)
                for each in self.known.open_flags
                if each.days_ago > then
            ),
        )

    def _had_dose(self, day: Day) -> bool:
        """The case says so, or the last dose fell into the day before that report."""
        hours = (each.hours_since_dose for each in self.known.treatments if each.hours_since_dose is not None)
        return day.dose_day or any(0 <= each - HOURS * day.days_ago <= HOURS for each in hours)


def _treatment(at_day_0: Treatment, then: int) -> Treatment | None:
    """The treatment as it stood `then` days earlier; None when it had not begun."""
    day, hours, end = at_day_0.treatment_day, at_day_0.hours_since_dose, at_day_0.days_since_end
    if day is not None and 0 < then >= day:
        return None
    return Treatment(
        at_day_0.drug,
        treatment_day=None if day is None else day - then,
        hours_since_dose=None if hours is None or hours < HOURS * then else hours - HOURS * then,
        days_since_end=None if end is None or end < then else end - then,
    )
