"""Days on which nothing came from somebody who was expected to report."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam
from tracker.models.base import LEVEL_CHOICES, PatientDataQuerySet, append_only
from tracker.models.patients import Patient


class SilentDayQuerySet(PatientDataQuerySet["SilentDay"]):
    def of(self, patient: Patient) -> Self:
        return self.filter(patient=patient)


class SilentDay(models.Model):
    """A day whose deadline passed without a report, judged once: `level` is what the rules made of it."""

    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(
        Patient, models.PROTECT, related_name="silent_days", verbose_name=_("patient")
    )
    day = models.DateField(_("day"))
    level = models.PositiveSmallIntegerField(_("level"), choices=LEVEL_CHOICES)
    judged_at = models.DateTimeField(_("judged at"))

    objects: ClassVar[SilentDayQuerySet] = SilentDayQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("silent day")
        verbose_name_plural = _("silent days")
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["patient", "day"], name="silentday_once")]
        triggers = [append_only]

    def __str__(self) -> str:
        return f"{self.patient}, {self.day}"


def own_local_time(at: dt.datetime | models.F) -> models.Func:
    """A moment by the clock of a patient's row, without a zone."""
    zone = Coalesce(NullIf("time_zone", models.Value("")), "team__time_zone")
    moment = at if isinstance(at, models.F) else models.Value(at, output_field=models.DateTimeField())
    return models.Func(zone, moment, function="timezone", output_field=models.DateTimeField())


def expected_to_report(now: dt.datetime) -> models.QuerySet[Patient]:
    """Patients of whom a report of today is expected, with `local` (their clock) and `local_day`."""
    local = own_local_time(now)
    return (
        Patient.objects.annotate(local=local, local_day=Cast(local, models.DateField()))
        .filter(models.Q(left_on=None) | models.Q(left_on__gt=models.F("local_day")))
        .filter(models.Q(paused_until=None) | models.Q(paused_until__lt=models.F("local_day")))
        .filter(enrolled_on__lte=models.F("local_day"), user__is_active=True)
    )
