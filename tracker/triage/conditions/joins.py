"""Conditions made of conditions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from .kinds import Condition, Evidence, merged

if TYPE_CHECKING:
    from tracker.triage.case import Case


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every condition holds."""

    key: ClassVar[str] = "all"
    conditions: tuple[Condition, ...]

    def holds(self, case: Case) -> Evidence | None:
        found: list[Evidence] = []
        for condition in self.conditions:
            evidence = case.sees(condition)
            if evidence is None:
                return None
            found.append(evidence)
        return _together(found)


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
        return {} if case.sees(self.condition) is None else None


def inside(condition: Condition) -> tuple[Condition, ...]:
    """The conditions that this one is made of; none in one that joins no others."""
    if isinstance(condition, Not):
        return (condition.condition,)
    return condition.conditions if isinstance(condition, AllOf | AnyOf | CountOf) else ()


def _at_least(number: int, conditions: Iterable[Condition], case: Case) -> Evidence | None:
    found = [evidence for each in conditions if (evidence := case.sees(each)) is not None]
    return _together(found) if len(found) >= number else None


def _together(found: list[Evidence]) -> Evidence:
    seen: Evidence = {}
    for evidence in found:
        seen = merged(seen, evidence) if seen else evidence
    return seen
