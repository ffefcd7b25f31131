"""What a patient is told of the hours in which somebody reads reports. Values in, words out."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam
from accounts.models.teams import time_in_words
from accounts.zones import place_of
from tracker.patient.readings import Words

A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is said of the hours in which something is read, each a whole sentence."""

    never: Words
    hours: Words
    hours_there: Words
    holiday: Words


CHECK_INS = Reading(
    never=_("There are no fixed hours at which someone reads check-ins."),
    hours=_("A nurse reads check-ins %(hours)s."),
    hours_there=_("A nurse reads check-ins %(hours)s, by the clock in %(place)s."),
    holiday=_("It is a holiday %(day)s: no one reads check-ins then."),
)
MESSAGES = Reading(
    never=_("There are no fixed hours at which someone reads these."),
    hours=_("A nurse reads these %(hours)s."),
    hours_there=_("A nurse reads these %(hours)s, by the clock in %(place)s."),
    holiday=_("It is a holiday %(day)s: no one reads these then."),
)


@dataclass(frozen=True, slots=True)
class Cover:
    """`hours` are by the team's clock, named where the patient's is another; `now` is by the patient's."""

    is_open: bool
    hours: str
    now: str
    holidays: tuple[str, ...]


def cover_of(team: CareTeam, zone: ZoneInfo, now: dt.datetime, of: Reading = CHECK_INS) -> Cover:
    """For somebody whose clock shows the time of `zone`."""
    return Cover(
        is_open=team.is_covered(now),
        hours=_hours(team, zone, of),
        now=_now(team, zone, now),
        holidays=tuple(_holidays(team, zone, now, of)),
    )


def _hours(team: CareTeam, zone: ZoneInfo, of: Reading) -> str:
    if not team.cover_words:
        return str(of.never)
    words = of.hours if zone.key == team.zone.key else of.hours_there
    return str(words) % {"hours": team.cover_words, "place": place_of(team.time_zone)}


def _now(team: CareTeam, zone: ZoneInfo, now: dt.datetime) -> str:
    if closes := team.hours.closes_next(now):
        return gettext("They are there now, until %(time)s.") % {"time": _time(closes, team, zone)}
    if not (opens := team.hours.opens_next(now)):
        return gettext("There may be no one reading right now.")
    return gettext("No one is reading right now. They are there again %(day)s at %(time)s.") % {
        "day": _day(opens.astimezone(zone).date(), now.astimezone(zone).date()),
        "time": _time(opens, team, zone),
    }


def _holidays(team: CareTeam, zone: ZoneInfo, now: dt.datetime, of: Reading) -> Iterator[str]:
    """Of the team's today and tomorrow, where a holiday changes anything."""
    today, ours = now.astimezone(zone).date(), now.astimezone(team.zone).date()
    for day in (ours, ours + A_DAY):
        if team.hours.is_lost_to_holiday(day):
            yield str(of.holiday) % {"day": _day(day, today)}


def _day(day: dt.date, today: dt.date) -> str:
    if day == today:
        return gettext("today")
    if day == today + A_DAY:
        return gettext("tomorrow")
    return gettext("on %(day)s") % {"day": date_format(day, "l j F")}


def _time(at: dt.datetime, team: CareTeam, zone: ZoneInfo) -> str:
    words = time_in_words(at.astimezone(zone).time())
    return words if zone.key == team.zone.key else gettext("%(time)s by your clock") % {"time": words}
