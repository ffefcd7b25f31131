"""Closes a record that has to be kept to everybody who would use it, and opens it again.

What closes it ends what is done for the patient as well: nobody would see what they send.
"""

import datetime as dt
import enum
import uuid
from typing import Any

from django.db import transaction

from accounts.models import User
from tracker import leaving
from tracker.models import (
    DischargeReason,
    ErasureRequest,
    Flag,
    InboxItem,
    Message,
    NoteToRead,
    Patient,
    Restriction,
)
from tracker.retention.deleting import locked


class Waiting(enum.Enum):
    """What a person of the team has to see to before a record may be closed, or anything in it erased."""

    FLAG = "flag"
    NOTE = "note"
    MESSAGE = "message"
    PHONE = "phone"


class StillWaiting(Exception):
    """Somebody has to look first; `what` says at which things."""

    def __init__(self, what: list[Waiting]) -> None:
        self.what = what
        super().__init__(", ".join(each.value for each in what))


def that_wait() -> dict[Waiting, Any]:
    """Rows of every patient's."""
    return {
        Waiting.FLAG: Flag.objects.unresolved(),
        Waiting.NOTE: NoteToRead.objects.unread(),
        Waiting.MESSAGE: Message.objects.to_team().unread(),
        Waiting.PHONE: InboxItem.objects.waiting(),
    }


def waiting(patient: Patient) -> list[Waiting]:
    """In four small queries."""
    return [what for what, rows in that_wait().items() if rows.filter(patient=patient).exists()]


@transaction.atomic
def restrict(
    patient_id: uuid.UUID,
    *,
    reason: str,
    by: User,
    now: dt.datetime,
    request: ErasureRequest | None = None,
) -> Restriction | None:
    """None where it is closed already. Raises StillWaiting: nobody would see to it afterwards."""
    patient = locked(patient_id)
    if patient.restricted_at:
        return None
    if what := waiting(patient):
        raise StillWaiting(what)
    leaving.discharge(patient_id, reason=DischargeReason.WISH, note="", by=by, now=now)
    patient.refresh_from_db(fields=["left_on", "remind_at"])
    patient.restricted_at = now
    patient.save(update_fields=["restricted_at"])
    return Restriction.objects.create(
        team_id=patient.team_id, patient=patient, request=request, reason=reason, by=by, at=now
    )


@transaction.atomic
def lift(patient_id: uuid.UUID, *, reason: str, by: User, now: dt.datetime) -> bool:
    """The team sees the record again; whether reports are waited for is theirs and the patient's to say."""
    return Restriction.lift(locked(patient_id), reason=reason, by=by, now=now)
