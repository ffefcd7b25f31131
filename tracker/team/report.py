"""How long flags of one month waited, team by team: for the page, for the board's line, and as CSV."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import CareTeam, User
from tracker.alerts import canary
from tracker.exchange.cells import table
from tracker.models import EscalationPolicy, Flag, FlagEvent, Patient
from tracker.models.base import level_word
from tracker.models.flags import TARGETS, FlagQuerySet
from tracker.team.access import flags_of
from tracker.triage.report import Level
from tracker.waits import Event, Figures, Targets, Wait, by_hour, by_level, for_an_answer, for_an_outcome

FIRST_YEAR = 2000
UNSEEN = (FlagEvent.Kind.ESCALATED, FlagEvent.Kind.NOBODY_REACHED)  # many, and they end or begin no wait
MINUTE = dt.timedelta(minutes=1)
_EVER = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month by each team's own clock."""

    first: dt.date

    @classmethod
    def of(cls, day: dt.date) -> "Month":
        return cls(day.replace(day=1))

    @classmethod
    def asked_for(cls, word: str, today: dt.date) -> "Month":
        """“2026-11”, or this month for “”. 404 for what is none, or has not begun."""
        try:
            found = cls(dt.date.fromisoformat(f"{word}-01")) if word else cls.of(today)
        except ValueError:
            raise Http404 from None
        if not found.first.year >= FIRST_YEAR or found.first > today:
            raise Http404
        return found

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def next(self) -> "Month":
        return Month.of(self.first + dt.timedelta(days=31))

    @property
    def previous(self) -> "Month":
        return Month.of(self.first - dt.timedelta(days=1))

    def span(self, team: CareTeam, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
        """From its first midnight to the midnight after its last day, or until now."""
        start, end = (
            dt.datetime.combine(each.first, dt.time.min, team.zone).astimezone(dt.UTC)
            for each in (self, self.next)
        )
        return start, min(end, max(now, start))


@dataclass(frozen=True, slots=True)
class Late:
    """A wait that was longer than it may be, with its patient; `what` says for which of the two it waited."""

    flag: Flag
    wait: Wait
    what: str

    @property
    def answered_by(self) -> str:
        """Who ended it. A claim that came back, or that a worse report cut short, was ended by nobody."""
        return self.wait.by or (_("nobody") if self.wait.is_over else _("nobody yet"))


@dataclass(frozen=True)
class TeamReport:
    """One team's month."""

    team: CareTeam
    answers: Sequence[Wait]
    outcomes: Sequence[Wait]
    targets: Mapping[Level, dt.timedelta]
    late: Sequence[Late] = ()

    @property
    def all_answers(self) -> Figures:
        return Figures.of(self.answers)

    @cached_property
    def answer_rows(self) -> list[tuple[Level, dt.timedelta, Figures]]:
        return [(level, TARGETS[level], each) for level, each in by_level(self.answers).items()]

    @cached_property
    def outcome_rows(self) -> list[tuple[Level, dt.timedelta, Figures]]:
        return [(level, self.targets[level], each) for level, each in by_level(self.outcomes).items()]

    @cached_property
    def hours(self) -> list[tuple[int, list[Figures]]]:
        """The hours in which waiting began, with the figures of each level."""
        hours = by_hour(self.answers, self.team.zone)
        return [(hour, list(levels.values())) for hour, levels in hours.items()]


def reports(user: User, month: Month, now: dt.datetime) -> list[TeamReport]:
    """The month of each team of the user, by name; three queries, however much happened."""
    teams = teams_of(user)
    events = _events(user, teams, month, now)
    times = EscalationPolicy.objects.outcome_times(team.pk for team in teams)
    made = [_report(team, events.get(team.pk, ()), month, now, times[team.pk]) for team in teams]
    return _with_late(made, user)


def in_short(user: User, now: dt.datetime) -> list[tuple[CareTeam, Figures]]:
    """How long this month's flags of each team of the user waited for an answer; one query."""
    teams = teams_of(user)
    month = Month.of(localtime(now).date())
    events = _events(user, teams, month, now)
    return [
        (team, Figures.of(for_an_answer(events.get(team.pk, ()), *month.span(team, now), TARGETS)))
        for team in teams
    ]


def teams_of(user: User) -> list[CareTeam]:
    """As `care_team_required` has fetched them."""
    return sorted((each.team for each in user.memberships.all()), key=lambda team: team.name)


def named(made: Iterable[TeamReport]) -> set[Patient]:
    """The patients whom the lists of late waits name."""
    return {late.flag.patient for each in made for late in each.late}


def as_csv(made: Iterable[TeamReport]) -> str:
    """The late waits, one a line, times by the team's clock; begins with the mark that tells Excel UTF-8."""
    headings = [
        *(_("Team"), _("Patient"), _("Level"), _("Waited for"), _("Since"), _("Waited, minutes")),
        *(_("Over target by, minutes"), _("Answered by"), _("Flag")),
    ]
    return table(headings, (_cells(each, late) for each in made for late in each.late))


def _cells(made: TeamReport, late: Late) -> list[object]:
    wait = late.wait
    return [
        made.team,
        late.flag.patient,
        level_word(wait.level),
        late.what,
        wait.since.astimezone(made.team.zone).isoformat(" ", "seconds"),
        wait.waited // MINUTE,
        wait.over_by // MINUTE,
        late.answered_by,
        late.flag.pk,
    ]


def _report(
    team: CareTeam, events: Collection[Event], month: Month, now: dt.datetime, targets: Targets
) -> TeamReport:
    span = month.span(team, now)
    return TeamReport(
        team=team,
        answers=for_an_answer(events, *span, TARGETS),
        outcomes=for_an_outcome(events, *span, targets),
        targets=targets,
    )


def of_flags(user: User, team: CareTeam, flags: Collection[UUID], now: dt.datetime) -> TeamReport:
    """The waits so far of some flags of one team; three queries."""
    events = lives_of(flags_of(user).filter(team=team, pk__in=flags), now).get(team.pk, [])
    targets = EscalationPolicy.objects.outcome_times([team.pk])[team.pk]
    answers = for_an_answer(events, _EVER, now, TARGETS)
    made = TeamReport(team, answers, for_an_outcome(events, _EVER, now, targets), targets)
    return _with_late([made], user)[0]


def _with_late(made: Sequence[TeamReport], user: User) -> list[TeamReport]:
    """Each with its late waits and their patients, worst level and longest over target first.

    A patient who has moved to another team since counts in the figures, and is not named.
    """
    late = {wait.flag for each in made for wait in (*each.answers, *each.outcomes) if wait.is_late}
    flags = flags_of(user).select_related("patient").in_bulk(late)
    return [replace(each, late=_late(each, flags)) for each in made]


def _late(made: TeamReport, flags: Mapping[UUID, Flag]) -> list[Late]:
    found = [
        Late(flags[wait.flag], wait, what)
        for waits, what in ((made.answers, _("an answer")), (made.outcomes, _("an outcome")))
        for wait in waits
        if wait.is_late and wait.flag in flags
    ]
    return sorted(found, key=lambda each: (-each.wait.level, -each.wait.over_by))


def _events(
    user: User, teams: Collection[CareTeam], month: Month, now: dt.datetime
) -> dict[int, list[Event]]:
    """By team: the whole life, so far, of each flag that was unresolved at some time of the month.

    Of the team that had the patient then: what it did is not another's when the patient moves.
    """
    spans = [month.span(team, now) for team in teams]
    since, until = min(start for start, _end in spans), max(end for _start, end in spans)
    flags = (
        Flag.objects.filter(team__in=teams)
        .exclude(patient__user=user)
        .exclude(patient__user__email=canary.EMAIL)
        .filter(Q(resolved_at=None) | Q(resolved_at__gte=since), raised_at__lt=until)
    )
    return lives_of(flags, until)


def lives_of(flags: FlagQuerySet, until: dt.datetime) -> dict[int, list[Event]]:
    """By team: what happened to these flags up to then, from their beginning; one query."""
    rows = (
        FlagEvent.objects.filter(flag__in=flags, at__lt=until)
        .exclude(kind__in=UNSEEN)
        .order_by("at", "id")
        .values_list(
            "flag__team", "flag", "kind", "at", "detail__level", "flag__level", "by__name", "by__email"
        )
    )
    found: dict[int, list[Event]] = {}
    for team, *event in rows:
        found.setdefault(team, []).append(_event(*event))
    return found


def _event(
    flag: UUID,
    kind: str,
    at: dt.datetime,
    level: int | None,
    flag_level: int,
    name: str | None,
    email: str | None,
) -> Event:
    """What a flag was raised with is written on its event; if ever not, its level of today has to do."""
    if kind == FlagEvent.Kind.RAISED and not level:
        level = flag_level
    return Event(flag, kind, at, level, name or email or "")
