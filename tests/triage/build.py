"""Short ways to write a report and a history in tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tracker.triage.assess import Assessment, assess
from tracker.triage.report import Answer, History, Level, PastDay, Reading, Report, Treatment
from tracker.triage.rules import default_rules
from tracker.triage.units import UNITS

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def a_report(
    readings: Mapping[str, float] | None = None,
    flags: tuple[str, ...] = (),
    asked: tuple[str, ...] = (),
    hours_since_urine: float | None = None,
    **answers: Answer | int,
) -> Report:
    """A bare number is a severity: `a_report(nausea=2)`."""
    return Report(
        answers={code: _answer(given) for code, given in answers.items()},
        asked=frozenset(asked),
        red_flags=frozenset(flags),
        red_flag_answer="yes" if flags else "no",
        readings={kind: Reading(value, UNITS[kind], str(value)) for kind, value in (readings or {}).items()},
        hours_since_urine=hours_since_urine,
    )


def a_history(
    *drugs: str | Treatment,
    usual: Mapping[str, float] | None = None,
    baseline: Mapping[str, Answer | int] | None = None,
    days: tuple[PastDay, ...] = (),
    days_since_chemo: int | None = None,
    dose_day: bool = False,
) -> History:
    return History(
        treatments=tuple(Treatment(drug) if isinstance(drug, str) else drug for drug in drugs),
        usual=usual or {},
        baseline={code: _answer(given) for code, given in (baseline or {}).items()},
        days=days,
        days_since_chemo=days_since_chemo,
        dose_day=dose_day,
    )


def a_day(days_ago: int, dose_day: bool = False, **report: Any) -> PastDay:
    return PastDay(days_ago, a_report(**report), dose_day)


def assessed(report: Report, history: History | None = None) -> Assessment:
    return assess(report, history or a_history(), default_rules(), now=NOON)


def level(report: Report, history: History | None = None) -> Level:
    return assessed(report, history).level


def held(report: Report, history: History | None = None) -> set[str]:
    """The codes of the rules that hold."""
    return {finding.rule for finding in assessed(report, history).findings}


def yes() -> Answer:
    return Answer(presence=1)


def _answer(given: Answer | int) -> Answer:
    return given if isinstance(given, Answer) else Answer(severity=given)
