"""Reading a check-in that was filled in on a phone without a network: as the form would, had it been sent."""

import datetime as dt
import uuid

from cryptography.hazmat.primitives.asymmetric import ec
from django.http import QueryDict

from tracker.models import InboxItem, Patient, SealingKey
from tracker.offline import envelope
from tracker.offline.envelope import Envelope, Filled, Unreadable
from tracker.patient.forms import CheckInForm
from tracker.patient.plan import plan_for
from tracker.triage.report import Report


def private_key(pk: uuid.UUID) -> ec.EllipticCurvePrivateKey | None:
    """That of ours with this id; None for an id that we never had."""
    key = SealingKey.objects.filter(pk=pk).first()
    return key.private if key else None


def read(raw: bytes) -> Envelope:
    """Raises Unreadable, and what says that the database is in trouble."""
    return envelope.read(raw, private_key)


def in_the_open(raw: bytes) -> bytes:
    """What was sealed, where it can be opened, for a person to look at."""
    return envelope.in_the_open(raw, private_key)


def day_of(sent: Envelope, patient: Patient, received_at: dt.datetime) -> dt.date:
    """The patient's own date when it was filled in, or the day before that it tells of."""
    return patient.today(received_at - sent.age) - dt.timedelta(days=sent.days_back)


def report_of(sent: Envelope, item: InboxItem, now: dt.datetime) -> Report:
    """Nobody is there to be asked: what the form would ask about is kept as it was typed.

    Raises Unreadable for a check-in that belongs into another diary.
    """
    if not isinstance(sent.told, Filled):
        return sent.told
    if sent.told.diary != item.patient_id:
        raise Unreadable("It was filled in for another diary than the one this phone may send for.")
    patient = item.patient
    day = day_of(sent, patient, item.received_at)
    user = item.device.user
    is_own = user.pk == patient.user_id
    # As on the page: all that they see of the diary. `submit` refuses to correct what somebody else sent.
    seen = None if is_own else patient.check_ins.visible_to(user, item.received_at)
    plan = plan_for(patient, patient.today(now), reports=seen, by_another=not is_own)
    form = CheckInForm.kept(_as_sent(sent.told), plan=plan, now=now, day=day)
    form.is_valid()  # it always is
    return form.report


def _as_sent(told: Filled) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, text in told.fields:
        data.appendlist(name, text)
    return data
