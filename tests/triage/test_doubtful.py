"""A reading that may be a slip counts by the worse of what was typed and what may have been meant."""

from dataclasses import replace

import pytest

from tests.triage.build import a_history, a_report, assessed, held, level
from tracker.triage.readings import parse, parse_blood_pressure
from tracker.triage.report import Answer, Level, Reading, Report

IL2 = a_history("aldesleukin", usual={"systolic": 124, "diastolic": 78, "weight": 62})


def pressure(typed: str, confirmed: bool | None = None, **answers: int) -> Report:
    top, bottom = (replace(each, confirmed=confirmed) for each in parse_blood_pressure(typed))
    return replace(
        Report(answers={code: Answer(severity=bad) for code, bad in answers.items()}),
        readings={"systolic": top, "diastolic": bottom},
    )


def test_a_swapped_pressure_counts_as_the_worse_of_both() -> None:
    assert level(pressure("80/120", dizziness=1), IL2) == Level.EMERGENCY
    assert level(pressure("80/120", confirmed=True, dizziness=1), IL2) < Level.URGENT
    assert level(pressure("120/80", dizziness=1), IL2) < Level.URGENT


def test_boxes_that_were_swapped_by_somebody_well_are_asked_about_and_raise_nothing() -> None:
    assert level(pressure("78/124"), IL2) == Level.NONE
    assert [check.code for check in assessed(pressure("78/124"), IL2).checks] == ["blood_pressure_range"]
    assert level(pressure("78/108"), IL2) >= Level.URGENT  # turned round, not their usual
    assert level(pressure("78/124"), a_history("aldesleukin")) >= Level.URGENT  # whose usual nobody knows
    assert level(replace(pressure("78/124"), red_flags=frozenset({"faint"})), IL2) == Level.EMERGENCY


def test_what_counts_though_nobody_confirmed_it_says_so() -> None:
    worst = assessed(pressure("80/120", dizziness=1), IL2).findings[0]
    assert "Blood pressure 80/120 mmHg, usual 124/78 (typed “80/120”, not confirmed)" in worst.team


def test_only_somebody_who_is_well_is_asked_before_it_is_kept() -> None:
    assert not assessed(pressure("80/120", dizziness=1), IL2).may_ask_first
    assert not assessed(replace(a_report(nausea=3), readings=pressure("80/120").readings), IL2).may_ask_first
    well = assessed(pressure("78/104"), IL2)
    assert (well.level, well.may_ask_first) == (Level.URGENT, True)
    assert [check.question for check in well.checks] == ["Did you mean 104/78?"]
    assert assessed(pressure("120/80"), IL2).may_ask_first
    assert not assessed(pressure("84/50"), IL2).may_ask_first


def test_what_cannot_be_right_counts_as_what_was_meant() -> None:
    assert held(pressure("12/8"), IL2) == held(pressure("120/80"), IL2) == set()
    assert "systolic_90" in held(pressure("8/5"), IL2)


def test_pounds_in_the_kilogram_box_raise_no_alarm_for_fluid() -> None:
    for typed in ("137", "158"):  # a tenth over the usual 62 kg
        reading = parse("weight", typed, usual=IL2.usual)
        told = assessed(replace(a_report(), readings={"weight": reading}), IL2)
        assert [check.code for check in told.checks] == ["weight_unit"]
        assert all(each.inputs["readings"]["weight"]["value"] < 80 for each in told.findings)


@pytest.mark.parametrize(("weight", "suggested"), [("99", None), ("100", 45.4), ("158", 71.7), ("187", None)])
def test_a_weight_that_nobody_can_have_gained_may_be_pounds(weight: str, suggested: float | None) -> None:
    assert parse("weight", weight, usual={"weight": 62}).suggested == suggested


def test_a_reading_is_doubtful_until_it_is_answered() -> None:
    reading = Reading(80, "mmHg", "80/120", suggested=120)
    assert reading.is_doubtful
    assert not replace(reading, confirmed=True).is_doubtful
    assert not replace(reading, confirmed=False).is_doubtful
    assert not Reading(80, "mmHg", "80/50").is_doubtful
