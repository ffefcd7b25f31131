"""What the check-in asks about drugs that are taken at home."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from tests.patient.conftest import CHECK_IN, kept, signed_in
from tracker.models import Course, Dose

pytestmark = pytest.mark.django_db


def asked(answer):
    return [part["answer"].label for part in answer.context["form"].dose_parts]


@pytest.fixture
def no_doses(rosa):
    Dose.objects.filter(patient=rosa).delete()


def test_who_injects_at_home_is_asked_and_nothing_is_chosen(as_rosa):
    answer = as_rosa.get(CHECK_IN)
    assert asked(answer) == ["Did you have your dose of interleukin-2 today?"]
    [part] = answer.context["form"].dose_parts
    assert (part["answer"].value(), part["at"].value()) == (None, None)
    assert "injection_site_reaction" in [line.code for line in answer.context["plan"].lines]


def test_what_is_given_in_the_clinic_is_not_asked_about(as_rosa, rosa):
    Course.objects.filter(patient=rosa).update(taken_at_home=None)  # as the drug has it
    assert asked(as_rosa.get(CHECK_IN)) == []


def test_a_drug_is_asked_about_unless_the_course_says_otherwise(joan):
    client = signed_in(joan)
    assert len(asked(client.get(CHECK_IN))) == 1
    Course.objects.filter(patient=joan).update(taken_at_home=False)
    assert asked(client.get(CHECK_IN)) == []


def test_no_answer_is_no_answer(send):
    send()
    assert kept().told.doses == {}
    assert "doses" not in kept().report


def test_what_was_taken_is_kept_and_told_back(as_rosa, send, rosa, no_doses):
    page = as_rosa.get(send(**{"dose-aldesleukin": "taken", "dose_at-aldesleukin": "00:00"})["Location"])
    [dose] = Dose.objects.filter(patient=rosa)
    assert dose.given_at.astimezone(rosa.zone).time() == dt.time(0)
    assert ("interleukin-2", "taken at 00:00") in page.context["told"]


def test_a_time_alone_says_that_it_was_taken(send):
    send(**{"dose_at-aldesleukin": "00:00"})
    assert kept().told.doses["aldesleukin"].answer == "taken"


@pytest.mark.parametrize(("answer", "words"), [("missed", "missed"), ("not_due", "not due")])
def test_what_was_not_taken_is_told_back_and_shown_to_the_team(
    as_rosa, send, rosa, client, amira, answer, words
):
    page = as_rosa.get(send(**{"dose-aldesleukin": answer})["Location"])
    assert ("interleukin-2", words) in page.context["told"]
    client.force_login(amira)
    chart = client.get(reverse("team:patient", args=[rosa.pk])).content.decode()
    assert ("missed interleukin-2" in chart) is (answer == "missed")


def test_a_time_that_has_not_come_is_an_error_beside_it(send, rosa):
    noon = dt.datetime.combine(rosa.today(timezone.now()), dt.time(12), rosa.zone)
    with time_machine.travel(noon, tick=False):
        answer = send(**{"dose-aldesleukin": "taken", "dose_at-aldesleukin": "12:01"})
    assert list(answer.context["form"].errors) == ["dose_at-aldesleukin"]


def test_a_serious_report_does_not_wait_for_a_time_that_cannot_be_read(send, rosa, no_doses):
    said = {"dose-aldesleukin": "taken", "dose_at-aldesleukin": "half past"}
    assert send(red_flag_answer="yes", **said).status_code == 302
    assert [dose.is_timed for dose in Dose.objects.filter(patient=rosa)] == [False]


def test_a_correction_begins_with_what_was_said(as_rosa, send):
    send(**{"dose-aldesleukin": "taken", "dose_at-aldesleukin": "00:00"})
    [part] = as_rosa.get(f"{CHECK_IN}?correct={kept().pk}").context["form"].dose_parts
    assert (part["answer"].value(), part["at"].value()) == ("taken", dt.time(0))


# --- Days that are over -------------------------------------------------------------------------------------


def test_days_of_which_nothing_was_told_are_offered_on_today(as_rosa, send, rosa):
    today = rosa.today(timezone.now())
    send(day=str(today - dt.timedelta(days=1)))
    page = as_rosa.get(reverse("patient:today"))
    assert page.context["late_days"] == [today - dt.timedelta(days=2)]


def test_a_check_in_about_another_day_says_so_and_asks_about_that_day(as_rosa, rosa):
    day = rosa.today(timezone.now()) - dt.timedelta(days=2)
    answer = as_rosa.get(f"{CHECK_IN}?day={day}")
    assert answer.context["form"]["day"].value() == str(day)
    assert "We mark it as late." in answer.content.decode()
    assert asked(answer) == ["Did you have your dose of interleukin-2 that day?"]


@pytest.mark.parametrize("day", ["2020-01-01", "tomorrow", ""])
def test_a_day_that_cannot_be_is_today(as_rosa, rosa, day):
    answer = as_rosa.get(f"{CHECK_IN}?day={day}")
    assert answer.context["form"]["day"].value() == str(rosa.today(timezone.now()))
