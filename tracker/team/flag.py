"""Everything that a nurse needs to answer one flag."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from tracker.models import Alert, CheckIn, Finding, Flag, FlagEvent, Mute, NoteToRead
from tracker.models.flags import State, without_undone
from tracker.models.inbox import FOR_A_PERSON
from tracker.models.personal import LONGEST_MUTE
from tracker.team import aside, board, told, treatment
from tracker.team.agreements import muted_together, mutes_in_force
from tracker.team.chart.timeline import Entry, call_entry, event_entry, of_mutes
from tracker.team.clock import in_short
from tracker.team.forms import MuteForm
from tracker.team.why import Reason, reasons
from tracker.triage.assess import Change

COMPARED_WITHIN = dt.timedelta(days=board.WEEK)


@dataclass(frozen=True, slots=True)
class AMute:
    """A mute beside its line, as one for all rules that were muted with it.

    `broken_because` is None unless the report was too bad for it.
    """

    mute: Mute
    is_in_force: bool
    broken_because: list[str] | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of why; `form` is None where nothing can be muted."""

    reason: Reason
    mutes: tuple[AMute, ...]
    form: MuteForm | None


@dataclass(frozen=True)
class FlagPage:
    """One flag, fetched with its patient and team, as `user` sees it at `now`.

    `mute_form` is there when one was filled in wrongly.
    """

    flag: Flag
    user: User
    now: dt.datetime
    mute_form: MuteForm | None = None

    @property
    def waiting(self) -> dt.timedelta:
        return self.now - self.flag.waiting_since

    @property
    def over_by(self) -> dt.timedelta | None:
        return self.now - self.flag.due_at if self.flag.is_over_target(self.now) else None

    @property
    def call_back_at(self) -> str:
        """“14:30”, “Sun 14:30”; "" where nothing is promised."""
        at = self.flag.call_back_at
        return in_short(at, self.now) if at else ""

    @property
    def outcome_by(self) -> str:
        """When it comes back without one."""
        at = self.flag.next_due_at
        return in_short(at, self.now) if at else ""

    @property
    def is_mine(self) -> bool:
        return self.flag.state == State.ACKNOWLEDGED and self.flag.owner == self.user

    @property
    def is_waiting(self) -> bool:
        """Nobody has it."""
        return self.flag.state == State.OPEN

    @property
    def treatment(self) -> str:
        return treatment.in_words(self.flag.patient.courses.all(), self.flag.patient.today(self.now))

    @cached_property
    def findings(self) -> list[Finding]:
        """Those of every report that the flag holds."""
        found = Finding.objects.of_flags([self.flag])
        return list(found.select_related("check_in", "mute__muted_by", "patient__team"))

    @cached_property
    def _mutes(self) -> list[Mute]:
        return mutes_in_force(self.flag.patient, self.user, self.now)

    @cached_property
    def reasons(self) -> list[Reason]:
        return reasons(self.findings, self._mutes)

    @property
    def lines(self) -> list[Line]:
        """Why it was flagged, line by line."""
        return [self._line(reason) for reason in self.reasons]

    def _line(self, reason: Reason) -> Line:
        first = reason.findings[0].pk
        wrong = self.mute_form if self.mute_form and self.mute_form["finding"].value() == str(first) else None
        form = wrong or MuteForm(initial={"finding": first}, auto_id=f"mute_{first}_%s")
        broken = {mute.pk: because for mute, because in reason.broken}
        in_force = {mute.pk for mute in self._mutes}
        return Line(
            reason,
            tuple(_as_one(act, in_force, broken) for act in muted_together(reason.mutes)),
            form if reason.can_be_muted and self._is_fresh else None,
        )

    @property
    def _is_fresh(self) -> bool:
        """Unresolved, or resolved so lately that a mute from its findings would still say something."""
        resolved_at = self.flag.resolved_at
        return resolved_at is None or self.now - resolved_at <= LONGEST_MUTE

    def line_of(self, finding: str) -> Reason | None:
        """The line that begins with this finding (a key, as it was sent)."""
        return next((each for each in self.reasons if str(each.findings[0].pk) == finding), None)

    @cached_property
    def _reports(self) -> list[CheckIn]:
        """The flag's own reports and the week before the first of them, oldest first."""
        since, until = self.flag.raised_at - COMPARED_WITHIN, self.flag.resolved_at or self.now
        reports = CheckIn.objects.visible_to(self.user).filter(
            patient=self.flag.patient_id, received_at__range=(since, until)
        )
        # What was corrected after the flag was closed is what its nurse had read.
        then_current = reports.exclude(amendments__received_at__lte=until)
        then_current = then_current.select_related("patient__team", "note_to_read__read_by", "reported_by")
        return list(then_current.prefetch_related("findings").order_by("day", "received_at"))

    @cached_property
    def reports(self) -> list[told.Told]:
        """What the patient said since the flag was raised, newest first."""
        since = self.flag.raised_at
        return [told.told(report) for report in reversed(self._reports) if report.received_at >= since]

    @cached_property
    def set_aside(self) -> list[aside.Aside]:
        """What came from phones and could not be weighed; asked for where an event tells of it."""
        is_told = any(event.kind in FOR_A_PERSON for event in self.events)
        return aside.of_flag(self.flag, self.user) if is_told else []

    @cached_property
    def notes(self) -> list[NoteToRead]:
        """Those of the reports that are shown, read or not."""
        checked_in = (each.check_in for each in self.reports)
        return [each.note_to_read for each in checked_in if hasattr(each, "note_to_read")]

    @cached_property
    def _changes(self) -> tuple[tuple[Change, ...], dt.date | None]:
        return board.latest_changes(self._reports)

    @property
    def changes(self) -> tuple[Change, ...]:
        return self._changes[0]

    @property
    def compared_with(self) -> dt.date | None:
        return self._changes[1]

    @cached_property
    def events(self) -> list[FlagEvent]:
        return list(self.flag.events.select_related("by"))

    @property
    def had_an_unread_note(self) -> bool:
        """It was raised or joined by one that nobody read in time."""
        return any(event.kind == FlagEvent.Kind.NOTE_UNREAD for event in self.events)

    @property
    def has_left(self) -> bool:
        """It was raised or joined by the patient leaving the programme."""
        return any(event.kind == FlagEvent.Kind.LEFT for event in self.events)

    @property
    def entries(self) -> list[Entry]:
        """What happened to the flag, who was called about it, and what was muted from its page."""
        made = Mute.objects.visible_to(self.user).filter(finding__in=self.findings)
        entries = [event_entry(event) for event in self.events]
        entries += map(call_entry, self.flag.calls.ended().select_related("by"))
        entries += of_mutes(made.select_related("muted_by", "ended_by", "finding"))
        return sorted(entries, key=lambda entry: entry.at)

    @cached_property
    def alerts(self) -> list[Alert]:
        alerts = self.flag.alerts.select_related("recipient").prefetch_related("events")
        return list(alerts.order_by("created_at", "recipient__name", "channel"))


def _as_one(act: list[Mute], in_force: Collection[UUID], broken: Mapping[UUID, list[str]]) -> AMute:
    because = [words for mute in act for words in broken.get(mute.pk, ())]
    is_broken = any(mute.pk in broken for mute in act)
    holds = next((mute for mute in act if mute.pk in in_force), act[0])
    return AMute(holds, holds.pk in in_force, list(dict.fromkeys(because)) if is_broken else None)


def who_was_quicker(flag: Flag) -> str:
    """For somebody who came second: whose it is, and since when."""
    lasting = flag.events.exclude(kind=FlagEvent.Kind.SLOWER).select_related("by").order_by("at", "id")
    by_people = [event for event in without_undone(lasting) if event.by]
    if not by_people:
        return _("This flag has changed. Please look again.")
    event = by_people[-1]
    if event.kind == FlagEvent.Kind.HANDED_OVER and flag.state == State.ACKNOWLEDGED:
        words, who = _("%(who)s has this: it was handed over at %(time)s."), flag.owner
    else:
        said = {
            State.RESOLVED: _("%(who)s resolved this at %(time)s."),
            State.ACKNOWLEDGED: _("%(who)s claimed this at %(time)s."),
            State.OPEN: _(
                "A new report has opened this flag again. %(who)s took it at %(time)s, before that."
            ),
        }
        words, who = said[State(flag.state)], event.by
    return words % {"who": who, "time": time_format(localtime(event.at), "H:i")}
