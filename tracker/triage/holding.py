"""Which rules hold of a case: by the worse of two readings, by whose limits, and what was found before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .case import Case
from .conditions import Condition, DoseDay, Evidence, SinceDose, inside
from .limits import named_in
from .mutes import is_muted
from .report import Level
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
    found = list(_judged(case, rules))
    mutes = case.history.mutes
    if mutes:
        found = [replace(each, muted=is_muted(each.rule, each.evidence, mutes, rules)) for each in found]
    return sorted(found, key=lambda each: (each.muted, -each.rule.level))


def _judged(case: Case, rules: RuleSet) -> Iterator[Held]:
    own = case.history.limits
    if not own:
        readings = _Readings(case)
        yield from (each for rule in rules.rules if (each := readings.hold(rule)))
        return
    yield from _by_own_limits(case, rules, own)


def _by_own_limits(case: Case, rules: RuleSet, own: Mapping[str, float]) -> Iterator[Held]:
    """For a person with limits of their own, which reach no further than they say.

    Emergencies go by the set's numbers, except where a limit is of emergencies and of nothing else. A rule
    that asks for the days since chemotherapy holds by the person's numbers and by the set's, whichever flag.
    What else the set would flag and the person's limits leave out is for the next working day, never for
    nobody.
    """
    theirs, everybodys = _Readings(case), _Readings(_with_limits(case, {}))
    emergencies = _Readings(_with_limits(case, _only(of_emergencies_alone(rules), own)))
    left_out: list[Held] = []
    found: set[str] = set()
    for rule in rules.rules:
        each = emergencies.hold(rule) if rule.level == Level.EMERGENCY else theirs.hold(rule)
        if each is None and Level.NONE < rule.level < Level.EMERGENCY:
            usual = everybodys.hold(rule)
            if usual and "days_since_chemo" in usual.evidence:
                each = usual
            elif usual:
                left_out.append(usual)
        if each is not None:
            found.add(rule.finding)
            yield each
    for usual in left_out:
        if usual.rule.finding not in found:
            names = own.keys() & named_in(usual.rule.when)
            limits = {name: rules.limits[name].of(own) for name in sorted(names & rules.limits.keys())}
            softer = replace(usual.rule, level=Level.ROUTINE, do={})
            yield replace(usual, rule=softer, evidence=usual.evidence | {"limits": limits})


def _with_limits(case: Case, limits: Mapping[str, float]) -> Case:
    return Case(case.told, replace(case.history, limits=limits))


def _only(names: frozenset[str], own: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in own.items() if name in names}


def of_emergencies_alone(rules: RuleSet) -> frozenset[str]:
    """The limits that nothing below an emergency goes by."""
    below = [rule.when for rule in rules.rules if rule.level < Level.EMERGENCY]
    return frozenset(rules.limits).difference(*map(named_in, below))


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
            if evidence is None or not (self._is_news(rule) or case.adds_to(evidence)):
                continue
            carried = case.carried(evidence)
            return Held(rule, evidence | {"earlier_today": carried} if carried else evidence, case)
        return None

    def _is_news(self, rule: Rule) -> bool:
        """It did not hold before; or it goes by a dose that this report tells of.

        What we know of doses holds that one already: nobody can say what would have held without it.
        """
        told = self._cases[0].doses_told_now
        if told and not told.isdisjoint(doses_asked_of(rule.when)):
            return True
        return not any(case.sees(rule.when) is not None for case in self._before)


def doses_asked_of(condition: Condition) -> frozenset[str]:
    """The drugs of whose doses a condition, or one within it, asks."""
    own = condition.drugs if isinstance(condition, SinceDose | DoseDay) else ()
    return frozenset(own).union(*map(doses_asked_of, inside(condition)))
