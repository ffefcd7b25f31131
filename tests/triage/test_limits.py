"""Limits by name, and one person's own."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from importlib import resources
from typing import Any

import pytest

from tests.triage.build import NOON, a_history, a_report, yes
from tracker.triage.assess import Finding, assess
from tracker.triage.limits import Limit
from tracker.triage.report import History, Level
from tracker.triage.rules import default_rules, parse

RULES = default_rules()


def shipped_data() -> dict[str, Any]:
    return tomllib.loads(resources.files("tracker.triage").joinpath("defaults.toml").read_text("utf-8"))


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


def test_emergencies_go_by_the_numbers_of_the_set() -> None:
    """The label says "a call today", so that is all it changes."""
    low = with_limits(systolic_low=82)
    assert level(low, systolic=88) == Level.ROUTINE
    assert level(low, {"dizziness": 1}, systolic=88) == Level.EMERGENCY
    assert level(low, {"dizziness": 1}, systolic=91) == Level.URGENT
    high = with_limits(systolic_low=100)
    assert level(high, {"hives": yes()}, systolic=90) == Level.EMERGENCY
    assert level(high, {"hives": yes()}, systolic=100) == Level.URGENT


def test_a_limit_of_an_emergency_and_nothing_else_is_the_persons_own() -> None:
    """A home target of oxygen, in somebody whose lungs were ill before: their label says "an emergency"."""
    assert level(with_limits(spo2_very_low=86), spo2=88) == Level.URGENT
    assert level(with_limits(spo2_very_low=86), spo2=86) == Level.EMERGENCY
    assert level(with_limits(spo2_very_low=94), spo2=94) == Level.EMERGENCY


def test_a_fever_in_the_days_after_chemotherapy_goes_by_the_numbers_of_the_set() -> None:
    known = replace(with_limits(fever=38.5), days_since_chemo=8)
    found = assess(a_report(readings={"temperature": 38.4}), known, RULES, NOON).findings
    assert ("possible_infection", Level.URGENT) in [(each.code, each.level) for each in found]
    assert level(replace(known, days_since_chemo=None), temperature=38.4) == Level.ROUTINE
    assert level(replace(known, limits={"fever": 37.5}), temperature=37.6) == Level.URGENT


@pytest.mark.parametrize("limits", [{"systolic_low": 70}, {"systolic_low": 70, "systolic_watch": 80}])
def test_no_limits_together_silence_a_reading_that_the_set_flags(limits: dict[str, float]) -> None:
    known = replace(with_limits(**limits), usual={"systolic": 78})
    told = assess(a_report(readings={"systolic": 75}), known, RULES, NOON)
    assert told.level == Level.ROUTINE
    assert told.findings[0].code == "low_blood_pressure"
    assert told.findings[0].inputs["limits"] == {"systolic_low": 70}
    assert told.advice.steps == ("You do not need to call us now.",)


MEASURED: dict[str, Sequence[float]] = {
    "systolic": range(45, 230, 5),
    "diastolic": range(60, 150, 5),
    "pulse": range(30, 170, 5),
    "spo2": range(80, 100),
    "breaths": range(6, 40),
    "temperature": (34.5, 35.5, 37.6, 37.9, 38, 38.4, 39),
}


@pytest.mark.parametrize("end", ["lowest", "highest"])
@pytest.mark.parametrize("usual", [{}, {"systolic": 78, "spo2": 88, "pulse": 48, "temperature": 36.4}])
def test_whatever_the_limits_what_is_flagged_stays_flagged(end: str, usual: dict[str, float]) -> None:
    limits = {name: getattr(limit, end) for name, limit in RULES.limits.items()}
    everybodys, own = replace(a_history(), usual=usual), replace(with_limits(**limits), usual=usual)
    for kind, values in MEASURED.items():
        for value in values:
            told = a_report(readings={kind: value})
            if assess(told, everybodys, RULES, NOON).level > Level.NONE:
                assert assess(told, own, RULES, NOON).level > Level.NONE, (kind, value)


@pytest.mark.parametrize(
    ("name", "value", "usual", "is_odd"),
    [
        ("systolic_low", 82, {"systolic": 124}, True),
        ("systolic_low", 82, {"systolic": 104}, False),
        ("systolic_low", 82, {}, True),
        ("systolic_low", 100, {"systolic": 124}, False),
        ("pulse_high", 125, {"pulse": 76}, True),
        ("pulse_high", 125, {"pulse": 96}, False),
        ("spo2_very_low", 86, {"spo2": 90}, False),
        ("fever", 38.5, {"temperature": 36.8}, True),
        ("systolic_drop", 60, {"systolic": 60}, True),
        ("weight_gain_3_days", 3, {"weight": 80}, True),
        ("weight_gain_3_days", 1.5, {"weight": 80}, False),
        ("urine_hours", 14, {}, True),
    ],
)
def test_a_softer_limit_is_odd_unless_the_usual_explains_it(
    name: str, value: float, usual: dict[str, float], is_odd: bool
) -> None:
    assert RULES.limits[name].is_odd(value, usual) is is_odd


@pytest.mark.parametrize("value", [20, 39, 60, 75, 130])
def test_what_a_limit_is_of_is_told_by_the_conditions_that_go_by_it(value: float) -> None:
    """A pulse of 39 is a reading, however odd, and a fall by 75 is none: the number does not tell."""
    data = shipped_data()
    for name, lowest, highest in (("systolic_drop", 10, 150), ("pulse_very_low", 10, 150)):
        data["limits"][name] |= {"value": value, "lowest": lowest, "highest": highest}
    limits = parse(data).limits
    assert limits["systolic_drop"].is_of_change
    assert limits["systolic_drop"].is_softer(value + 5)
    assert not limits["pulse_very_low"].is_of_change
    assert limits["pulse_very_low"].is_softer(value - 5 if value < 70 else value + 5)


def test_the_shipped_limits_of_change() -> None:
    assert {name for name, limit in RULES.limits.items() if limit.is_of_change} == {
        "systolic_drop",
        "weight_gain_1_day",
        "weight_gain_3_days",
        "weight_gain_7_days",
    }


@pytest.mark.parametrize(
    ("limit", "own", "kind", "value", "expected"),
    [
        ("spo2_very_low", 86, "spo2", 88, Level.URGENT),
        ("spo2_low", 88, "spo2", 93, Level.ROUTINE),
        ("fever", 37.5, "temperature", 37.6, Level.URGENT),
        ("pulse_high", 100, "pulse", 105, Level.URGENT),
        ("pulse_very_low", 35, "pulse", 40, Level.ROUTINE),
        ("breaths_high", 26, "breaths", 24, Level.ROUTINE),
        ("systolic_high", 200, "systolic", 190, Level.ROUTINE),
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
