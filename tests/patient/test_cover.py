"""What patients read, before and after sending, of the hours in which somebody reads."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from accounts.models import CareTeam
from tests.patient.conftest import CHECK_IN
from tracker.models import Patient
from tracker.patient.cover import cover_of

MADRID, NEW_YORK = ZoneInfo("Europe/Madrid"), ZoneInfo("America/New_York")
TODAY = reverse("patient:today")


def a_team(**fields):
    return CareTeam(time_zone="Europe/Madrid", **fields)


def told(now, team=None, zone=MADRID):
    return cover_of(team or a_team(), zone, dt.datetime.fromisoformat(now).replace(tzinfo=MADRID))


def words_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# --- The words ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-11-23T12:00", "They are there now, until 6 pm."),
        ("2026-11-23T06:00", "No one is reading right now. They are there again today at 8 am."),
        ("2026-11-23T18:00", "No one is reading right now. They are there again tomorrow at 8 am."),
        (
            "2026-11-27T18:00",
            "No one is reading right now. They are there again on Monday 30 November at 8 am.",
        ),
    ],
)
def test_whether_somebody_reads_now_and_when_they_are_there_again(now, words):
    assert told(now).now == words
    assert told(now).hours == "A nurse reads check-ins 8 am to 6 pm, Monday to Friday."


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-11-29T12:00", ("It is a holiday tomorrow: no one reads check-ins then.",)),
        ("2026-11-30T12:00", ("It is a holiday today: no one reads check-ins then.",)),
        ("2026-12-01T12:00", ()),
    ],
)
def test_a_holiday_is_told_on_the_day_and_before_it(now, words):
    team = a_team(holidays=[dt.date(2026, 11, 30), dt.date(2026, 11, 28)])
    assert told(now, team).holidays == words


def test_on_a_holiday_nobody_is_said_to_read():
    found = told("2026-11-30T12:00", a_team(holidays=[dt.date(2026, 11, 30)]))
    assert not found.is_open
    assert found.now == "No one is reading right now. They are there again tomorrow at 8 am."


def test_somebody_far_away_reads_the_teams_hours_by_its_clock_and_this_moment_by_their_own():
    found = told("2026-11-23T12:00", zone=NEW_YORK)
    assert found.hours == "A nurse reads check-ins 8 am to 6 pm, Monday to Friday, by the clock in Madrid."
    assert found.now == "They are there now, until noon by your clock."
    closed = told("2026-11-27T18:00", zone=NEW_YORK).now
    assert closed.endswith("They are there again on Monday 30 November at 2 am by your clock.")


def test_a_holiday_is_named_by_the_day_that_it_is_where_the_patient_is():
    team = a_team(holidays=[dt.date(2026, 11, 30)])
    honolulu = ZoneInfo("Pacific/Honolulu")
    assert told("2026-11-30T09:00", team, honolulu).holidays == (
        "It is a holiday tomorrow: no one reads check-ins then.",
    )


def test_a_team_without_hours_promises_none():
    found = told("2026-11-23T12:00", a_team(cover_days=[]))
    assert found.hours == "There are no fixed hours at which someone reads check-ins."
    assert found.now == "There may be no one reading right now."


# --- The pages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("temperature", ["36.5", "38.5", "41"])
def test_the_hours_stand_on_the_pages_before_and_after_sending(as_rosa, send, rosa, temperature):
    for hour, moment, number in (
        (11, "They are there now, until 6 pm.", "If you feel worse, call your care team: 555 0120."),
        (22, "No one is reading right now.", "If you feel worse, call the 24-hour line: 555 0100."),
    ):
        with time_machine.travel(dt.datetime(2026, 11, 25, hour, tzinfo=MADRID), tick=False):
            type(rosa).objects.update(enrolled_on="2026-11-01")
            done = send(temperature=temperature)["Location"]
            for address in (CHECK_IN, TODAY, done):
                page = words_of(as_rosa.get(address)).replace(" .", ".")
                assert "A nurse reads check-ins 8 am to 6 pm, Monday to Friday." in page, address
                assert moment in page, address
                assert number in page, address


def test_a_patient_abroad_is_told_so_on_the_page(as_rosa, rosa):
    Patient.objects.update(time_zone="America/New_York")
    with time_machine.travel(dt.datetime(2026, 11, 25, 11, tzinfo=MADRID), tick=False):
        page = words_of(as_rosa.get(TODAY))
    assert "by the clock in Madrid." in page
    assert "until noon by your clock." in page
