"""Which rules hold of a case: by the worse of two readings, and what was found before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .case import Case
from .conditions import Evidence
from .mutes import is_muted
from .rules import Rule, RuleSet

_NOTHING: Mapping[str, Any] = {}
_SEEN_BY = ("symptoms", "readings", "note")


@dataclass(frozen=True, slots=True)
class Held:
    """A rule that holds, what it saw and in which reading of the case."""

    rule: Rule
    evidence: Evidence
    case: Case
    muted: bool = False

    def says_as_much_as(self, other: Held) -> bool:
        """It is about the same thing, and saw everything that the other one saw."""
        mine, theirs = self.evidence, other.evidence
        return (
            self.rule.finding == other.rule.finding
            and self.muted is other.muted
            and all(theirs.get(part, _NOTHING).keys() <= mine.get(part, _NOTHING).keys() for part in _SEEN_BY)
            and set(theirs.get("red_flags", ())) <= set(mine.get("red_flags", ()))
        )


def held(case: Case, rules: RuleSet) -> list[Held]:
    """Every rule that holds, worst first and muted ones last."""
    readings = _Readings(case)
    found = [each for rule in rules.rules if (each := readings.hold(rule))]
    mutes = case.history.mutes
    if mutes:
        found = [replace(each, muted=is_muted(each.rule, each.evidence, mutes, rules)) for each in found]
    return sorted(found, key=lambda each: (each.muted, -each.rule.level))


class _Readings:
    """One case in every way that its numbers can be read; the same for what was told earlier that day."""

    def __init__(self, case: Case) -> None:
        self._cases = (case, *case.otherwise_read())
        before = case.before
        self._before = (before, *before.otherwise_read()) if before else ()

    def hold(self, rule: Rule) -> Held | None:
        """The rule as it holds by one of them; None also where it held before this report came.

        What was found then was told to the patient and to the team then: it is not this report's news.
        """
        for case in self._cases:
            evidence = case.sees(rule.when)
            if evidence is None or (self._held_before(rule) and not case.adds_to(evidence)):
                continue
            carried = case.carried(evidence)
            return Held(rule, evidence | {"earlier_today": carried} if carried else evidence, case)
        return None

    def _held_before(self, rule: Rule) -> bool:
        return any(case.sees(rule.when) is not None for case in self._before)
