"""The decision: what a report means, why, what to ask back, and what the patient does now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from .advice import Advice, compose
from .case import Case
from .checks import checks_of
from .conditions import Condition, WantsCall, inside
from .holding import Held, held
from .phrases import in_words, seen
from .readings import Check
from .report import Answer, History, Level, Report
from .rules import SEEN, RuleSet, default_rules
from .symptoms import LABELS, LANGUAGE, SYMPTOMS
from .words import say

__all__ = ["Advice", "Assessment", "Change", "Finding", "assess", "changed"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that holds: what it is about, how soon, the words, and the inputs it saw (JSON).

    A `muted` finding is expected and no worse than it was: it is kept, and does not count for the level.
    """

    code: str
    rule: str
    level: Level
    patient: str
    team: str
    inputs: Mapping[str, Any]
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Assessment:
    """Findings worst first, muted ones last. `rules` is the version they were made by, `at` when.

    `may_ask_first`: the report may come back once with its questions before it is kept.
    """

    level: Level
    findings: tuple[Finding, ...]
    checks: tuple[Check, ...]
    advice: Advice
    rules: str
    at: datetime
    may_ask_first: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """A symptom that is not as it was in the last report, in words."""

    code: str
    label: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.label}: {self.before} → {self.after}"


def assess(report: Report, history: History, rules: RuleSet, now: datetime) -> Assessment:
    """Never raises for a report that `document.read` accepts: what we do not know holds no rule."""
    case = Case(report, history)
    rules = _with_a_rule_for_calls(rules) if report.wants_call else rules
    found = held(case, rules)
    counting = [each for each in found if not each.muted]
    level = _worst_level(counting)
    serious = [each.evidence for each in counting if each.rule.level >= Level.URGENT]
    told = [each.rule for each in counting]
    return Assessment(
        level=level,
        findings=tuple(_finding(each, rules) for each in _once_each(found)),
        checks=checks_of(case, serious),
        advice=compose(level, told, history, rules, muted=len(told) < len(found)),
        rules=rules.version,
        at=now,
        may_ask_first=_may_ask_first(counting),
    )


def changed(report: Report, history: History) -> tuple[Change, ...]:
    """What is new, gone, better or worse since the last report, the largest rise first."""
    if not history.days:
        return ()
    last = history.days[0].report
    rises: list[tuple[int, Change]] = []
    for code in SYMPTOMS:
        before, after = _known(last, code), _known(report, code)
        if after is None or after == before or (before is None and after.worst == 0):
            continue
        change = Change(code, LABELS[code], _word(before), _word(after))
        if change.before != change.after:
            rises.append((_worst(after) - _worst(before), change))
    return tuple(change for _, change in sorted(rises, key=lambda each: -each[0]))


def _with_a_rule_for_calls(rules: RuleSet) -> RuleSet:
    """Nobody asks for a call in vain: a set that was made before there was such a rule goes by ours."""
    if any(_names_calls(rule.when) for rule in rules.rules):
        return rules
    ours = (rule for rule in default_rules().rules if _names_calls(rule.when))
    return replace(rules, rules=(*rules.rules, *ours))


def _names_calls(condition: Condition) -> bool:
    return isinstance(condition, WantsCall) or any(map(_names_calls, inside(condition)))


def _worst_level(held: Iterable[Held]) -> Level:
    return max((each.rule.level for each in held), default=Level.NONE)


def _may_ask_first(held: Sequence[Held]) -> bool:
    """Nobody who is unwell waits for a question; a number that may be a slip, and is urgent as typed, may."""
    settled = (each for each in held if not each.case.is_doubtful)
    return _worst_level(held) < Level.EMERGENCY and _worst_level(settled) < Level.URGENT


def _once_each(held: Sequence[Held]) -> Iterator[Held]:
    """Worst first, without those that see nothing but what one before them saw of the same thing.

    A muted one stands in for no other.
    """
    kept: dict[str, list[Held]] = {}
    for each in held:
        before = kept.setdefault(each.rule.finding, [])
        if not any(other.says_as_much_as(each) for other in before):
            before.append(each)
            yield each


def _finding(held: Held, rules: RuleSet) -> Finding:
    rule, case = held.rule, held.case
    drug_names = rules.drug_names.get(LANGUAGE, {})
    return Finding(
        code=rule.finding,
        rule=rule.code,
        level=rule.level,
        patient=rule.patient.get(case.history.language, rule.patient[LANGUAGE]),
        team=_sentence(rule.team[LANGUAGE].replace(SEEN, seen(held.evidence, case, drug_names))),
        inputs=held.evidence,
        muted=held.muted,
    )


def _known(report: Report, code: str) -> Answer | None:
    """The answer, or a yes for a red flag that was ticked without one."""
    answer = report.answer(code)
    if code in report.red_flags and not (answer and answer.worst):
        return Answer(presence=1)
    return answer


def _worst(answer: Answer | None) -> int:
    return (answer.worst or 0) if answer else 0


def _word(answer: Answer | None) -> str:
    return say("phrase", "not_asked") if answer is None else in_words(answer.answered())


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
