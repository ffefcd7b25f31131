"""A patient of whom there is a row of everything, long after she left."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from tests.test_admin import a_row_of_everything
from tracker import leaving
from tracker.models import (
    Carer,
    Flag,
    InboxItem,
    Message,
    NoteToRead,
    Notice,
    Patient,
)
from tracker.models.flags import State
from tracker.offline import inbox

__all__ = ["a_row_of_everything"]

A_DAY = dt.timedelta(days=1)
A_YEAR = dt.timedelta(days=366)


def settle_everything(patient: Patient, by: User) -> None:
    """Nothing of hers waits for anybody any more: flags are answered, notes and messages read."""
    now = timezone.now()
    for item in InboxItem.objects.waiting().filter(patient=patient):
        inbox.settle(item, now)
    for flag in Flag.objects.unresolved().filter(patient=patient):
        owner = flag.owner or by
        Flag.objects.filter(pk=flag.pk).update(
            state=State.RESOLVED, owner=owner, outcome="called", resolved_at=now, call_back_at=None
        )
    NoteToRead.objects.filter(patient=patient, read_at=None).update(read_at=now, read_by=by)
    Message.objects.filter(patient=patient, read_at=None).exclude(author=by).update(read_at=now, read_by=by)
    Notice.objects.filter(recipient=patient.user_id).update(state=Notice.State.CANCELLED)


@pytest.fixture
def whole(a_row_of_everything: None, rosa: Patient, amira: User, settings: Any) -> Patient:
    """Rosa, of whom there is a row of everything, and nothing waits."""
    settle_everything(rosa, amira)
    return rosa


def left(patient: Patient, years: float) -> Patient:
    """She left the programme so long ago, and everything that runs was ended then."""
    now = timezone.now()
    if not patient.has_left(patient.today(now)):
        assert leaving.discharge(patient.pk, reason="finished", note="", by=patient.user, now=now)
    gone = patient.today(now) - dt.timedelta(days=round(years * 365.25))
    Patient.objects.filter(pk=patient.pk).update(left_on=gone, enrolled_on=gone - 90 * A_DAY)
    Carer.objects.filter(patient=patient).end(by=patient.user, now=now)
    patient.refresh_from_db()
    return patient


def an_id() -> uuid.UUID:
    return uuid.uuid4()
