"""How long things are kept, what must not be deleted meanwhile, and what was."""

import datetime as dt
import uuid
from typing import Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam, User
from tracker.models.base import PatientDataQuerySet, append_only, own_date
from tracker.models.patients import Patient

LONGEST_MONTHS = 100 * 12


class RetentionRule(models.Model):
    """How long a team keeps one kind of data, from `holds_from` on. Written, never changed.

    `months` None: for good. `tracker.retention.schedule` says which rule is in force, and what holds where
    nobody has written one.
    """

    id = models.BigAutoField(primary_key=True)
    team = models.ForeignKey(
        CareTeam, models.PROTECT, related_name="retention_rules", verbose_name=_("care team")
    )
    kind = models.CharField(_("what"), max_length=20)
    months = models.PositiveSmallIntegerField(_("months"), null=True)
    reason = models.TextField(_("reason"))
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by")
    )
    set_at = models.DateTimeField(_("set at"))
    holds_from = models.DateTimeField(_("holds from"))

    objects: ClassVar[models.Manager["RetentionRule"]] = models.Manager()

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering = ["set_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(months=None) | models.Q(months__lte=LONGEST_MONTHS),
                name="retentionrule_is_no_longer_than_a_century",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="retentionrule_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(holds_from__gte=models.F("set_at")),
                name="retentionrule_holds_once_it_is_set",
            ),
        ]
        triggers = [append_only]

    def __str__(self) -> str:
        return f"{self.team}, {self.kind}: {self.months}"


class LegalHoldQuerySet(PatientDataQuerySet["LegalHold"]):
    def in_force(self, now: dt.datetime | models.Expression) -> Self:
        """Not ended, and its last day, if it has one, is not over by the patient's clock."""
        open_still = models.Q(until=None) | models.Q(until__gte=own_date(now))
        return self.filter(open_still, ended_at=None)

    def that_keep(self, now: dt.datetime) -> Self:
        """Those for which nothing is deleted: as the database asks, until the last day is over everywhere."""
        everywhere = now.astimezone(dt.UTC).date() - dt.timedelta(days=1)
        return self.filter(models.Q(until=None) | models.Q(until__gte=everywhere), ended_at=None)


class LegalHold(models.Model):
    """Nothing of this patient's is deleted while it is in force: a claim, an inquiry, an order of a court.

    `until` is its last day; None: until somebody ends it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(
        Patient, models.PROTECT, related_name="legal_holds", verbose_name=_("patient")
    )
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("since"))
    until = models.DateField(_("last day"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )
    end_reason = models.TextField(_("why it was ended"), blank=True)

    objects: ClassVar[LegalHoldQuerySet] = LegalHoldQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="legalhold_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_by=None, end_reason="")
                | models.Q(ended_at__isnull=False, ended_by__isnull=False) & ~models.Q(end_reason=""),
                name="legalhold_is_ended_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["patient"], condition=models.Q(ended_at=None), name="legalhold_not_ended"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="written_once", exclude=["ended_at", "ended_by", "end_reason"]),
            pgtrigger.Protect(
                name="ended_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.patient}, {self.at:%Y-%m-%d}"

    @classmethod
    def place(
        cls, patient: Patient, *, reason: str, until: dt.date | None, by: User, now: dt.datetime
    ) -> "LegalHold":
        """From the moment it is committed nothing is deleted: whoever deletes holds the patient's row."""
        with transaction.atomic():
            Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
            return cls.objects.create(
                team_id=patient.team_id, patient=patient, reason=reason, until=until, by=by, at=now
            )

    def end(self, *, reason: str, by: User, now: dt.datetime) -> bool:
        """False where another officer was quicker: theirs stands."""
        mine = LegalHold.objects.filter(pk=self.pk, ended_at=None)
        return bool(mine.update(ended_at=now, ended_by=by, end_reason=reason))


class Deletion(models.Model):
    """What was taken away of one patient, by name of table and key: never what stood there.

    Written first: the database deletes what a row of these names, and nothing else that is kept for good
    (see docs/decisions). `rows` is a list of tables, each with `ids`; with `blank` the rows stay, and those
    columns were emptied. `many` counts the rows.
    """

    class Why(models.TextChoices):
        SCHEDULE = "schedule", _("The schedule")
        REQUEST = "request", _("The patient asked for it")

    id = models.BigAutoField(primary_key=True)
    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="deletions", verbose_name=_("patient"))
    kind = models.CharField(_("what"), max_length=20)
    why = models.CharField(_("why"), max_length=10, choices=Why)
    request = models.ForeignKey(
        "tracker.ErasureRequest",
        models.PROTECT,
        null=True,
        related_name="deletions",
        verbose_name=_("request"),
    )
    at = models.DateTimeField(_("at"))
    rows = models.JSONField(_("rows"))
    many = models.PositiveIntegerField(_("how many"))

    objects: ClassVar[PatientDataQuerySet["Deletion"]] = PatientDataQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("deletion")
        verbose_name_plural = _("deletions")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(why="schedule", request=None)
                | models.Q(why="request", request__isnull=False),
                name="deletion_says_why",
            ),
        ]
        indexes = [models.Index(fields=["patient", "-at"], name="deletion_of_a_patient")]
        triggers = [append_only]

    def __str__(self) -> str:
        return f"{self.kind}, {self.at:%Y-%m-%d}"

    @property
    def by_table(self) -> dict[str, int]:
        """How many rows of each table."""
        told: list[dict[str, Any]] = self.rows
        return {each["table"]: len(each["ids"]) for each in told}
