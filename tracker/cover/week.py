"""The days ahead, with who is on call when: what the rota, its swaps and holidays come to."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from accounts.models import CareTeam
from tracker.alerts.reach import Reach

DAYS = 7


@dataclass(frozen=True, slots=True)
class Spell:
    """The same people from one moment to another; nobody when `names` is empty."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Day:
    day: dt.date
    is_holiday: bool
    spells: tuple[Spell, ...]


def week_of(team: CareTeam, now: dt.datetime) -> list[Day]:
    """Today and the six days after it by the team's clock."""
    today = now.astimezone(team.zone).date()
    reach = Reach.of(team.pk, _midnight(today, team))
    days = (today + dt.timedelta(days=number) for number in range(DAYS))
    return [Day(day, day in team.holidays, tuple(_spells(reach, team, day))) for day in days]


def _spells(reach: Reach, team: CareTeam, day: dt.date) -> Iterator[Spell]:
    names = {member.user: member.name for member in reach.members}
    start, end = _midnight(day, team), _midnight(day + dt.timedelta(days=1), team)
    for people, parts in groupby(reach.rota.spells(start, end), key=lambda spell: spell[2]):
        moments = [moment for part in parts for moment in part[:2]]
        yield Spell(moments[0], moments[-1], tuple(names[each] for each in sorted(people) if each in names))


def _midnight(day: dt.date, team: CareTeam) -> dt.datetime:
    """The moment at which it begins by the team's clock."""
    return dt.datetime.combine(day, dt.time.min, team.zone).astimezone(dt.UTC)
