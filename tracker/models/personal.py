"""What the care team has agreed for one person: limits of their own, and findings that are expected.

Both run out by themselves, at midnight by the patient's clock, and may be ended before. Rows are kept: what
was in force when a report came can be looked up for ever.
"""

import datetime as dt
import uuid
from typing import Any, ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam, User
from tracker.models.base import LEVEL_CHOICES, PatientDataQuerySet, own_date, within
from tracker.models.checkins import Finding
from tracker.models.patients import Patient
from tracker.triage.mutes import can_be_muted
from tracker.triage.report import Level

LONGEST_LIMIT = dt.timedelta(days=90)
LONGEST_MUTE = dt.timedelta(days=14)
# Both are our own choice: longer than a cycle of most drugs here, and shorter than anybody forgets.


class AlreadyEnded(Exception):
    """Somebody else was quicker, or it was ended by what took its place; `record` says who and when."""

    def __init__(self, record: "PatientLimit | Mute") -> None:
        self.record = record
        super().__init__("it has ended")


class CannotBeMuted(ValueError):
    """Emergencies and serious signs are never muted, and nothing for longer than LONGEST_MUTE."""


class AgreementQuerySet[Row: "PatientLimit | Mute"](PatientDataQuerySet[Row]):
    """Rows that begin at a moment, hold until the end of a day, and may be ended before."""

    begins: ClassVar[str]
    last_day: ClassVar[str]

    def in_force(self, now: dt.datetime | models.Expression) -> Self:
        """Begun, not ended and not run out at `now`, which may be past: then as it stood."""
        begun = models.Q(**{f"{self.begins}__lte": now})
        not_ended = models.Q(ended_at=None) | models.Q(ended_at__gt=now)
        return self.filter(begun, not_ended, **{f"{self.last_day}__gte": own_date(now)})


class Agreement(models.Model):
    """What limits and mutes share."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    reason = models.TextField(_("reason"))
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("ended by"),
    )

    class Meta:
        abstract = True

    def end(self, *, by: User, now: dt.datetime) -> None:
        """From `now` on it holds no more. Raises AlreadyEnded."""
        rows: Any = type(self)._default_manager
        won = rows.filter(pk=self.pk, ended_at=None).update(ended_at=now, ended_by=by)
        self.refresh_from_db(fields=["ended_at", "ended_by"])
        if not won:
            raise AlreadyEnded(self)  # type: ignore[arg-type]  # nobody makes a bare Agreement


# A row is ended once, and otherwise stays as it was written.
_ENDED_ONCE = [
    pgtrigger.ReadOnly(name="written_once", exclude=["ended_at", "ended_by"]),
    pgtrigger.Protect(
        name="ended_once", operation=pgtrigger.Update, condition=pgtrigger.Q(old__ended_at__isnull=False)
    ),
    pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
]
_ENDED_BY_SOMEBODY = models.Q(ended_at=None, ended_by=None) | models.Q(
    ended_at__isnull=False, ended_by__isnull=False
)


class PatientLimitQuerySet(AgreementQuerySet["PatientLimit"]):
    begins = "set_at"
    last_day = "expires_on"


@pghistory.track()
class PatientLimit(Agreement):
    """A number of the rules that is another one for this person, such as when blood pressure is too low.

    `name` is a limit of the rule set ("systolic_low"); triage holds the value within what the set allows.
    `expires_on` is the last day on which it holds.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="limits", verbose_name=_("patient"))
    name = models.CharField(_("limit"), max_length=60)
    value = models.FloatField(_("value"))
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by")
    )
    set_at = models.DateTimeField(_("set at"))
    expires_on = models.DateField(_("last day"))

    objects: ClassVar[PatientLimitQuerySet] = PatientLimitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("limit of a patient")
        verbose_name_plural = _("limits of patients")
        ordering = ["-set_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "name"],
                condition=models.Q(ended_at=None),
                name="patientlimit_one_a_name",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="patientlimit_has_a_reason"),
            models.CheckConstraint(
                condition=within("expires_on", "set_at", LONGEST_LIMIT), name="patientlimit_runs_out"
            ),
            models.CheckConstraint(condition=_ENDED_BY_SOMEBODY, name="patientlimit_is_ended_by_somebody"),
        ]
        triggers = _ENDED_ONCE

    def __str__(self) -> str:
        return f"{self.name}: {self.value:g}"

    @classmethod
    def of(
        cls,
        patient: Patient,
        *,
        name: str,
        value: float,
        reason: str,
        by: User,
        expires_on: dt.date,
        now: dt.datetime,
    ) -> "PatientLimit":
        """Set it from `now` on; the patient's earlier limit of this name ends."""
        with transaction.atomic():
            Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)  # one nurse after the other
            cls.objects.filter(patient=patient, name=name, ended_at=None).update(ended_at=now, ended_by=by)
            return cls.objects.create(
                team_id=patient.team_id,
                patient=patient,
                name=name,
                value=value,
                reason=reason,
                set_by=by,
                set_at=now,
                expires_on=expires_on,
            )


class MuteQuerySet(AgreementQuerySet["Mute"]):
    begins = "muted_at"
    last_day = "until"


@pghistory.track()
class Mute(Agreement):
    """A finding that is expected for some days: the same rule is quiet while nothing is worse than it was.

    What quiets and what breaks it is triage's to say. A worse report raises its flag and leaves the mute be.
    `level` and `inputs` are the finding's; `until` is the last day on which it holds.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="mutes", verbose_name=_("patient"))
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="mutes_made", verbose_name=_("finding"))
    rule = models.CharField(_("rule"), max_length=80)
    level = models.PositiveSmallIntegerField(_("level"), choices=LEVEL_CHOICES)
    inputs = models.JSONField(_("what the rule saw"))
    muted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("muted by")
    )
    muted_at = models.DateTimeField(_("muted at"))
    until = models.DateField(_("last day"))

    objects: ClassVar[MuteQuerySet] = MuteQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("muted finding")
        verbose_name_plural = _("muted findings")
        ordering = ["-muted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "rule"], condition=models.Q(ended_at=None), name="mute_one_a_rule"
            ),
            models.CheckConstraint(
                condition=models.Q(level__lt=Level.EMERGENCY), name="mute_never_of_an_emergency"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="mute_has_a_reason"),
            models.CheckConstraint(condition=within("until", "muted_at", LONGEST_MUTE), name="mute_runs_out"),
            models.CheckConstraint(condition=_ENDED_BY_SOMEBODY, name="mute_is_ended_by_somebody"),
        ]
        triggers = _ENDED_ONCE

    def __str__(self) -> str:
        return f"{self.rule}, {self.patient}"

    def end_all(self, *, by: User, now: dt.datetime) -> None:
        """This one, and those of the other rules that were muted with it. Raises AlreadyEnded."""
        with transaction.atomic():
            self.end(by=by, now=now)
            together = Mute.objects.filter(patient=self.patient_id, muted_by=self.muted_by_id, ended_at=None)
            together.filter(muted_at=self.muted_at).update(ended_at=now, ended_by=by)

    @classmethod
    def of(cls, finding: Finding, *, by: User, until: dt.date, reason: str, now: dt.datetime) -> "Mute":
        """Mute a finding from `now` on; an earlier mute of the same rule ends. Raises CannotBeMuted."""
        if not can_be_muted(finding.code, Level(finding.level), finding.inputs):
            raise CannotBeMuted("this is never expected")
        if not dt.timedelta(0) <= until - finding.patient.today(now) <= LONGEST_MUTE:
            raise CannotBeMuted(f"the last day must be within {LONGEST_MUTE.days} days")
        with transaction.atomic():
            patient = Patient.objects.select_for_update(no_key=True).get(pk=finding.patient_id)
            earlier = cls.objects.filter(patient=finding.patient_id, rule=finding.rule, ended_at=None)
            earlier.update(ended_at=now, ended_by=by)
            return cls.objects.create(
                team_id=patient.team_id,
                patient_id=finding.patient_id,
                finding=finding,
                rule=finding.rule,
                level=finding.level,
                inputs=finding.inputs,
                reason=reason,
                muted_by=by,
                muted_at=now,
                until=until,
            )
