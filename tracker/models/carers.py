"""Whom a patient has asked to help: a relative who reports for them, on an account of their own."""

import datetime as dt
import secrets
import uuid
from typing import ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam, User
from accounts.models.invitations import VALID_FOR, digest
from tracker.models.base import PatientDataQuerySet, own_date, within
from tracker.models.patients import Patient

LONGEST = dt.timedelta(days=366)
"""Our own choice: who helps for longer is asked again, so that nobody is forgotten."""


class Scope(models.TextChoices):
    REPORT = "report", _("Send check-ins for me, and see the ones they sent")
    DIARY = "diary", _("Send check-ins for me, and see all of my diary")


class CarerQuerySet(PatientDataQuerySet["Carer"]):
    def usable(self, now: dt.datetime) -> Self:
        """Asked, and the link still works."""
        return self.filter(accepted_at=None, ended_at=None, expires_at__gt=now, until__gte=own_date(now))

    def for_token(self, token: str) -> Self:
        return self.filter(token_digest=digest(token))

    def in_force(self, now: dt.datetime | models.Expression) -> Self:
        """Accepted, not ended and not run out at `now`, which may be past: then as it stood."""
        not_ended = models.Q(ended_at=None) | models.Q(ended_at__gt=now)
        return self.filter(not_ended, accepted_at__lte=now, until__gte=own_date(now))

    def end(self, *, by: User, now: dt.datetime) -> int:
        """From `now` on they see and send nothing. What has ended stays as it was."""
        return self.filter(ended_at=None).update(ended_at=now, ended_by=by)


@pghistory.track(exclude=["token_digest"])
class Carer(models.Model):
    """One person's right to report for a patient: from an invitation until a day of the patient's clock.

    `user` is theirs once they have accepted. Asking anew, or for something else, makes a new row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="carers", verbose_name=_("patient"))
    name = models.CharField(_("name"), max_length=120)
    relation = models.CharField(_("who they are to the patient"), max_length=60)
    email = models.EmailField(_("e-mail address"))
    scope = models.CharField(_("may"), max_length=10, choices=Scope)
    until = models.DateField(_("last day"))
    token_digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("invited at"), editable=False)
    expires_at = models.DateTimeField(_("invitation runs out at"), editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="cares_for",
        verbose_name=_("signs in as"),
    )
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )

    objects: ClassVar[CarerQuerySet] = CarerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("carer")
        verbose_name_plural = _("carers")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["token_digest"], name="carer_one_a_token"),
            models.UniqueConstraint(
                fields=["patient", "email"], condition=models.Q(ended_at=None), name="carer_once_an_address"
            ),
            models.UniqueConstraint(
                fields=["patient", "user"], condition=models.Q(ended_at=None), name="carer_once_a_person"
            ),
            models.CheckConstraint(condition=models.Q(scope__in=Scope.values), name="carer_scope_is_known"),
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(relation=""), name="carer_has_a_name_and_relation"
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="carer_email_is_in_lower_case"
            ),
            models.CheckConstraint(condition=within("until", "created_at", LONGEST), name="carer_runs_out"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")),
                name="carer_invitation_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None, user=None)
                | models.Q(accepted_at__isnull=False, user__isnull=False),
                name="carer_is_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_by=None)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="carer_is_ended_by_somebody",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="written_once", exclude=["user", "accepted_at", "ended_at", "ended_by"]),
            pgtrigger.Protect(
                name="accepted_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__accepted_at__isnull=False)
                & (
                    pgtrigger.Q(new__accepted_at__df=pgtrigger.F("old__accepted_at"))
                    | pgtrigger.Q(new__user__df=pgtrigger.F("old__user"))
                ),
            ),
            pgtrigger.Protect(
                name="ended_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="is_somebody_else",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM tracker_patient patient
                        JOIN accounts_user own ON own.id = patient.user_id
                        WHERE patient.id = NEW.patient_id AND (own.email = NEW.email OR own.id = NEW.user_id)
                    ) THEN
                        RAISE EXCEPTION 'nobody is their own carer'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'carer_is_somebody_else';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.relation}"

    @classmethod
    def asked(
        cls,
        patient: Patient,
        *,
        name: str,
        relation: str,
        email: str,
        scope: str,
        until: dt.date,
        now: dt.datetime,
    ) -> tuple["Carer", str]:
        """The row of an invitation, with the token for its link, which is kept nowhere."""
        token = secrets.token_urlsafe(32)  # bytes
        carer = cls.objects.create(
            team_id=patient.team_id,
            patient=patient,
            name=name,
            relation=relation,
            email=email,
            scope=scope,
            until=until,
            token_digest=digest(token),
            created_at=now,
            expires_at=now + VALID_FOR,
        )
        return carer, token

    def is_over(self, now: dt.datetime) -> bool:
        """Ended, or its last day has passed; or nobody accepted while the link worked."""
        has_passed = self.until < self.patient.today(now)
        is_stale = self.accepted_at is None and self.expires_at <= now
        return self.ended_at is not None or has_passed or is_stale

    @property
    def sees_all(self) -> bool:
        return self.scope == Scope.DIARY
