"""Questions to put back: a rating that the note speaks against. None of them changes a level."""

from dataclasses import replace
from typing import Any

import pytest

from tests.triage.build import a_day, a_history, a_report, assessed, yes
from tracker.triage.readings import Check
from tracker.triage.report import Answer, Level, Report

WALK = "Walked the dog three miles, lovely day."


def questions(report: Report) -> list[tuple[str, str]]:
    asked = (each for each in assessed(report).checks if each.code == "rating_conflicts_with_note")
    return [(each.kind, each.question) for each in asked]


def noted(note: str, **answers: Any) -> Report:
    return replace(a_report(**answers), note=note)


def test_a_very_severe_rating_beside_a_lovely_day_is_asked_about_and_still_counts() -> None:
    report = noted(WALK, shortness_of_breath=4)
    assert questions(report) == [
        ("shortness_of_breath", "You chose very severe breathlessness: is that right?")
    ]
    assert assessed(report).level == assessed(replace(report, note="")).level == Level.EMERGENCY


def test_a_rating_that_the_note_denies_is_asked_about() -> None:
    assert [kind for kind, _ in questions(noted("No chest pain today.", chest_pain=3))] == ["chest_pain"]


def test_a_yes_that_the_note_denies_is_asked_about() -> None:
    report = noted("No fainting today.", faint=yes())
    assert questions(report) == [("faint", "You said yes to fainted or nearly fainted: is that right?")]
    assert assessed(report).level == Level.EMERGENCY


@pytest.mark.parametrize(
    "report",
    [
        noted(WALK, shortness_of_breath=2),
        noted("", shortness_of_breath=4),
        noted("Hard to breathe today.", shortness_of_breath=4),
        replace(noted(WALK, shortness_of_breath=4), confirmed=frozenset({"shortness_of_breath"})),
        replace(noted(WALK, shortness_of_breath=4), red_flags=frozenset({"breathless_at_rest"})),
        replace(noted(WALK, shortness_of_breath=4), readings=a_report(readings={"spo2": 88}).readings),
    ],
)
def test_nothing_is_asked_where_nothing_conflicts(report: Report) -> None:
    assert questions(report) == []


def test_a_serious_note_beside_a_zero_wins_and_the_zero_is_asked_about() -> None:
    report = replace(a_report(asked=("chest_pain",)), note="My chest hurts.")
    assert assessed(report).level == Level.EMERGENCY
    ((kind, question),) = questions(report)
    assert kind == "chest_pain"
    assert "and chose none for chest pain or pressure: is that right?" in question


def test_a_symptom_that_was_not_asked_about_is_no_conflict() -> None:
    assert questions(replace(a_report(), note="My chest hurts.")) == []


def test_an_answer_that_only_has_an_interference_is_asked_by_it() -> None:
    report = noted("No headache at all today, walked the dog.", headache=Answer(interference=4))
    assert questions(report) == [("headache", "You chose stops everything headache: is that right?")]


def test_questions_about_readings_come_first() -> None:
    report = replace(noted(WALK, shortness_of_breath=4), readings=a_report(readings={"weight": 250}).readings)
    assert [each.kind for each in assessed(report).checks] == ["weight", "shortness_of_breath"]


def test_a_reading_that_is_asked_about_is_no_sign_of_something_serious() -> None:
    history = a_history(days=(a_day(1),))
    (check,) = assessed(a_report(readings={"temperature": 98.6}), history).checks
    assert check == Check("temperature_unit", "temperature", "Did you mean 98.6 °F (37.0 °C)?",
                          "98.6 °F (37.0 °C)", "98.6")  # fmt: skip
