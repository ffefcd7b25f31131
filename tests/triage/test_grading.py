import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.triage.build import a_report, yes
from tracker.triage.grading import composite, composites, grades, how_bad, rise
from tracker.triage.report import Answer


def published() -> Iterator[tuple[dict[str, int], int]]:
    """Every combination with the composite that the committee gave it."""
    with Path(__file__).with_name("composite_grades.csv").open() as file:
        for attributes, first, row in list(csv.reader(file))[1:]:
            for last, grade in enumerate(row.split()):
                values = [*map(int, first.split()), last]
                yield dict(zip(attributes.split(), values, strict=True)), int(grade)


def test_all_215_combinations_are_in_the_table() -> None:
    assert len(list(published())) == 215


@pytest.mark.parametrize(("answers", "grade"), list(published()), ids=lambda each: str(each))
def test_composite_is_the_published_one(answers: dict[str, int], grade: int) -> None:
    assert composite(**answers) == grade


def test_amount_is_graded_as_interference_is() -> None:
    assert [composite(amount=value) for value in range(5)] == [0, 1, 1, 2, 2]


def test_nothing_asked_has_no_composite() -> None:
    assert composite() is None


def test_a_skipped_attribute_leaves_no_composite() -> None:
    assert composites(a_report(nausea=Answer(severity=3))) == {}


def test_a_first_answer_of_never_settles_the_composite() -> None:
    assert composites(a_report(nausea=Answer(frequency=0))) == {"nausea": 0}


def test_asked_and_not_ticked_is_zero_and_not_asked_is_absent() -> None:
    report = a_report(asked=("nausea", "rash"))
    assert grades(report) == {"nausea": 0, "rash": 0}
    assert composites(report) == {"nausea": 0}


def test_a_chart_shows_the_severity_where_it_was_asked() -> None:
    assert grades(a_report(nausea=Answer(frequency=4, severity=1))) == {"nausea": 1}


def test_a_chart_shows_the_highest_answer_where_severity_is_missing() -> None:
    report = a_report(nausea=Answer(frequency=3), diarrhea=Answer(frequency=2), fatigue=Answer())
    assert grades(report) == {"nausea": 3, "diarrhea": 2}


def test_a_yes_is_severe_for_a_red_flag_and_moderate_for_anything_else() -> None:
    assert grades(a_report(confusion=yes(), rash=yes())) == {"confusion": 3, "rash": 2}


def test_a_ticked_red_flag_is_on_the_chart_without_an_answer() -> None:
    assert grades(a_report(flags=("chest_pain", "seizure"))) == {"chest_pain": 3}
    assert grades(a_report(flags=("chest_pain",), chest_pain=4)) == {"chest_pain": 4}


@pytest.mark.parametrize(
    ("given", "bad"),
    [
        ({}, 1),
        ({"severity": 3}, 3),
        ({"frequency": 4, "severity": 1}, 1),
        ({"frequency": 1, "severity": 0}, 1),
        ({"frequency": 0, "severity": 0}, 0),
        ({"severity": 1, "interference": 2}, 2),
        ({"amount": 2}, 2),
        ({"presence": 1}, 1),
        ({"frequency": 2}, 1),
        ({"frequency": 3}, 2),
        ({"frequency": 4}, 3),
    ],
)
def test_how_bad_a_symptom_is(given: dict[str, int], bad: int) -> None:
    assert how_bad(given) == bad


@pytest.mark.parametrize(
    ("before", "after", "points"),
    [
        (Answer(severity=1), {"severity": 3}, 2),
        (Answer(severity=3), {"severity": 1}, -2),
        (Answer(frequency=0, severity=0), {"frequency": 4, "severity": 1}, 1),
        (Answer(severity=1, interference=0), {"severity": 1, "interference": 2}, 2),
        (Answer(frequency=1), {"frequency": 4}, 2),
        (Answer(frequency=0), {"frequency": 2}, 1),
        (Answer(severity=1), {"interference": 4}, 0),
        (Answer(severity=0), {}, 1),
        (Answer(severity=1), {}, 0),
        (Answer(), {"severity": 4}, 0),
    ],
)
def test_how_many_points_worse(before: Answer, after: dict[str, int], points: int) -> None:
    assert rise(before, after) == points


@pytest.mark.parametrize(("answers", "grade"), list(published()), ids=lambda each: str(each))
def test_a_composite_never_stands_above_how_bad_the_symptom_is(answers: dict[str, int], grade: int) -> None:
    assert grade <= how_bad(answers)
