"""A short thread between Rosa and Amira, whose end nobody has read yet."""

import datetime as dt
import uuid
from collections.abc import Mapping

from accounts.models import User
from tracker import messaging
from tracker.models import Patient

HOUR = dt.timedelta(hours=1)


def let_them_write(patient: Patient, staff: Mapping[str, User], now: dt.datetime) -> None:
    asked = messaging.send(
        patient_id=patient.pk,
        id=uuid.uuid4(),
        by=patient.user,
        body="My visit is on Tuesday at 9. Can I come in the afternoon? My daughter drives me, and she works "
        "until two.",
        now=now - 22 * HOUR,
    )
    messaging.reply(
        patient_id=patient.pk,
        id=uuid.uuid4(),
        by=staff["amira"],
        body="Yes, Rosa. Please come at 3 pm on Tuesday. The blood test is at half past two, as before.",
        now=now - 21 * HOUR,
        seen=asked.message.pk,
        answers=True,
    )
    messaging.send(
        patient_id=patient.pk,
        id=uuid.uuid4(),
        by=patient.user,
        body="Thank you. Do I bring the list of all my tablets?",
        now=now - HOUR / 2,
    )
