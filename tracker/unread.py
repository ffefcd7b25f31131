"""Notes and messages that nobody read in time: the patient gets a flag, or the one there is says so."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from tracker import raising
from tracker.apart import apart
from tracker.models import FlagEvent, Message, NoteToRead, Patient
from tracker.triage.report import Level

AT_ONCE = 100
"""How many the worker tells of before it looks at its alerts again."""


def due(now: dt.datetime) -> int:
    """Tell of what was to be read by now and is not, what waits longest first; returns of how many."""
    notes = NoteToRead.objects.unheard(now).by_deadline().values_list("pk", "patient")[:AT_ONCE]
    messages = Message.objects.unheard(now).by_deadline().values_list("pk", "patient")[:AT_ONCE]
    told = sum(_tell(pk, patient, now) for pk, patient in notes)
    return told + sum(_tell_of_message(pk, patient, now) for pk, patient in messages)


@apart("the unread note %s cannot be told of")
@transaction.atomic
def _tell(pk: UUID, patient_id: UUID, now: dt.datetime) -> bool:
    """False when somebody has read it, or another worker told of it, since we looked."""
    patient = Patient.objects.select_for_update(no_key=True).get(pk=patient_id)
    note = NoteToRead.objects.unheard(now).select_related("check_in").filter(pk=pk).first()
    if note is None:
        return False
    news = raising.News(
        team_id=patient.team_id,
        patient_id=note.patient_id,
        level=Level.ROUTINE,
        kind=FlagEvent.Kind.NOTE_UNREAD,
        check_in=note.check_in,
        at_once=True,
    )
    raising.tell(patient, news, now)
    return True


@apart("the unread message %s cannot be told of")
@transaction.atomic
def _tell_of_message(pk: UUID, patient_id: UUID, now: dt.datetime) -> bool:
    """False when somebody has read it, or another worker told of it, since we looked."""
    patient = Patient.objects.select_for_update(no_key=True).get(pk=patient_id)
    message = Message.objects.unheard(now).select_related("check_in").filter(pk=pk).first()
    if message is None or not Message.objects.unheard(now).filter(pk=pk).update(late_at=now):
        return False
    news = raising.News(
        team_id=patient.team_id,
        patient_id=message.patient_id,
        level=Level.ROUTINE,
        kind=FlagEvent.Kind.NOTE_UNREAD,
        check_in=message.check_in,
        at_once=True,
        detail={"message": str(pk)},
    )
    raising.tell(patient, news, now)
    return True
