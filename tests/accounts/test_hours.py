"""When a team is there next: over nights, weekends, holidays and the nights in which clocks change."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from accounts.hours import Hours

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
WEEKDAYS, EVERY_DAY = (1, 2, 3, 4, 5), (1, 2, 3, 4, 5, 6, 7)


def hours(zone=LONDON, days=WEEKDAYS, begins="08:00", ends="18:00", holidays=()):
    return Hours(
        zone,
        days,
        dt.time.fromisoformat(begins),
        dt.time.fromisoformat(ends),
        [dt.date.fromisoformat(day) for day in holidays],
    )


def at(text, zone=LONDON, fold=0):
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


def utc(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-23T07:59:59", "2026-11-23T08:00"),  # Monday
        ("2026-11-23T08:00", "2026-11-24T08:00"),  # open already: the next time
        ("2026-11-23T17:59:59", "2026-11-24T08:00"),
        ("2026-11-23T18:00", "2026-11-24T08:00"),
        ("2026-11-23T23:59:59", "2026-11-24T08:00"),
        ("2026-11-24T00:00", "2026-11-24T08:00"),
        ("2026-11-27T18:00", "2026-11-30T08:00"),  # Friday evening
        ("2026-11-29T12:00", "2026-11-30T08:00"),  # Sunday
    ],
)
def test_the_team_is_there_again_in_the_morning_of_its_next_day(now, opens):
    assert hours().opens_next(at(now)) == at(opens)


@pytest.mark.parametrize(
    ("holidays", "opens"),
    [
        (["2026-11-30"], "2026-12-01T08:00"),
        (["2026-11-30", "2026-12-01"], "2026-12-02T08:00"),
        (["2026-11-29"], "2026-11-30T08:00"),  # a Sunday changes nothing
    ],
)
def test_a_holiday_on_a_monday_makes_the_weekend_longer(holidays, opens):
    assert hours(holidays=holidays).opens_next(at("2026-11-28T12:00")) == at(opens)


def test_holidays_that_take_the_only_day_of_many_weeks_are_looked_over():
    mondays = [dt.date(2026, 11, 30) + dt.timedelta(weeks=week) for week in range(9)]
    found = hours(days=[1], holidays=[day.isoformat() for day in mondays])
    assert found.opens_next(at("2026-11-28T12:00")) == at("2027-02-01T08:00")


def test_a_team_that_is_never_there_never_opens():
    found = hours(days=())
    assert found.opens_next(at("2026-11-23T12:00")) is None
    assert found.closes_next(at("2026-11-23T12:00")) is None


@pytest.mark.parametrize(
    ("now", "closes"),
    [
        ("2026-11-23T07:59", None),
        ("2026-11-23T08:00", "2026-11-23T18:00"),
        ("2026-11-23T17:59:59", "2026-11-23T18:00"),
        ("2026-11-23T18:00", None),
    ],
)
def test_it_closes_at_the_end_of_the_day_that_is_open(now, closes):
    assert hours().closes_next(at(now)) == (closes and at(closes))


def test_a_team_that_ends_at_midnight_begins_again_with_the_day():
    found = hours(days=EVERY_DAY, begins="00:00", ends="23:59")
    assert found.closes_next(at("2026-11-23T12:00")) == at("2026-11-23T23:59")
    assert found.opens_next(at("2026-11-23T12:00")) == at("2026-11-24T00:00")


@pytest.mark.parametrize(
    ("zone", "now", "opens"),
    [
        (LONDON, "2027-03-26T18:00", "2027-03-29T07:00"),  # over the night that is an hour shorter
        (LONDON, "2026-10-23T18:00", "2026-10-26T08:00"),  # and the one that is longer
        (NEW_YORK, "2027-03-12T18:00", "2027-03-15T12:00"),
        (NEW_YORK, "2026-10-30T18:00", "2026-11-02T13:00"),
        (LORD_HOWE, "2026-10-02T18:00", "2026-10-04T21:00"),  # 10:30 ahead, then 11
        (LORD_HOWE, "2027-04-02T18:00", "2027-04-04T21:30"),
    ],
)
def test_the_clock_on_the_wall_counts_when_clocks_change_over_the_weekend(zone, now, opens):
    assert hours(zone).opens_next(at(now, zone)) == utc(opens)


@pytest.mark.parametrize(
    ("zone", "day", "begins", "ends", "opens"),
    [
        (LONDON, "2027-03-28", "01:30", "09:00", "2027-03-28T01:00"),  # half past one does not come
        (NEW_YORK, "2027-03-14", "02:15", "09:00", "2027-03-14T07:00"),
        (LORD_HOWE, "2026-10-04", "02:15", "09:00", "2026-10-03T15:30"),  # half an hour is left out
        (LONDON, "2026-10-25", "01:30", "09:00", "2026-10-25T00:30"),  # the first of two
        (LORD_HOWE, "2027-04-04", "01:45", "09:00", "2027-04-03T14:45"),
        (LONDON, "2027-03-28", "01:15", "01:45", "2027-04-04T00:15"),  # not at all on that day
    ],
)
def test_an_hour_that_does_not_come_opens_when_the_clocks_have_jumped(zone, day, begins, ends, opens):
    found = hours(zone, days=[7], begins=begins, ends=ends)
    assert found.opens_next(at(f"{day}T00:00", zone)) == utc(opens)


def test_a_night_in_which_the_hour_comes_twice_opens_twice():
    found = hours(days=[7], begins="01:00", ends="01:30")
    first = at("2026-10-25T01:10")
    assert found.closes_next(first) == utc("2026-10-25T00:30")
    assert found.opens_next(first) == utc("2026-10-25T01:00")
    assert found.closes_next(utc("2026-10-25T01:00")) == utc("2026-10-25T01:30")


@pytest.mark.parametrize("zone", [LONDON, NEW_YORK, LORD_HOWE])
@pytest.mark.parametrize(
    "day", ["2026-10-04", "2026-10-25", "2026-11-01", "2027-03-14", "2027-03-28", "2027-04-04"]
)
def test_it_is_closed_until_it_opens_and_open_then(zone, day):
    found = hours(zone, days=EVERY_DAY, begins="01:20", ends="02:40")
    now = at(f"{day}T00:00", zone).astimezone(dt.UTC)
    for _minute in range(0, 5 * 60, 7):
        opens = found.opens_next(now)
        assert found.is_open(opens)
        assert not found.is_open(opens - dt.timedelta(seconds=1))
        now += dt.timedelta(minutes=7)


def test_a_day_that_a_holiday_takes_away_is_told_from_one_without_hours():
    found = hours(holidays=["2026-11-30", "2026-11-29"])
    assert found.is_lost_to_holiday(dt.date(2026, 11, 30))
    assert not found.is_lost_to_holiday(dt.date(2026, 11, 29))
    assert not found.is_lost_to_holiday(dt.date(2026, 12, 1))
