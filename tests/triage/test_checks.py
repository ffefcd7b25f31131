"""Questions to put back: a rating that the note speaks against. None of them changes a level."""

from dataclasses import replace
from typing import Any

import pytest

from tests.triage.build import a_day, a_history, a_report, assessed, yes
from tests.triage.strategies import SENTENCES
from tracker.triage.readings import Check
from tracker.triage.report import Answer, Level, OpenFlag, Report

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


@pytest.mark.parametrize(
    ("sign", "symptom", "note"),
    [
        ("chest_pain", "chest_pain", "It presses on my chest."),
        ("breathless_at_rest", "shortness_of_breath", "Cannot breathe lying down."),
    ],
)
def test_what_was_ticked_as_a_serious_sign_was_not_said_to_be_none(
    sign: str, symptom: str, note: str
) -> None:
    report = replace(a_report(asked=(symptom,)), note=note)
    assert [kind for kind, _ in questions(report)] == [symptom]
    assert questions(replace(report, red_flags=frozenset({sign}))) == []


@pytest.mark.parametrize(("severity", "asked"), [(1, True), (2, False), (3, False)])
def test_words_that_nobody_would_call_mild_are_asked_about_beside_a_mild_rating(
    severity: int, asked: bool
) -> None:
    report = noted("Been sick 7 times, nothing stays down.", vomiting=severity)
    assert [kind for kind, _ in questions(report)] == (["vomiting"] if asked else [])
    assert assessed(report).level == Level.URGENT


def test_the_question_tells_the_words_and_the_rating() -> None:
    ((_, question),) = questions(noted("Nothing stays down.", vomiting=Answer(frequency=2, severity=1)))
    assert question == "You wrote “Nothing stays down”, and chose mild vomiting: is that right?"


def test_words_that_a_mild_symptom_may_have_are_not_asked_about() -> None:
    assert questions(noted("My chest hurts.", chest_pain=1)) == []
    assert questions(noted("My ankles are badly swollen.", swelling=1)) == []


def test_a_mild_rating_that_the_person_stands_by_is_not_asked_about_again() -> None:
    report = replace(noted("Nothing stays down.", vomiting=1), confirmed=frozenset({"vomiting"}))
    assert questions(report) == []


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


@pytest.mark.parametrize(
    ("report", "question"),
    [
        (
            noted(WALK, headache=Answer(severity=3, interference=4)),
            "You chose severe headache: is that right?",
        ),
        (
            noted(WALK, headache=Answer(severity=2, interference=3)),
            "You chose a lot in the way headache: is that right?",
        ),
        (
            noted(WALK, general_pain=Answer(frequency=4, severity=2, interference=3)),
            "You chose a lot in the way pain: is that right?",
        ),
        (
            noted(WALK, vomiting=Answer(frequency=4, severity=3)),
            "You chose severe vomiting: is that right?",
        ),
        (
            noted(WALK, vomiting=Answer(frequency=4, severity=4)),
            "You chose very severe vomiting: is that right?",
        ),
        (
            noted(WALK, palpitations=Answer(frequency=4)),
            "You chose nearly all the time pounding or racing heartbeat: is that right?",
        ),
    ],
)
def test_the_question_repeats_the_answer_that_says_how_bad_it_is(report: Report, question: str) -> None:
    assert [asked for _, asked in questions(report)] == [question]


@pytest.mark.parametrize(
    ("report", "question"),
    [
        (noted("No me duele el pecho.", chest_pain=3), "Elegiste “fuerte” en dolor"),
        (noted("No me desmayé hoy, nada de desmayos.", faint=yes()), "Dijiste que sí a desmayo"),
        (noted("Me duele mucho el pecho.", asked=("chest_pain",)), "Escribiste “"),
    ],
)
def test_a_question_is_put_in_the_patients_language(report: Report, question: str) -> None:
    (check,) = assessed(report, replace(a_history(), language="es")).checks
    assert check.question.startswith(question)
    assert check.question.endswith(": ¿es así?")


def test_a_tick_without_detail_says_nothing_severe_that_could_be_asked_about() -> None:
    assert questions(noted("No fainting today.", faint=Answer())) == []


def test_words_that_the_note_says_are_shown_beside_the_question() -> None:
    report = replace(a_report(asked=("chest_pain", "nausea")), note="My chest hurts.")
    (check,) = assessed(report).checks
    assert (check.code, check.kind, check.typed, check.suggested) == (
        "rating_conflicts_with_note",
        "chest_pain",
        "chest hurts",
        "",
    )
    assert check.question.startswith("You wrote “chest hurts”, and chose none")


def test_a_mild_answer_that_the_note_denies_is_left_alone_and_a_yes_to_a_mild_sign_too() -> None:
    assert questions(noted("No headache today.", headache=2)) == []
    assert questions(noted("No hives today.", hives=yes())) == []


@pytest.mark.parametrize(
    ("flag", "asked"),
    [
        (OpenFlag(2, Level.URGENT, acknowledged=True), True),
        (OpenFlag(1, Level.URGENT, acknowledged=True), True),
        (OpenFlag(2, Level.ROUTINE, acknowledged=True), False),
        (OpenFlag(0, Level.EMERGENCY, acknowledged=True), False),
    ],
)
def test_a_missed_day_is_asked_about_while_a_serious_flag_of_before_is_open(
    flag: OpenFlag, asked: bool
) -> None:
    history = replace(a_history(days=(a_day(2),)), open_flags=(flag,))
    codes = [each.code for each in assessed(a_report(asked=("nausea",)), history).checks]
    assert codes == (["missed_reports"] if asked else [])


def test_missed_days_are_counted_in_the_patients_language() -> None:
    def question(days_ago: int, language: str) -> str:
        day = replace(a_day(days_ago), level=Level.URGENT)
        history = replace(a_history(days=(day,)), language=language)
        (check,) = assessed(a_report(asked=("nausea",)), history).checks
        assert (check.code, check.kind) == ("missed_reports", "missed_days")
        return check.question

    assert question(4, "en") == "We have no report of the last 3 days. Did something keep you from it?"
    assert question(2, "es") == "No tenemos nada tuyo de ayer. ¿Algo te lo impidió?"
    assert question(4, "es") == "No tenemos nada tuyo de los últimos 3 días. ¿Algo te lo impidió?"


@pytest.mark.parametrize("code", ["vomiting", "headache", "chills", "diarrhea", "sad", "shortness_of_breath"])
@pytest.mark.parametrize("note", SENTENCES)
def test_what_was_ticked_and_not_described_is_no_rating(code: str, note: str) -> None:
    """Nothing was said that their words could speak against."""
    report = Report(answers={code: Answer()}, asked=frozenset({code}), note=note)
    assert not questions(report)
