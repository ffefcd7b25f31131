"""Doses that patients tell of: one a course and day, gone or changed by a correction, weighed at once."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.apps import apps

from tests.people import drug
from tracker import checkins
from tracker.models import CheckIn, Course, Dose, Patient
from tracker.triage.report import Report, ToldDose

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 3, 10, 15, tzinfo=dt.UTC)
MORNING = NOW - dt.timedelta(hours=6)
TODAY = NOW.date()
YESTERDAY = TODAY - dt.timedelta(days=1)


@pytest.fixture
def course(rosa: Patient) -> Course:
    """Interferon at home, beside what Rosa is on; no dose is known yet."""
    return Course.objects.create(
        team=rosa.team,
        patient=rosa,
        drug=drug("interferon-alfa-2b"),
        started_on=TODAY - dt.timedelta(days=20),
    )


def tell(
    rosa: Patient, said: ToldDose | None, *, day: dt.date = TODAY, id: uuid.UUID | None = None
) -> CheckIn:
    report = Report(
        asked=frozenset({"nausea"}),
        red_flag_answer="no",
        doses={"interferon-alfa-2b": said} if said else {},
    )
    details: dict[str, Any] = {"by": rosa.user, "day": day, "reported_at": NOW, "now": NOW}
    return checkins.submit(patient_id=rosa.pk, report=report, id=id or uuid.uuid4(), **details).check_in


def told(course: Course) -> list[tuple[dt.date | None, dt.datetime, bool]]:
    return list(course.doses.order_by("given_at").values_list("told_on", "given_at", "is_timed"))


def test_a_dose_that_was_taken_is_kept_at_its_time(rosa, course):
    tell(rosa, ToldDose("taken", MORNING))
    assert told(course) == [(TODAY, MORNING, True)]


@pytest.mark.parametrize(
    "at",
    [None, NOW + dt.timedelta(hours=1), NOW - dt.timedelta(days=2)],
    ids=["none", "to come", "another day"],
)
def test_without_a_time_that_can_be_it_was_around_noon(rosa, course, at):
    tell(rosa, ToldDose("taken", at))
    noon = dt.datetime.combine(TODAY, dt.time(12), rosa.zone)
    assert told(course) == [(TODAY, noon, False)]


@pytest.mark.parametrize("answer", ["missed", "not_due"])
def test_a_dose_that_was_not_taken_is_no_dose(rosa, course, answer):
    tell(rosa, ToldDose(answer))
    assert told(course) == []


def test_two_reports_of_a_day_tell_of_one_dose_and_the_later_wins(rosa, course):
    tell(rosa, ToldDose("taken", MORNING))
    tell(rosa, ToldDose("taken", MORNING + dt.timedelta(hours=1)))
    assert told(course) == [(TODAY, MORNING + dt.timedelta(hours=1), True)]


def test_a_report_that_says_nothing_of_it_leaves_it(rosa, course):
    tell(rosa, ToldDose("taken", MORNING))
    tell(rosa, None)
    assert told(course) == [(TODAY, MORNING, True)]


def test_a_correction_takes_it_back_and_its_history_stays(rosa, course):
    first = tell(rosa, ToldDose("taken", MORNING))
    tell(rosa, ToldDose("missed"), id=first.pk)
    assert told(course) == []
    kept = apps.get_model("tracker", "DoseEvent")._default_manager.filter(course=course)
    assert sorted(kept.values_list("pgh_label", flat=True)) == ["delete", "insert"]
    assert first.told.doses["interferon-alfa-2b"].answer == "taken"


def test_a_correction_without_a_word_of_it_takes_it_back(rosa, course):
    first = tell(rosa, ToldDose("taken", MORNING))
    tell(rosa, None, id=first.pk)
    assert told(course) == []


def test_a_correction_to_another_day_moves_it(rosa, course):
    first = tell(rosa, ToldDose("taken"))
    tell(rosa, ToldDose("taken"), day=YESTERDAY, id=first.pk)
    assert [day for day, _at, _timed in told(course)] == [YESTERDAY]


def test_a_dose_of_the_teams_is_left_alone_and_not_doubled(rosa, course):
    Dose.objects.create(team=rosa.team, patient=rosa, course=course, given_at=MORNING)
    tell(rosa, ToldDose("taken", MORNING + dt.timedelta(hours=1)))
    tell(rosa, ToldDose("missed"))
    assert told(course) == [(None, MORNING, True)]


def test_the_same_report_sent_twice_is_one_dose(rosa, course):
    id = uuid.uuid4()
    tell(rosa, ToldDose("taken", MORNING), id=id)
    tell(rosa, ToldDose("taken", MORNING), id=id)
    assert len(told(course)) == 1


def test_a_course_that_had_ended_has_no_dose(rosa, course):
    Course.objects.filter(pk=course.pk).update(ended_on=YESTERDAY)
    tell(rosa, ToldDose("taken", MORNING))
    assert told(course) == []


# --- What triage knows of it --------------------------------------------------------------------------------


def hours_since(rosa: Patient, said: ToldDose | None, id: uuid.UUID | None = None) -> float | None:
    report = Report(red_flag_answer="no", doses={"interferon-alfa-2b": said} if said else {})
    history = checkins.history_now(rosa, report, day=TODAY, now=NOW, id=id)
    return next(each for each in history.treatments if each.drug == "interferon-alfa-2b").hours_since_dose


def test_the_report_that_tells_of_a_dose_is_weighed_with_it(rosa, course):
    assert hours_since(rosa, None) is None
    assert hours_since(rosa, ToldDose("taken", MORNING)) == 6
    assert hours_since(rosa, ToldDose("missed")) is None


def test_a_dose_without_a_time_makes_a_dose_day_and_no_hours(rosa, course):
    tell(rosa, ToldDose("taken"))
    history = checkins.history_now(rosa, Report(), day=TODAY, now=NOW)
    assert history.dose_day
    assert hours_since(rosa, None) is None


def test_a_correction_that_takes_it_back_is_weighed_without_it(rosa, course):
    first = tell(rosa, ToldDose("taken", MORNING))
    assert hours_since(rosa, None) == 6
    assert hours_since(rosa, None, id=first.pk) is None
    assert hours_since(rosa, ToldDose("missed"), id=first.pk) is None


def test_a_dose_without_a_time_leaves_the_hours_since_the_teams(rosa, course):
    night = NOW - dt.timedelta(hours=20)
    Dose.objects.create(team=rosa.team, patient=rosa, course=course, given_at=night)
    tell(rosa, ToldDose("taken"))
    history = checkins.history_now(rosa, Report(), day=TODAY, now=NOW)
    known = next(each for each in history.treatments if each.drug == "interferon-alfa-2b")
    assert (known.hours_since_dose, known.hours_since_timed_dose) == (None, 20)
    assert known.untimed_dose_today
