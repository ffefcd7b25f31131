"""The patient's other pages: who may open them, and what they say."""

import datetime as dt
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.patient.conftest import CHECK_IN, signed_in
from tracker import checkins, silence
from tracker.alerts import escalate
from tracker.models import Alert, CheckIn, EscalationStep, Flag, Patient
from tracker.models.flags import Outcome
from tracker.triage.report import Reading, Report

pytestmark = pytest.mark.django_db

OWN_PAGES = ["patient:today", "patient:check_in", "patient:trends"]
TODAY, EMERGENCY, TRENDS = (reverse(f"patient:{name}") for name in ("today", "emergency", "trends"))


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


# --- Who may ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OWN_PAGES)
def test_pages_are_the_patients_own(name, as_rosa, amira, lena):
    address = reverse(name)
    assert as_rosa.get(address).status_code == 200
    for stranger in (amira, lena):
        client = Client()
        client.force_login(stranger)
        assert client.get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_nobody_else_opens_a_report(as_rosa, send, dev, amira, noor):
    done = send(red_flag_answer="yes")["Location"]
    assert as_rosa.get(done).status_code == 200
    for stranger in (dev.user, amira, noor):
        client = Client()
        client.force_login(stranger)
        assert client.get(done).status_code == 404
        assert client.post(done, {}).status_code == 404
    assert as_rosa.get(reverse("patient:done", args=[uuid.uuid4()])).status_code == 404


def test_correcting_names_only_ones_own_report(send, dev):
    send(note="Private words")
    pk = CheckIn.objects.get().pk
    answer = signed_in(dev).get(reverse("patient:check_in"), {"correct": str(pk)})
    assert "Private words" not in text(answer)


# --- What they say ------------------------------------------------------------------------------------------


def test_today_says_what_was_sent(as_rosa, send):
    assert "Start check-in" in text(as_rosa.get(TODAY))
    send()
    assert "You have checked in today." in text(as_rosa.get(TODAY))


def test_an_open_emergency_stays_on_top_of_today(as_rosa, send, team):
    send(red_flag_answer="yes")
    assert f"Call {team.emergency_number}" in text(as_rosa.get(TODAY))


def test_today_says_that_a_question_waits_and_until_when(as_rosa, send, rosa):
    done = send(temperature="101.3")["Location"]
    waits = "We have a question about what you sent on"
    assert waits in text(as_rosa.get(TODAY))
    as_rosa.post(done, {"temperature-answer": "yes"})
    assert waits not in text(as_rosa.get(TODAY))


def test_today_tells_the_story_of_what_waits_before_what_does_not(as_rosa, send):
    send(red_flag_answer="yes", red_flags=["chest_pain"])
    serious = CheckIn.objects.get()
    send()
    answer = as_rosa.get(TODAY)
    assert answer.context["last"] == serious
    lines = text(answer).partition("You have checked in today.")[2]
    assert "Emergency" in lines.partition("</ul>")[0]


def test_a_later_report_never_reads_milder_than_what_still_waits(as_rosa, send, amira, team):
    send(red_flag_answer="yes", red_flags=["chest_pain"])
    done = send()["Location"]
    page = text(as_rosa.get(done))
    assert f'<h1 dir="auto" lang="en">Call {team.emergency_number} now.</h1>' in page
    assert "Chest pain or pressure can come from your heart" in page
    assert "Nobody has answered it yet. Your other check-in is saved too." in page
    assert "Your log is saved." not in page
    Flag.objects.get().claim(by=amira, now=timezone.now())
    page = text(as_rosa.get(done))
    assert "Your log is saved." in page
    assert "Nobody has answered" not in page


def test_whoever_adds_to_a_day_is_told_that_the_rest_still_counts(as_rosa, send):
    counts = "What you told us earlier today still counts."
    assert counts not in text(as_rosa.get(CHECK_IN))
    send(symptoms=["nausea"])
    assert counts in text(as_rosa.get(CHECK_IN))
    own = CheckIn.objects.get().pk
    assert counts not in text(as_rosa.get(f"{CHECK_IN}?correct={own}"))


def test_the_patient_sees_who_saw_it_and_what_came_of_it_but_no_note(as_rosa, send, amira):
    done = send(red_flag_answer="yes")["Location"]
    assert "It is on your care team’s list." in text(as_rosa.get(done))
    flag = Flag.objects.get()
    flag.claim(by=amira, now=timezone.now())
    assert "Seen by Amira." in text(as_rosa.get(done))
    flag.resolve(
        by=amira, outcome=Outcome.CALLED, note="internal words", seen=flag.reports, now=timezone.now()
    )
    for address in (done, TODAY):
        page = text(as_rosa.get(address))
        assert "Amira called you." in page
        assert "internal words" not in page


def test_an_alert_is_said_to_be_sent_once_it_was(as_rosa, send, amira, ben):
    done = send(red_flag_answer="yes")["Location"]
    page = text(as_rosa.get(done))
    assert "An alert to them is on its way." in page
    assert "We sent an alert" not in page
    sent_at = timezone.now()
    Alert.objects.update(state=Alert.State.ACCEPTED, accepted_at=sent_at)
    assert "We sent an alert to your care team." in text(as_rosa.get(done))
    escalate.due(sent_at + dt.timedelta(minutes=5))
    assert "We sent another alert" not in text(as_rosa.get(done))
    Alert.objects.update(state=Alert.State.ACCEPTED, accepted_at=sent_at + dt.timedelta(minutes=5))
    assert text(as_rosa.get(done)).count("We told another person of your team.") == 1


def sent(at):
    """A mail server has taken everything that waited."""
    Alert.objects.waiting().update(state=Alert.State.ACCEPTED, accepted_at=at)


def test_another_person_is_told_of_once_they_were(as_rosa, send, amira, ben):
    done = send(red_flag_answer="yes")["Location"]
    now = timezone.now()
    sent(now)
    escalate.due(now + dt.timedelta(minutes=5))
    assert "another person" not in text(as_rosa.get(done))
    sent(now + dt.timedelta(minutes=5))
    page = text(as_rosa.get(done))
    assert page.count("We told another person of your team.") == 1
    assert "We sent another alert" not in page


def test_the_same_person_told_again_is_not_called_another(as_rosa, send, amira):
    done = send(red_flag_answer="yes")["Location"]
    now = timezone.now()
    sent(now)
    EscalationStep.objects.exclude(roles=["nurse"]).delete()
    escalate.due(now + dt.timedelta(minutes=5))
    sent(now + dt.timedelta(minutes=5))
    page = text(as_rosa.get(done))
    assert "We sent another alert to your care team." in page
    assert "another person" not in page


def test_what_came_back_without_an_outcome_is_looked_at_again(as_rosa, send, amira):
    done = send(red_flag_answer="yes")["Location"]
    now = timezone.now()
    Flag.objects.get().claim(by=amira, now=now)
    escalate.due(now + dt.timedelta(hours=1))
    page = text(as_rosa.get(done))
    assert page.index("Seen by Amira.") < page.index("Your care team will look at this again.")
    assert "outcome" not in page.lower()


def test_a_silence_is_no_blame(as_rosa, rosa):
    noon = dt.datetime(2026, 11, 23, 12, tzinfo=rosa.zone)
    Patient.objects.filter(pk=rosa.pk).update(enrolled_on=noon.date())
    kept = checkins.submit(
        patient_id=rosa.pk,
        report=Report(),
        id=uuid.uuid4(),
        by=rosa.user,
        day=noon.date(),
        reported_at=noon,
        now=noon,
    ).check_in
    for days in (1, 2):
        silence.due(noon.replace(hour=23) + dt.timedelta(days=days))
    assert Flag.objects.get().silence
    page = text(as_rosa.get(reverse("patient:done", args=[kept.pk])))
    assert "We have not heard from you since. We would like to know how you are." in page
    assert "missed" not in page
    assert "It is on your care team’s list." not in page


def test_a_correction_keeps_what_had_happened_before_it(as_rosa, send, amira):
    send(red_flag_answer="yes", systolic="abc")
    Flag.objects.get().claim(by=amira, now=timezone.now())
    done = reverse("patient:done", args=[CheckIn.objects.get().pk])
    page = text(as_rosa.post(done, {"blood_pressure-again": "110/70"}, follow=True))
    assert page.index("We received your check-in.") < page.index("Seen by Amira.")
    assert page.index("Seen by Amira.") < page.index("We received your correction.")


def test_a_yes_without_a_which_is_not_called_no_side_effects(as_rosa, send):
    page = text(as_rosa.get(send(red_flag_answer="yes", hours_since_urine="7")["Location"]))
    assert "One of the serious signs" in page
    assert "No side effects." not in page
    assert "Hours since you last passed urine</dt><dd>7" in page


def test_what_is_too_old_is_shown_and_neither_asked_about_nor_corrected(as_rosa, rosa):
    then = timezone.now() - dt.timedelta(days=4)
    sent = checkins.submit(
        patient_id=rosa.pk,
        report=Report(red_flag_answer="yes", readings={"pulse": Reading(None, "beats/min", "abc")}),
        id=uuid.uuid4(),
        by=rosa.user,
        day=rosa.today(then),
        reported_at=then,
        now=then,
    ).check_in
    done = reverse("patient:done", args=[sent.pk])
    assert "We could not read" not in text(as_rosa.get(done))
    assert as_rosa.post(done, {"pulse-again": "72"}).status_code == 200
    form = as_rosa.get(reverse("patient:check_in"), {"correct": str(sent.pk)}).context["form"]
    assert form["id"].value() != sent.pk


def test_nobody_is_said_to_be_told_where_nobody_was(as_rosa, send):
    done = send()["Location"]
    assert "alert" not in text(as_rosa.get(done))


def test_an_emergency_shows_numbers_and_what_to_say(as_rosa, send, team):
    page = text(as_rosa.get(send(red_flag_answer="yes")["Location"]))
    assert f'href="tel:{team.emergency_number}"' in page
    assert "interleukin-2" in page
    assert 'class="patient emergency"' in page


def test_pages_about_what_was_reported_come_with_the_answer(as_rosa, send):
    done = send(symptoms=["nausea"], **{"nausea-severity": "1", "nausea-frequency": "1"})["Location"]
    assert "/learn/symptoms/nausea/" in text(as_rosa.get(done))


def test_help_is_there_for_everybody(as_rosa, team):
    assert team.line_24h in text(as_rosa.get(EMERGENCY))
    anybody = text(Client().get(EMERGENCY))
    assert "tel:112" in anybody
    assert "911" in anybody


@pytest.mark.parametrize(
    ("cover", "order"),
    [
        ({"cover_days": []}, ["24-hour cancer line", "your care team"]),
        (
            {"cover_days": [*range(1, 8)], "cover_from": dt.time.min, "cover_until": dt.time.max},
            ["your care team", "24-hour cancer line"],
        ),
    ],
)
def test_the_first_number_to_call_is_one_that_is_answered_now(as_rosa, send, rosa, cover, order):
    type(rosa.team).objects.update(**cover)
    done = send(temperature="38.5")["Location"]
    for address in (TODAY, done):
        buttons = re.findall(r'class="call".*?<span>Call (?:the )?(.*?)</span>', text(as_rosa.get(address)))
        assert buttons == order, address


@pytest.mark.parametrize(("name", "most"), [("patient:today", 18), ("patient:trends", 9)])
def test_pages_take_few_queries_however_much_there_is(as_rosa, send, name, most):
    for _ in range(3):
        send(symptoms=["nausea"], red_flag_answer="yes")
    with CaptureQueriesContext(connection) as captured:
        as_rosa.get(reverse(name))
    assert len(captured) <= most, [query["sql"] for query in captured]


def test_pages_are_kept_by_no_cache(as_rosa):
    assert "no-store" in as_rosa.get(TODAY)["Cache-Control"]
