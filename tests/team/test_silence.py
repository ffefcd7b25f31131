"""The list of silent patients: who is on it and why, who has called, and what came of that."""

import datetime as dt
from dataclasses import replace

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent
from tests.carers import helping
from tests.team.conftest import GOOD_DAY, LOW_PRESSURE, flagged, send
from tests.team.test_flag import at_once
from tracker.models import Call, FlagEvent, Patient
from tracker.models.flags import State
from tracker.triage.report import Report

pytestmark = pytest.mark.django_db

LIST = reverse("team:silence")
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def amiras(amira, browser_of):
    return browser_of(amira)


@pytest.fixture
def bens(ben, browser_of):
    return browser_of(ben)


def calling(patient):
    return reverse("team:calling", args=[patient.pk])


def call(patient):
    return reverse("team:call", args=[patient.pk])


def came_of(outcome, **more):
    """What the form sends."""
    return {"outcome": outcome, "note": "", "again_at": "", "until": "", "seen": "", **more}


def rows(page):
    return [*page.context["waiting"], *page.context["resting"]]


def names(page):
    return [row.patient for row in rows(page)]


def row_of(page):
    [row] = rows(page)
    return row


def silent_since(patient, days, report=GOOD_DAY):
    """Their last report is so many days old."""
    return send(patient, report, ago=days * DAY)


# --- Who is on it -------------------------------------------------------------------------------------------


def test_who_never_reported_is_on_it_with_the_day_on_which_they_came(rosa, amiras):
    page = amiras.get(LIST)
    row = row_of(page)
    assert row.last is None
    assert (
        row.days == (rosa.today(timezone.now()) - rosa.enrolled_on).days - 1
    )  # today is not due before 20:00
    assert "Never reported since enrolled on" in page.text
    assert "Day 3 of Aldesleukin" in page.text


def test_somebody_who_came_today_or_yesterday_is_not_missed_yet(rosa, amiras):
    today = rosa.today(timezone.now())
    for enrolled_on, is_there in ((today, False), (today - DAY, False), (today - 2 * DAY, True)):
        Patient.objects.update(enrolled_on=enrolled_on)
        assert bool(names(amiras.get(LIST))) is is_there, enrolled_on


@pytest.mark.parametrize(("days", "is_there"), [(0, False), (1, False), (2, True), (5, True)])
def test_a_day_is_missed_once_its_time_has_passed(days, is_there, rosa, amiras):
    silent_since(rosa, days)
    page = amiras.get(LIST)
    assert bool(rows(page)) is is_there
    if is_there:
        assert row_of(page).days == days - 1


@pytest.mark.parametrize(("at", "is_there"), [("11:59", False), ("12:00", True)])
def test_after_a_serious_day_the_next_is_missed_by_noon(at, is_there, rosa, amiras):
    noon = timezone.localtime().replace(microsecond=0)
    silent_since(rosa, 1, LOW_PRESSURE)
    hour, minute = map(int, at.split(":"))
    with time_machine.travel(noon.astimezone(rosa.zone).replace(hour=hour, minute=minute), tick=False):
        assert bool(rows(amiras.get(LIST))) is is_there


def test_today_is_missed_from_the_patients_own_time_on(rosa, amiras):
    silent_since(rosa, 1)
    assert not rows(amiras.get(LIST))
    Patient.objects.update(report_by=dt.time(11))
    assert row_of(amiras.get(LIST)).days == 1


def test_a_request_for_a_call_is_no_report(rosa, amiras):
    silent_since(rosa, 3)
    send(rosa, Report(wants_call=True))
    assert names(amiras.get(LIST)) == [rosa]


@pytest.mark.parametrize("away", ["paused_until", "left_on"])
def test_nobody_is_missed_who_is_away(away, rosa, amiras):
    Patient.objects.update(**{away: rosa.today(timezone.now())})
    assert not rows(amiras.get(LIST))


def test_the_last_day_of_a_pause_counts_as_heard_from(rosa, amiras):
    silent_since(rosa, 20)
    Patient.objects.update(paused_until=rosa.today(timezone.now()) - 3 * DAY)
    page = amiras.get(LIST)
    assert row_of(page).days == 2
    assert "Expected again since" in page.text


def test_after_a_serious_day_comes_first_then_the_longest(rosa, dev, joan, wei, amiras):
    silent_since(rosa, 4)
    silent_since(dev, 3, LOW_PRESSURE)
    silent_since(joan, 6)
    silent_since(wei, 2, LOW_PRESSURE)
    assert names(amiras.get(LIST)) == [dev, wei, joan, rosa]


def test_a_row_says_what_the_last_report_said_whom_to_ring_and_in_what_language(rosa, lena, amiras):
    silent_since(rosa, 2, LOW_PRESSURE)
    helping(rosa, lena)
    type(lena).objects.update(phone="+34600111222")
    Patient.objects.update(
        contact_name="Ana Martín", contact_relation="sister", contact_phone="555 0199", language="es"
    )
    page = amiras.get(LIST)
    for words in (", urgent: ", "84", "tel:5550141", "tel:5550199", "Ana Martín, sister", "Spanish"):
        assert words in page.text
    assert "Lena Martín, daughter" in page.text
    assert "tel:+34600111222" in page.text


def test_days_of_low_counts_are_said(joan, amiras):
    Patient.objects.update(last_chemo_on=joan.today(timezone.now()) - 6 * DAY)
    assert "Day 6 after chemotherapy: counts are lowest on days 5 to 14" in amiras.get(LIST).text


def test_the_header_counts_who_is_to_be_called(rosa, dev, noor, amiras, browser_of):
    waiting = reverse("team:waiting")
    assert amiras.get(waiting).json()[LIST] == "Silence (2)"
    assert browser_of(noor).get(waiting).json()[LIST] == "Silence"
    amiras.post(call(rosa), came_of("well"))
    assert amiras.get(waiting).json()[LIST] == "Silence (1)"


def test_nobody_else_is_told_what_waits(rosa, lena, browser_of):
    for outsider in (rosa.user, lena):
        assert browser_of(outsider).get(reverse("team:waiting")).status_code == 404


def test_everybody_on_it_was_looked_at_and_another_teams_are_not_there(
    rosa, dev, amira, noor, amiras, browser_of
):
    amiras.get(LIST)
    looks = AccessEvent.objects.filter(actor=amira, what="silence").values_list("patient_id", flat=True)
    assert sorted(looks) == sorted([rosa.pk, dev.pk])
    assert not rows(browser_of(noor).get(LIST))


def test_it_costs_the_same_however_long_it_is(team, rosa, amiras, django_assert_max_num_queries):
    def several(count, beginning):
        for number in range(count):
            patient = another(rosa, team, beginning + number)
            silent_since(patient, 4, LOW_PRESSURE)
            Call.begin(patient, by=patient.team.members.get(), now=timezone.now() - HOUR)

    several(3, 0)
    with django_assert_max_num_queries(22) as few:
        amiras.get(LIST)
    several(27, 3)
    with django_assert_max_num_queries(22) as many:
        assert len(rows(amiras.get(LIST))) == 31
    assert len(few) == len(many)


def test_of_two_thousand_a_page_is_shown(team, rosa, amiras, django_assert_max_num_queries):
    many(rosa, team, 2_000)
    with django_assert_max_num_queries(22):
        page = amiras.get(LIST)
    assert len(rows(page)) == 50
    assert page.context["page"].paginator.count == 2_001
    assert "Page 1 of 41" in page.text


def another(like, team, number):
    """Somebody treated as `like` is."""
    user = type(like.user).objects.create_user(f"p{number}@example.org", name=f"Patient {number}")
    patient = Patient.objects.get(pk=like.pk)
    patient.pk, patient._state.adding, patient.user, patient.name = None, True, user, f"Patient {number}"
    patient.id = type(patient)._meta.pk.get_default()
    patient.save()
    return patient


def many(like, team, count):
    users = type(like.user).objects.bulk_create(
        type(like.user)(email=f"m{number}@example.org", name=f"Person {number}") for number in range(count)
    )
    Patient.objects.bulk_create(
        Patient(
            team=team,
            user=user,
            name=user.name,
            born_on=like.born_on,
            phone=like.phone,
            enrolled_on=like.enrolled_on,
        )
        for user in users
    )


# --- Calling ------------------------------------------------------------------------------------------------


def test_who_says_that_they_call_is_seen_by_the_others(rosa, amiras, bens):
    assert amiras.post(calling(rosa))["Location"] == call(rosa)
    assert "Amira Nasser is calling, since 12:0" in bens.get(LIST).text
    answer = bens.post(calling(rosa), follow=True)
    assert "Amira Nasser has been calling since 12:0" in answer.text
    assert Call.objects.count() == 1


def test_a_quarter_of_an_hour_later_somebody_else_may(rosa, ben, amiras, bens):
    amiras.post(calling(rosa))
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16)):
        bens.post(calling(rosa))
    assert Call.objects.newest_first()[0].by == ben


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_calls_and_the_other_is_told(rosa, amira, ben, amiras, bens):
    pages = at_once(
        lambda: amiras.post(calling(rosa), follow=True).text,
        lambda: bens.post(calling(rosa), follow=True).text,
    )
    call_kept = Call.objects.get()
    quick, slow = (amira, pages[1]) if call_kept.by == amira else (ben, pages[0])
    assert f"{quick} has been calling since" in str(slow)


@pytest.mark.django_db(transaction=True)
def test_with_a_flag_one_has_it_and_the_other_is_told_and_written_down(rosa, amira, ben, amiras, bens):
    flag = flagged(rosa, LOW_PRESSURE)
    pages = at_once(
        lambda: amiras.post(calling(rosa), follow=True).text,
        lambda: bens.post(calling(rosa), follow=True).text,
    )
    flag.refresh_from_db()
    quick, slow = (amira, pages[1]) if flag.owner == amira else (ben, pages[0])
    assert str(quick) in str(slow)
    assert Call.objects.get().by == quick


def test_to_call_is_to_claim_an_open_flag(rosa, amira, amiras):
    flag = flagged(rosa, LOW_PRESSURE)
    amiras.post(calling(rosa))
    flag.refresh_from_db()
    assert (flag.state, flag.owner) == (State.ACKNOWLEDGED, amira)
    assert Call.objects.get().flag == flag


@pytest.mark.parametrize(
    ("outcome", "more", "rests"),
    [
        ("well", {}, True),
        ("unwell", {}, False),
        ("no_answer", {}, True),
        ("wrong_number", {}, False),
    ],
)
def test_what_came_of_it_is_kept_and_says_whether_to_call_again(outcome, more, rests, rosa, amira, amiras):
    amiras.post(call(rosa), came_of(outcome, note="As I said.", **more))
    kept = Call.objects.get()
    assert (kept.by, kept.outcome, kept.note) == (amira, outcome, "As I said.")
    page = amiras.get(LIST)
    assert row_of(page).patient.rests is rests
    assert f"by Amira Nasser: {kept.get_outcome_display().lower()}" in page.text


def test_who_is_well_is_expected_again_tomorrow(rosa, amiras):
    amiras.post(call(rosa), came_of("well"))
    tomorrow = timezone.now().astimezone(rosa.zone).replace(hour=0, minute=1) + DAY
    with time_machine.travel(tomorrow):
        assert [row.patient for row in amiras.get(LIST).context["waiting"]] == [rosa]


def test_who_did_not_answer_is_to_be_called_again_in_two_hours(rosa, amiras):
    amiras.post(call(rosa), came_of("no_answer"))
    now = timezone.now()
    for hours, is_due in ((1.9, False), (2.1, True)):
        with time_machine.travel(now + hours * HOUR):
            assert bool(amiras.get(LIST).context["waiting"]) is is_due


def test_a_time_that_was_asked_for_is_kept(rosa, amiras):
    at = timezone.localtime(timezone=rosa.zone).replace(second=0, microsecond=0, tzinfo=None) + 4 * HOUR
    amiras.post(call(rosa), came_of("call_back", again_at=at.isoformat(timespec="minutes")))
    again_at = Call.objects.get().again_at
    assert again_at
    assert again_at.astimezone(rosa.zone).replace(tzinfo=None) == at


def test_somebody_in_hospital_is_paused_and_leaves_the_list(rosa, amiras):
    until = rosa.today(timezone.now()) + 5 * DAY
    amiras.post(call(rosa), came_of("in_hospital", until=until.isoformat()))
    rosa.refresh_from_db()
    assert (rosa.paused_from, rosa.paused_until) == (rosa.today(timezone.now()), until)
    assert not rows(amiras.get(LIST))


def test_somebody_unwell_leads_to_a_report_by_phone(rosa, amiras):
    assert amiras.post(call(rosa), came_of("unwell"))["Location"] == reverse("team:by_phone", args=[rosa.pk])


def test_a_report_ends_the_silence_and_what_was_said_of_it(rosa, amiras):
    silent_since(rosa, 4)
    amiras.post(call(rosa), came_of("well"))
    send(rosa, GOOD_DAY)
    assert not rows(amiras.get(LIST))
    with time_machine.travel(timezone.now() + 2 * DAY):
        row = row_of(amiras.get(LIST))
        assert not row.patient.rests
        assert row.calls == []


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"outcome": ""}, "Choose what came of the call."),
        ({"outcome": "call_back"}, "Choose when to call again."),
        ({"outcome": "call_back", "again_at": "soon"}, "Write the day and the time like"),
        (
            {"outcome": "call_back", "again_at": "2020-01-01T10:00"},
            "a time to come, within seven days.",
        ),
        (
            {"outcome": "call_back", "again_at": "2120-01-01T10:00"},
            "a time to come, within seven days.",
        ),
        ({"outcome": "in_hospital"}, "Choose a last day: until then nothing is expected."),
        ({"outcome": "in_hospital", "until": "2020-01-01"}, "Choose a day from"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(sent, words, rosa, amiras):
    page = amiras.post(call(rosa), {**came_of("well", note="They sounded tired."), **sent})
    assert words in page.text
    assert "They sounded tired." in page.text
    assert not Call.objects.exists()


def test_a_colleague_who_called_meanwhile_is_read_first(rosa, ben, amiras, bens):
    amiras.get(call(rosa))
    bens.post(call(rosa), came_of("no_answer"))
    page = amiras.post(call(rosa), came_of("well", note="All fine."))
    assert "Ben Ortiz called at 12:0" in page.text
    assert "All fine." in page.text
    seen = page.context["form"]["seen"].value()
    assert amiras.post(call(rosa), came_of("well", seen=seen)).status_code == 302
    assert [each.outcome for each in Call.objects.newest_first()] == ["well", "no_answer"]


# --- And the flag -------------------------------------------------------------------------------------------


def test_a_call_closes_no_flag_and_leads_to_the_one_that_is_mine(rosa, amiras):
    flag = flagged(rosa, LOW_PRESSURE)
    amiras.post(calling(rosa))
    answer = amiras.post(call(rosa), came_of("no_answer"))
    assert answer["Location"] == reverse("team:flag", args=[flag.pk])
    flag.refresh_from_db()
    assert flag.is_unresolved
    assert "Called by Amira Nasser" in amiras.get(answer["Location"]).text


def test_a_flag_is_resolved_with_the_call_when_that_is_ticked(rosa, amira, amiras):
    flag = flagged(rosa, LOW_PRESSURE)
    amiras.post(calling(rosa))
    sent = came_of("well", note="Slept in.", resolve="on", reports=flag.reports)
    assert amiras.post(call(rosa), sent)["Location"] == LIST
    flag.refresh_from_db()
    assert (flag.state, flag.outcome, flag.owner) == (State.RESOLVED, "called", amira)
    assert flag.events.get(kind=FlagEvent.Kind.RESOLVED).note == "Slept in."


def test_it_is_not_while_nobody_knows_how_the_patient_is(rosa, amiras):
    flag = flagged(rosa, LOW_PRESSURE)
    page = amiras.post(call(rosa), came_of("no_answer", resolve="on", reports=flag.reports))
    assert "once we know how the patient is" in page.text
    assert not Call.objects.exists()


def test_a_report_that_came_meanwhile_is_read_before_its_flag_is_closed(rosa, amiras):
    flag = flagged(rosa, LOW_PRESSURE, ago=HOUR)
    seen = flag.reports
    send(rosa, replace(LOW_PRESSURE, note="Worse."))
    page = amiras.post(call(rosa), came_of("well", note="Fine.", resolve="on", reports=seen))
    assert "The flag has changed. Read it, then save again." in page.text
    assert "Fine." in page.text
    assert not Call.objects.exists()


def test_a_colleagues_flag_cannot_be_resolved_here(rosa, ben, amiras):
    flag = flagged(rosa, LOW_PRESSURE)
    flag.claim(by=ben, now=timezone.now())
    assert "Resolve the flag with this" not in amiras.get(call(rosa)).text
    page = amiras.post(call(rosa), came_of("well", resolve="on", reports=flag.reports), follow=True)
    assert "The flag stays open. Ben" in page.text
    flag.refresh_from_db()
    assert flag.is_unresolved


def test_a_call_stands_on_the_chart(rosa, amiras):
    amiras.post(call(rosa), came_of("no_answer", note="Rang twice."))
    chart = amiras.get(reverse("team:patient", args=[rosa.pk])).text
    assert "Called by Amira Nasser" in chart
    assert "Rang twice." in chart


def test_an_address_that_acts_leads_back(rosa, noor, amiras, browser_of):
    assert amiras.get(calling(rosa))["Location"] == call(rosa)
    stranger = browser_of(noor)
    for method in (stranger.get, stranger.post):
        assert [method(url(rosa)).status_code for url in (calling, call)] == [404, 404]
    assert not Call.objects.exists()
