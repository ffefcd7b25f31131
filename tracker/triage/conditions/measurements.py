"""Conditions about what was measured.

What such a condition saw says which way is `worse`, so that a muted finding can tell when it got worse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from tracker.triage.units import ORDINARY

from .kinds import Evidence, Range

if TYPE_CHECKING:
    from tracker.triage.case import Case

LOWER, HIGHER = "lower", "higher"


@dataclass(frozen=True, slots=True)
class Measured(Range):
    """A reading within limits."""

    key: ClassVar[str] = "reading"
    kind: str

    def holds(self, case: Case) -> Evidence | None:
        value = case.values.get(self.kind)
        if value is None or not self.contains(value, case):
            return None
        return _reading(case, self.kind, self._worse(value)) | self.personal(case)

    def _worse(self, value: float) -> str:
        """Away from the bound that it has passed; between two bounds, away from what is ordinary."""
        if self.at_least is None and self.over is None:
            return LOWER
        if self.at_most is None and self.below is None:
            return HIGHER
        return LOWER if value < ORDINARY[self.kind] else HIGHER


@dataclass(frozen=True, slots=True)
class FromUsual(Range):
    """How far a reading stands below the person's own usual (negative: above), in its unit or in percent."""

    key: ClassVar[str] = "below_usual"
    kind: str
    by: Literal["units", "percent"] = "units"

    def holds(self, case: Case) -> Evidence | None:
        value, usual = case.values.get(self.kind), case.usual_of(self.kind)
        if value is None or not usual:
            return None
        below = usual - value
        if self.by == "percent":
            below = 100 * below / usual
        if not self.contains(below, case):
            return None
        return _reading(case, self.kind, self._worse()) | self.personal(case)

    def _worse(self) -> str:
        """Near the usual ("at most 10 below") neither way is."""
        if self.at_least is not None or self.over is not None:
            return LOWER
        most = self.at_most if self.at_most is not None else self.below
        return HIGHER if isinstance(most, int | float) and most < 0 else ""


@dataclass(frozen=True, slots=True)
class WeightGain(Range):
    """Kilograms more than the lowest weight of the last `days` days."""

    key: ClassVar[str] = "weight_gain_days"
    days: int

    def holds(self, case: Case) -> Evidence | None:
        today, earlier = case.values.get("weight"), case.weights(self.days)
        if today is None or not earlier:
            return None
        days_ago, weight = min(earlier, key=lambda each: each[1])
        gain = round(today - weight, 2)
        if not self.contains(gain, case):
            return None
        seen = {"weight_gain": {"kg": gain, "days_ago": days_ago}}
        return _reading(case, "weight", HIGHER) | seen | self.personal(case)


@dataclass(frozen=True, slots=True)
class WeightLoss(Range):
    """Percent of the highest weight of the last `days` days that has gone."""

    key: ClassVar[str] = "weight_loss_days"
    days: int

    def holds(self, case: Case) -> Evidence | None:
        today, earlier = case.values.get("weight"), case.weights(self.days)
        if today is None or not earlier:
            return None
        days_ago, weight = max(earlier, key=lambda each: each[1])
        loss = round(100 * (weight - today) / weight, 1)
        if not self.contains(loss, case):
            return None
        seen = {"weight_loss": {"percent": loss, "days_ago": days_ago}}
        return _reading(case, "weight", LOWER) | seen | self.personal(case)


@dataclass(frozen=True, slots=True)
class UrineHours(Range):
    """Hours since the person last passed urine. (`unit` is always "hours".)"""

    key: ClassVar[str] = "since_urine"
    unit: Literal["hours"]

    def holds(self, case: Case) -> Evidence | None:
        hours = case.report.hours_since_urine
        return {"hours_since_urine": hours} | self.personal(case) if self.contains(hours, case) else None


def _reading(case: Case, kind: str, worse: str) -> Evidence:
    seen: dict[str, float | str] = {"value": case.values[kind]}
    if (usual := case.usual_of(kind)) is not None:
        seen["usual"] = usual
    return {"readings": {kind: seen | ({"worse": worse} if worse else {})}}
