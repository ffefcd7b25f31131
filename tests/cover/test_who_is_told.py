"""The page that says whom a flag would reach now, tonight and on Sunday night."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import CareTeam, Membership
from tracker.cover.reachable import team_reach
from tracker.models import EscalationPolicy
from tracker.triage.report import Level

pytestmark = pytest.mark.django_db

INDEX = reverse("cover:index")
A_WEDNESDAY = dt.datetime.fromisoformat("2026-11-25T11:00Z")  # noon in Madrid


def test_every_member_sees_who_would_be_told(amira, ben, browser_of):
    page = browser_of(ben).get(INDEX).text
    assert "Amira Nasser" in page
    assert "Nobody is on call now." in page


def test_only_the_lead_is_led_to_the_policies(amira, sara, browser_of):
    assert "/policies/" not in browser_of(amira).get(INDEX).text
    assert "Change emergency" in browser_of(sara).get(INDEX).text


def test_nobody_sees_another_teams(amira, noor, browser_of):
    page = browser_of(noor).get(INDEX).text
    assert "Hillside Hospital" in page
    assert "Harbour Clinic" not in page
    assert "Amira" not in page


@pytest.mark.parametrize("who", ["rosa", "lena", "edith", "ada"])
def test_it_is_not_there_for_anybody_outside_a_team(who, request, browser_of):
    person = request.getfixturevalue(who)
    assert browser_of(person.user if who == "rosa" else person).get(INDEX).status_code == 404


def test_a_stranger_is_asked_to_sign_in(client, db):
    assert client.get(INDEX)["Location"].startswith("/accounts/login/code/")


def test_it_is_only_read(amira, browser_of):
    assert browser_of(amira).post(INDEX).status_code == 405


def test_a_level_that_reaches_nobody_is_marked_and_said_in_words(sara, emergencies, browser_of):
    page = browser_of(sara).get(INDEX).text
    assert "Emergency flags reach nobody from" in page
    assert page.count('class="unreached"') == 3
    assert "Urgent flags reach nobody" not in page


def test_a_policy_without_steps_reaches_nobody(amira, team, browser_of):
    EscalationPolicy.objects.filter(team=team).delete()
    assert browser_of(amira).get(INDEX).text.count('class="unreached"') == 9


def test_the_night_shift_is_told_at_night_and_the_day_shift_by_day(amira, ben, on_call, emergencies, team):
    on_call(amira, starts=8, ends=20)
    on_call(ben, starts=20, ends=8)
    _level, cells = team_reach(team, A_WEDNESDAY).rows[0]
    assert [[told.name for step in cell.steps for told in step.told] for cell in cells] == [
        ["Amira Nasser"],
        [ben.name],
        [ben.name],
    ]


@pytest.mark.parametrize(
    ("now", "tonight", "sunday"),
    [
        ("2026-11-25T11:00Z", "2026-11-25T22:00Z", "2026-11-29T02:00Z"),
        ("2026-11-25T22:30Z", "2026-11-26T22:00Z", "2026-11-29T02:00Z"),  # 23:30: the next night
        ("2026-11-29T02:00Z", "2026-11-29T22:00Z", "2026-12-06T02:00Z"),  # Sunday, 03:00 sharp
        ("2026-10-24T12:00Z", "2026-10-24T21:00Z", "2026-10-25T02:00Z"),  # the clocks go back in between
        ("2026-03-28T12:00Z", "2026-03-28T22:00Z", "2026-03-29T01:00Z"),  # and forward
    ],
)
def test_the_moments_are_by_the_clock_of_the_team(now, tonight, sunday, team):
    moments = [at for _words, at in team_reach(team, dt.datetime.fromisoformat(now)).moments]
    assert moments[1:] == [dt.datetime.fromisoformat(tonight), dt.datetime.fromisoformat(sunday)]


def test_somebody_who_left_is_not_counted_on(amira, team):
    amira.is_active = False
    amira.save()
    reached = team_reach(team, timezone.now())
    assert len(reached.gaps_in_words) == 3


def test_a_person_of_two_teams_sees_both(amira, other_team, browser_of):
    Membership.objects.create(team=other_team, user=amira, role="lead")
    page = browser_of(amira).get(INDEX).text
    hillside = CareTeam.objects.get(name="Hillside Hospital").pk
    assert reverse("cover:policy", args=[hillside, "urgent"]) in page
    assert page.count("Change urgent") == 1


def test_the_hours_of_a_gap_are_the_teams(sara, amira, on_call, emergencies, browser_of):
    on_call(amira, days=range(1, 7))
    with time_machine.travel(A_WEDNESDAY, tick=False):
        page = browser_of(sara).get(INDEX).text
    assert "reach nobody from Sunday 29 November, 08:00 to Monday 30 November, 08:00" in page


def test_urgent_flags_have_a_policy_of_their_own(amira, emergencies, team):
    rows = dict(team_reach(team, timezone.now()).rows)
    assert [cell.reaches_somebody for cell in rows[Level.EMERGENCY]] == [False] * 3
    assert [cell.reaches_somebody for cell in rows[Level.URGENT]] == [True] * 3
