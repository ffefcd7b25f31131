"""The hand-over of a shift: what is open, what was done, what is due, and the words to the next."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from model_bakery import baker

from accounts.models import AccessEvent, Membership
from tests.team.conftest import BLURRED, GOOD_DAY, LOW_PRESSURE, flagged, send
from tests.team.test_silence import another, came_of, silent_since
from tests.test_messaging import write
from tracker import checkins
from tracker.models import Call, CheckIn, Dose, Mute, NoteToRead, Patient, PatientLimit, Shift, ShiftNote
from tracker.team.handover.made import handover
from tracker.team.handover.period import began

pytestmark = pytest.mark.django_db

PAGE = reverse("team:handover")
WRITE = reverse("team:write_shift_note")
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def amiras(amira, browser_of):
    return browser_of(amira)


@pytest.fixture
def bens(ben, browser_of):
    return browser_of(ben)


def made(browser, **asked):
    return browser.get(PAGE, asked).context["made"]


def named(part):
    return [each.patient for each in part.lines]


def tick(note):
    return reverse("team:tick_shift_note", args=[note.pk])


# --- What stands on it --------------------------------------------------------------------------------------


def test_what_is_open_comes_worst_first_with_its_owner(rosa, dev, ben, amiras):
    claimed, worse = flagged(rosa, LOW_PRESSURE), flagged(dev)
    claimed.claim(by=ben, now=timezone.now())
    page = amiras.get(PAGE)
    assert [row.flag for row in page.context["made"].open.lines] == [worse, claimed]
    assert "2 open flags" in page.text
    assert "Ben Ortiz" in page.text
    assert "Unclaimed" in page.text


def test_what_was_resolved_since_then_is_done_and_what_was_before_is_not(rosa, dev, amira, amiras):
    now = timezone.now()
    for patient, hours in ((rosa, 3), (dev, 20)):
        flag = flagged(patient, LOW_PRESSURE, ago=(hours + 1) * HOUR)
        flag.resolve(by=amira, outcome="called", note="Drank a litre.", seen=1, now=now - hours * HOUR)
    page = amiras.get(PAGE)
    assert named(page.context["made"].resolved) == [rosa]
    assert "Called the patient, Amira Nasser" in page.text
    assert "Drank a litre." in page.text
    assert len(made(amiras, period="evening").resolved.lines) == 1
    since = (timezone.localtime(now, rosa.team.zone) - 24 * HOUR).strftime("%Y-%m-%dT%H:%M")
    assert named(made(amiras, since=since).resolved) == [rosa, dev]


def test_all_that_a_shift_does_stands_there(rosa, dev, amira, amiras):
    now = timezone.now()
    send(rosa, replace(GOOD_DAY, note="Slept badly."))
    NoteToRead.objects.get().read(by=amira, now=now)
    Call.end(dev, by=amira, now=now, seen=None, outcome="no_answer", note="Rang twice.")
    checkins.submit(
        patient_id=dev.pk,
        report=LOW_PRESSURE,
        id=uuid.uuid4(),
        by=amira,
        day=dev.today(now),
        reported_at=now,
        now=now,
        source=CheckIn.Source.PHONE,
    )
    finding = send(dev, BLURRED).check_in.findings.get()
    Mute.of(finding, by=amira, until=dev.today(now), reason="Expected this week.", now=now)
    PatientLimit.of(
        rosa,
        name="systolic_low",
        value=84,
        reason="Always low.",
        by=amira,
        expires_on=rosa.today(now) + DAY,
        now=now,
    )
    found = made(amiras)
    assert named(found.read) == [rosa]
    assert named(found.calls) == [dev]
    assert named(found.by_phone) == [dev]
    assert named(found.limits) == [rosa]
    assert named(found.mutes) == [dev]
    page = amiras.get(PAGE).text
    for words in ("Rang twice.", "Expected this week.", "Always low.", "Reports taken by phone"):
        assert words in page


def test_what_was_promised_and_what_a_policy_asks_for_is_due_in_order(rosa, dev, joan, ben, amira, amiras):
    now = timezone.now()
    Call.end(rosa, by=ben, now=now - HOUR, seen=None, outcome="call_back", again_at=now + 2 * HOUR)
    Call.end(joan, by=ben, now=now - HOUR, seen=None, outcome="no_answer", again_at=now - HOUR / 2)
    flag = flagged(dev, LOW_PRESSURE)
    flag.claim(by=amira, now=now)
    page = amiras.get(PAGE)
    due = page.context["made"].due
    assert {each.patient for each in due} == {rosa, dev, joan}
    assert [each.at for each in due] == sorted(each.at for each in due)
    assert due[0].patient == joan
    assert "call again, no answer so far" in page.text
    assert "outcome of the flag, or it opens again" in page.text


def test_what_was_done_since_is_not_due(rosa, dev, ben, amiras):
    now = timezone.now()
    for patient in (rosa, dev):
        Call.end(patient, by=ben, now=now - 2 * HOUR, seen=None, outcome="no_answer", again_at=now)
    Call.end(rosa, by=ben, now=now - HOUR, seen=None, outcome="well")
    send(dev, GOOD_DAY)
    assert made(amiras).due == []


def test_silent_patients_and_unread_notes_are_there_with_their_deadlines(rosa, dev, amiras):
    silent_since(rosa, 3, LOW_PRESSURE)
    send(dev, replace(GOOD_DAY, note="Slept badly."), ago=30 * HOUR)
    page = amiras.get(PAGE)
    assert named(page.context["made"].silent) == [rosa]
    assert "after a serious day" in page.text
    assert "overdue by 6 h" in page.text


def test_messages_that_nobody_has_read_are_there_and_are_a_look(rosa, dev, amira, amiras):
    write(rosa)
    write(dev).message.read(by=amira, now=timezone.now())
    page = amiras.get(PAGE)
    assert named(page.context["made"].messages) == [rosa]
    assert "1 message to read" in page.text
    assert "- Rosa Martín: " in page.context["text"]
    assert AccessEvent.objects.filter(actor=amira, what="handover", patient_id=rosa.pk).exists()


def test_what_waits_of_a_patient_from_another_team_stands_there(rosa, team, other_team, amira, noor):
    now = timezone.now()
    send(rosa, replace(GOOD_DAY, note="Slept badly."))
    write(rosa)
    Call.end(rosa, by=amira, now=now, seen=None, outcome="call_back", again_at=now + HOUR)
    Patient.objects.filter(pk=rosa.pk).update(team=other_team)
    theirs = handover(other_team, noor, now - HOUR, now)
    assert [row.note.patient for row in theirs.unread.lines] == named(theirs.messages) == [rosa]
    assert [each.patient for each in theirs.due] == [rosa]
    ours = handover(team, amira, now - HOUR, now)
    assert (ours.unread.count, ours.messages.count, ours.due) == (0, 0, [])


def test_doses_of_today_are_there_and_those_to_come_say_so(rosa, amiras):
    course = rosa.courses.order_by("-started_on").first()
    Dose.objects.all().delete()
    Dose.objects.create(team=rosa.team, patient=rosa, course=course, given_at=timezone.now() + 2 * HOUR)
    page = amiras.get(PAGE)
    assert named(page.context["made"].doses) == [rosa]
    assert "to come" in page.text


def test_who_is_on_call_is_there_and_nobody_is_said_too(team, ben, amiras):
    assert "nobody" in amiras.get(PAGE).text
    for weekday in range(1, 8):
        baker.make(Shift, team=team, person=ben, weekday=weekday, starts=dt.time(18), ends=dt.time(8))
    spells = made(amiras).on_call
    assert [spell.names for spell in spells] == [(), ("Ben Ortiz",)]


# --- Since when ---------------------------------------------------------------------------------------------


def test_presets_are_by_the_teams_clock(team):
    now = dt.datetime(2026, 11, 28, 7, tzinfo=dt.UTC)
    with timezone.override(team.zone):
        assert began("8", now) == now - 8 * HOUR
        assert began("evening", now) == dt.datetime(2026, 11, 27, 18, tzinfo=team.zone)
        assert began("nonsense", now) == now - 12 * HOUR


@pytest.mark.parametrize(
    ("since", "words"),
    [
        ("", "Write the day and the time like"),
        ("yesterday", "Write the day and the time like"),
        ("2020-01-01T10:00", "Choose a time of the last seven days."),
        ("2120-01-01T10:00", "Choose a time of the last seven days."),
    ],
)
def test_a_time_that_cannot_be_is_said_beside_the_field(since, words, amiras):
    page = amiras.get(PAGE, {"since": since})
    assert words in page.text
    assert page.context["made"].since is not None


# --- To the next shift --------------------------------------------------------------------------------------


def test_words_to_the_next_shift_stay_until_somebody_ticks_them_off(team, amira, ben, amiras, bens):
    amiras.post(WRITE, {"team": team.pk, "words": "Rosa’s daughter rings at six."})
    note = ShiftNote.objects.get()
    assert (note.by, note.team) == (amira, team)
    with time_machine.travel(timezone.now() + 3 * DAY):
        assert "Rosa’s daughter rings at six." in bens.get(PAGE).text
        bens.post(tick(note))
        note.refresh_from_db()
        assert note.ticked_by == ben
        assert "seen to by Ben Ortiz" in bens.get(PAGE).text
        assert made(bens).words == []


def test_the_second_to_tick_it_off_is_told_who_was_first(team, ben, amiras, bens):
    amiras.post(WRITE, {"team": team.pk, "words": "Ring the lab."})
    note = ShiftNote.objects.get()
    bens.post(tick(note))
    assert "Ben Ortiz ticked this off at" in amiras.post(tick(note), follow=True).text
    assert "ticked this off at" not in bens.post(tick(note), follow=True).text


def test_no_words_are_no_note_and_too_many_are_not_lost(team, amiras):
    assert "Write what the next shift has to know." in amiras.post(WRITE, {"team": team.pk}).text
    long = "Ring the lab. " * 200
    assert long.strip() in amiras.post(WRITE, {"team": team.pk, "words": long}).text
    assert not ShiftNote.objects.exists()


# --- Who may ------------------------------------------------------------------------------------------------


def test_another_team_is_not_there(team, other_team, rosa, noor, amiras, browser_of):
    flagged(rosa)
    note = ShiftNote.objects.create(
        team=team, words="Ring Rosa.", by=team.members.first() or noor, at=timezone.now()
    )
    stranger = browser_of(noor)
    assert "Rosa" not in stranger.get(PAGE).text
    assert stranger.get(PAGE, {"team": team.pk}).status_code == 404
    assert stranger.post(WRITE, {"team": team.pk, "words": "x"}).status_code == 404
    assert stranger.post(tick(note)).status_code == 404
    for key in ("x", "9" * 30):
        assert amiras.get(PAGE, {"team": key}).status_code == 404


@pytest.mark.parametrize("who", ["rosa", "lena", "edith", "ada"])
def test_nobody_outside_a_team_may(who, request, browser_of):
    person = request.getfixturevalue(who)
    browser = browser_of(person.user if who == "rosa" else person)
    assert [browser.get(url).status_code for url in (PAGE, WRITE, tick(ShiftNote(pk=1)))] == [404] * 3


def test_somebody_of_two_teams_chooses(team, other_team, rosa, amira, amiras):
    Membership.objects.create(team=other_team, user=amira, role="nurse")
    flagged(rosa)
    assert len(made(amiras, team=team.pk).open.lines) == 1
    assert made(amiras, team=other_team.pk).open.lines == []


def test_everybody_named_on_it_was_looked_at_once(rosa, dev, joan, amira, amiras):
    flagged(rosa)
    amiras.post(reverse("team:call", args=[dev.pk]), came_of("well"))
    amiras.get(PAGE)
    looks = AccessEvent.objects.filter(actor=amira, what="handover").values_list("patient_id", flat=True)
    assert sorted(map(str, looks)) == sorted(map(str, [rosa.pk, dev.pk, joan.pk]))


def test_it_costs_the_same_for_three_patients_and_for_thirty(
    team, rosa, amira, amiras, django_assert_max_num_queries
):
    def several(count, beginning):
        now = timezone.now()
        for number in range(beginning, beginning + count):
            patient = another(rosa, team, number)
            silent_since(patient, 4, LOW_PRESSURE)
            Call.end(patient, by=amira, now=now, seen=None, outcome="no_answer", again_at=now + HOUR)
            heard = another(rosa, team, 100 + number)
            flag = flagged(heard, replace(LOW_PRESSURE, note="Dizzy."))
            if number % 2:
                flag.resolve(by=amira, outcome="called", note="", seen=1, now=now)

    several(3, 0)
    with django_assert_max_num_queries(46) as few:
        amiras.get(PAGE)
    several(11, 3)
    with django_assert_max_num_queries(46) as many:
        found = made(amiras)
    assert len(few) == len(many)
    assert found.silent.count == 15  # Rosa never reported
    assert found.open.count == 21


def test_long_lists_are_cut_and_say_so(team, rosa, amiras):
    for number in range(17):
        silent_since(another(rosa, team, number), 4)
    page = amiras.get(PAGE)
    assert page.context["made"].silent.more == 3
    assert "and 3 more" in page.text


def test_the_same_stands_there_as_text(rosa, dev, amira, team, amiras):
    flagged(rosa)
    ShiftNote.objects.create(team=team, words="Ring the lab.", by=amira, at=timezone.now())
    text = amiras.get(PAGE).context["text"]
    for words in (
        "Hand-over, Harbour Clinic",
        "- Ring the lab. (Amira Nasser",
        "- Emergency: Rosa Martín",
        "Silent",
    ):
        assert words in text
