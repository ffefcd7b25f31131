"""Who is to be told, in which order, and every message that goes to them."""

import datetime as dt
import uuid
from typing import ClassVar, Self

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam, Role
from tracker.models.base import LEVEL_CHOICES, PatientDataQuerySet
from tracker.models.flags import Flag
from tracker.models.patients import Patient
from tracker.triage.report import Level


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")


@pghistory.track()
class EscalationStep(models.Model):
    """One rung of a team's ladder for one level: everybody in `role` is told, then has `minutes` to answer.

    The last step repeats until somebody answers. A routine flag's ladder begins when it has waited its time.
    """

    team = models.ForeignKey(
        CareTeam, models.PROTECT, related_name="escalation_steps", verbose_name=_("care team")
    )
    level = models.PositiveSmallIntegerField(
        _("level"), choices=[choice for choice in LEVEL_CHOICES if choice[0] > Level.NONE]
    )
    position = models.PositiveSmallIntegerField(_("position"), help_text=_("0 comes first."))
    role = models.CharField(_("who"), max_length=10, choices=Role)
    minutes = models.PositiveSmallIntegerField(
        _("minutes to answer"), help_text=_("How long to wait for an answer before the next step.")
    )

    class Meta:
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation steps")
        ordering = ["team", "-level", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "level", "position"], name="escalationstep_one_a_position"
            ),
            models.CheckConstraint(condition=models.Q(minutes__gte=1), name="escalationstep_waits_a_minute"),
        ]

    def __str__(self) -> str:
        return f"{self.team}, {self.get_level_display()}, {self.position}: {self.get_role_display()}"


class AlertQuerySet(PatientDataQuerySet["Alert"]):
    def waiting(self) -> Self:
        """Neither handed over nor cancelled."""
        return self.filter(state__in=[Alert.State.QUEUED, Alert.State.LEASED])

    def unsent(self, now: dt.datetime) -> Self:
        """Waiting, and in no living worker's hands."""
        return self.filter(
            models.Q(state=Alert.State.QUEUED) | models.Q(state=Alert.State.LEASED, leased_until__lte=now)
        )

    def due(self, now: dt.datetime) -> Self:
        """To be sent now: queued and due, or leased by a worker that has died since."""
        return self.filter(
            models.Q(state=Alert.State.QUEUED, due_at__lte=now)
            | models.Q(state=Alert.State.LEASED, leased_until__lte=now)
        )


class Alert(models.Model):
    """One message to one person by one channel. The worker leases it, sends it, then marks it."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting to be sent")
        LEASED = "leased", _("Being sent")
        ACCEPTED = "accepted", _("Handed over")
        CANCELLED = "cancelled", _("No longer needed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="alerts", verbose_name=_("patient"))
    flag = models.ForeignKey(Flag, models.PROTECT, related_name="alerts", verbose_name=_("flag"))
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("to")
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.EMAIL)
    address = models.CharField(_("address"), max_length=254)
    level = models.PositiveSmallIntegerField(_("level"), choices=LEVEL_CHOICES)
    # Which telling of this flag this is: the first is 1. Makes a repeated escalation harmless.
    round = models.PositiveIntegerField(_("round"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField(_("made at"))
    due_at = models.DateTimeField(_("due at"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    lease = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(_("leased until"), null=True)
    accepted_at = models.DateTimeField(_("handed over at"), null=True)
    last_error = models.TextField(_("last error"), blank=True)

    objects: ClassVar[AlertQuerySet] = AlertQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["flag", "round", "recipient", "channel"], name="alert_once_a_round_person_and_channel"
            ),
            models.CheckConstraint(
                condition=models.Q(state="accepted", accepted_at__isnull=False)
                | (~models.Q(state="accepted") & models.Q(accepted_at=None)),
                name="alert_has_a_time_when_accepted",
            ),
            models.CheckConstraint(
                condition=models.Q(state="leased", lease__isnull=False, leased_until__isnull=False)
                | ~models.Q(state="leased"),
                name="alert_has_a_lease_when_leased",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state__in=["queued", "leased"]), name="alert_to_send"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} → {self.recipient}"


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
