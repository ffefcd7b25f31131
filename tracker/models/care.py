"""A patient's way through the programme: what teams did with their record, and who had them in care when."""

import datetime as dt
import uuid
from typing import Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam, Role, User
from tracker.models import rights
from tracker.models.base import PatientDataQuerySet, append_only
from tracker.models.patients import Patient

REASON_MAX = 500
"""Characters."""


class DischargeReason(models.TextChoices):
    FINISHED = "finished", _("The treatment is over")
    STOPPED = "stopped", _("The treatment was stopped early")
    WISH = "wish", _("The patient does not want to go on")
    MOVED = "moved", _("The patient has moved to a clinic that does not use Sidelight")
    DIED = "died", _("The patient has died")
    OTHER = "other", _("Something else")


class CareEvent(models.Model):
    """One step on that way. Written, never changed; `team` is the team of that time."""

    class Kind(models.TextChoices):
        ENROLLED = "enrolled", _("Enrolled")
        EDITED = "edited", _("Record changed")
        INVITED = "invited", _("Invited by e-mail")
        PRINTED = "printed", _("Code printed")
        COURSE_ADDED = "course_added", _("Course of treatment added")
        COURSE_CHANGED = "course_changed", _("Course of treatment changed")
        COURSE_ENDED = "course_ended", _("Course of treatment ended")
        DOSE_ADDED = "dose_added", _("Dose written down")
        DOSE_REMOVED = "dose_removed", _("Dose struck out")
        PAUSED = "paused", _("Reports paused")
        PAUSE_ENDED = "pause_ended", _("Pause ended")
        DISCHARGED = "discharged", _("Discharged")
        CAME_BACK = "came_back", _("Came back")
        ASKED = "asked", _("Another team asked to take over")
        WITHDRAWN = "withdrawn", _("Request to take over taken back")
        REFUSED = "refused", _("The other team said no")
        MOVED = "moved", _("Moved to another team")

    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(
        Patient, models.PROTECT, related_name="care_events", verbose_name=_("patient")
    )
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    note = models.TextField(_("note"), blank=True)
    # "reason" of a discharge; "until" of a pause; "drug" and "day"; "from" and "to", the names of teams.
    detail = models.JSONField(_("detail"), default=dict)

    objects: ClassVar[PatientDataQuerySet["CareEvent"]] = PatientDataQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("step of care")
        verbose_name_plural = _("steps of care")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["patient", "-at"], name="careevent_of_a_patient")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="discharged")
                | models.Q(detail__has_key="reason", detail__reason__in=DischargeReason.values),
                name="careevent_discharge_has_a_reason",
            ),
        ]
        triggers = [append_only]

    def __str__(self) -> str:
        return self.get_kind_display()

    @classmethod
    def keep(
        cls, patient: Patient, kind: str, *, by: User, now: dt.datetime, note: str = "", **detail: Any
    ) -> "CareEvent":
        """Part of the transaction of the act that it tells of."""
        return cls.objects.create(
            team_id=patient.team_id, patient=patient, kind=kind, by=by, at=now, note=note, detail=detail
        )


class AlreadyAnswered(Exception):
    """Somebody else answered the request, or took it back."""


class TransferQuerySet(PatientDataQuerySet["Transfer"]):
    def waiting(self) -> Self:
        return self.filter(state=Transfer.State.ASKED)

    def for_leads(self, user: User) -> Self:
        """Those that wait for an answer by `user`, as the lead of the team that is asked.

        Its own patient cannot be taken over by a lead: another one has to.
        """
        led = rights.teams_of(user, [Role.LEAD])
        return self.waiting().filter(to_team__in=led).exclude(rights.is_own(user))


class Transfer(models.Model):
    """A team asks another one to take a patient over. Nothing moves until the other team's lead says yes."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waits for an answer")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Taken back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("from team"))
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="transfers", verbose_name=_("patient"))
    to_team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("to team"))
    reason = models.CharField(_("reason"), max_length=REASON_MAX)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answer = models.CharField(_("answer"), max_length=REASON_MAX, blank=True)

    objects: ClassVar[TransferQuerySet] = TransferQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=models.Q(state="asked"), name="transfer_one_waits_a_patient"
            ),
            models.CheckConstraint(
                condition=~models.Q(team=models.F("to_team")), name="transfer_is_to_another_team"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("asked", "accepted", "refused", "withdrawn")),
                name="transfer_state_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state="asked", answered_by=None, answered_at=None)
                | (~models.Q(state="asked") & models.Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="transfer_is_answered_by_somebody",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="transfer_has_a_reason"),
        ]
        indexes = [
            models.Index(fields=["to_team"], condition=models.Q(state="asked"), name="transfer_waiting"),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="written_once", exclude=["state", "answered_by", "answered_at", "answer"]
            ),
            pgtrigger.Protect(
                name="answered_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__answered_at__isnull=False),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.patient}, {self.team} → {self.to_team}"

    def answered(self, state: str, *, by: User, now: dt.datetime, answer: str = "") -> None:
        """Compare and swap. Raises AlreadyAnswered."""
        waits = Transfer.objects.waiting().filter(pk=self.pk)
        if not waits.update(state=state, answered_by=by, answered_at=now, answer=answer):
            raise AlreadyAnswered
        self.state, self.answered_by, self.answered_at, self.answer = state, by, now, answer
