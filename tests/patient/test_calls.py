"""I need a call: an urgent flag with the number and the reason, and no report of the day."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.inbox.conftest import a_phone
from tests.patient.conftest import CHECK_IN, kept, signed_in
from tests.team.conftest import LOW_PRESSURE
from tests.team.conftest import send as send_as_patient
from tracker import checkins, silence
from tracker.alerts import reminders
from tracker.models import Alert, CheckIn, Flag, NoteToRead, Patient
from tracker.triage.report import Level, Report

pytestmark = pytest.mark.django_db

CALL_ME = reverse("patient:call_me")


def ask(client: Client, **said: Any) -> Any:
    return client.post(CALL_ME, {"id": str(uuid.uuid4()), "reason": "", "number": "555 0141", **said})


def test_only_a_patient_can_ask(amira, lena):
    client = Client()
    assert client.get(CALL_ME).status_code == 302
    for user in (amira, lena):
        client.force_login(user)
        assert client.get(CALL_ME).status_code == 404
        assert ask(client).status_code == 404
    assert not CheckIn.objects.exists()


def test_the_page_says_who_reads_it_when_and_what_to_do_if_it_cannot_wait(as_rosa, rosa):
    page = as_rosa.get(CALL_ME).content.decode()
    assert "8 am to 6 pm" in page
    assert f"tel:{rosa.team.line_24h.replace(' ', '')}" in page
    assert f"tel:{rosa.team.emergency_number}" in page
    assert f'value="{rosa.phone}"' in page


def test_a_request_is_urgent_tells_the_team_and_says_why(as_rosa, rosa, amira):
    ask(as_rosa, reason="May I fly next week?")
    flag = Flag.objects.get()
    assert flag.level == Level.URGENT
    [finding] = kept().findings.all()
    assert (finding.code, finding.team_words) == ("asks_for_call", "Asks for a call: “May I fly next week?”")
    assert Alert.objects.filter(flag=flag, recipient=amira).exists()
    assert NoteToRead.objects.filter(check_in=kept()).exists()


def test_another_number_is_kept_and_shown_to_the_team(as_rosa, client, amira):
    ask(as_rosa, number="555 0199")
    assert kept().told.call_number == "555 0199"
    assert kept().findings.get().team_words == "Asks for a call: at 555 0199; no reason given"
    client.force_login(amira)
    page = client.get(reverse("team:flag", args=[Flag.objects.get().pk])).content.decode()
    assert "Asks for a call, at 555 0199" in page


def test_our_own_number_is_not_kept_twice(as_rosa):
    ask(as_rosa)
    assert kept().told.call_number == ""


@pytest.mark.parametrize("number", ["call me maybe", "5" * 41])
def test_a_number_that_cannot_be_is_an_error_beside_it_and_nothing_is_lost(as_rosa, number):
    answer = ask(as_rosa, number=number, reason="About my dates")
    assert list(answer.context["form"].errors) == ["number"]
    assert "About my dates" in answer.content.decode()
    assert not CheckIn.objects.exists()


def test_sending_the_page_twice_asks_once(as_rosa):
    id = str(uuid.uuid4())
    first, second = ask(as_rosa, id=id), ask(as_rosa, id=id)
    assert first["Location"] == second["Location"]
    assert CheckIn.objects.count() == 1


def test_a_reason_that_is_serious_is_answered_as_such(as_rosa):
    page = as_rosa.get(ask(as_rosa, reason="I have chest pain and cannot breathe")["Location"])
    assert kept().level == Level.EMERGENCY
    assert not page.context["waits_for_a_call"]
    assert "Call 112" in page.content.decode()


# --- It is no report of the day -----------------------------------------------------------------------------


def test_who_asks_has_not_checked_in(as_rosa):
    ask(as_rosa)
    today = as_rosa.get(reverse("patient:today"))
    assert today.context["sent_today"] == []
    assert not today.context["flag"]
    assert "Start check-in" in today.content.decode()
    assert not as_rosa.get(CHECK_IN).context["form"].adds_to_today


def test_it_tells_of_no_symptom_not_even_that_there_is_none(as_rosa, rosa):
    page = as_rosa.get(ask(as_rosa)["Location"]).content.decode()
    assert kept().grades == {}
    assert "No side effects" not in page
    history = checkins.history_now(rosa, Report(), day=kept().day + dt.timedelta(days=1), now=timezone.now())
    assert history.days == ()


def test_it_cannot_be_corrected_into_a_check_in(as_rosa):
    answer = as_rosa.get(f"{CHECK_IN}?correct={ask(as_rosa)['Location'].split('/')[-2]}")
    assert answer.context["form"]["id"].value() != kept().pk


def test_a_good_day_after_it_is_answered_as_a_good_day(as_rosa, send):
    ask(as_rosa)
    page = as_rosa.get(send()["Location"])
    assert page.context["waiting"] is None
    assert page.context["level"] == "none"
    assert Flag.objects.get().is_unresolved


def test_a_day_with_nothing_but_a_request_is_silent_and_reminded_of(as_rosa, rosa):
    today = rosa.today(timezone.now())
    late_in_the_evening = dt.datetime.combine(today, dt.time(23, 59), rosa.zone)
    Patient.objects.filter(pk=rosa.pk).update(remind_at=dt.time(23))
    ask(as_rosa)
    assert reminders.due(late_in_the_evening) == 1
    silence.due(late_in_the_evening)
    assert rosa.silent_days.filter(day=today).exists()


def test_the_teams_pages_name_it_and_leave_it_out_of_charts(as_rosa, rosa, client, amira):
    ask(as_rosa)
    client.force_login(amira)
    page = client.get(reverse("team:patient", args=[rosa.pk]))
    assert page.context["chart"].heat_map.days_logged == 0
    assert "Request for a call" in page.content.decode()
    assert "No symptoms" not in page.content.decode()
    assert signed_in(rosa).get(reverse("patient:trends")).context["heat_map"].days_logged == 0


# --- It hides nothing ---------------------------------------------------------------------------------------


def test_as_urgent_a_report_as_the_request_stays_what_to_do(as_rosa, rosa):
    low = send_as_patient(rosa, LOW_PRESSURE, ago=dt.timedelta(minutes=5)).check_in
    page = as_rosa.get(ask(as_rosa)["Location"])
    assert Flag.objects.get().check_in == low
    assert page.context["waiting"]
    assert not page.context["waits_for_a_call"]
    assert page.context["answer"] == low
    today = as_rosa.get(reverse("patient:today"))
    assert today.context["flag"]
    assert reverse("patient:done", args=[low.pk]) in today.content.decode()


def test_a_report_as_urgent_as_an_earlier_request_takes_its_place(as_rosa, rosa):
    asked = as_rosa.get(ask(as_rosa)["Location"])
    assert asked.context["waits_for_a_call"]
    low = send_as_patient(rosa, LOW_PRESSURE).check_in
    assert Flag.objects.get().check_in == low


@pytest.mark.parametrize("is_first", [True, False], ids=["before", "after"])
def test_what_nobody_could_read_is_not_hidden_by_a_request(as_rosa, rosa, is_first):
    phone = a_phone(rosa)
    if is_first:
        phone.send(b"?")
    asked = ask(as_rosa)["Location"]
    if not is_first:
        phone.send(b"?")
    assert Flag.objects.get().rests_on_what_nobody_weighed
    page, today = as_rosa.get(asked), as_rosa.get(reverse("patient:today"))
    assert not page.context["waits_for_a_call"]
    assert today.context["flag"]
    for each in (page, today):
        assert each.context["not_weighed"]
        assert "A person has to read what your phone sent" in each.content.decode()
