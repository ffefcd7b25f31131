"""The rows of the board: one for each patient who waits for somebody."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q

from accounts.models import User
from tracker import charts
from tracker.models import CheckIn, Finding, Flag, FlagEvent, InboxItem
from tracker.models.flags import TARGETS, FlagQuerySet, State
from tracker.models.inbox import Outcome
from tracker.team import treatment
from tracker.team.access import of_teams_of
from tracker.team.clock import in_short
from tracker.team.why import Reason, telling
from tracker.triage.assess import Change, changed
from tracker.triage.report import History, Level, PastDay

WEEK = 7  # days in the small line of a row
SAID = ("level", "team_words", "inputs", "muted", "mute", "rule", "check_in__received_at")
"""Of findings and their reports, what stands in a row: the rest is kilobytes each."""
DRAWN = ("patient", "day", "is_call", "grades", "report", "relation", "source")
"""Of a week's reports."""
Kind = FlagEvent.Kind
REASONS_SHOWN = 3
CHANGES_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Row:
    """A flag, as `rows` fetches it, with what a nurse needs to choose whom to call first.

    `happened` has the kinds of event that the row tells of, `set_aside` says what came from the patient's
    phones and could not be weighed. `week` has the worst grade of each of the last days, None where nothing
    was logged. `over_by` is None unless the flag waits longer than it may.
    """

    flag: Flag
    treatment: str
    happened: frozenset[str]
    set_aside: tuple[str, ...]
    reasons: tuple[Reason, ...]
    reasons_left_out: int
    changes: tuple[Change, ...]
    compared_with: dt.date | None
    week: tuple[int | None, ...]
    waiting: dt.timedelta
    over_by: dt.timedelta | None
    call_back_at: str = ""
    is_call_back_due: bool = False
    outcome_by: str = ""

    @property
    def line(self) -> charts.Line:
        return charts.sparkline(self.week)

    @property
    def key(self) -> str:
        return str(self.flag.pk)

    @property
    def is_open(self) -> bool:
        return self.flag.state == State.OPEN

    @property
    def reached_nobody(self) -> bool:
        """A step of the ladder led to nobody since the flag waits."""
        return Kind.NOBODY_REACHED in self.happened

    @property
    def unread_note(self) -> bool:
        """It was raised or joined by a note that nobody read in time."""
        return Kind.NOTE_UNREAD in self.happened

    @property
    def has_left(self) -> bool:
        """It was raised or joined by the patient leaving the programme."""
        return Kind.LEFT in self.happened

    @property
    def target(self) -> dt.timedelta:
        """How long it may wait for somebody to take it."""
        return TARGETS[Level(self.flag.level)]


class Stands(Protocol):
    """What decides where a flag stands on the board; a Flag, or as much of one."""

    @property
    def level(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def waiting_since(self) -> dt.datetime: ...
    @property
    def call_back_at(self) -> dt.datetime | None: ...
    def is_to_be_called_back(self, now: dt.datetime) -> bool: ...


def rows(flags: FlagQuerySet, user: User, now: dt.datetime) -> list[Row]:
    """Worst and longest-waiting first; four queries, however many there are."""
    return drawn(in_order(fetched(flags, now), now), user, now)


def fetched(flags: FlagQuerySet, now: dt.datetime) -> list[Flag]:
    """The unresolved ones with all that a row needs of themselves and of the patient; two queries."""
    return list(
        flags.unresolved()
        .annotate(
            happened=_happened(),
            outcomes=_set_aside(),
        )
        .select_related("patient__team", "owner")
        .prefetch_related(treatment.with_courses_now(now.date(), "patient__courses"))
    )


def in_order[Standing: Stands](flags: Iterable[Standing], now: dt.datetime) -> list[Standing]:
    """As `FlagQuerySet.worst_first`; one to be called back now stands with those that nobody has."""

    def place(flag: Standing) -> tuple[int, bool, dt.datetime]:
        is_due = flag.is_to_be_called_back(now)
        since = flag.call_back_at if is_due and flag.call_back_at else flag.waiting_since
        return -flag.level, flag.state != State.OPEN and not is_due, since

    return sorted(flags, key=place)


def drawn(flags: Collection[Flag], user: User, now: dt.datetime) -> list[Row]:
    """A row for each of these, as `fetched` has them; two queries."""
    found = _findings(flags)
    recent = _recent_reports(user, {flag.patient_id for flag in flags}, now)
    return [_row(flag, found[flag.pk], recent[flag.patient_id], now) for flag in flags]


def _findings(flags: Iterable[Flag]) -> Mapping[UUID, Sequence[Finding]]:
    """Of every report that a flag holds, not of the last one alone."""
    of_flags: dict[UUID, list[Finding]] = defaultdict(list)
    found: Any = Finding.objects.of_flags(flags).only(*SAID).prefetch_related("mute")
    for each in found:
        of_flags[each.of_flag].append(each)
    return of_flags


def _happened() -> ArraySubquery:
    """Kinds of what a row tells of; of steps of the ladder that led to nobody, those since the flag waits."""
    lately = Q(kind=Kind.NOBODY_REACHED, at__gte=OuterRef("waiting_since"))
    told = FlagEvent.objects.filter(lately | Q(kind__in=[Kind.NOTE_UNREAD, Kind.LEFT]), flag=OuterRef("pk"))
    return ArraySubquery(told.order_by("kind").values("kind").distinct())


def _set_aside() -> ArraySubquery:
    """The outcomes of what came from phones and only a person can read."""
    return ArraySubquery(
        InboxItem.objects.filter(flag=OuterRef("pk")).order_by("outcome").values("outcome").distinct()
    )


def latest_changes(reports: Sequence[CheckIn]) -> tuple[tuple[Change, ...], dt.date | None]:
    """What the newest report says otherwise than the day before it that was logged, and that day.

    `reports` runs from the oldest to the newest.
    """
    logs = [each for each in reports if each.is_of_a_day]
    if not logs:
        return (), None
    newest = logs[-1]
    before = next((each for each in reversed(logs) if each.day < newest.day), None)
    if before is None:
        return (), None
    days = (PastDay((newest.day - before.day).days, before.told),)
    return changed(newest.told, History(days=days)), before.day


def _recent_reports(
    user: User, patients: Collection[UUID], now: dt.datetime
) -> Mapping[UUID, Sequence[CheckIn]]:
    """A week and a day of each patient's reports, oldest first: it may be yesterday in the patient's zone."""
    since = now.date() - dt.timedelta(days=WEEK + 1)
    found: dict[UUID, list[CheckIn]] = defaultdict(list)
    reports = of_teams_of(CheckIn.objects.filter(patient__in=patients), user)
    of_days = reports.current().of_days().since(since)
    for report in of_days.only(*DRAWN).order_by("day", "received_at"):
        found[report.patient_id].append(report)
    return found


def _row(flag: Any, found: Sequence[Finding], reports: Sequence[CheckIn], now: dt.datetime) -> Row:
    today = flag.patient.today(now)
    days = charts.by_day(charts.LoggedDay(report.day, report.grades) for report in reports)
    reasons = telling(found)
    changes, compared_with = latest_changes(reports)
    return Row(
        flag=flag,
        treatment=treatment.in_words(flag.patient.courses.all(), today),
        happened=frozenset(flag.happened),
        set_aside=tuple(str(Outcome(each).label) for each in flag.outcomes),
        reasons=tuple(reasons[:REASONS_SHOWN]),
        reasons_left_out=max(0, len(reasons) - REASONS_SHOWN),
        changes=changes[:CHANGES_SHOWN],
        compared_with=compared_with,
        week=charts.worst_grades(days, charts.calendar(today, WEEK)),
        waiting=now - flag.waiting_since,
        over_by=now - flag.due_at if flag.is_over_target(now) else None,
        call_back_at=in_short(flag.call_back_at, now) if flag.call_back_at else "",
        is_call_back_due=flag.is_to_be_called_back(now),
        outcome_by=in_short(flag.next_due_at, now) if flag.next_due_at else "",
    )
