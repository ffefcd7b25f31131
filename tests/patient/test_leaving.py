"""Leaving the programme: what ends, what stays, who hears of it, and what becomes of what still comes."""

import datetime as dt
import json
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import PushDevice
from tests.patient.conftest import CHECK_IN, a_form, signed_in
from tests.team.conftest import CHEST_PAIN, GOOD_DAY, flagged, send
from tracker import leaving, silence
from tracker.models import CheckIn, Flag, FlagEvent, Notice, OfflineDevice, Patient
from tracker.models.flags import State
from tracker.offline import inbox
from tracker.triage import document
from tracker.triage.report import Level

LEAVE, CONFIRM, INDEX = (reverse(f"settings:{name}") for name in ("leave", "leave_now", "index"))
TODAY, REMINDERS = reverse("patient:today"), reverse("patient:reminders")
NOBODY = "Nobody reads check-ins from you any more"
LEFT = FlagEvent.Kind.LEFT
pytestmark = pytest.mark.django_db


def leave(patient, reason=""):
    return signed_in(patient).post(CONFIRM, {"reason": reason}, follow=True)


# --- Two pages, and then it is done -------------------------------------------------------------------------


def test_leaving_is_asked_about_twice_and_the_reason_may_stay_empty(as_rosa, rosa):
    assert "no one watches what you send" in as_rosa.get(LEAVE).text
    page = as_rosa.post(LEAVE, {"reason": "Too much <b>now</b>."}).text
    assert "Do you want to leave?" in page
    assert "Too much &lt;b&gt;now&lt;/b&gt;." in page
    rosa.refresh_from_db()
    assert rosa.left_on is None
    assert as_rosa.get(CONFIRM).status_code == 405
    page = as_rosa.post(CONFIRM, {"reason": ""}, follow=True)
    assert page.redirect_chain == [(TODAY, 302)]
    assert NOBODY in page.text
    rosa.refresh_from_db()
    assert rosa.left_on == rosa.today(timezone.now())


def test_a_reason_that_is_too_long_is_said_so_and_not_lost(as_rosa, rosa):
    for url in (LEAVE, CONFIRM):
        page = as_rosa.post(url, {"reason": "x" * 501}).text
        assert "Please write less: 500 letters at most." in page
        assert "x" * 501 in page
    rosa.refresh_from_db()
    assert rosa.left_on is None


def test_the_day_is_the_patients_own(rosa):
    Patient.objects.update(time_zone="Pacific/Kiritimati")
    leaving.leave(rosa.pk, reason="", now=dt.datetime.now(dt.UTC))
    rosa.refresh_from_db()
    assert rosa.left_on == rosa.today(timezone.now())


def test_who_was_to_begin_tomorrow_leaves_then(rosa):
    tomorrow = rosa.today(timezone.now()) + dt.timedelta(days=1)
    Patient.objects.update(enrolled_on=tomorrow)
    leave(rosa)
    assert Patient.objects.get().left_on == tomorrow


# --- What ends ----------------------------------------------------------------------------------------------


def a_push_device(user):
    return PushDevice.objects.create(user=user, endpoint="https://push.example/1", made_at=timezone.now())


def test_reminders_and_phones_stop(rosa):
    now = timezone.now()
    Patient.objects.update(remind_at="18:00")
    device, _token = OfflineDevice.issue(rosa, to=rosa.user, name="Firefox", now=now)
    push = a_push_device(rosa.user)
    queued = Notice.objects.create(
        recipient=rosa.user,
        kind="reminder",
        about="2026-11-25",
        address=rosa.user.email,
        created_at=now,
        wanted_at=now,
        due_at=now,
        expires_at=now + dt.timedelta(hours=3),
    )
    leave(rosa)
    for row in (rosa, device, push, queued):
        row.refresh_from_db()
    assert rosa.remind_at is None
    assert device.revoked_at
    assert push.retired_at
    assert queued.state == Notice.State.CANCELLED


def test_a_nurse_who_leaves_as_a_patient_still_gets_her_alerts(rosa, team):
    rosa.user.memberships.create(team=team, role="nurse")
    push = a_push_device(rosa.user)
    leaving.leave(rosa.pk, reason="", now=timezone.now())
    push.refresh_from_db()
    assert push.retired_at is None


def test_nobody_waits_for_a_report(rosa):
    send(rosa, CHEST_PAIN, ago=dt.timedelta(days=1))
    leave(rosa)
    now = timezone.now()
    assert not rosa.silent_days.exists()
    assert silence.due(now + dt.timedelta(days=2)) == 0


# --- The team hears of it -----------------------------------------------------------------------------------


def test_the_team_has_a_flag_that_says_so_with_the_reason(rosa, amira, client):
    leave(rosa, "It is <too> much.")
    flag = Flag.objects.get()
    assert (flag.level, flag.state) == (Level.ROUTINE, State.OPEN)
    assert list(flag.events.values_list("kind", flat=True)) == ["raised", LEFT]
    client.force_login(amira)
    for url in ("/team/", f"/team/flags/{flag.pk}/"):
        assert "The patient has left the programme" in client.get(url).text
    assert "It is &lt;too&gt; much." in client.get(f"/team/flags/{flag.pk}/").text
    for url in ("/team/patients/", f"/team/patients/{rosa.pk}/"):
        assert "left the programme" in client.get(url).text


def test_an_open_flag_stays_open_and_is_joined(rosa, amira):
    flag = flagged(rosa)
    flag.claim(by=amira, now=timezone.now())
    leave(rosa)
    flag.refresh_from_db()
    assert (flag.state, flag.owner, flag.level) == (State.ACKNOWLEDGED, amira, Level.EMERGENCY)
    assert flag.events.filter(kind=LEFT).exists()
    assert flag.reports == 2  # nobody closes it without having seen this


def test_twice_is_once(rosa):
    leave(rosa)
    leave(rosa)
    assert not leaving.leave(rosa.pk, reason="", now=timezone.now())
    assert FlagEvent.objects.filter(kind=LEFT).count() == 1


def test_nothing_is_kept_of_half_a_leaving(rosa):
    from tests.conftest import refuse_rows_of

    refuse_rows_of(rosa, "tracker_flag")
    with pytest.raises(Exception, match="no"):
        leaving.leave(rosa.pk, reason="", now=timezone.now())


# --- What stays ---------------------------------------------------------------------------------------------


@pytest.fixture
def left(rosa):
    sent = send(rosa, GOOD_DAY, ago=dt.timedelta(days=1)).check_in
    leave(rosa)
    rosa.refresh_from_db()
    return sent


def test_today_says_plainly_that_nobody_reads_and_whom_to_call(left, as_rosa, rosa):
    page = as_rosa.get(TODAY).text
    assert NOBODY in page
    assert rosa.team.phone in page
    assert "To come back" not in page
    assert "Do you want to come back? Call your care team." in page
    for gone in ("Start check-in", "A nurse reads check-ins", "Change reminders"):
        assert gone not in page


def test_the_diary_can_still_be_read_and_downloaded(left, as_rosa):
    for url in (
        reverse("patient:trends"),
        reverse("patient:emergency"),
        reverse("patient:done", args=[left.pk]),
        reverse("settings:looks"),
        reverse("settings:download"),
        reverse("offline:devices"),
        INDEX,
        REMINDERS,
    ):
        assert as_rosa.get(url).status_code == 200, url
    assert as_rosa.post(reverse("settings:as_json")).status_code == 200
    assert "You left the programme on" in as_rosa.get(INDEX).text
    assert as_rosa.get(LEAVE)["Location"] == INDEX


def test_the_check_in_says_whom_to_call_and_takes_nothing(left, as_rosa):
    page = as_rosa.get(CHECK_IN)
    assert page.status_code == 200
    assert NOBODY in page.text
    page = as_rosa.post(CHECK_IN, a_form(red_flag_answer="yes"))
    assert page.status_code == 409
    assert "Not sent: no one reads check-ins from you any more" in page.text
    assert "Call 112" in page.text
    assert CheckIn.objects.count() == 1


def test_nothing_is_corrected_any_more(left, as_rosa):
    page = as_rosa.get(reverse("patient:done", args=[left.pk])).text
    assert "?correct=" not in page


def test_no_reminder_no_pause_and_no_phone_is_taken_any_more(left, as_rosa, rosa):
    as_rosa.post(REMINDERS, {"wanted": "yes", "remind_at": "18:00", "remind_by": "email"})
    as_rosa.post(reverse("patient:pause"), {"until": rosa.today(timezone.now()).isoformat()})
    answer = as_rosa.post(reverse("offline:devices"), {"name": "Firefox"})
    assert answer.status_code == 409
    assert "nobody reads what this phone would send" in answer.json()["error"]
    rosa.refresh_from_db()
    assert (rosa.remind_at, rosa.paused_until) == (None, None)


def test_what_a_phone_had_sent_before_is_weighed_and_flagged_as_ever(rosa):
    """Kept, and not settled yet: a report is never lost."""
    now = timezone.now()
    device, _token = OfflineDevice.issue(rosa, to=rosa.user, name="Firefox", now=now)
    device.new_items = 0  # type: ignore[attr-defined]  # annotated
    envelope = {"id": str(uuid.uuid4()), "report": document.write(CHEST_PAIN)}
    times = dict.fromkeys(("reported_at", "sent_at"), now.isoformat())
    item, _is_new = inbox.keep(device, json.dumps(envelope | times).encode(), now)
    leave(rosa)
    assert Flag.objects.get().level == Level.ROUTINE
    sent = inbox.settle(item, now)
    assert sent
    assert sent.check_in.level == Level.EMERGENCY
    assert Flag.objects.get().level == Level.EMERGENCY


def test_who_comes_back_is_as_before(left, as_rosa, rosa, ada):
    Patient.objects.update(left_on=None)
    assert "Start check-in" in as_rosa.get(TODAY).text
    assert as_rosa.post(CHECK_IN, a_form(day=rosa.today(timezone.now()).isoformat())).status_code == 302
