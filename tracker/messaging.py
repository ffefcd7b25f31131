"""Short messages between a patient and their team: each with all that it makes necessary, or not at all."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from tracker import checkins, raising
from tracker.again import again_if_it_clashed
from tracker.alerts import written
from tracker.models import CheckIn, Flag, Message, Patient, rights
from tracker.models.messages import Direction
from tracker.triage.assess import Assessment
from tracker.triage.report import Level, Report

HOUR = dt.timedelta(hours=1)
MOST_AN_HOUR = 10
"""By one person for one patient: more is a talk, and that is what telephones are for."""


class TooMany(Exception):
    """So many within an hour. What a rule takes for serious is kept all the same."""


class NobodyReads(Exception):
    """The patient has left the programme."""


class NewerMessage(Exception):
    """The patient wrote again after the page was opened."""


@dataclass(frozen=True, slots=True)
class Sent:
    """`is_new` is False when the same message had been kept before."""

    message: Message
    is_new: bool


@again_if_it_clashed
def send(*, patient_id: uuid.UUID, id: uuid.UUID, by: User, body: str, now: dt.datetime) -> Sent:
    """Keep what a patient, or a carer for them, writes to the team.

    Where a rule finds something in it, it is a report too, with its flag and alerts; else somebody reads it
    by the team's deadline for notes. The same `id` with the same words returns the first result.
    Raises NobodyReads, TooMany, checkins.NotAllowed and Patient.DoesNotExist.
    """
    with transaction.atomic():
        patient = _locked(patient_id)
        key, earlier = _first_free(id, patient, by, body)
        if earlier:
            return Sent(earlier, is_new=False)
        if patient.has_left(patient.today(now)):
            raise NobodyReads
        relation = checkins.relation_to(patient, by, CheckIn.Source.MESSAGE, now)
        report = Report(note=body, by_another=bool(relation))
        weighed = checkins.weigh(patient, report, day=patient.today(now), now=now, language=by.language)
        is_serious = says_something(weighed)
        if not is_serious and _is_one_too_many(patient, by, now):
            raise TooMany
        came_to = _report(patient, report, by, now) if is_serious else None
        message = Message.objects.create(
            id=key,
            team=patient.team,
            patient=patient,
            flag=came_to.flag if came_to else raising.unresolved(patient),
            check_in=came_to.check_in if came_to else None,
            direction=Direction.TO_TEAM,
            author=by,
            relation=relation,
            body=body,
            sent_at=now,
            due_at=now + dt.timedelta(hours=patient.team.note_hours),
        )
        return Sent(message, is_new=True)


@again_if_it_clashed
def reply(
    *,
    patient_id: uuid.UUID,
    id: uuid.UUID,
    by: User,
    body: str,
    now: dt.datetime,
    seen: uuid.UUID | None,
    flag: Flag | None = None,
    answers: bool = False,
) -> Sent:
    """Keep what somebody of the patient's team writes to them, and have them told.

    `seen` is the patient's last message that was on the screen: with it, and those before, `by` has read it.
    Raises NobodyReads, TooMany, NewerMessage so that nothing is answered unread, and checkins.NotAllowed for
    a team that the patient has left for another.
    """
    with transaction.atomic():
        patient = _locked(patient_id)
        if not rights.works_in(by, patient.team_id):
            raise checkins.NotAllowed
        key, earlier = _first_free(id, patient, by, body)
        if earlier:
            return Sent(earlier, is_new=False)
        if patient.has_left(patient.today(now)):
            raise NobodyReads
        theirs = Message.objects.filter(patient=patient).to_team()
        newest = theirs.newest_first().first()
        if newest and newest.pk != seen:
            raise NewerMessage
        if _is_one_too_many(patient, by, now):
            raise TooMany
        theirs.mark_read(by=by, now=now)
        message = Message.objects.create(
            id=key,
            team=patient.team,
            patient=patient,
            flag=flag,
            answers=newest if answers else None,
            direction=Direction.TO_PATIENT,
            author=by,
            body=body,
            sent_at=now,
        )
        written.tell(patient, message, now)
        return Sent(message, is_new=True)


def says_something(weighed: Assessment) -> bool:
    """Whether a rule read something in the words themselves, whatever else holds for the patient today."""
    return any(
        "note" in found.inputs and found.level > Level.NONE and not found.muted for found in weighed.findings
    )


def _locked(patient_id: uuid.UUID) -> Patient:
    """One message a patient at a time, and none between a report and its flag."""
    patients = Patient.objects.select_related("team", "user").select_for_update(of=("self",), no_key=True)
    return patients.get(pk=patient_id)


def _first_free(id: uuid.UUID, patient: Patient, by: User, body: str) -> tuple[uuid.UUID, Message | None]:
    """The key to keep it under; or what was kept of the same words with this id."""
    for key in _keys(id, patient, by, body):
        kept = Message.objects.filter(pk=key).first()
        if kept is None:
            return key, None
        if (kept.patient_id, kept.author_id, kept.body) == (patient.pk, by.pk, body):
            return key, kept
    return uuid.uuid4(), None


def _keys(id: uuid.UUID, patient: Patient, by: User, body: str) -> Iterator[uuid.UUID]:
    """Its own; and where other words have that, always the same one for these."""
    yield id
    yield uuid.uuid5(id, f"{patient.pk} {by.pk} {body}")


def _is_one_too_many(patient: Patient, by: User, now: dt.datetime) -> bool:
    sent = Message.objects.filter(patient=patient, author=by, sent_at__gt=now - HOUR)
    return sent.count() >= MOST_AN_HOUR


def _report(patient: Patient, report: Report, by: User, now: dt.datetime) -> checkins.Submitted:
    return checkins.submit(
        patient_id=patient.pk,
        report=report,
        id=uuid.uuid4(),  # the message has the id that makes sending twice harmless
        by=by,
        day=patient.today(now),
        reported_at=now,
        now=now,
        source=CheckIn.Source.MESSAGE,
    )
