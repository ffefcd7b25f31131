"""Worked cases that a draft makes less of than they need, where the rules in force do not."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any, Self

from tracker.triage.report import Level
from tracker.triage.rules import RuleSet as TriageRules
from tracker.triage.worked import TooLow, too_low


@dataclass(frozen=True, slots=True)
class MissedCase:
    """`level` is what the draft makes of it, `least` the lowest that its author would sign."""

    id: str
    title: str
    reason: str
    level: Level
    least: Level

    @classmethod
    def of(cls, case: TooLow) -> Self:
        return cls(case.story.id, case.story.title, case.story.reason, case.level, case.least)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        return cls(**value | {"level": Level(value["level"]), "least": Level(value["least"])})

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"level": int(self.level), "least": int(self.least)}


def newly_missed(now: TriageRules, then: TriageRules, at: dt.datetime) -> list[MissedCase]:
    """The most serious first."""
    before = too_low(now, at)
    found = [MissedCase.of(case) for name, case in too_low(then, at).items() if name not in before]
    return sorted(found, key=lambda each: (-each.least, each.id))
