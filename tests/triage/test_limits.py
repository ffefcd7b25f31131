"""Limits by name, and one person's own."""

from dataclasses import replace
from typing import Any

import pytest

from tests.triage.build import NOON, a_history, a_report, yes
from tracker.triage.assess import Finding, assess
from tracker.triage.limits import Limit
from tracker.triage.report import History, Level
from tracker.triage.rules import default_rules

RULES = default_rules()


def with_limits(**limits: float) -> History:
    return replace(a_history(), limits=limits)


def level(history: History, answers: dict[str, Any] | None = None, **readings: float) -> Level:
    return assess(a_report(readings=readings, **(answers or {})), history, RULES, NOON).level


def worst(history: History, **readings: float) -> Finding:
    return assess(a_report(readings=readings), history, RULES, NOON).findings[0]


@pytest.mark.parametrize(
    ("systolic", "expected"), [(80, Level.URGENT), (81, Level.ROUTINE), (90, Level.ROUTINE)]
)
def test_a_person_whose_pressure_is_always_low_has_their_own_limit(systolic: float, expected: Level) -> None:
    assert level(with_limits(systolic_low=80), systolic=systolic) == expected


def test_a_finding_says_that_it_was_judged_by_the_persons_own_limit() -> None:
    assert worst(with_limits(systolic_low=95), systolic=94).inputs["limits"] == {"systolic_low": 95}
    assert "limits" not in worst(with_limits(pulse_high=100), systolic=84).inputs


def test_an_own_limit_is_held_within_what_the_rules_allow() -> None:
    assert level(with_limits(systolic_low=20), systolic=70) == Level.URGENT
    assert level(with_limits(systolic_low=20), systolic=71) == Level.ROUTINE
    assert level(with_limits(systolic_low=500), systolic=110) == Level.URGENT
    assert level(with_limits(systolic_low=float("nan")), systolic=90) == Level.URGENT


def test_systolic_80_when_unwell_is_an_emergency_however_low_the_own_limit() -> None:
    low = with_limits(systolic_low=70)
    assert level(low, {"dizziness": 1}, systolic=80) == Level.EMERGENCY
    assert level(low, {"dizziness": 1}, systolic=81) == Level.URGENT


@pytest.mark.parametrize(
    ("limit", "own", "kind", "value", "expected"),
    [
        ("spo2_very_low", 86, "spo2", 88, Level.URGENT),
        ("spo2_low", 88, "spo2", 93, Level.NONE),
        ("fever", 37.5, "temperature", 37.6, Level.URGENT),
        ("pulse_high", 100, "pulse", 105, Level.URGENT),
        ("pulse_very_low", 35, "pulse", 40, Level.ROUTINE),
        ("breaths_high", 26, "breaths", 24, Level.NONE),
        ("systolic_high", 200, "systolic", 190, Level.NONE),
    ],
)
def test_each_kind_of_limit_can_be_the_persons_own(
    limit: str, own: float, kind: str, value: float, expected: Level
) -> None:
    others = {"spo2_very_low": 86.0} if limit == "spo2_low" else {}
    history = with_limits(**others, **{limit: own})
    assert assess(a_report(readings={kind: value}), history, RULES, NOON).level == expected


def test_hours_without_urine_have_a_limit_too() -> None:
    report = a_report(hours_since_urine=9)
    assert assess(report, with_limits(urine_hours=8), RULES, NOON).level == Level.URGENT
    assert assess(report, a_history(), RULES, NOON).level == Level.NONE


def test_a_limit_that_no_rule_knows_changes_nothing() -> None:
    assert level(with_limits(happiness=3), systolic=84) == Level.URGENT


@pytest.mark.parametrize("limit", RULES.limits.values(), ids=RULES.limits)
def test_every_shipped_limit_lies_within_its_own_bounds_and_has_words(limit: Limit) -> None:
    assert limit.lowest < limit.value < limit.highest
    assert limit.unit
    assert limit.label["en"]


def test_hives_with_a_persons_own_low_pressure_are_an_allergy() -> None:
    assert level(with_limits(systolic_low=100), {"hives": yes()}, systolic=100) == Level.EMERGENCY
