"""Leaving the programme, and coming back.

A patient may leave by themselves: the team is told by a flag. A team discharges a patient: not while a flag
waits for an answer. Nothing that was reported is taken away, and only a person closes a flag.
"""

import datetime as dt
import uuid

from django.db import transaction

from accounts.models import Invitation, PushDevice, User
from tracker import moving, raising
from tracker.models import CareEvent, Carer, FlagEvent, Notice, OfflineDevice, Patient
from tracker.triage.report import Level

REASON_MAX = 500
"""Characters."""


@transaction.atomic
def leave(patient_id: uuid.UUID, *, reason: str, now: dt.datetime) -> bool:
    """From today on nobody watches this patient; False when they had left before.

    What still comes from one of their phones is kept and weighed as ever: a report is never lost.
    """
    patient = moving.locked(patient_id)
    if patient.has_left(patient.today(now)):
        return False
    _end(patient, by=patient.user, now=now)
    _tell(patient, reason, now)
    return True


@transaction.atomic
def discharge(patient_id: uuid.UUID, *, reason: str, note: str, by: User, now: dt.datetime) -> bool:
    """The team ends it; False when the patient had left before. Raises HasOpenFlag: that comes first."""
    patient = moving.locked(patient_id)
    if patient.has_left(patient.today(now)):
        return False
    moving.refuse_with_open_flag(patient)
    _end(patient, by=by, now=now)
    CareEvent.keep(patient, CareEvent.Kind.DISCHARGED, by=by, now=now, note=note, reason=reason)
    return True


@transaction.atomic
def come_back(patient_id: uuid.UUID, *, by: User, now: dt.datetime) -> bool:
    """Reports are waited for again from tomorrow on; False when the patient had not left.

    The days between count as a pause, so that nobody is asked where they were. Reminders, phones and carers
    are for the patient to choose anew.
    """
    patient = moving.locked(patient_id)
    if patient.left_on is None:
        return False
    today = patient.today(now)
    patient.paused_from = min(patient.left_on, today)
    patient.paused_until = max(today, patient.paused_until or today)
    patient.left_on = None
    patient.save(update_fields=["left_on", "paused_from", "paused_until"])
    CareEvent.keep(patient, CareEvent.Kind.CAME_BACK, by=by, now=now)
    return True


def _end(patient: Patient, *, by: User, now: dt.datetime) -> None:
    patient.left_on = max(patient.today(now), patient.enrolled_on)
    patient.remind_at = None
    patient.save(update_fields=["left_on", "remind_at"])
    Carer.objects.filter(patient=patient).end(by=by, now=now)
    Invitation.objects.of_patients().filter(user=patient.user_id).end(now)
    moving.withdraw_waiting(patient, by=by, now=now)
    _end_what_goes_to_and_from_phones(patient, now)


def _end_what_goes_to_and_from_phones(patient: Patient, now: dt.datetime) -> None:
    """Who is staff too goes on getting alerts on their phone. A reminder in a worker's hands is let go."""
    OfflineDevice.objects.filter(patient=patient, revoked_at=None).update(revoked_at=now)
    to_patient = Notice.objects.filter(
        recipient=patient.user_id, kind__in=(Notice.Kind.REMINDER, Notice.Kind.MESSAGE)
    )
    to_patient.filter(state=Notice.State.QUEUED).update(state=Notice.State.CANCELLED)
    if not patient.user.is_care_team:
        PushDevice.objects.in_use().filter(user=patient.user_id).update(retired_at=now)


def _tell(patient: Patient, reason: str, now: dt.datetime) -> None:
    """A flag, as of everything that a person of the team has to know: it stays until one has seen to it."""
    news = raising.News(
        team_id=patient.team_id,
        patient_id=patient.pk,
        level=Level.ROUTINE,
        kind=FlagEvent.Kind.LEFT,
        detail={"reason": reason[:REASON_MAX]} if reason else {},
    )
    raising.tell(patient, news, now)
