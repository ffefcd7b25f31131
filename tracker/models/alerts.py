"""Every message that has to go out: of a flag to the care team, and of other things to anybody.

Both are kept in the transaction that makes them necessary. The worker leases them, sends them, marks them.
"""

import datetime as dt
import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam
from tracker.models.base import LEVEL_CHOICES, PatientDataQuerySet, append_only
from tracker.models.flags import Flag
from tracker.models.patients import Patient
from tracker.models.policies import Channel


class State(models.TextChoices):
    QUEUED = "queued", _("Waiting to be sent")
    LEASED = "leased", _("Being sent")
    ACCEPTED = "accepted", _("Handed over")
    DELIVERED = "delivered", _("Delivered")
    OPENED = "opened", _("Opened")
    FAILED = "failed", _("Could not be delivered")
    CANCELLED = "cancelled", _("No longer needed")


WAITING = (State.QUEUED, State.LEASED)
SENT = (State.ACCEPTED, State.DELIVERED, State.OPENED)


class OutgoingQuerySet[Row: "Outgoing"](models.QuerySet[Row]):
    def waiting(self) -> Self:
        """Neither handed over nor given up."""
        return self.filter(state__in=WAITING)

    def sent(self) -> Self:
        """Handed over to whoever carries it, at least."""
        return self.filter(state__in=SENT)

    def unsent(self, now: dt.datetime) -> Self:
        """Waiting, and in no living worker's hands."""
        return self.filter(models.Q(state=State.QUEUED) | models.Q(state=State.LEASED, leased_until__lte=now))

    def due(self, now: dt.datetime) -> Self:
        """To be sent now: queued and due, or leased by a worker that has died since."""
        return self.filter(
            models.Q(state=State.QUEUED, due_at__lte=now)
            | models.Q(state=State.LEASED, leased_until__lte=now)
        )


class Outgoing(models.Model):
    """One message by one channel to one address: of an e-mail box, a phone, or the key of a push device."""

    State = State

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.EMAIL)
    address = models.CharField(_("address"), max_length=500)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField(_("made at"))
    # When it should go out, and when it is tried next.
    wanted_at = models.DateTimeField(_("to go out at"))
    due_at = models.DateTimeField(_("due at"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    lease = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(_("leased until"), null=True)
    accepted_at = models.DateTimeField(_("handed over at"), null=True)
    # What whoever carries it calls it, for people to ask them about it; their reports come by our own key.
    provider_id = models.CharField(_("provider's name for it"), max_length=200, blank=True)
    last_error = models.TextField(_("last error"), blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=SENT, accepted_at__isnull=False)
                | (~models.Q(state__in=SENT) & models.Q(accepted_at=None)),
                name="%(class)s_has_a_time_when_accepted",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.LEASED, lease__isnull=False, leased_until__isnull=False)
                | ~models.Q(state=State.LEASED),
                name="%(class)s_has_a_lease_when_leased",
            ),
        ]


class AlertQuerySet(OutgoingQuerySet["Alert"], PatientDataQuerySet["Alert"]):  # type: ignore[override]
    pass


class Alert(Outgoing):
    """One message about a flag, to somebody of its team or to the team's webhook."""

    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="alerts", verbose_name=_("patient"))
    flag = models.ForeignKey(Flag, models.PROTECT, related_name="alerts", verbose_name=_("flag"))
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("to")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=LEVEL_CHOICES)
    # Which telling of this flag this is: the first is 1. Makes a repeated escalation harmless.
    round = models.PositiveIntegerField(_("round"))

    objects: ClassVar[AlertQuerySet] = AlertQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Outgoing.Meta):
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-created_at"]
        constraints = [
            *Outgoing.Meta.constraints,
            models.UniqueConstraint(
                fields=["flag", "round", "channel", "address"], name="alert_once_a_round_and_address"
            ),
            models.CheckConstraint(
                condition=models.Q(recipient__isnull=False) | models.Q(channel=Channel.WEBHOOK),
                name="alert_is_for_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state__in=WAITING), name="alert_to_send"),
            models.Index(fields=["patient", "-created_at"], name="alert_of_a_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} → {self.recipient or self.get_channel_display()}"

    def record(self, kind: str, *, now: dt.datetime, answer: str = "") -> "AlertEvent":
        """Write down what became of it. `answer` is the provider's, without anything that we sent."""
        return AlertEvent.objects.create(
            team_id=self.team_id, patient_id=self.patient_id, alert=self, kind=kind, at=now, answer=answer
        )


class AlertEvent(models.Model):
    """One step of an alert on its way after it was queued. Written, never changed."""

    class Kind(models.TextChoices):
        LEASED = "leased", _("Being sent")
        ACCEPTED = "accepted", _("Handed over")
        DELIVERED = "delivered", _("Delivered")
        OPENED = "opened", _("Opened")
        FAILED_FOR_NOW = "failed_for_now", _("Failed for now")
        FAILED_FOR_GOOD = "failed_for_good", _("Failed for good")
        CANCELLED = "cancelled", _("No longer needed")

    id = models.BigAutoField(primary_key=True)
    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+", verbose_name=_("patient"))
    alert = models.ForeignKey(Alert, models.PROTECT, related_name="events", verbose_name=_("alert"))
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    at = models.DateTimeField(_("at"))
    answer = models.CharField(_("answer"), max_length=300, blank=True)

    objects: ClassVar[PatientDataQuerySet["AlertEvent"]] = PatientDataQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("alert event")
        verbose_name_plural = _("alert events")
        ordering = ["at", "id"]
        triggers = [append_only]

    def __str__(self) -> str:
        return self.get_kind_display()


class NoticeQuerySet(OutgoingQuerySet["Notice"]):
    pass


class Notice(Outgoing):
    """A message that is about no flag: a reminder, that the team wrote, a test. Too late, it is dropped."""

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("Reminder to check in")
        MESSAGE = "message", _("New message from the team")
        HANDED_OVER = "handed_over", _("A flag was handed over")
        ERASURE = "erasure", _("A patient asks to be erased")
        DEVICE_RETIRED = "device_retired", _("A device gets no more messages")
        OVERDUE_PAGES = "overdue_pages", _("Pages overdue for their review")
        TEST = "test", _("Test message")
        ANCHOR = "anchor", _("Seal of the record of looks")
        EMERGENCY = "emergency", _("A chart was opened in an emergency")
        EMERGENCY_OVERDUE = "emergency_overdue", _("An emergency look waits for its review")

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("to")
    )
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    # What it is about: a reminder's day, a letter's week, a seal, the key of a device or a message. Makes
    # asking for it twice harmless.
    about = models.CharField(_("about"), max_length=100)
    expires_at = models.DateTimeField(_("of no use after"))

    objects: ClassVar[NoticeQuerySet] = NoticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Outgoing.Meta):
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at"]
        constraints = [
            *Outgoing.Meta.constraints,
            models.UniqueConstraint(
                fields=["recipient", "kind", "about", "channel", "address"], name="notice_once"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state__in=WAITING), name="notice_to_send"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} → {self.recipient}"


class Heartbeat(models.Model):
    """A worker's sign of life: one row a worker."""

    worker = models.CharField(_("worker"), max_length=80, primary_key=True)
    beat_at = models.DateTimeField(_("last heard of at"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        ordering = ["-beat_at"]

    def __str__(self) -> str:
        return self.worker


class Canary(models.Model):
    """A flag of an invented patient, raised to see whether it goes the whole way; it has once it returned."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    started_at = models.DateTimeField(_("sent off at"))
    returned_at = models.DateTimeField(_("came back at"), null=True)

    class Meta:
        verbose_name = _("canary")
        verbose_name_plural = _("canaries")
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["-started_at"], name="canary_latest")]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"
