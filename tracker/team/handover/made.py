"""One hand-over of a team, read from what was kept: each part in a bounded number of queries and of lines."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import CareTeam, Membership, User
from tracker.alerts.reach import Reach
from tracker.models import (
    Call,
    CheckIn,
    Dose,
    Flag,
    FlagEvent,
    Mute,
    NoteToRead,
    Patient,
    PatientLimit,
    ShiftNote,
)
from tracker.models.calls import LATEST_CALL_BACK
from tracker.models.flags import State
from tracker.team import board, notes
from tracker.team.access import flags_of, of_teams_of
from tracker.team.messages import thread
from tracker.team.quiet import rows as quiet
from tracker.team.quiet.silent import in_order, silent

FEW, MANY = 15, 40
"""Lines of one part: what is left out is counted, and stands whole on its own page."""
NIGHT = dt.timedelta(hours=16)
"""How far ahead the rota is shown: from the end of an afternoon until the next morning."""


@dataclass(frozen=True, slots=True)
class Part:
    """The first lines of a longer list."""

    lines: Sequence[Any]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.lines)

    @classmethod
    def of(cls, found: Any, limit: int = MANY) -> "Part":
        """One query where all fit, two where they do not."""
        lines = list(found[: limit + 1])
        return cls(lines[:limit], len(lines) if len(lines) <= limit else found.count())


@dataclass(frozen=True, slots=True)
class Due:
    """Something that somebody has promised, or a policy asks for, at a time."""

    at: dt.datetime
    what: str
    patient: Patient
    who: User | None
    note: str = ""
    flag: Flag | None = None


@dataclass(frozen=True, slots=True)
class OnCall:
    """The same people from one moment to another; nobody when `names` is empty."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandOver:
    team: CareTeam
    since: dt.datetime
    now: dt.datetime
    words: Sequence[ShiftNote]
    ticked: Sequence[ShiftNote]
    open: Part
    due: Sequence[Due]
    silent: Part
    unread: Part
    messages: Part
    doses: Part
    on_call: Sequence[OnCall]
    resolved: Part
    calls: Part
    by_phone: Part
    read: Part
    limits: Part
    mutes: Part

    @property
    def patients(self) -> set[Patient]:
        """Everybody whose name stands on it."""
        named = {row.flag.patient for row in self.open.lines} | {each.patient for each in self.due}
        named |= {row.patient for row in self.silent.lines} | {row.note.patient for row in self.unread.lines}
        parts = (
            *(self.messages, self.doses, self.resolved, self.calls),
            *(self.by_phone, self.read, self.limits, self.mutes),
        )
        return named | {each.patient for part in parts for each in part.lines}

    @property
    def nothing_done(self) -> bool:
        return not any(
            part.count
            for part in (self.resolved, self.calls, self.by_phone, self.read, self.limits, self.mutes)
        )


def handover(team: CareTeam, user: User, since: dt.datetime, now: dt.datetime) -> HandOver:
    """`team` is one that the user works in. What was done counts from `since`; all else is as it is `now`.

    What waits is that of the patients whom the team has now, whichever team wrote it down.
    """
    flags = flags_of(user).filter(patient__team=team)
    words = list(
        ShiftNote.objects.filter(Q(ticked_at=None) | Q(ticked_at__gte=since), team=team)
        .select_related("by", "ticked_by")
        .order_by(F("ticked_at").asc(nulls_first=True), "at", "pk")[:MANY]
    )
    return HandOver(
        team=team,
        since=since,
        now=now,
        words=[each for each in words if each.ticked_at is None],
        ticked=[each for each in words if each.ticked_at],
        open=_open(flags, user, now),
        due=_due(flags, team, user, since, now),
        silent=_silent(team, user, now),
        unread=_unread(team, user, now),
        messages=_messages(team, user),
        doses=_doses(team, user, now),
        on_call=_on_call(team, now),
        **_done(flags, team, user, since),
    )


def _open(flags: Any, user: User, now: dt.datetime) -> Part:
    worst = flags.unresolved().worst_first()
    first = Part.of(worst.values_list("pk", flat=True))
    return Part(board.rows(flags.filter(pk__in=list(first.lines)), user, now), first.count)


def _due(flags: Any, team: CareTeam, user: User, since: dt.datetime, now: dt.datetime) -> list[Due]:
    """In the order of the clock; what is past its time and was not done is the first."""
    claimed = flags.filter(state=State.ACKNOWLEDGED, next_due_at__isnull=False)
    claimed = claimed.select_related("patient", "owner")
    claimed = claimed.order_by(Coalesce("call_back_at", "next_due_at"), "pk")[:FEW]
    found = [*map(_of_call, _to_call_again(team, user, since)), *(_of_flag(flag) for flag in claimed)]
    return sorted(found, key=lambda each: each.at)


def _to_call_again(team: CareTeam, user: User, since: dt.datetime) -> Iterable[Call]:
    """The last calls that asked for another, also before this shift: nobody has made it.

    A report since then answers one that nobody had answered.
    """
    later = Call.objects.ended().filter(patient=OuterRef("patient"), at__gt=OuterRef("at"))
    reports = CheckIn.objects.of_days().filter(patient=OuterRef("patient"), received_at__gt=OuterRef("at"))
    calls = of_teams_of(Call.objects.filter(patient__team=team), user)
    asked = Q(outcome=Call.Outcome.CALL_BACK) | Q(outcome=Call.Outcome.NO_ANSWER) & ~Exists(reports)
    due = calls.filter(asked, ~Exists(later), again_at__gte=since - LATEST_CALL_BACK)
    return due.select_related("patient", "by").order_by("again_at", "pk")[:FEW]


def _of_call(call: Call) -> Due:
    assert call.again_at  # noqa: S101 -- tells mypy
    what = _("call back") if call.outcome == Call.Outcome.CALL_BACK else _("call again, no answer so far")
    return Due(call.again_at, what, call.patient, call.by, call.note)


def _of_flag(flag: Any) -> Due:
    """When its owner has promised to call, else when it comes back for want of an outcome."""
    promised = getattr(flag, "call_back_at", None)
    what = _("call back, about the flag") if promised else _("outcome of the flag, or it opens again")
    return Due(promised or flag.next_due_at, what, flag.patient, flag.owner, flag=flag)


def _silent(team: CareTeam, user: User, now: dt.datetime) -> Part:
    found = Part.of(quiet.with_what_is_shown(in_order(silent(user, now).filter(team=team), user, now)), FEW)
    return Part(quiet.rows(found.lines, user, now), found.count)


def _unread(team: CareTeam, user: User, now: dt.datetime) -> Part:
    found = Part.of(notes.with_reports(notes.unread(user).filter(patient__team=team)), FEW)
    return Part(notes.rows(found.lines, now), found.count)


def _messages(team: CareTeam, user: User) -> Part:
    """Those of patients that nobody has read, the worst first."""
    return Part.of(thread.unread(user).filter(patient__team=team).select_related("patient"), FEW)


def _doses(team: CareTeam, user: User, now: dt.datetime) -> Part:
    """Of today by the team's clock, those to come too where they are written down."""
    midnight = dt.datetime.combine(now.astimezone(team.zone).date(), dt.time.min, team.zone)
    doses = of_teams_of(Dose.objects.filter(patient__team=team), user)
    of_today = doses.filter(given_at__gte=midnight, given_at__lt=midnight + dt.timedelta(days=1))
    return Part.of(of_today.select_related("patient", "course__drug").order_by("given_at", "pk"), FEW)


def _on_call(team: CareTeam, now: dt.datetime) -> list[OnCall]:
    reach = Reach.of(team.pk, now)
    names = {member.user: member.name for member in reach.members}
    return list(_spells(reach, names, now))


def _spells(reach: Reach, names: Any, now: dt.datetime) -> Iterator[OnCall]:
    for people, parts in groupby(reach.rota.spells(now, now + NIGHT), key=lambda spell: spell[2]):
        moments = [moment for part in parts for moment in part[:2]]
        yield OnCall(moments[0], moments[-1], tuple(names[each] for each in sorted(people) if each in names))


def _done(flags: Any, team: CareTeam, user: User, since: dt.datetime) -> dict[str, Part]:
    """Newest first. A flag that was opened again has not been resolved."""
    endings = FlagEvent.objects.filter(kind=FlagEvent.Kind.RESOLVED).order_by("-at", "-pk")
    resolved = flags.filter(team=team, resolved_at__gte=since).select_related("patient", "owner")
    resolved = resolved.prefetch_related(Prefetch("events", endings, to_attr="endings"))
    # Asked from the few who take reports: no index leads from a team and an hour to its reports.
    staff = Membership.objects.values("user")
    phone = CheckIn.objects.filter(
        team=team, reported_by__in=staff, source=CheckIn.Source.PHONE, received_at__gte=since
    )
    return {
        "resolved": Part.of(resolved.order_by("-resolved_at")),
        "calls": Part.of(
            of_teams_of(Call.objects.filter(team=team), user)
            .ended()
            .since(since)
            .select_related("patient", "by")
            .newest_first()
        ),
        "by_phone": Part.of(
            of_teams_of(phone, user)
            .current()
            .select_related("patient", "reported_by")
            .defer("advice", "checks")
            .order_by("-received_at")
        ),
        "read": Part.of(
            of_teams_of(NoteToRead.objects.filter(team=team, read_at__gte=since), user)
            .select_related("patient", "read_by")
            .order_by("-read_at")
        ),
        "limits": Part.of(
            of_teams_of(PatientLimit.objects.filter(team=team, set_at__gte=since), user)
            .select_related("patient", "set_by")
            .order_by("-set_at")
        ),
        "mutes": Part.of(
            of_teams_of(Mute.objects.filter(team=team, muted_at__gte=since), user)
            .select_related("patient", "muted_by", "finding")
            .order_by("-muted_at")
        ),
    }
