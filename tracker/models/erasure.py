"""What a patient asked us to erase, what was answered, and records that are closed to everybody."""

import datetime as dt
import uuid
from functools import reduce
from operator import or_
from typing import ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam, User
from tracker.models.base import PatientDataQuerySet
from tracker.models.patients import Patient

ANSWER_WITHIN = dt.timedelta(days=30)
"""“In any event within one month of receipt”: GDPR, article 12(3)."""


class Wish(models.TextChoices):
    ERASE = "erase", _("Erase what you can, and close the rest")
    STOP = "stop", _("Keep it all, but stop using it")


class ErasureRequestQuerySet(PatientDataQuerySet["ErasureRequest"]):
    def waiting(self) -> Self:
        """For an officer's answer, those that wait longest first."""
        return self.filter(decided_at=None, withdrawn_at=None).order_by("asked_at", "pk")

    def to_carry_out(self) -> Self:
        """Decided, and what is to be erased is still there."""
        return self.filter(decided_at__isnull=False, carried_out_at=None).order_by("decided_at", "pk")


_ANSWER = ("withdrawn_at", "decided_by", "decided_at", "erase", "restrict", "answer")
_ANSWER_CHANGES = reduce(
    or_, (pgtrigger.Q(**{f"old__{each}__df": pgtrigger.F(f"new__{each}")}) for each in _ANSWER)
)


class ErasureRequest(models.Model):
    """Asked once, answered once. `erase` are the kinds of data that the answer gives up.

    `asked_by` is the patient, or the officer who holds their letter. The patient reads `answer`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(
        Patient, models.PROTECT, related_name="erasure_requests", verbose_name=_("patient")
    )
    wish = models.CharField(_("wish"), max_length=10, choices=Wish)
    reason = models.TextField(_("reason"), blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    erase = models.JSONField(_("to be erased"), default=list)
    restrict = models.BooleanField(_("the rest is closed"), default=False)
    answer = models.TextField(_("answer to the patient"), blank=True)
    carried_out_at = models.DateTimeField(_("carried out at"), null=True)

    objects: ClassVar[ErasureRequestQuerySet] = ErasureRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("request to erase")
        verbose_name_plural = _("requests to erase")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=models.Q(decided_at=None, withdrawn_at=None),
                name="erasurerequest_one_waits_a_patient",
            ),
            models.CheckConstraint(
                condition=models.Q(wish__in=Wish.values), name="erasurerequest_wish_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(decided_at=None, decided_by=None, answer="", carried_out_at=None)
                | models.Q(decided_at__isnull=False, decided_by__isnull=False, withdrawn_at=None)
                & ~models.Q(answer=""),
                name="erasurerequest_is_answered_by_somebody",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="asked_once",
                fields=["id", "team", "patient", "wish", "asked_by", "asked_at"],
            ),
            pgtrigger.Protect(
                name="answered_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__decided_at__isnull=False) & _ANSWER_CHANGES,
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.patient}, {self.asked_at:%Y-%m-%d}"

    @property
    def answer_by(self) -> dt.datetime:
        return self.asked_at + ANSWER_WITHIN

    @property
    def is_waiting(self) -> bool:
        return self.decided_at is None and self.withdrawn_at is None

    def is_overdue(self, now: dt.datetime) -> bool:
        return self.is_waiting and now > self.answer_by

    def withdraw(self, now: dt.datetime) -> bool:
        """False when it was answered meanwhile."""
        waits = ErasureRequest.objects.filter(pk=self.pk, decided_at=None, withdrawn_at=None)
        return bool(waits.update(withdrawn_at=now))


class RestrictionQuerySet(PatientDataQuerySet["Restriction"]):
    def in_force(self) -> Self:
        return self.filter(lifted_at=None)


class Restriction(models.Model):
    """The record is kept, and closed: `Patient.restricted_at` is set while one of these is in force."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(
        Patient, models.PROTECT, related_name="restrictions", verbose_name=_("patient")
    )
    request = models.ForeignKey(
        ErasureRequest, models.PROTECT, null=True, related_name="restrictions", verbose_name=_("request")
    )
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("since"))
    lifted_at = models.DateTimeField(_("lifted at"), null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("lifted by")
    )
    lift_reason = models.TextField(_("why it was lifted"), blank=True)

    objects: ClassVar[RestrictionQuerySet] = RestrictionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("restriction")
        verbose_name_plural = _("restrictions")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=models.Q(lifted_at=None), name="restriction_one_a_patient"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="restriction_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(lifted_at=None, lifted_by=None, lift_reason="")
                | models.Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~models.Q(lift_reason=""),
                name="restriction_is_lifted_with_a_reason",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="written_once", exclude=["lifted_at", "lifted_by", "lift_reason"]),
            pgtrigger.Protect(
                name="lifted_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__lifted_at__isnull=False),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.patient}, {self.at:%Y-%m-%d}"

    @classmethod
    def lift(cls, patient: Patient, *, reason: str, by: User, now: dt.datetime) -> bool:
        """Within a transaction that holds the patient; False where the record is not closed."""
        lifted = cls.objects.in_force().filter(patient=patient)
        if not lifted.update(lifted_at=now, lifted_by=by, lift_reason=reason):
            return False
        patient.restricted_at = None
        patient.save(update_fields=["restricted_at"])
        return True
