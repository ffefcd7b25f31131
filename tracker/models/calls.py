"""Calls of the team to patients, such as those of whom nothing is heard, and what came of them."""

import datetime as dt
import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam, User
from tracker.models.base import PatientDataQuerySet, append_only
from tracker.models.patients import Patient

HELD_FOR = dt.timedelta(minutes=15)
"""How long somebody who said that they are calling keeps others from it: our own choice."""
NO_ANSWER_RESTS = dt.timedelta(hours=2)
"""After how long somebody who did not answer is to be called again, unless a time was set: our own choice."""
LATEST_CALL_BACK = dt.timedelta(days=7)
LONGEST_STAY = dt.timedelta(days=30)
"""The last day of a stay in hospital is at most so far ahead, as where patients pause themselves."""


class Taken(Exception):
    """A colleague has called, or is calling, since the page was opened; `call` says who and how."""

    def __init__(self, call: "Call") -> None:
        self.call = call
        super().__init__(f"{call.by} was quicker")


class CallQuerySet(PatientDataQuerySet["Call"]):
    def ended(self) -> Self:
        """With what came of them: without the words that somebody is calling now."""
        return self.exclude(outcome=Call.Outcome.CALLING)

    def since(self, at: dt.datetime) -> Self:
        return self.filter(at__gte=at)

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")


class Call(models.Model):
    """One step of calling a patient: that somebody is at it, then what came of it. Written, never changed.

    `again_at`: until then nobody needs to call; None where the patient stays to be called. `until` is the
    last day of a stay in hospital.
    """

    class Outcome(models.TextChoices):
        CALLING = "calling", _("Is calling")
        WELL = "well", _("Reached, and well")
        UNWELL = "unwell", _("Reached, and unwell")
        NO_ANSWER = "no_answer", _("No answer")
        WRONG_NUMBER = "wrong_number", _("Wrong number")
        IN_HOSPITAL = "in_hospital", _("In hospital")
        CALL_BACK = "call_back", _("Asked to call at another time")

    id = models.BigAutoField(primary_key=True)
    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="calls", verbose_name=_("patient"))
    # The flag that was open then; None without one.
    flag = models.ForeignKey(
        "tracker.Flag", models.PROTECT, null=True, related_name="calls", verbose_name=_("flag")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("called by")
    )
    at = models.DateTimeField(_("at"))
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome)
    note = models.TextField(_("note"), blank=True)
    again_at = models.DateTimeField(_("to be called again at"), null=True)
    until = models.DateField(_("in hospital until"), null=True)

    objects: ClassVar[CallQuerySet] = CallQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    outcome__in=(
                        "calling",
                        "well",
                        "unwell",
                        "no_answer",
                        "wrong_number",
                        "in_hospital",
                        "call_back",
                    )
                ),
                name="call_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="in_hospital", until__isnull=False)
                | (~models.Q(outcome="in_hospital") & models.Q(until=None)),
                name="call_has_a_last_day_in_hospital",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="call_back") | models.Q(again_at__isnull=False),
                name="call_back_has_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(again_at=None) | models.Q(again_at__gt=models.F("at")),
                name="call_comes_again_later",
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "-at"], name="call_of_a_patient"),
            models.Index(fields=["team", "-at"], name="call_of_a_team"),
            models.Index(
                fields=["team", "again_at"],
                condition=models.Q(again_at__isnull=False),
                name="call_again",
            ),
        ]
        triggers = [append_only]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}, {self.patient}"

    def holds(self, now: dt.datetime) -> bool:
        """Somebody said that they are calling, and may be at it still."""
        return self.outcome == self.Outcome.CALLING and now - self.at < HELD_FOR

    @classmethod
    def latest(cls, patient_id: uuid.UUID) -> "Call | None":
        return cls.objects.filter(patient=patient_id).select_related("by").newest_first().first()

    @classmethod
    def begin(cls, patient: Patient, *, by: User, now: dt.datetime) -> "Call | None":
        """Say that `by` is calling; None if they have said so. Raises Taken while a colleague is."""
        with transaction.atomic():
            _lock(patient)
            latest = cls.latest(patient.pk)
            if latest and latest.holds(now):
                if latest.by_id != by.pk:
                    raise Taken(latest)
                return None
            return cls._add(patient, by, now, cls.Outcome.CALLING)

    @classmethod
    def end(
        cls,
        patient: Patient,
        *,
        by: User,
        now: dt.datetime,
        seen: int | None,
        outcome: str,
        note: str = "",
        again_at: dt.datetime | None = None,
        until: dt.date | None = None,
    ) -> "Call":
        """Keep what came of it. `seen` is the newest call on `by`'s page, None for none.

        Raises Taken when a colleague has ended a call since, or is at one now.
        """
        with transaction.atomic():
            _lock(patient)
            latest = cls.latest(patient.pk)
            is_news = latest is not None and latest.pk != seen and latest.by_id != by.pk
            if latest and is_news and (latest.outcome != cls.Outcome.CALLING or latest.holds(now)):
                raise Taken(latest)
            return cls._add(patient, by, now, outcome, note=note, again_at=again_at, until=until)

    @classmethod
    def _add(cls, patient: Patient, by: User, now: dt.datetime, outcome: str, **more: object) -> "Call":
        flag = patient.flags.unresolved().first()
        return cls.objects.create(
            team_id=patient.team_id, patient=patient, flag=flag, by=by, at=now, outcome=outcome, **more
        )


def _lock(patient: Patient) -> None:
    """One call a patient at a time: the second of two pressed at once sees what the first has left."""
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
