"""What one shift writes to the next."""

import datetime as dt
from typing import ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam, User
from tracker.models import rights


class AlreadyTicked(Exception):
    """A colleague was quicker; `note` says who and when."""

    def __init__(self, note: "ShiftNote") -> None:
        self.note = note
        super().__init__(f"{note.ticked_by} has ticked it off")


class ShiftNoteQuerySet(models.QuerySet["ShiftNote"]):
    def of_teams_of(self, user: User) -> Self:
        return self.filter(team__in=rights.teams_of(user))

    def open(self) -> Self:
        return self.filter(ticked_at=None)


class ShiftNote(models.Model):
    """A few words to the next shift of a team, on every hand-over until somebody ticks them off."""

    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    words = models.TextField(_("note"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    at = models.DateTimeField(_("written at"))
    ticked_at = models.DateTimeField(_("ticked off at"), null=True)
    ticked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ticked off by")
    )

    objects: ClassVar[ShiftNoteQuerySet] = ShiftNoteQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("note to the next shift")
        verbose_name_plural = _("notes to the next shift")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(words=""), name="shiftnote_says_something"),
            models.CheckConstraint(
                condition=models.Q(ticked_at=None, ticked_by=None)
                | models.Q(ticked_at__isnull=False, ticked_by__isnull=False),
                name="shiftnote_is_ticked_off_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["team", "at"], condition=models.Q(ticked_at=None), name="shiftnote_open")
        ]
        triggers = [
            pgtrigger.ReadOnly(name="written_once", exclude=["ticked_at", "ticked_by"]),
            pgtrigger.Protect(
                name="ticked_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ticked_at__isnull=False),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.team}, {self.at:%Y-%m-%d %H:%M}"

    def tick(self, *, by: User, now: dt.datetime) -> None:
        """Somebody of the next shift has seen to it. Raises AlreadyTicked, which says who was quicker."""
        won = ShiftNote.objects.filter(pk=self.pk).open().update(ticked_at=now, ticked_by=by)
        self.refresh_from_db(fields=["ticked_at", "ticked_by"])
        if not won:
            raise AlreadyTicked(self)
