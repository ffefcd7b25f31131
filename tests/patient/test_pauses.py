"""A pause that patients choose, and what they are told happens when nothing comes: words and deeds agree."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from tests.test_duties import GOOD, SERIOUS, send
from tracker import silence
from tracker.alerts import reminders
from tracker.models import Flag, Patient
from tracker.patient.reminders.forms import LONGEST_PAUSE
from tracker.triage.conditions import MissedDays
from tracker.triage.report import Level
from tracker.triage.rules import default_rules
from tracker.triage.silence import told_after

PAGE = reverse("patient:reminders")
PAUSE = reverse("patient:pause")
END = reverse("patient:end_pause")
TODAY = reverse("patient:today")
MADRID = ZoneInfo("Europe/Madrid")
NOON = "2026-11-25T12:00"
pytestmark = pytest.mark.django_db


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=MADRID)


def go(browser, url, now=NOON, **data):
    with time_machine.travel(at(now), tick=False):
        return browser.post(url, data, follow=True)


def see(browser, url, now=NOON):
    with time_machine.travel(at(now), tick=False):
        return browser.get(url).text


@pytest.fixture
def rosa(rosa):
    Patient.objects.update(enrolled_on="2026-01-01")
    rosa.refresh_from_db()
    return rosa


# --- A pause ------------------------------------------------------------------------------------------------


def test_in_hospital_nothing_is_expected_and_nobody_is_reminded(as_rosa, rosa):
    Patient.objects.update(remind_at="18:00")
    send(rosa, at("2026-11-24T09:00"), SERIOUS)
    page = go(as_rosa, PAUSE, until="2026-12-05").text
    assert "You have a pause until Saturday 5 December." in page
    assert "Until 5 December we expect no check-in from you. No one worries if none comes." in page
    assert reminders.due(at("2026-11-25T18:00")) == 0
    assert silence.due(at("2026-11-25T23:00")) == 0
    rosa.refresh_from_db()
    assert (rosa.paused_from, rosa.paused_until) == (dt.date(2026, 11, 25), dt.date(2026, 12, 5))
    assert "No one worries if none comes." in see(as_rosa, TODAY)


def test_the_team_sees_it_on_the_chart_the_list_and_the_flag(as_rosa, rosa, amira, client):
    send(rosa, at("2026-11-24T09:00"), SERIOUS)
    flag = Flag.objects.get()
    go(as_rosa, PAUSE, until="2026-12-05")
    client.force_login(amira)
    for url in ("/team/patients/", f"/team/patients/{rosa.pk}/", f"/team/flags/{flag.pk}/"):
        assert "paused from 25 November until 5 December" in see(client, url)


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ("", "Choose the last day of your pause."),
        ("soon", "Write the day like 2026-11-30."),
        ("2026-11-24", "This day is over. Choose today or a later day."),
        ("2026-12-26", "Choose a day up to 25 December."),
        ("9999-12-31", "Choose a day up to 25 December."),
    ],
)
def test_what_is_no_pause_is_said_beside_it(until, words, as_rosa, rosa):
    page = go(as_rosa, PAUSE, until=until).text
    assert words in page
    assert 'id="id_until_error"' in page
    rosa.refresh_from_db()
    assert rosa.paused_until is None


@pytest.mark.parametrize("days", [0, LONGEST_PAUSE.days])
def test_a_pause_is_of_today_at_least_and_thirty_days_at_most(days, as_rosa, rosa):
    until = dt.date(2026, 11, 25) + dt.timedelta(days=days)
    go(as_rosa, PAUSE, until=until.isoformat())
    rosa.refresh_from_db()
    assert rosa.paused_until == until


def test_a_pause_that_is_made_longer_began_when_it_began(as_rosa, rosa):
    go(as_rosa, PAUSE, until="2026-12-05")
    go(as_rosa, PAUSE, "2026-12-01T09:00", until="2026-12-20")
    rosa.refresh_from_db()
    assert (rosa.paused_from, rosa.paused_until) == (dt.date(2026, 11, 25), dt.date(2026, 12, 20))


def test_who_comes_home_is_expected_from_tomorrow_and_not_missed_tonight(as_rosa, rosa):
    send(rosa, at("2026-11-24T09:00"), SERIOUS)
    go(as_rosa, PAUSE, until="2026-12-20")
    page = go(as_rosa, END, "2026-12-01T19:55").text
    assert "From tomorrow we look for your check-in again." in page
    assert "I am home again" not in page
    assert silence.due(at("2026-12-01T20:01")) == 0
    rosa.refresh_from_db()
    assert rosa.is_expected(dt.date(2026, 12, 2))


def test_ending_what_has_ended_changes_nothing(as_rosa, rosa):
    go(as_rosa, END)
    Patient.objects.update(paused_until="2026-11-20")
    go(as_rosa, END)
    rosa.refresh_from_db()
    assert rosa.paused_until == dt.date(2026, 11, 20)


def test_days_in_hospital_are_none_that_were_missed(as_rosa, rosa):
    """Else the first evening at home would be a silence of two weeks."""
    send(rosa, at("2026-11-24T09:00"), GOOD)
    go(as_rosa, PAUSE, until="2026-12-10")
    assert silence.due(at("2026-12-11T20:00")) == 1
    assert not Flag.objects.exists()
    assert silence.due(at("2026-12-12T20:00")) == 1
    assert Flag.objects.get().silence == ["No report for 2 days"]


def test_nothing_is_promised_for_tomorrow_where_no_pause_ran(as_rosa, rosa):
    assert "From tomorrow" not in go(as_rosa, END).text
    go(as_rosa, PAUSE, until="2026-12-20")
    Patient.objects.update(left_on="2026-11-26")
    assert "From tomorrow" not in go(as_rosa, END, "2026-12-01T09:00").text


def test_a_report_after_or_in_a_pause_is_not_asked_about_gaps(as_rosa, rosa):
    send(rosa, at("2026-11-24T09:00"), GOOD)
    go(as_rosa, PAUSE, until="2026-12-10")
    for day in ("2026-12-05", "2026-12-11"):
        report = send(rosa, at(f"{day}T09:00"), GOOD)
        assert (report.level, report.checks) == (Level.NONE, [])


def test_days_before_a_pause_that_was_set_later_are_still_missed(rosa):
    """What is weighed again is weighed as it was: the pause had not begun."""
    Patient.objects.update(paused_from="2026-11-25", paused_until="2026-12-10")
    rosa.refresh_from_db()
    assert rosa.last_day_away(dt.date(2026, 11, 20)) is None
    assert rosa.last_day_away(dt.date(2026, 12, 1)) == dt.date(2026, 12, 1)
    assert rosa.last_day_away(dt.date(2026, 12, 20)) == dt.date(2026, 12, 10)


def test_an_admin_pauses_and_shortens_it_without_breaking_anything(rosa, root, client):
    client.force_login(root)
    page = f"/admin/tracker/patient/{rosa.pk}/change/"
    for now, until, kept in (
        ("2026-11-25T12:00", "2026-12-20", ("2026-11-25", "2026-12-20")),
        ("2026-12-01T12:00", "2026-11-20", ("2026-11-20", "2026-11-20")),
        ("2026-12-02T12:00", "", (None, None)),
    ):
        with time_machine.travel(at(now), tick=False):
            form = client.get(page).context["adminform"].form
            values = {name: form[name].value() for name in form.fields}
            inline = {f"courses-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
            data = {name: value for name, value in values.items() if value is not None} | inline
            assert client.post(page, data | {"paused_until": until}).status_code == 302
        found = Patient.objects.values_list("paused_from", "paused_until").get(pk=rosa.pk)
        assert found == tuple(each and dt.date.fromisoformat(each) for each in kept)


@pytest.mark.parametrize("who", ["amira", "lena", "ada"])
def test_nobody_else_pauses_it(who, request, rosa, client):
    client.force_login(request.getfixturevalue(who))
    for url in (PAUSE, END):
        assert client.post(url, {"until": "2026-11-30"}).status_code == 404


# --- What happens when nothing comes ------------------------------------------------------------------------

SENTENCE = "If we hear nothing from you for {}, your care team is told. A nurse may then call you."


@pytest.mark.parametrize(("report", "days", "words"), [(GOOD, 2, "2 days"), (SERIOUS, 1, "1 day")])
def test_it_says_the_number_of_days_after_which_the_team_is_told(report, days, words, as_rosa, rosa, amira):
    """The flag comes on the evening of that day by the deadline, and not on the one before."""
    send(rosa, at("2026-11-22T09:00"), report)
    for flag in Flag.objects.all():
        flag.resolve(by=amira, outcome="called", note="", seen=1, now=at("2026-11-22T10:00"))
    for url in (PAGE, TODAY):
        assert SENTENCE.format(words) in see(as_rosa, url, "2026-11-22T12:00")
    for day in range(1, days + 1):
        assert not Flag.objects.unresolved().exists()
        silence.due(at("2026-11-22T20:00") + dt.timedelta(days=day))
    assert Flag.objects.unresolved().get().silence


def test_before_a_first_report_it_is_said_too_as_it_is_done(as_rosa, rosa):
    Patient.objects.update(enrolled_on="2026-11-20")
    assert SENTENCE.format("2 days") in see(as_rosa, PAGE, "2026-11-22T12:00")
    silence.due(at("2026-11-22T20:00"))
    assert Flag.objects.unresolved().get().silence == ["No report for 2 days"]


def test_of_whom_no_report_is_remembered_nothing_is_said(as_rosa, rosa):
    Patient.objects.update(enrolled_on="2026-09-20")
    assert "If we hear nothing" not in see(as_rosa, PAGE, "2026-11-22T12:00")


@pytest.mark.parametrize(("last", "days"), [(Level.NONE, 2), (Level.ROUTINE, 2), (Level.URGENT, 1)])
def test_the_rules_themselves_are_asked(last, days):
    assert told_after(default_rules(), last) == days


def test_a_clinic_that_waits_longer_says_so():
    rules = default_rules()
    patient = [each for each in rules.rules if each.code == "two_days_missed"]
    longer = replace(patient[0], when=MissedDays(unit="days", at_least=3))
    others = tuple(each for each in rules.rules if each != patient[0])
    assert told_after(replace(rules, rules=(*others, longer)), Level.NONE) == 3
    assert told_after(replace(rules, rules=others), Level.NONE) is None
