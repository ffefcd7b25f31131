"""A chart that somebody of another team opened as there was no time to ask, and who looked into it."""

import datetime as dt
import uuid
from typing import ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam
from tracker.models.base import PatientDataQuerySet, append_only
from tracker.models.patients import Patient

OPEN_FOR = dt.timedelta(hours=1)
REVIEW_WITHIN = dt.timedelta(hours=72)


class EmergencyReason(models.TextChoices):
    HERE = "here", _("The patient is here with me, unwell")
    CALLS = "calls", _("The patient or a relative is on the phone, and it cannot wait")
    COVER = "cover", _("I cover for their team now")
    OTHER = "other", _("Something else, which I write below")


class EmergencyAccessQuerySet(PatientDataQuerySet["EmergencyAccess"]):
    def in_force(self, now: dt.datetime | models.Expression) -> Self:
        return self.filter(ends_at__gt=now, ended_at=None)

    def to_review(self) -> Self:
        return self.filter(review=None)

    def overdue(self, now: dt.datetime) -> Self:
        """Those that a privacy officer should have looked at by now."""
        return self.to_review().filter(opened_at__lte=now - REVIEW_WITHIN)

    def end(self, now: dt.datetime) -> int:
        """Those that are open; ending one twice does no harm."""
        return self.filter(ended_at=None, ends_at__gt=now).update(ended_at=now)


class EmergencyAccess(models.Model):
    """One clinician, one patient of another team, one hour: to read the chart, and nothing else."""

    Reason = EmergencyReason

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Of then: who is told of it, though the patient may move.
    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(
        Patient, models.PROTECT, related_name="emergency_accesses", verbose_name=_("patient")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="emergency_accesses", verbose_name=_("who")
    )
    reason = models.CharField(_("reason"), max_length=10, choices=EmergencyReason)
    words = models.TextField(_("in words"))
    opened_at = models.DateTimeField(_("opened at"))
    ends_at = models.DateTimeField(_("ends at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects: ClassVar[EmergencyAccessQuerySet] = EmergencyAccessQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("emergency access")
        verbose_name_plural = _("emergency accesses")
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at=models.F("opened_at") + OPEN_FOR),
                name="emergencyaccess_is_for_an_hour",
            ),
            models.CheckConstraint(condition=~models.Q(words=""), name="emergencyaccess_has_a_reason"),
        ]
        indexes = [
            models.Index(
                fields=["user", "ends_at"],
                condition=models.Q(ended_at=None),
                name="emergencyaccess_not_ended",
            )
        ]
        triggers = [
            pgtrigger.ReadOnly(name="opened_once", exclude=["ended_at"]),
            pgtrigger.Protect(
                name="ended_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.opened_at:%Y-%m-%d %H:%M}"

    def is_open(self, now: dt.datetime) -> bool:
        return self.ended_at is None and now < self.ends_at

    @property
    def over_at(self) -> dt.datetime:
        return self.ended_at or self.ends_at

    @property
    def review_due_at(self) -> dt.datetime:
        return self.opened_at + REVIEW_WITHIN


class EmergencyReview(models.Model):
    """What a privacy officer found when they looked into it. Written, never changed."""

    access = models.OneToOneField(
        EmergencyAccess, models.PROTECT, related_name="review", verbose_name=_("emergency access")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    note = models.TextField(_("note"))

    class Meta:
        verbose_name = _("review of an emergency access")
        verbose_name_plural = _("reviews of emergency accesses")
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(note=""), name="emergencyreview_has_a_note")
        ]
        triggers = [append_only]

    def __str__(self) -> str:
        return f"{self.by}, {self.at:%Y-%m-%d %H:%M}"


class LookReview(models.Model):
    """An officer looked into what one person opened of one patient on one day, up to one event.

    Written, never changed. What is opened later on that day is unreviewed again.
    """

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who looked")
    )
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+", verbose_name=_("patient"))
    day = models.DateField(_("day"))
    up_to = models.BigIntegerField(_("up to the event"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    note = models.TextField(_("note"))

    class Meta:
        verbose_name = _("review of looks")
        verbose_name_plural = _("reviews of looks")
        ordering = ["-at"]
        constraints = [models.CheckConstraint(condition=~models.Q(note=""), name="lookreview_has_a_note")]
        indexes = [models.Index(fields=["day", "patient", "actor"], name="lookreview_of_a_day")]
        triggers = [append_only]

    def __str__(self) -> str:
        return f"{self.by}, {self.at:%Y-%m-%d %H:%M}"
