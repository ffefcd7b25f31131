"""How bad a clinician judged something to be, beside what the patient said of it. Added to, never changed."""

import datetime as dt
import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam, User
from tracker.models.base import PatientDataQuerySet, append_only
from tracker.models.checkins import CheckIn
from tracker.models.patients import Patient
from tracker.triage.ctcae import VERSIONS

MEDDRA_CODES = (10_000_000, 99_999_999)
"""A MedDRA code is a number of eight digits."""


class AlreadyCorrected(Exception):
    """Somebody else was quicker; `by` is their correction."""

    def __init__(self, by: "ClinicianGrade") -> None:
        self.by = by
        super().__init__(f"{by.recorded_by} has corrected it")


class CtcaeGrade(models.IntegerChoices):
    MILD = 1, _("1 Mild")
    MODERATE = 2, _("2 Moderate")
    SEVERE = 3, _("3 Severe, not life-threatening")
    LIFE_THREATENING = 4, _("4 Life-threatening")
    DEATH = 5, _("5 Death")


class ClinicianGradeQuerySet(PatientDataQuerySet["ClinicianGrade"]):
    def standing(self) -> Self:
        """Without those that a later one took the place of, and what was taken back."""
        return self.filter(correction=None, is_taken_back=False)


class ClinicianGrade(models.Model):
    """One CTCAE grade of one day: term, version, code and grade are read together or not at all.

    `day` is the patient's own date. A correction is a new row that points to what it replaces and says why;
    one that is taken back (`is_taken_back`) says of the row before it that it should not be there.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(
        Patient, models.PROTECT, related_name="clinician_grades", verbose_name=_("patient")
    )
    day = models.DateField(_("day"))
    term = models.CharField(_("CTCAE term"), max_length=200)
    version = models.CharField(_("CTCAE version"), max_length=5, choices=[(each, each) for each in VERSIONS])
    meddra = models.PositiveIntegerField(_("MedDRA code"), null=True)
    grade = models.PositiveSmallIntegerField(_("grade"), choices=CtcaeGrade)
    # A code of the diary's, where the term is about something that patients are asked.
    symptom = models.CharField(_("symptom"), max_length=60, blank=True)
    check_in = models.ForeignKey(
        CheckIn, models.PROTECT, null=True, related_name="clinician_grades", verbose_name=_("check-in")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="correction", verbose_name=_("takes the place of")
    )
    reason = models.TextField(_("reason for the correction"), blank=True)
    is_taken_back = models.BooleanField(_("taken back"), default=False)

    objects: ClassVar[ClinicianGradeQuerySet] = ClinicianGradeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("clinician's grade")
        verbose_name_plural = _("clinicians' grades")
        ordering = ["-day", "-recorded_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(grade__in=CtcaeGrade.values), name="cliniciangrade_grade_is_1_to_5"
            ),
            models.CheckConstraint(
                condition=models.Q(version__in=VERSIONS), name="cliniciangrade_version_is_known"
            ),
            models.CheckConstraint(condition=~models.Q(term=""), name="cliniciangrade_has_a_term"),
            models.CheckConstraint(
                condition=models.Q(meddra=None) | models.Q(meddra__range=MEDDRA_CODES),
                name="cliniciangrade_meddra_has_eight_digits",
            ),
            models.CheckConstraint(
                condition=models.Q(replaces=None, reason="", is_taken_back=False)
                | (models.Q(replaces__isnull=False) & ~models.Q(reason="")),
                name="cliniciangrade_correction_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(replaces=models.F("id")), name="cliniciangrade_replaces_another"
            ),
            models.CheckConstraint(
                # By whichever clock: it may be tomorrow already where the patient is.
                condition=models.Q(
                    day__lte=models.Func(
                        models.F("recorded_at"),
                        template="((%(expressions)s AT TIME ZONE 'UTC')::date + 1)",
                        output_field=models.DateField(),
                    )
                ),
                name="cliniciangrade_day_has_come",
            ),
        ]
        indexes = [models.Index(fields=["patient", "-day"], name="cliniciangrade_of_a_patient")]
        triggers = [append_only]

    def __str__(self) -> str:
        return f"{self.term} {self.grade} (CTCAE {self.version})"

    @classmethod
    def of(cls, patient: Patient, *, by: User, now: dt.datetime, **told: Any) -> "ClinicianGrade":
        """Write one down. Raises AlreadyCorrected where what it `replaces` has a correction already.

        What it replaces, and the check-in, are of the same patient.
        """
        replaces, check_in = told.get("replaces"), told.get("check_in")
        if any(each and each.patient_id != patient.pk for each in (replaces, check_in)):
            raise ValueError("it is about another patient")
        try:
            with transaction.atomic():
                return cls.objects.create(
                    team_id=patient.team_id, patient=patient, recorded_by=by, recorded_at=now, **told
                )
        except IntegrityError:
            won = cls.objects.filter(replaces=replaces).select_related("recorded_by").first()
            if replaces is None or won is None:
                raise
            raise AlreadyCorrected(won) from None
