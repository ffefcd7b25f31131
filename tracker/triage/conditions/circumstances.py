"""Conditions about treatment, about what came before (silence, open flags), and about what is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from tracker.triage.report import Level

from .kinds import Evidence, Range

if TYPE_CHECKING:
    from tracker.triage.case import Case

REASON_MAX = 120
"""Characters of a reason that stand on the board; all of it is the note."""

type LevelWord = Literal["none", "routine", "urgent", "emergency"]


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
    """Hours since a dose of one of these drugs.

    A later dose whose time we do not know changes nothing where only so long ago at most is asked for.
    """

    key: ClassVar[str] = "hours_since_dose"
    drugs: tuple[str, ...]

    def holds(self, case: Case) -> Evidence | None:
        is_open_below = self.at_least is None and self.over is None
        for each in case.treatments(self.drugs):
            hours = each.hours_since_dose
            if hours is None and is_open_below:
                hours = each.hours_since_timed_dose
            if self.contains(hours, case):
                return {"drugs": [each.drug], "hours_since_dose": hours}
        return None


@dataclass(frozen=True, slots=True)
class SinceEnd(Range):
    """Days since treatment with one of these drugs ended."""

    key: ClassVar[str] = "days_since_end"
    drugs: tuple[str, ...]

    def holds(self, case: Case) -> Evidence | None:
        for each in case.treatments(self.drugs):
            if self.contains(each.days_since_end, case):
                return {"drugs": [each.drug], "days_since_end": each.days_since_end}
        return None


@dataclass(frozen=True, slots=True)
class TreatmentDay(Range):
    """The day of treatment with one of these drugs; the first dose is on day 1."""

    key: ClassVar[str] = "treatment_day"
    drugs: tuple[str, ...]

    def holds(self, case: Case) -> Evidence | None:
        for each in case.treatments(self.drugs):
            if self.contains(each.treatment_day, case):
                return {"drugs": [each.drug], "treatment_day": each.treatment_day}
        return None


@dataclass(frozen=True, slots=True)
class SinceChemo(Range):
    """Days since the last chemotherapy. (`unit` is always "days".)"""

    key: ClassVar[str] = "since_chemo"
    unit: Literal["days"]

    def holds(self, case: Case) -> Evidence | None:
        days = case.history.days_since_chemo
        return {"days_since_chemo": days} if self.contains(days, case) else None


@dataclass(frozen=True, slots=True)
class DoseDay:
    """Within a day of a dose of one of these drugs."""

    key: ClassVar[str] = "dose_day"
    drugs: tuple[str, ...]

    def holds(self, case: Case) -> Evidence | None:
        return {} if case.is_dose_day(self.drugs) else None


@dataclass(frozen=True, slots=True)
class MissedDays(Range):
    """Whole days without a report since the last one. (`unit` is always "days".)

    A report that tells nothing at all stands for a day that did not come, and counts as missed too. Of
    somebody who never reported it counts from the day on which they came.
    """

    key: ClassVar[str] = "missed"
    unit: Literal["days"]

    def holds(self, case: Case) -> Evidence | None:
        missed = case.missed_days
        return {"missed_days": missed} if self.contains(missed, case) else None


@dataclass(frozen=True, slots=True)
class LastLevel:
    """The last day that was logged came to this level or worse."""

    key: ClassVar[str] = "last_level"
    at_least: LevelWord

    def holds(self, case: Case) -> Evidence | None:
        last = next((day for day in case.history.days if day.days_ago > 0), None)
        if last is None or last.level is None or last.level < Level.from_word(self.at_least):
            return None
        return {"last_level": {"level": last.level.word, "days_ago": last.days_ago}}


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A flag of an earlier day, of this level or worse, that is (or is not) acknowledged."""

    key: ClassVar[str] = "open_flag"
    at_least: LevelWord
    acknowledged: bool = False

    def holds(self, case: Case) -> Evidence | None:
        lowest = Level.from_word(self.at_least)
        flags = [
            each
            for each in case.history.open_flags
            if each.days_ago > 0 and each.level >= lowest and each.acknowledged is self.acknowledged
        ]
        if not flags:
            return None
        worst = max(flags, key=lambda each: (each.level, each.days_ago))
        told = {"level": worst.level.word, "days_ago": worst.days_ago, "acknowledged": worst.acknowledged}
        return {"open_flag": told}


@dataclass(frozen=True, slots=True)
class WantsCall:
    """The person asks to be called. What was seen is the number they gave, and how they begin to say why."""

    key: ClassVar[str] = "wants_call"
    wanted: bool

    def holds(self, case: Case) -> Evidence | None:
        if case.told.wants_call != self.wanted:
            return None
        reason = " ".join(case.told.note.split())
        cut = reason if len(reason) <= REASON_MAX else f"{reason[:REASON_MAX].rstrip()}…"
        return {"wants_call": {"number": case.told.call_number, "reason": cut}} if self.wanted else {}
