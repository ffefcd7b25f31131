"""When a team is there, and how patients are told."""

import datetime as dt

import pytest

from accounts.models import CareTeam

MONDAY = dt.date(2026, 11, 23)
SATURDAY = dt.date(2026, 11, 28)


def a_team(**fields) -> CareTeam:
    return CareTeam(time_zone="Europe/Madrid", **fields)


def at(day: dt.date, time: str, team: CareTeam) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(time), team.zone)


@pytest.mark.parametrize(
    ("time", "covered"),
    [("07:59:59", False), ("08:00", True), ("12:00", True), ("17:59:59", True), ("18:00", False)],
)
def test_cover_begins_on_the_minute_and_ends_before_it(time, covered):
    team = a_team()
    assert team.is_covered(at(MONDAY, time, team)) is covered


def test_nobody_is_there_on_a_day_without_cover():
    team = a_team()
    assert not team.is_covered(at(SATURDAY, "12:00", team))


def test_cover_goes_by_the_clock_of_the_team_not_of_the_server():
    team = a_team()
    assert team.is_covered(dt.datetime(2026, 11, 23, 7, 30, tzinfo=dt.UTC))  # 08:30 in Madrid
    assert not team.is_covered(dt.datetime(2026, 11, 23, 17, 30, tzinfo=dt.UTC))  # 18:30


def test_a_moment_that_is_sunday_for_the_server_is_monday_in_sydney():
    team = CareTeam(time_zone="Australia/Sydney")
    assert team.is_covered(dt.datetime(2026, 11, 22, 22, 0, tzinfo=dt.UTC))  # Monday 09:00 there


@pytest.mark.parametrize(
    ("day", "utc_hour", "covered"),
    [
        (dt.date(2026, 3, 27), 7, True),  # Friday before the clocks go forward: 08:00 is 07:00 UTC
        (dt.date(2026, 3, 30), 6, True),  # Monday after: 08:00 is 06:00 UTC
        (dt.date(2026, 3, 30), 16, False),
        (dt.date(2026, 10, 23), 6, True),  # Friday before they go back
        (dt.date(2026, 10, 26), 6, False),  # Monday after
        (dt.date(2026, 10, 26), 7, True),
    ],
)
def test_cover_keeps_to_the_clock_on_the_wall_when_summer_time_changes(day, utc_hour, covered):
    moment = dt.datetime.combine(day, dt.time(utc_hour), dt.UTC)
    assert a_team().is_covered(moment) is covered


def test_the_night_in_which_an_hour_comes_twice_is_covered_twice():
    team = a_team(cover_days=[7], cover_from=dt.time(2), cover_until=dt.time(3))
    first, second = (dt.datetime(2026, 10, 25, hour, 30, tzinfo=dt.UTC) for hour in (0, 1))
    assert team.is_covered(first)
    assert team.is_covered(second)
    assert not team.is_covered(second + dt.timedelta(hours=1))


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([1, 2, 3, 4, 5], "8 am to 6 pm, Monday to Friday"),
        ([5, 4, 3, 2, 1], "8 am to 6 pm, Monday to Friday"),
        ([1, 2, 3, 4, 5, 6, 7], "8 am to 6 pm, every day"),
        ([1, 3, 5], "8 am to 6 pm, Monday, Wednesday and Friday"),
        ([6, 7], "8 am to 6 pm, Saturday and Sunday"),
        ([2], "8 am to 6 pm, Tuesday"),
        ([], ""),
    ],
)
def test_cover_days_are_said_in_words(days, words):
    assert a_team(cover_days=days).cover_words == words


@pytest.mark.parametrize(
    ("begin", "end", "words"),
    [
        (dt.time(8, 30), dt.time(17, 15), "8:30 am to 5:15 pm, Tuesday"),
        (dt.time(9), dt.time(12), "9 am to noon, Tuesday"),
        (dt.time(0), dt.time(23, 59), "midnight to 11:59 pm, Tuesday"),
    ],
)
def test_cover_hours_are_said_in_words(begin, end, words):
    assert a_team(cover_days=[2], cover_from=begin, cover_until=end).cover_words == words
