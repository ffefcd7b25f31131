"""Tells patients that their team has written to them, by the way that they chose for reminders."""

import datetime as dt

from tracker.alerts.reminders import places_of
from tracker.models import Message, Notice, Patient
from tracker.models.alerts import NoticeQuerySet

OF_USE_FOR = dt.timedelta(days=2)
"""What could not go out for so long is found on the first page."""


def hears(patient: Patient) -> bool:
    """Whether they want to be told of anything. Who chose no reminders finds messages when they look."""
    return patient.remind_at is not None


def tell(patient: Patient, message: Message, now: dt.datetime) -> None:
    """Queue it, in the transaction that keeps the message. One that still waits to go out says as much."""
    if not hears(patient) or _of(patient).waiting().exists():
        return
    Notice.objects.bulk_create(
        Notice(
            recipient=patient.user,
            kind=Notice.Kind.MESSAGE,
            about=str(message.pk),
            channel=channel,
            address=address,
            created_at=now,
            wanted_at=now,
            due_at=now,
            expires_at=now + OF_USE_FOR,
        )
        for channel, address in places_of(patient)
    )


def take_back(patient: Patient) -> None:
    """They have seen what is there: nothing that still waits need go out. What is on its way is let go."""
    _of(patient).filter(state=Notice.State.QUEUED).update(state=Notice.State.CANCELLED)


def _of(patient: Patient) -> NoticeQuerySet:
    return Notice.objects.filter(recipient=patient.user_id, kind=Notice.Kind.MESSAGE)
