"""Tells patients that their team has written to them, by the way that they chose."""

import datetime as dt

from tracker.alerts.reminders import devices_of, places_of
from tracker.models import Message, MessageWay, Notice, Patient
from tracker.models.alerts import NoticeQuerySet
from tracker.models.messages import ToldBy

OF_USE_FOR = dt.timedelta(days=2)
"""What could not go out for so long is found on the first page."""


def way_of(patient: Patient) -> str:
    """By which they are told; "" for those who look by themselves, have not said, or cannot be reached so."""
    way = MessageWay.of(patient)
    is_reached = bool(way) and way != ToldBy.NOT and bool(patient.user.email or devices_of(patient, way))
    return way if is_reached else ""


def tell(patient: Patient, message: Message, now: dt.datetime) -> None:
    """Queue it, in the transaction that keeps the message. One that still waits to go out says as much."""
    way = way_of(patient)
    if not way or _of(patient).waiting().exists():
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
        for channel, address in places_of(patient, way)
    )


def take_back(patient: Patient) -> None:
    """They have seen what is there: nothing that still waits need go out. What is on its way is let go."""
    _of(patient).filter(state=Notice.State.QUEUED).update(state=Notice.State.CANCELLED)


def _of(patient: Patient) -> NoticeQuerySet:
    return Notice.objects.filter(recipient=patient.user_id, kind=Notice.Kind.MESSAGE)
