"""From where on one answer or one reading flags by itself."""

import pytest

from tests.triage.build import a_day, a_history, a_report, assessed
from tracker.triage.limits import Limit
from tracker.triage.report import Answer, Level, Report
from tracker.triage.rules import default_rules
from tracker.triage.symptoms import SYMPTOMS
from tracker.triage.thresholds import Threshold, of_reading, of_symptom
from tracker.triage.units import UNITS

RULES = default_rules()


def symptom(code, history=None):
    return [(each.at, each.level) for each in of_symptom(code, RULES, history or a_history())]


def reading(kind, history=None):
    return [
        (each.side, each.at, each.level)
        for each in of_reading(kind, RULES, history or a_history("aldesleukin"))
    ]


def test_each_level_begins_once_and_the_mildest_comes_first():
    assert symptom("chills") == [(3, Level.URGENT)]
    assert symptom("diarrhea") == [(3, Level.ROUTINE), (4, Level.URGENT)]
    assert symptom("hair_loss") == []


def test_a_yes_or_no_is_no_scale():
    assert symptom("hives") == []


@pytest.mark.parametrize("code", [code for code, kind in SYMPTOMS.items() if "severity" in kind.attributes])
def test_a_line_stands_where_triage_flags_that_answer_alone(code):
    before = Level.NONE
    lines = dict(symptom(code))
    for grade in range(1, 5):
        level = assessed(Report(answers={code: Answer(severity=grade)}, red_flag_answer="no")).level
        assert lines.get(grade, before) == level
        before = level


def test_how_somebody_was_before_treatment_moves_the_line():
    baseline = {"palpitations": Answer(severity=1)}
    assert symptom("palpitations")[0] == (1, Level.ROUTINE)
    assert symptom("palpitations", a_history(baseline=baseline))[0] == (2, Level.ROUTINE)


def test_what_was_said_on_other_days_does_not():
    bad = a_history(days=(a_day(1, nausea=2), a_day(2, nausea=2)))
    assert symptom("nausea", bad) == symptom("nausea")


def test_readings_have_both_sides_in_order():
    assert reading("systolic") == [
        ("at_most", 90, Level.URGENT),
        ("at_most", 100, Level.ROUTINE),
        ("from", 180, Level.URGENT),
    ]
    assert reading("spo2") == [("at_most", 92, Level.EMERGENCY), ("below", 95, Level.URGENT)]
    assert ("over", 110, Level.URGENT) in reading("pulse")
    assert reading("weight") == []  # a gain is from day to day


def test_a_drug_brings_its_own_line():
    assert ("from", 160, Level.ROUTINE) in reading("systolic", a_history("epoetin-alfa"))
    assert all(at != 160 for _side, at, _level in reading("systolic"))


def test_days_after_chemotherapy_bring_theirs():
    assert ("below", 36.0, Level.ROUTINE) in reading("temperature", a_history(days_since_chemo=8))


def test_a_fall_from_the_usual_is_a_line_of_this_person():
    lines = reading("systolic", a_history("aldesleukin", usual={"systolic": 150}))
    assert ("below", 110, Level.URGENT) in lines


def test_a_limit_of_ones_own_moves_the_line_and_says_so():
    history = a_history("aldesleukin")
    history = type(history)(treatments=history.treatments, limits={"systolic_low": 84})
    lines = of_reading("systolic", RULES, history)
    assert Threshold(84, Level.URGENT, "at_most", is_own=True) in lines
    assert all(each.at != 90 or each.level < Level.URGENT for each in lines)


@pytest.mark.parametrize("kind", UNITS)
def test_every_line_of_a_reading_is_where_triage_flags_it(kind):
    for line in of_reading(kind, RULES, a_history("aldesleukin")):
        step = 0.1 if kind in ("temperature", "weight") else 1
        inside = (
            line.at
            if line.side in ("from", "at_most")
            else line.at + (step if line.side == "over" else -step)
        )
        level = assessed(a_report({kind: inside}), a_history("aldesleukin")).level
        assert level >= line.level


def test_a_limit_that_cannot_be_is_no_candidate():
    assert isinstance(RULES.limits["systolic_low"], Limit)
    assert all(
        40 <= at <= 300 for _side, at, _level in reading("systolic", a_history(usual={"systolic": 299}))
    )
