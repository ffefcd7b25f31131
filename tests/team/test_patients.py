"""The list of patients and a patient's chart."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.team.conftest import CHEST_PAIN, LOW_PRESSURE, flagged, send
from tests.triage.build import a_report
from tracker import checkins
from tracker.models import Dose
from tracker.team.chart.asked import span

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def amiras(amira, browser_of):
    return browser_of(amira)


@pytest.fixture
def open_list(amiras):
    return lambda query="": amiras.get(reverse("team:patients") + query)


@pytest.fixture
def open_chart(amira, browser_of):
    browser = browser_of(amira)
    return lambda patient, query="": browser.get(reverse("team:patient", args=[patient.pk]) + query)


def names(answer):
    return [patient.name for patient, *_words in answer.context["lines"]]


# --- The list -----------------------------------------------------------------------------------------------


def test_patients_are_listed_by_name_with_treatment_and_flag(rosa, dev, open_list):
    flagged(rosa)
    answer = open_list()
    assert names(answer) == ["Dev Patel", "Rosa Martín"]
    assert "Aldesleukin · C2 D3" in answer.text
    assert "Emergency" in answer.text


@pytest.mark.parametrize(
    ("words", "expected"),
    [("", 2), ("rosa", 1), (" ROSA ", 1), ("nobody", 0), ("%", 0), ('"><script>', 0)],
)
def test_a_name_can_be_looked_for(words, expected, rosa, dev, amiras):
    answer = amiras.post(reverse("team:find_patient"), {"q": words}, follow=True)
    assert len(names(answer)) == expected
    assert "<script>" not in answer.text.replace("<script src", "")


@pytest.mark.parametrize("page", ["0", "-1", "999", "abc", ""])
def test_a_page_that_is_not_there_is_the_nearest_that_is(page, rosa, open_list):
    assert names(open_list(f"?page={page}")) == ["Rosa Martín"]


def test_the_list_costs_the_same_whatever_it_shows(
    rosa, dev, joan, wei, amiras, open_list, django_assert_max_num_queries
):
    flagged(rosa)
    found = amiras.post(reverse("team:find_patient"), {"q": "rosa"})["Location"]
    with django_assert_max_num_queries(16) as one:
        assert len(names(amiras.get(found))) == 1
    with django_assert_max_num_queries(16) as everybody:
        assert len(names(open_list())) == 4
    assert len(everybody) == len(one)


# --- The chart ----------------------------------------------------------------------------------------------


def test_the_chart_draws_symptoms_by_day_with_dose_days(rosa, open_chart):
    send(rosa, a_report(chills=1), ago=2 * DAY)
    send(rosa, a_report(chills=3, asked=("nausea",)))
    answer = open_chart(rosa)
    heat_map = answer.context["chart"].heat_map
    assert len(heat_map.columns) == 28
    assert [row.code for row in heat_map.rows] == ["chills"]
    assert heat_map.rows[0].cells[-3:] == (1, None, 3)
    doses = {dose.given_at.astimezone(rosa.zone).date() for dose in Dose.objects.filter(patient=rosa)}
    shown = {column.day for column in heat_map.columns}
    assert {column.day for column in heat_map.columns if column.is_dose_day} == doses & shown != set()
    assert "Chills or shivering was worst: 3 of 4" in answer.text
    assert "2 of 28 days logged" in answer.text


def test_readings_stand_against_the_usual(rosa, open_chart):
    send(rosa, LOW_PRESSURE)
    page = open_chart(rosa).text
    assert "Last: 84/50 mmHg" in page
    assert "usual: 124/78" in page
    assert "Table of blood pressure" in page


def test_what_happened_runs_from_the_newest(rosa, amira, open_chart):
    flag = flagged(rosa, CHEST_PAIN, ago=dt.timedelta(hours=1))
    flag.claim(by=amira, now=timezone.now())
    flag.resolve(by=amira, outcome="advised", note="Rest.", seen=1, now=timezone.now())
    answer = open_chart(rosa)
    entries = [entry.what for entry in answer.context["chart"].entries]
    assert entries[:3] == ["Resolved: Amira Nasser", "Claimed: Amira Nasser", "Raised"]
    assert entries[3].startswith("Report for")
    assert "Rest." in answer.text


def test_a_correction_takes_the_place_of_what_it_corrects(rosa, open_chart):
    first = send(rosa, a_report(chills=4)).check_in
    checkins.submit(
        patient_id=rosa.pk,
        report=a_report(chills=1),
        id=first.pk,
        by=rosa.user,
        day=first.day,
        reported_at=timezone.now(),
        now=timezone.now(),
    )
    answer = open_chart(rosa)
    assert answer.context["chart"].heat_map.rows[0].cells[-1] == 1
    assert "Correction for" in answer.text


def test_an_empty_chart_says_so(rosa, open_chart):
    page = open_chart(rosa).text
    assert "0 of 28 days logged" in page
    assert "No readings in these days" in page


@pytest.mark.parametrize(
    ("asked", "days"), [("7", 28), ("28", 28), ("56", 56), ("84", 84), ("", 28), ("1e9", 28), ("-7", 28)]
)
def test_the_days_shown_are_those_on_offer(asked, days):
    assert span(asked) == days


def test_a_chart_costs_the_same_whatever_is_in_it(rosa, amira, open_chart, django_assert_max_num_queries):
    flagged(rosa, CHEST_PAIN, ago=DAY)
    with django_assert_max_num_queries(22) as small:  # two of them are the test's own savepoint
        open_chart(rosa)
    for ago in range(3):
        send(rosa, LOW_PRESSURE, ago=ago * dt.timedelta(hours=1))
    with django_assert_max_num_queries(22) as large:
        open_chart(rosa)
    assert len(large) == len(small)
