"""Days on which nothing came from somebody who was expected to report."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam
from tracker.models.base import LEVEL_CHOICES, PatientDataQuerySet, append_only
from tracker.models.patients import Patient


class SilentDay(models.Model):
    """A day whose deadline passed without a report, judged once: `level` is what the rules made of it."""

    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(
        Patient, models.PROTECT, related_name="silent_days", verbose_name=_("patient")
    )
    day = models.DateField(_("day"))
    level = models.PositiveSmallIntegerField(_("level"), choices=LEVEL_CHOICES)
    judged_at = models.DateTimeField(_("judged at"))

    objects: ClassVar[PatientDataQuerySet["SilentDay"]] = PatientDataQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("silent day")
        verbose_name_plural = _("silent days")
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["patient", "day"], name="silentday_once")]
        triggers = [append_only]

    def __str__(self) -> str:
        return f"{self.patient}, {self.day}"
