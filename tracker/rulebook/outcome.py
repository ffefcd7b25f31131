"""A dry run as its page shows it: now and then, and whose patients it would concern."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from accounts.models import User
from tracker.models import DryRun, Patient
from tracker.rulebook.dry_run import Moved
from tracker.rulebook.worked import MissedCase
from tracker.triage.report import Level

WEEK = 7


@dataclass(frozen=True, slots=True)
class Row:
    """Flagged reports of one level (None: of any), by the rules in force and by the draft."""

    level: Level | None
    now: int
    then: int
    reports: int
    days: int

    @property
    def per_100(self) -> tuple[float, float]:
        """Of 100 reports: now, then."""
        return self._scaled(100 / self.reports if self.reports else 0.0)

    @property
    def a_week(self) -> tuple[float, float]:
        return self._scaled(WEEK / self.days if self.days else 0.0)

    def _scaled(self, by: float) -> tuple[float, float]:
        return self.now * by, self.then * by


class Outcome:
    """`user` decides which patients are named: those they care for. Of all others there are only numbers."""

    def __init__(self, dry_run: DryRun, user: User) -> None:
        self.dry_run, self.user = dry_run, user
        self._result: Mapping[str, Any] = dry_run.result

    @property
    def reports(self) -> int:
        return int(self._result["reports"])

    @property
    def rows(self) -> list[Row]:
        """Every level that is a flag, worst first, then all of them together."""
        now, then = self._result["now"], self._result["then"]
        levels = [level for level in sorted(Level, reverse=True) if level > Level.NONE]
        of_level = [self._row(level, now[level], then[level]) for level in levels]
        return [*of_level, self._row(None, sum(now[1:]), sum(then[1:]))]

    def _row(self, level: Level | None, now: int, then: int) -> Row:
        return Row(level, now, then, self.reports, self.dry_run.days)

    @property
    def rules(self) -> list[tuple[str, int, int]]:
        """(Rule, reports it held for now, then) where they differ; the largest difference first."""
        moved = [(code, now, then) for code, (now, then) in self._result["rules"].items() if now != then]
        return sorted(moved, key=lambda each: (-abs(each[2] - each[1]), each[0]))

    @cached_property
    def _moved(self) -> dict[UUID, Moved]:
        return {UUID(pk): Moved(**counts) for pk, counts in self._result["patients"].items()}

    @cached_property
    def patients(self) -> list[tuple[Patient, Moved]]:
        """Those whom the user cares for."""
        theirs = Patient.objects.cared_for_by(self.user).filter(pk__in=self._moved)
        return [(patient, self._moved[patient.pk]) for patient in theirs]

    @property
    def missed(self) -> list[MissedCase]:
        """Worked cases that the draft makes less of than they need, and the rules in force do not."""
        return [MissedCase.from_json(each) for each in self._result.get("cases", ())]

    @property
    def summary(self) -> dict[str, int]:
        """How many patients, of all teams, would gain or lose a flag, or have one of another level."""
        counts = ("gained", "lost", "raised", "lowered")
        return {each: sum(1 for moved in self._moved.values() if getattr(moved, each)) for each in counts}

    @property
    def others(self) -> int:
        """Patients of other teams, who are not named."""
        return len(self._moved) - len(self.patients)
