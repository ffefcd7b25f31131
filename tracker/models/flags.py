"""What somebody has to look at, whose it is, and everything that happened to it.

A flag's state moves only by compare-and-swap: open → acknowledged → resolved, or back to open when the
patient gets worse. Each move writes a FlagEvent in the same transaction.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable
from operator import attrgetter
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam, User
from tracker.models.base import LEVEL_CHOICES, PatientDataQuerySet, append_only
from tracker.models.checkins import CheckIn, Finding
from tracker.models.patients import Patient
from tracker.models.policies import EscalationPolicy
from tracker.triage.report import Level

# How long a flag may wait for somebody to take it. Half an hour for red is the ASyMS trial's time (general
# knowledge, to be reviewed); ten minutes for an emergency is ours. Routine: the next working day.
TARGETS = {
    Level.EMERGENCY: dt.timedelta(minutes=10),
    Level.URGENT: dt.timedelta(minutes=30),
    Level.ROUTINE: dt.timedelta(hours=24),
}


UNDO_WITHIN = dt.timedelta(seconds=20)
"""How long somebody may take back what they have just done to a flag: a slip of the finger."""


class AlreadyClaimed(Exception):
    """Somebody else was quicker; `flag` says who."""

    def __init__(self, flag: "Flag") -> None:
        self.flag = flag
        super().__init__(f"{flag.owner} has it")


class AlreadyResolved(Exception):
    """The flag is closed; `flag` says by whom and how."""

    def __init__(self, flag: "Flag") -> None:
        self.flag = flag
        super().__init__("the flag is resolved")


class NewerReport(Exception):
    """Another report joined the flag after the page was opened; `flag` has it."""

    def __init__(self, flag: "Flag") -> None:
        self.flag = flag
        super().__init__("a newer report has joined the flag")


class NotYours(Exception):
    """Whoever wants to hand it over, or to call back, has it no more; `flag` says what became of it."""

    def __init__(self, flag: "Flag") -> None:
        self.flag = flag
        super().__init__("it is somebody else's, or nobody's")


class TooLateToCallBack(Exception):
    """The flag comes back before then, for want of an outcome; `flag` says when."""

    def __init__(self, flag: "Flag") -> None:
        self.flag = flag
        super().__init__("the policy wants an outcome before then")


class State(models.TextChoices):
    OPEN = "open", _("Open")
    ACKNOWLEDGED = "acknowledged", _("Claimed")
    RESOLVED = "resolved", _("Resolved")


class Outcome(models.TextChoices):
    """What came of it. NEEDS_NOTE lists those that say too little alone."""

    CALLED = "called", _("Called the patient")
    ADVISED = "advised", _("Gave advice")
    SENT_IN = "sent_in", _("Sent to be seen today")
    NO_ANSWER = "no_answer", _("No answer")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    NOT_NEEDED = "not_needed", _("No action needed")


NEEDS_NOTE = frozenset({Outcome.SENT_IN, Outcome.NO_ANSWER, Outcome.WRONG_NUMBER, Outcome.NOT_NEEDED})


class FlagQuerySet(PatientDataQuerySet["Flag"]):
    def unresolved(self) -> Self:
        return self.exclude(state=State.RESOLVED)

    def unanswered(self, now: dt.datetime) -> Self:
        """Open, and its next escalation is due."""
        return self.filter(state=State.OPEN, next_due_at__lte=now)

    def open_above(self, level: int) -> Self:
        """Answered by nobody yet, and worse than this."""
        return self.open_from(level + 1)

    def open_from(self, level: int) -> Self:
        """Answered by nobody yet, and at least as bad as this."""
        return self.filter(state=State.OPEN, level__gte=level)

    def forgotten(self, now: dt.datetime) -> Self:
        """Claimed, and without an outcome for longer than the team's policy allows."""
        return self.filter(state=State.ACKNOWLEDGED, next_due_at__lte=now)

    def worst_first(self) -> Self:
        """The order of the board: worst level, nobody's before somebody's, then longest waiting."""
        is_claimed = models.Case(models.When(state=State.OPEN, then=0), default=1)
        return self.order_by("-level", is_claimed, "waiting_since")


class Flag(models.Model):
    """One patient's open concern. Later reports join it; nothing closes it but a person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="flags", verbose_name=_("care team"))
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="flags", verbose_name=_("patient"))
    # The report that set the level; its findings say why. None: the patient has never sent one.
    check_in = models.ForeignKey(
        CheckIn, models.PROTECT, null=True, related_name="flags", verbose_name=_("check-in")
    )
    # What a silence of the patient says, for the team to read; empty once they report again.
    silence = models.JSONField(_("silence"), default=list, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), choices=LEVEL_CHOICES)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="flags", verbose_name=_("owner")
    )
    # How many reports have joined it, the first included.
    reports = models.PositiveIntegerField(_("reports"), default=1)
    raised_at = models.DateTimeField(_("raised at"))
    waiting_since = models.DateTimeField(_("waiting since"))
    # Which step of the team's policy comes next, and when. Once claimed: when it comes back, without outcome.
    step = models.PositiveSmallIntegerField(_("next escalation step"), default=0)
    next_due_at = models.DateTimeField(_("next escalation at"), null=True)
    # When its owner has promised to call again. Never after it comes back: a promise buys no time.
    call_back_at = models.DateTimeField(_("to be called back at"), null=True)
    # How many times people were told of it; numbers the alerts of one telling.
    rounds = models.PositiveIntegerField(_("times told"), default=0)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, blank=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True)

    objects: ClassVar[FlagQuerySet] = FlagQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=~models.Q(state=State.RESOLVED), name="flag_one_open_a_patient"
            ),
            models.CheckConstraint(
                condition=models.Q(level__range=(Level.ROUTINE, Level.EMERGENCY)), name="flag_level_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.OPEN, owner=None)
                | models.Q(state=State.ACKNOWLEDGED, owner__isnull=False)
                | models.Q(state=State.RESOLVED, owner__isnull=False),
                name="flag_has_an_owner_once_claimed",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state=State.RESOLVED, outcome__in=Outcome.values, resolved_at__isnull=False
                )
                | (~models.Q(state=State.RESOLVED) & models.Q(outcome="", resolved_at=None)),
                name="flag_has_an_outcome_when_resolved",
            ),
            models.CheckConstraint(
                # Not null first: to compare with nothing is unknown, which a CHECK lets in.
                condition=models.Q(call_back_at=None)
                | models.Q(
                    state=State.ACKNOWLEDGED,
                    next_due_at__isnull=False,
                    call_back_at__lte=models.F("next_due_at"),
                ),
                name="flag_calls_back_before_it_comes_back",
            ),
        ]
        indexes = [
            models.Index(
                fields=["team", "-level", "waiting_since"],
                condition=~models.Q(state=State.RESOLVED),
                name="flag_board",
            ),
            models.Index(fields=["next_due_at"], condition=~models.Q(state=State.RESOLVED), name="flag_due"),
            # A month's response times read the flags of that month and not those of all years.
            models.Index(fields=["team", "resolved_at"], name="flag_resolved_lately"),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}, {self.patient}"

    @property
    def is_unresolved(self) -> bool:
        return self.state != State.RESOLVED

    @property
    def due_at(self) -> dt.datetime:
        """When somebody should have taken it at the latest."""
        return self.waiting_since + TARGETS[Level(self.level)]

    @property
    def findings(self) -> Collection[Finding]:
        """Why it was raised, apart from a silence."""
        return self.check_in.findings.all() if self.check_in else ()

    @property
    def rests_on_what_nobody_weighed(self) -> bool:
        """Its level is that of something from the patient's phone that only a person can read.

        A request to be called says nothing of what that may be, however urgent it is itself.
        """
        if self.check_in and self.check_in.level >= self.level and not self.check_in.asks_only_for_a_call:
            return False
        return self.inbox_items.exists()

    @property
    def outcome_time(self) -> dt.timedelta:
        """How long it may be claimed without an outcome, by its team's policy."""
        return EscalationPolicy.objects.outcome_time(self.team_id, self.level)

    def is_over_target(self, now: dt.datetime) -> bool:
        return self.state == State.OPEN and now > self.due_at

    def is_to_be_called_back(self, now: dt.datetime) -> bool:
        """The promised time has come."""
        return self.call_back_at is not None and self.call_back_at <= now

    def claim(self, *, by: User, now: dt.datetime) -> "FlagEvent":
        """Make it `by`'s, which stops the escalation until an outcome is due.

        Raises AlreadyClaimed or AlreadyResolved.
        """
        return self._claim(FlagEvent.Kind.CLAIMED, Flag.objects.filter(pk=self.pk, state=State.OPEN), by, now)

    def take_over(self, *, by: User, whose: int, now: dt.datetime) -> "FlagEvent":
        """Take a claimed flag from the owner whom `by` saw (`whose`, a key). Raises as `claim` does."""
        seen = Flag.objects.filter(pk=self.pk, state=State.ACKNOWLEDGED, owner=whose)
        return self._claim(FlagEvent.Kind.TAKEN_OVER, seen, by, now)

    def _claim(self, kind: str, seen: FlagQuerySet, by: User, now: dt.datetime) -> "FlagEvent":
        """Compare and swap. Whoever was slower is written down too, and sees whose it is."""
        due = now + self.outcome_time
        # The policy may have become stricter since the promise: what it does not allow any more is dropped.
        kept = models.Case(models.When(call_back_at__lte=due, then="call_back_at"), default=None)
        with transaction.atomic():
            was = _as_it_was(seen)
            won = was and seen.update(state=State.ACKNOWLEDGED, owner=by, next_due_at=due, call_back_at=kept)
            self.refresh_from_db()
            if won:
                return self.record(kind, by=by, now=now, was=was)
            if self.owner_id != by.pk:
                self.record(FlagEvent.Kind.SLOWER, by=by, now=now, owner=self.owner_id)
        raise AlreadyResolved(self) if self.state == State.RESOLVED else AlreadyClaimed(self)

    def hand_over(self, *, by: User, to: User, now: dt.datetime) -> "FlagEvent":
        """Make what is `by`'s `to`'s, with what is left of its time: `to` has not said yet that they saw it.

        Raises NotYours.
        """
        with transaction.atomic():
            theirs = Flag.objects.filter(pk=self.pk, state=State.ACKNOWLEDGED, owner=by)
            was = _as_it_was(theirs)
            won = was and theirs.update(owner=to)
            self.refresh_from_db()
            if not won:
                raise NotYours(self)
            return self.record(FlagEvent.Kind.HANDED_OVER, by=by, now=now, to=to.pk, name=str(to), was=was)

    def call_back(self, *, by: User, at: dt.datetime | None, now: dt.datetime) -> None:
        """Promise to call again `at`; None takes the promise back. The flag comes back when it would have.

        Raises NotYours, and TooLateToCallBack after that time.
        """
        with transaction.atomic():
            theirs = Flag.objects.filter(pk=self.pk, state=State.ACKNOWLEDGED, owner=by)
            in_time = theirs if at is None else theirs.filter(next_due_at__gte=at)
            won = in_time.update(call_back_at=at)
            self.refresh_from_db()
            if not won:
                is_theirs = self.state == State.ACKNOWLEDGED and self.owner_id == by.pk
                raise TooLateToCallBack(self) if is_theirs else NotYours(self)
            self.record(FlagEvent.Kind.CALL_BACK, by=by, now=now, at=at.isoformat() if at else None)

    def resolve(self, *, by: User, outcome: str, note: str, seen: int, now: dt.datetime) -> "FlagEvent":
        """Close it with what came of it; raises AlreadyResolved.

        `seen` is the number of reports that `by` had on the screen. Raises NewerReport when another has
        joined since, so that nothing is closed unread.
        """
        with transaction.atomic():
            as_seen = Flag.objects.unresolved().filter(pk=self.pk, reports=seen)
            was = _as_it_was(as_seen)
            won = was and as_seen.update(
                state=State.RESOLVED,
                owner=by,
                outcome=outcome,
                resolved_at=now,
                next_due_at=None,
                call_back_at=None,
            )
            self.refresh_from_db()
            if not won:
                raise AlreadyResolved(self) if self.state == State.RESOLVED else NewerReport(self)
            return self.record(FlagEvent.Kind.RESOLVED, by=by, now=now, note=note, outcome=outcome, was=was)

    def record(
        self,
        kind: str,
        *,
        now: dt.datetime,
        by: User | None = None,
        check_in: CheckIn | None = None,
        note: str = "",
        **detail: Any,
    ) -> "FlagEvent":
        """Write down that something happened to the flag."""
        return FlagEvent.objects.create(
            team_id=self.team_id,
            patient_id=self.patient_id,
            flag=self,
            kind=kind,
            by=by,
            check_in=check_in,
            at=now,
            note=note,
            detail=detail,
        )


def _as_it_was(rows: FlagQuerySet) -> dict[str, Any] | None:
    """What an act is about to change, as the act's event keeps it for an undo; None where it is no more so.

    Locks it, so that nobody is quicker between this and the act.
    """
    names = ("state", "owner", "next_due_at", "call_back_at")
    row = rows.order_by().select_for_update(no_key=True).values(*names).first()
    return row and {
        name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in row.items()
    }


class FlagEvent(models.Model):
    """One step in a flag's life. Written, never changed."""

    class Kind(models.TextChoices):
        RAISED = "raised", _("Raised")
        JOINED = "joined", _("Another report joined")
        ESCALATED = "escalated", _("Escalated")
        NOBODY_REACHED = "nobody_reached", _("Nobody to tell")
        CLAIMED = "claimed", _("Claimed")
        TAKEN_OVER = "taken_over", _("Taken over")
        HANDED_OVER = "handed_over", _("Handed over")
        CALL_BACK = "call_back", _("To be called back")
        SLOWER = "slower", _("Wanted it too, and was slower")
        REOPENED = "reopened", _("Opened again")
        SILENT = "silent", _("Nothing heard from the patient")
        NOTE_UNREAD = "note_unread", _("A note or message was not read in time")
        UNREADABLE = "unreadable", _("A report could not be read")
        TOO_LATE = "too_late", _("A report came too late to be weighed")
        TOO_LARGE = "too_large", _("A report was too large to be read")
        LEFT = "left", _("The patient has left the programme")
        CAME_BACK = "came_back", _("No outcome in time: opened again")
        RESOLVED = "resolved", _("Resolved")
        UNDONE = "undone", _("Taken back")

    id = models.BigAutoField(primary_key=True)
    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+", verbose_name=_("patient"))
    flag = models.ForeignKey(Flag, models.PROTECT, related_name="events", verbose_name=_("flag"))
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    check_in = models.ForeignKey(
        CheckIn, models.PROTECT, null=True, related_name="flag_events", verbose_name=_("check-in")
    )
    at = models.DateTimeField(_("at"))
    note = models.TextField(_("note"), blank=True)
    detail = models.JSONField(_("detail"), default=dict)

    objects: ClassVar[PatientDataQuerySet["FlagEvent"]] = PatientDataQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("flag event")
        verbose_name_plural = _("flag events")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["patient", "-at"], name="flagevent_of_a_patient")]
        triggers = [append_only]

    def __str__(self) -> str:
        return self.get_kind_display()


UNDOABLE = frozenset(
    {
        FlagEvent.Kind.CLAIMED,
        FlagEvent.Kind.TAKEN_OVER,
        FlagEvent.Kind.HANDED_OVER,
        FlagEvent.Kind.RESOLVED,
    }
)


def without_undone[Event](
    events: Iterable[Event], kind: Callable[[Event], object] = attrgetter("kind")
) -> list[Event]:
    """The events of one flag, in their order, without acts that were taken back and the taking back itself.

    Nothing but somebody's being slower can lie between the two: `tracker.undoing` sees to that.
    """
    standing: list[Event] = []
    for event in events:
        if kind(event) != FlagEvent.Kind.UNDONE:
            standing.append(event)
            continue
        acts = [place for place, each in enumerate(standing) if kind(each) in UNDOABLE]
        if acts:
            del standing[acts[-1]]
    return standing
