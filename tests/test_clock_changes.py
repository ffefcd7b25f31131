"""Nights in which clocks change, midnight and the leap day: no diary day is missing or there twice.

Nothing here sleeps: the moments of three days are passed in.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from tests.triage.build import a_report
from tracker import checkins, silence
from tracker.alerts import escalate, reminders
from tracker.models import CheckIn, Flag, FlagEvent, Notice, Patient, SilentDay

pytestmark = pytest.mark.django_db
SECOND, QUARTER = dt.timedelta(seconds=1), dt.timedelta(minutes=15)
AN_HOUR, A_DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
CHEST_PAIN = a_report(flags=("chest_pain",))
NIGHTS = [
    ("Europe/London", "2026-10-25"),
    ("Europe/London", "2027-03-28"),
    ("America/New_York", "2026-11-01"),
    ("America/New_York", "2027-03-14"),
    ("Australia/Lord_Howe", "2026-10-04"),  # by half an hour
    ("Australia/Lord_Howe", "2027-04-04"),
    ("Europe/London", "2028-02-29"),
    ("America/New_York", "2026-12-31"),
]
at_each = pytest.mark.parametrize(("zone", "night"), NIGHTS)


@pytest.fixture
def traveller(rosa: Patient, zone: str) -> Patient:
    """Rosa, by the clock of that place, who has been enrolled for long."""
    Patient.objects.update(time_zone=zone, enrolled_on="2026-01-01", left_on=None, remind_at="01:45")
    rosa.refresh_from_db()
    return rosa


def days(night: str) -> list[dt.date]:
    """The day before, the day of the night, the day after."""
    day = dt.date.fromisoformat(night)
    return [day - A_DAY, day, day + A_DAY]


def moments(zone: str, night: str, step: dt.timedelta = QUARTER) -> Iterator[dt.datetime]:
    """Every `step` of these three days, by the clock of that place."""
    first, *_middle, last = days(night)
    now = dt.datetime.combine(first, dt.time.min, ZoneInfo(zone)).astimezone(dt.UTC)
    end = dt.datetime.combine(last + A_DAY, dt.time.min, ZoneInfo(zone)).astimezone(dt.UTC)
    while now < end:
        yield now
        now += step


@at_each
def test_every_moment_has_its_day(traveller: Patient, zone: str, night: str) -> None:
    told = [traveller.today(now) for now in moments(zone, night)]
    assert list(dict.fromkeys(told)) == days(night)
    assert told == sorted(told)


@at_each
def test_the_last_and_the_first_report_around_midnight_are_of_two_days(
    traveller: Patient, zone: str, night: str
) -> None:
    midnight = dt.datetime.combine(days(night)[1], dt.time.min, ZoneInfo(zone)).astimezone(dt.UTC)
    for now in (midnight - SECOND, midnight):
        day = traveller.today(now)
        given: dict[str, Any] = {"day": day, "reported_at": now, "now": now}
        checkins.submit(
            patient_id=traveller.pk, report=a_report(), id=uuid.uuid4(), by=traveller.user, **given
        )
    assert list(CheckIn.objects.order_by("day").values_list("day", flat=True)) == days(night)[:2]


@at_each
def test_each_silent_day_is_judged_once(traveller: Patient, zone: str, night: str) -> None:
    for now in moments(zone, night, AN_HOUR):
        silence.due(now)
    judged = SilentDay.objects.filter(day__in=days(night)).order_by("day").values_list("day", flat=True)
    assert list(judged) == days(night)


@at_each
def test_each_day_is_reminded_of_once(traveller: Patient, zone: str, night: str) -> None:
    for now in moments(zone, night):
        if now.astimezone(traveller.zone).hour < 5:
            reminders.due(now)
    about = Notice.objects.order_by("about").values_list("about", flat=True)
    assert list(about) == [day.isoformat() for day in days(night)]


@at_each
def test_a_flag_escalates_after_its_minutes_whatever_the_clock_on_the_wall_says(
    traveller: Patient, amira: User, ben: User, zone: str, night: str
) -> None:
    """Raised every hour of the night: the next step is due after five minutes, and not an hour later."""
    midnight = dt.datetime.combine(days(night)[1], dt.time.min, ZoneInfo(zone)).astimezone(dt.UTC)
    for hours in range(5):
        raised_at = midnight + dt.timedelta(hours=hours)
        given: dict[str, Any] = {
            "day": traveller.today(raised_at),
            "reported_at": raised_at,
            "now": raised_at,
        }
        sent = checkins.submit(
            patient_id=traveller.pk, report=CHEST_PAIN, id=uuid.uuid4(), by=traveller.user, **given
        )
        flag = sent.flag
        assert flag
        due_at = raised_at + dt.timedelta(minutes=5)
        escalate.due(due_at - SECOND)
        assert not flag.events.filter(kind=FlagEvent.Kind.ESCALATED).exists()
        escalate.due(due_at)
        assert flag.events.get(kind=FlagEvent.Kind.ESCALATED).at == due_at
        flag.refresh_from_db()
        flag.resolve(by=amira, outcome="called", note="", seen=flag.reports, now=due_at)
    assert Flag.objects.count() == 5
