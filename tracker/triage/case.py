"""A report laid beside what we knew, with the look-ups that rules share worked out once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property

from .grading import composites
from .readings import Check, doubts, understand
from .report import Answer, History, PastDay, Report, Treatment
from .units import LIMITS

DOSE_DAY_HOURS = 24.0


class Case:
    """What one rule looks at. Every question has an answer, "we do not know" (None) among them."""

    def __init__(self, report: Report, history: History) -> None:
        self.report = report
        self.history = history
        self._comparable: dict[tuple[str, ...], tuple[PastDay, ...]] = {}
        self.readings = understand(report.readings, history.usual, self.previous)

    @cached_property
    def previous(self) -> dict[str, float]:
        """The last known value of each kind of reading."""
        values: dict[str, float] = {}
        for day in self.history.days:
            for kind in day.report.readings:
                if kind not in values and (value := _sound(day.report, kind)) is not None:
                    values[kind] = value
        return values

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        return doubts(self.report.readings, self.history.usual, self.previous)

    @cached_property
    def composites(self) -> dict[str, int]:
        return composites(self.report)

    @cached_property
    def present(self) -> dict[str, Answer]:
        """The symptoms that the person has, which are few: what was asked and is none can hold no rule.

        One that was ticked and not described is among them.
        """
        return {code: answer for code, answer in self.report.answers.items() if answer.worst != 0}

    @cached_property
    def given(self) -> dict[str, dict[str, int]]:
        """For each symptom that is present, the attributes that were answered, if any."""
        return {code: dict(answer.given()) for code, answer in self.present.items()}

    @cached_property
    def values(self) -> dict[str, float]:
        """Every reading that a living person can have, by kind, in the unit we keep."""
        best = ((kind, reading.best) for kind, reading in self.readings.items())
        return {kind: value for kind, value in best if value is not None and LIMITS[kind].possible(value)}

    def treatments(self, drugs: Collection[str]) -> tuple[Treatment, ...]:
        return tuple(each for each in self.history.treatments if each.drug in drugs)

    def is_dose_day(self, drugs: Collection[str]) -> bool:
        """Within a day of a dose of one of these drugs, by the clock or by the plan."""
        taken = [each for each in self.treatments(drugs) if not each.days_since_end]
        hours = [each.hours_since_dose for each in taken if each.hours_since_dose is not None]
        return bool(taken) and (self.history.dose_day or any(each <= DOSE_DAY_HOURS for each in hours))

    def comparable_days(self, dose_cycle: Collection[str]) -> tuple[PastDay, ...]:
        """Newest first; on one of these drugs, dose days are like a dose day and the others like another."""
        key = tuple(dose_cycle)
        if key not in self._comparable:
            days, today = self.history.days, self.is_dose_day(key)
            on_them = bool(self.treatments(key))
            self._comparable[key] = tuple(each for each in days if not on_them or each.dose_day == today)
        return self._comparable[key]

    def earlier(self, code: str) -> Iterator[tuple[PastDay, Answer]]:
        """The days on which this symptom was asked, newest first."""
        for day in self.history.days:
            answer = day.report.answer(code)
            if answer is not None:
                yield day, answer

    def weights(self, within_days: int) -> Iterator[tuple[int, float]]:
        """(days ago, kg) of the weights that were logged in the last days."""
        for day in self.history.days:
            if 0 < day.days_ago <= within_days and (weight := _sound(day.report, "weight")) is not None:
                yield day.days_ago, weight


def _sound(report: Report, kind: str) -> float | None:
    value = report.value(kind)
    return value if value is not None and LIMITS[kind].possible(value) else None
