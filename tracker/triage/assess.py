"""The decision: what a report means, why, what to ask back, and what the patient does now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .case import Case
from .phrases import in_words, seen
from .readings import Check
from .report import Answer, History, Level, Report
from .rules import SEEN, Rule, RuleSet
from .symptoms import LABELS, LANGUAGE, SYMPTOMS
from .words import say


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that holds: what it is about, how soon, the words, and the inputs it saw (JSON)."""

    code: str
    rule: str
    level: Level
    patient: str
    team: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Advice:
    """What the patient reads: one action a line. Telephone numbers are still in braces until `fill`."""

    headline: str
    steps: tuple[str, ...] = ()
    helps: tuple[str, ...] = ()
    call_when: tuple[str, ...] = ()

    def fill(self, *, emergency_number: str, team_phone: str = "", line_24h: str = "") -> Advice:
        """With the care team's own numbers; a line that needs a number we do not have is left out."""
        numbers = {
            "{emergency_number}": emergency_number,
            "{team_phone}": team_phone,
            "{line_24h}": line_24h,
        }
        return self._filled(numbers)

    def _filled(self, values: Mapping[str, str]) -> Advice:
        def lines(texts: tuple[str, ...]) -> tuple[str, ...]:
            kept = (
                text for text in texts if all(value or name not in text for name, value in values.items())
            )
            return tuple(_replace(text, values) for text in kept)

        return Advice(
            _replace(self.headline, values), lines(self.steps), lines(self.helps), lines(self.call_when)
        )


@dataclass(frozen=True, slots=True)
class Assessment:
    """Findings worst first. `rules` is the version they were made by, `at` when."""

    level: Level
    findings: tuple[Finding, ...]
    checks: tuple[Check, ...]
    advice: Advice
    rules: str
    at: datetime


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
    held = [(rule, evidence) for rule in rules.rules if (evidence := rule.when.holds(case)) is not None]
    held.sort(key=lambda each: -each[0].level)
    level = max((rule.level for rule, _ in held), default=Level.NONE)
    return Assessment(
        level=level,
        findings=tuple(_finding(rule, evidence, case, rules) for rule, evidence in held),
        checks=case.checks,
        advice=_advice(level, [rule for rule, _ in held], history, rules),
        rules=rules.version,
        at=now,
    )


def changed(report: Report, history: History) -> tuple[Change, ...]:
    """What is new, gone, better or worse since the last report, the largest rise first."""
    if not history.days:
        return ()
    last = history.days[0].report
    rises: list[tuple[int, Change]] = []
    for code in SYMPTOMS:
        before, after = _known(last, code), _known(report, code)
        if after is None or (before is None and after.worst == 0):
            continue
        change = Change(code, LABELS[code], _word(before), _word(after))
        if change.before != change.after:
            rises.append((_worst(after) - _worst(before), change))
    return tuple(change for _, change in sorted(rises, key=lambda each: -each[0]))


def _finding(rule: Rule, evidence: dict[str, Any], case: Case, rules: RuleSet) -> Finding:
    return Finding(
        code=rule.finding,
        rule=rule.code,
        level=rule.level,
        patient=rule.patient[LANGUAGE],
        team=_sentence(rule.team[LANGUAGE].replace(SEEN, seen(evidence, case, rules.drug_names))),
        inputs=evidence,
    )


def _advice(level: Level, held: list[Rule], history: History, rules: RuleSet) -> Advice:
    """The level's words, with the steps of the rules that made it that level and all else from every rule."""
    words = rules.advice[level]
    do = [line for rule in held if rule.level == level for line in rule.do.get(LANGUAGE, ())]
    helps = [line for rule in held for line in rule.helps.get(LANGUAGE, ())]
    call_when = [line for rule in held for line in rule.call_when.get(LANGUAGE, ())]
    advice = Advice(
        headline=words.headline,
        steps=_once(words.steps[:1], do, words.steps[1:]),
        helps=_once(words.helps, helps),
        call_when=_once(words.call_when, call_when),
    )
    return advice._filled({"{drug}": _drugs(history, rules)})


def _once(*parts: Iterable[str]) -> tuple[str, ...]:
    """All lines in order, each said once."""
    return tuple(dict.fromkeys(line for part in parts for line in part))


def _drugs(history: History, rules: RuleSet) -> str:
    """What the person is on now, as they would say it; "" when we do not know."""
    taken = [each.drug for each in history.treatments if each.days_since_end is None]
    names = list(dict.fromkeys(rules.drug_names.get(drug, drug) for drug in taken))
    return f" {say('phrase', 'and')} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _known(report: Report, code: str) -> Answer | None:
    """The answer, or a yes for a red flag that was ticked without one."""
    answer = report.answer(code)
    if code in report.red_flags and not (answer and answer.worst):
        return Answer(presence=1)
    return answer


def _worst(answer: Answer | None) -> int:
    return (answer.worst or 0) if answer else 0


def _word(answer: Answer | None) -> str:
    return say("phrase", "not_asked") if answer is None else in_words(dict(answer.given()))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _replace(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(name, value)
    return text
