"""Leaving the programme: one act that ends what is done for a patient, and tells the team of it.

Nothing that was reported is taken away, and open flags stay open: only a person closes them.
"""

import datetime as dt
import uuid

from django.db import transaction

from accounts.models import PushDevice
from tracker import raising
from tracker.models import Carer, FlagEvent, Notice, OfflineDevice, Patient
from tracker.triage.report import Level

REASON_MAX = 500
"""Characters."""


@transaction.atomic
def leave(patient_id: uuid.UUID, *, reason: str, now: dt.datetime) -> bool:
    """From today on nobody watches this patient; False when they had left before.

    What still comes from one of their phones is kept and weighed as ever: a report is never lost.
    """
    patient = Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient_id)
    today = patient.today(now)
    if patient.has_left(today):
        return False
    patient.left_on = max(today, patient.enrolled_on)
    patient.remind_at = None
    patient.save(update_fields=["left_on", "remind_at"])
    Carer.objects.filter(patient=patient).end(by=patient.user, now=now)
    _end_what_goes_to_and_from_phones(patient, now)
    _tell(patient, reason, now)
    return True


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
