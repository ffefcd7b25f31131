"""Whom a team's policies reach at the moments that matter: now, tonight, and in the dead of the weekend."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import CareTeam
from tracker.alerts.reach import LOOK_AHEAD, Address, Member, Reach, Step
from tracker.models import Channel
from tracker.models.base import level_word
from tracker.triage.report import Level

NIGHT = dt.time(23)
DEAD_OF_NIGHT = dt.time(3)
SUNDAY = 7
LEVELS = (Level.EMERGENCY, Level.URGENT, Level.ROUTINE)

type Gap = tuple[dt.datetime, dt.datetime]


class ReachesNobody(Exception):
    """For some hours a flag of `level` would be told to nobody."""

    def __init__(self, level: Level, gap: Gap) -> None:
        self.level, self.gap = level, gap
        super().__init__(f"{level.word}: nobody from {gap[0]} to {gap[1]}")


@dataclass(frozen=True, slots=True)
class Told:
    """One person, or nobody's webhook, with the channels that reach them."""

    name: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepReach:
    """A step at a moment: whom it tells; an empty one falls through at once."""

    number: int
    told: tuple[Told, ...]
    minutes: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One level at one moment: “Now”, “Tonight, 23:00”."""

    moment: str
    steps: tuple[StepReach, ...]

    @property
    def reaches_somebody(self) -> bool:
        return any(step.told for step in self.steps)


@dataclass(frozen=True, slots=True)
class TeamReach:
    """A team's table: a row a level, a column a moment."""

    team: CareTeam
    on_call: tuple[str, ...]
    moments: tuple[tuple[str, dt.datetime], ...]
    rows: tuple[tuple[Level, tuple[Cell, ...]], ...]
    gaps_in_words: tuple[str, ...]


def team_reach(team: CareTeam, now: dt.datetime) -> TeamReach:
    """One query a team."""
    reach = Reach.of(team.pk, now)
    moments = tuple(_moments(team, now))
    return TeamReach(
        team=team,
        on_call=_names(reach, now),
        moments=moments,
        rows=tuple((level, tuple(_cell(reach, level, *moment) for moment in moments)) for level in LEVELS),
        gaps_in_words=tuple(
            _("%(level)s flags reach nobody %(when)s.")
            % {"level": level_word(level).capitalize(), "when": in_words(gap, team, now)}
            for level, gap in gaps(reach, now)
        ),
    )


def gaps(reach: Reach, now: dt.datetime) -> Iterator[tuple[Level, Gap]]:
    """For each level the first stretch of the coming weeks in which nobody would be told."""
    for level in LEVELS:
        if gap := reach.unreached(reach.ladder(level), now, now + LOOK_AHEAD):
            yield level, gap


@contextmanager
def kept_if_reached(team: CareTeam, now: dt.datetime) -> Iterator[None]:
    """Keeps what is changed inside, unless it opens a gap that was not there; raises ReachesNobody then."""
    with transaction.atomic():
        _alone(team)
        before = {level for level, _gap in gaps(Reach.of(team.pk, now), now)}
        yield
        for level, gap in gaps(Reach.of(team.pk, now), now):
            if level not in before:
                raise ReachesNobody(level, gap)


@contextmanager
def policy_kept_if_reached(team: CareTeam, level: Level, now: dt.datetime) -> Iterator[None]:
    """Keeps a policy written inside if it reaches somebody at every hour; else raises ReachesNobody."""
    with transaction.atomic():
        _alone(team)
        yield
        reach = Reach.of(team.pk, now)
        if gap := reach.unreached(reach.ladder(level), now, now + LOOK_AHEAD):
            raise ReachesNobody(level, gap)


def _alone(team: CareTeam) -> None:
    """Two people may each take away what the other leans on: the second waits, and sees what was done."""
    CareTeam.objects.select_for_update(no_key=True).get(pk=team.pk)


def in_words(gap: Gap, team: CareTeam, now: dt.datetime) -> str:
    """“from Sunday 29 November, 20:00, to Monday 30 November, 08:00”, by the team's clock."""
    start, end = (each.astimezone(team.zone) for each in gap)
    if gap[1] >= now + LOOK_AHEAD:
        return _("from %(start)s on") % {"start": _moment(start)}
    return _("from %(start)s to %(end)s") % {"start": _moment(start), "end": _moment(end)}


def _moment(at: dt.datetime) -> str:
    return date_format(at, "l j F, H:i")


def _moments(team: CareTeam, now: dt.datetime) -> Iterator[tuple[str, dt.datetime]]:
    local = now.astimezone(team.zone)
    yield _("Now"), now
    tonight = dt.datetime.combine(local.date(), NIGHT, team.zone)
    if local.timetz().replace(tzinfo=None) >= NIGHT:
        tonight += dt.timedelta(days=1)
    yield _("Tonight, 23:00"), tonight
    sunday = local.date() + dt.timedelta(days=(SUNDAY - local.isoweekday()) % 7)
    at = dt.datetime.combine(sunday, DEAD_OF_NIGHT, team.zone)
    if at <= now:
        at = dt.datetime.combine(sunday + dt.timedelta(days=7), DEAD_OF_NIGHT, team.zone)
    yield _("Sunday, 03:00"), at


def _cell(reach: Reach, level: Level, words: str, at: dt.datetime) -> Cell:
    steps = (
        StepReach(number, _told(reach, step, at), step.minutes)
        for number, step in enumerate(reach.ladder(level), start=1)
    )
    return Cell(words, tuple(steps))


def _told(reach: Reach, step: Step, at: dt.datetime) -> tuple[Told, ...]:
    names = {member.user: member.name for member in reach.members}
    channels: dict[int | None, list[str]] = {}
    for address in reach.told(step, at):
        channels.setdefault(address.user, []).append(_channel(address))
    return tuple(
        Told(names.get(user, _("Webhook")) if user else _("Webhook"), tuple(dict.fromkeys(words)))
        for user, words in channels.items()
    )


def _channel(address: Address) -> str:
    return str(Channel(address.channel).label)


def _names(reach: Reach, at: dt.datetime) -> tuple[str, ...]:
    on_call = reach.rota.on_call(at)
    members: Sequence[Member] = reach.members
    return tuple(member.name for member in members if member.user in on_call)
