"""Notes that a person has to read, whatever the rules made of them."""

import datetime as dt
import uuid
from typing import ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam, User
from tracker.models.base import PatientDataQuerySet
from tracker.models.checkins import CheckIn
from tracker.models.flags import FlagEvent
from tracker.models.patients import Patient
from tracker.triage.report import Level


class AlreadyRead(Exception):
    """Somebody else was quicker; `note` says who and when."""

    def __init__(self, note: "NoteToRead") -> None:
        self.note = note
        super().__init__(f"{note.read_by} has read it")


class NoteToReadQuerySet(PatientDataQuerySet["NoteToRead"]):
    def unread(self) -> Self:
        """Read by nobody, without those whose words a correction took over: those are read there."""
        return self.filter(read_at=None, check_in__amendments__note_to_read=None)

    def overdue(self, now: dt.datetime) -> Self:
        """Unread past their deadline."""
        return self.unread().filter(due_at__lt=now)

    def unheard(self, now: dt.datetime) -> Self:
        """Overdue, and nobody was told of that yet."""
        told = FlagEvent.objects.filter(check_in=models.OuterRef("check_in"), kind=FlagEvent.Kind.NOTE_UNREAD)
        return self.overdue(now).exclude(models.Exists(told))

    def by_deadline(self) -> Self:
        return self.order_by("due_at", "pk")

    def worst_first(self) -> Self:
        """Those of urgent reports and emergencies before all others, then by deadline."""
        serious = models.Case(
            models.When(check_in__level__gte=Level.URGENT, then="check_in__level"), default=models.Value(0)
        )
        return self.order_by(serious.desc(), "due_at", "pk")


class NoteToRead(models.Model):
    """One report's note: when a person of the team has to have read it, and who did.

    A correction that has a note takes an unread one's place and deadline; `words_before` has what was there.
    One without a note takes nobody's place: what was written first is still to be read. Words that were read
    already, and come again in a correction, are not read twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="notes", verbose_name=_("patient"))
    check_in = models.OneToOneField(
        CheckIn, models.PROTECT, related_name="note_to_read", verbose_name=_("check-in")
    )
    due_at = models.DateTimeField(_("to be read by"))
    read_at = models.DateTimeField(_("read at"), null=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("read by")
    )

    objects: ClassVar[NoteToReadQuerySet] = NoteToReadQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("note to read")
        verbose_name_plural = _("notes to read")
        ordering = ["-due_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(read_at=None, read_by=None)
                | models.Q(read_at__isnull=False, read_by__isnull=False),
                name="notetoread_is_read_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["team", "due_at"], condition=models.Q(read_at=None), name="notetoread_unread"
            ),
            models.Index(fields=["patient"], condition=models.Q(read_at=None), name="notetoread_unread_of"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="written_once", exclude=["read_at", "read_by"]),
            pgtrigger.Protect(
                name="read_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__read_at__isnull=False),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.patient}, {self.check_in.day}"

    @property
    def words(self) -> str:
        """As the patient typed them."""
        return self.check_in.told.note

    @property
    def words_before(self) -> list[str]:
        """Earlier wordings that nobody had read when a correction replaced them, newest first."""
        replaced = []
        amended = self.check_in.amends
        while amended is not None:
            earlier = NoteToRead.objects.filter(check_in=amended).first()
            if earlier is None or earlier.read_at:
                break
            if earlier.words != self.words:
                replaced.append(earlier.words)
            amended = amended.amends
        return list(dict.fromkeys(replaced))

    def is_overdue(self, now: dt.datetime) -> bool:
        return self.read_at is None and now > self.due_at

    def read(self, *, by: User, now: dt.datetime) -> None:
        """Somebody has read it. Raises AlreadyRead, which says who was quicker."""
        won = NoteToRead.objects.filter(pk=self.pk, read_at=None).update(read_at=now, read_by=by)
        self.refresh_from_db(fields=["read_at", "read_by"])
        if not won:
            raise AlreadyRead(self)

    @classmethod
    def of(cls, check_in: CheckIn, now: dt.datetime) -> "NoteToRead":
        """The row for a report that has a note; `check_in` was just received, at `now`."""
        note = cls(
            team_id=check_in.team_id,
            patient_id=check_in.patient_id,
            check_in=check_in,
            due_at=now + dt.timedelta(hours=check_in.team.note_hours),
        )
        if check_in.amends_id:
            note._take_over(
                cls.objects.filter(check_in=check_in.amends_id).select_related("check_in").first()
            )
        note.save(force_insert=True)
        return note

    def _take_over(self, amended: "NoteToRead | None") -> None:
        if amended is None:
            return
        if amended.read_at is None:
            self.due_at = min(self.due_at, amended.due_at)
        elif amended.words == self.words:
            self.read_at, self.read_by_id = amended.read_at, amended.read_by_id
