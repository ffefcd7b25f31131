"""Short messages between a patient and their care team, and the replies that a team has at hand."""

import datetime as dt
import uuid
from typing import ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce, Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam, User
from tracker.models.base import PatientDataQuerySet
from tracker.models.checkins import CheckIn
from tracker.models.flags import Flag
from tracker.models.patients import Patient

LONGEST = 1000
"""Characters of a message. Whoever has more to say has to be called."""
MOST_REPLIES = 30
"""Replies that a team keeps at hand in one language: a longer list is not read."""


class Direction(models.TextChoices):
    TO_TEAM = "to_team", _("To the team")
    TO_PATIENT = "to_patient", _("To the patient")


class AlreadySeen(Exception):
    """Somebody else was quicker; `message` says who and when."""

    def __init__(self, message: "Message") -> None:
        self.message = message
        super().__init__(f"{message.read_by} has read it")


class MessageQuerySet(PatientDataQuerySet["Message"]):
    def to_team(self) -> Self:
        return self.filter(direction=Direction.TO_TEAM)

    def to_patient(self) -> Self:
        return self.filter(direction=Direction.TO_PATIENT)

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def overdue(self, now: dt.datetime) -> Self:
        """Of patients, unread past their deadline."""
        return self.to_team().unread().filter(due_at__lt=now)

    def unheard(self, now: dt.datetime) -> Self:
        """Overdue, and nobody was told of that yet."""
        return self.overdue(now).filter(late_at=None)

    def by_deadline(self) -> Self:
        return self.order_by("due_at", "pk")

    def worst_first(self) -> Self:
        """Those in which a rule read something serious before all others, then by deadline."""
        return self.order_by(Coalesce("check_in__level", models.Value(0)).desc(), "due_at", "pk")

    def newest_first(self) -> Self:
        return self.order_by("-sent_at", "-pk")

    def mark_read(self, *, by: User, now: dt.datetime) -> int:
        """Those that nobody has read yet; whoever was quicker stays. Returns how many."""
        return self.unread().exclude(author=by).update(read_at=now, read_by=by)


class Message(models.Model):
    """What a patient, or a carer for them, wrote to the team, or somebody of the team to the patient.

    `id` was made where it was written, so that sending twice is harmless. What a rule found in a patient's
    words is in its `check_in`, a report of no day. Of a patient's, `read_at` and `read_by` are the first of
    the team; of the team's, the patient. Written, never changed, but for these and `late_at`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="messages", verbose_name=_("patient"))
    flag = models.ForeignKey(Flag, models.PROTECT, null=True, related_name="messages", verbose_name=_("flag"))
    check_in = models.OneToOneField(
        CheckIn, models.PROTECT, null=True, related_name="message", verbose_name=_("what it came to")
    )
    # The patient's message that it settles, and with it those before.
    answers = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="answered_by", verbose_name=_("answers")
    )
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    # What a carer is to the patient, as the patient called it then; empty for anybody else.
    relation = models.CharField(_("written as"), max_length=60, blank=True, default="")
    body = models.TextField(_("message"))
    sent_at = models.DateTimeField(_("sent at"))
    due_at = models.DateTimeField(_("to be read by"), null=True)
    read_at = models.DateTimeField(_("read at"), null=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("read by")
    )
    # When a flag said that nobody had read it in time.
    late_at = models.DateTimeField(_("flagged as unread at"), null=True)

    objects: ClassVar[MessageQuerySet] = MessageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-sent_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(direction=Direction.TO_TEAM, due_at__isnull=False, answers=None)
                | models.Q(
                    direction=Direction.TO_PATIENT, due_at=None, relation="", check_in=None, late_at=None
                ),
                name="message_goes_one_way",
            ),
            models.CheckConstraint(condition=models.Q(body__regex=r"\S"), name="message_has_words"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("body"), LONGEST), name="message_is_short"
            ),
            models.CheckConstraint(
                condition=models.Q(read_at=None, read_by=None)
                | models.Q(read_at__isnull=False, read_by__isnull=False),
                name="message_is_read_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(read_by=None) | ~models.Q(read_by=models.F("author")),
                name="message_is_read_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "-sent_at"], name="message_of_a_patient"),
            models.Index(
                fields=["team", "due_at"],
                condition=models.Q(direction=Direction.TO_TEAM, read_at=None),
                name="message_unread",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="written_once", exclude=["read_at", "read_by", "late_at"]),
            pgtrigger.Protect(
                name="read_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__read_at__isnull=False),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()}, {self.patient}"

    @property
    def is_from_team(self) -> bool:
        return self.direction == Direction.TO_PATIENT

    @property
    def mark(self) -> str:
        """Who wrote it, where that was a carer; "" otherwise."""
        if not self.relation:
            return ""
        words = {"name": self.author.get_short_name(), "relation": self.relation}
        return gettext("by %(name)s, %(relation)s") % words

    def is_overdue(self, now: dt.datetime) -> bool:
        return self.due_at is not None and self.read_at is None and now > self.due_at

    def read(self, *, by: User, now: dt.datetime) -> None:
        """Somebody of the team has read it. Raises AlreadySeen, which says who was quicker."""
        won = Message.objects.filter(pk=self.pk).mark_read(by=by, now=now)
        self.refresh_from_db(fields=["read_at", "read_by"])
        if not won:
            raise AlreadySeen(self)


class ToldBy(models.TextChoices):
    """How patients hear that the team has written: as they hear of nothing else, or not at all."""

    EMAIL = "email", _("By e-mail")
    PUSH = "push", _("On my phone or browser")
    NOT = "not", _("Not at all: I look here")


@pghistory.track()
class MessageWay(models.Model):
    """What a patient chose. Who has chosen nothing is told as they are reminded, if they are."""

    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.OneToOneField(
        Patient, models.PROTECT, related_name="message_way", verbose_name=_("patient")
    )
    told_by = models.CharField(_("told of messages"), max_length=10, choices=ToldBy)

    objects: ClassVar[PatientDataQuerySet["MessageWay"]] = PatientDataQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("way of telling of messages")
        verbose_name_plural = _("ways of telling of messages")
        constraints = [
            models.CheckConstraint(condition=models.Q(told_by__in=ToldBy.values), name="messageway_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.patient}: {self.get_told_by_display()}"

    @classmethod
    def of(cls, patient: Patient) -> str:
        """What holds for a patient; "" where nothing was chosen."""
        chosen = getattr(patient, "message_way", None)
        return chosen.told_by if chosen else patient.remind_by if patient.remind_at else ""


class ReplyLanguage(models.TextChoices):
    ENGLISH = "en", "English"
    SPANISH = "es", "Español"


class CannedReplyQuerySet(models.QuerySet["CannedReply"]):
    def in_order(self, first: str = "") -> Self:
        """By place, those of the language `first` before the others."""
        is_other = models.Case(models.When(language=first, then=0), default=1)
        return self.order_by(is_other, "language", "place", "pk")


@pghistory.track()
class CannedReply(models.Model):
    """Words that a team has at hand for its answers. Whoever sends them may change them first."""

    team = models.ForeignKey(
        CareTeam, models.CASCADE, related_name="canned_replies", verbose_name=_("care team")
    )
    language = models.CharField(_("language"), max_length=10, choices=ReplyLanguage)
    title = models.CharField(_("name"), max_length=60, help_text=_("For the team; patients do not see it."))
    body = models.TextField(_("reply"))
    place = models.PositiveSmallIntegerField(
        _("place in the list"), default=1, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )

    objects: ClassVar[CannedReplyQuerySet] = CannedReplyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        ordering = ["language", "place", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "language", "title"],
                name="cannedreply_title_once",
                violation_error_message=_("There is a reply of this name already."),
            ),
            models.CheckConstraint(
                condition=models.Q(language__in=ReplyLanguage.values), name="cannedreply_language_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(title__regex=r"\S", body__regex=r"\S"), name="cannedreply_has_words"
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("body"), LONGEST), name="cannedreply_is_short"
            ),
        ]

    def __str__(self) -> str:
        return self.title
