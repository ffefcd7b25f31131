"""Calling a patient: saying that one is at it, and what came of it, for the list, a pause and a flag."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from tracker.models import Call, Flag, Patient, Taken
from tracker.models.calls import NO_ANSWER_RESTS
from tracker.models.flags import Outcome, State

REACHED = frozenset({Call.Outcome.WELL, Call.Outcome.IN_HOSPITAL})
"""After these a flag may be resolved in the same act; after no other has anybody heard how the patient is."""


def begin(patient: Patient, *, by: User, now: dt.datetime) -> None:
    """`by` is about to call; a flag that nobody has becomes theirs, so that no one else is told to call.

    Raises Taken while a colleague is calling, AlreadyClaimed when one took the flag at the same moment: the
    flag decides first, and its event of who was slower is kept.
    """
    latest = Call.latest(patient.pk)
    if latest and latest.holds(now) and latest.by_id != by.pk:
        raise Taken(latest)
    flag = patient.flags.unresolved().first()
    if flag and flag.state == State.OPEN:
        flag.claim(by=by, now=now)
    Call.begin(patient, by=by, now=now)


@transaction.atomic
def end(
    patient: Patient, *, by: User, now: dt.datetime, told: Mapping[str, Any], flag: Flag | None = None
) -> Call:
    """Keep what came of a call: `told` is what the form has read. With `flag`, it is resolved as well.

    Raises what `Call.end` and `Flag.resolve` raise, and then nothing is kept.
    """
    outcome = told["outcome"]
    call = Call.end(
        patient,
        by=by,
        now=now,
        seen=told["seen"],
        outcome=outcome,
        note=told["note"],
        again_at=_again_at(patient, outcome, told["again_at"], now),
        until=told["until"] if outcome == Call.Outcome.IN_HOSPITAL else None,
    )
    if call.until:
        patient.pause(call.until, patient.today(now))
    if flag:
        flag.resolve(by=by, outcome=Outcome.CALLED, note=told["note"], seen=told["reports"], now=now)
    return call


def _again_at(
    patient: Patient, outcome: str, chosen: dt.datetime | None, now: dt.datetime
) -> dt.datetime | None:
    """Until when nobody needs to call. Who is well is expected again tomorrow, by their own clock."""
    match outcome:
        case Call.Outcome.WELL:
            tomorrow = patient.today(now) + dt.timedelta(days=1)
            return dt.datetime.combine(tomorrow, dt.time.min, patient.zone).astimezone(dt.UTC)
        case Call.Outcome.NO_ANSWER:
            return chosen or now + NO_ANSWER_RESTS
        case Call.Outcome.CALL_BACK:
            return chosen
        case _:
            return None
