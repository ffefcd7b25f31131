"""A patient goes from one team to another: asked by the one, taken over by the other's lead.

Rows keep the team of their time. What moves is the patient's own row, and with it who may see all the others
(`PatientDataQuerySet`). A flag that nobody has answered stays with the team that was told of it: until it is
resolved nobody takes the patient over.
"""

import datetime as dt
import uuid

from django.db import transaction

from accounts.models import CareTeam, Invitation, User
from config.database.asking import Opening, opened
from tracker.models import AlreadyAnswered, CareEvent, Flag, OfflineDevice, Patient, Transfer

Kind, State = CareEvent.Kind, Transfer.State


class AlreadyAsked(Exception):
    """A request to take this patient over waits for its answer."""


class HasOpenFlag(Exception):
    """Somebody waits for an answer. `flag` is unresolved."""

    def __init__(self, flag: Flag) -> None:
        self.flag = flag
        super().__init__("the patient has an unresolved flag")


def locked(patient_id: uuid.UUID) -> Patient:
    """The patient's row, as `checkins.submit` holds it: no report comes in between."""
    return Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient_id)


@opened(Opening.TRANSFER)
def open_flag_of(patient_id: uuid.UUID) -> Flag | None:
    """One that waits for an answer: also the lead who is asked to take the patient over has to know of it."""
    return Flag.objects.unresolved().filter(patient=patient_id).first()


def refuse_with_open_flag(patient: Patient) -> None:
    """Within a transaction that holds the patient. Raises HasOpenFlag."""
    flag = open_flag_of(patient.pk)
    if flag is not None:
        raise HasOpenFlag(flag)


@transaction.atomic
def ask(patient_id: uuid.UUID, *, to_team: CareTeam, reason: str, by: User, now: dt.datetime) -> Transfer:
    """Nothing changes yet. Raises AlreadyAsked."""
    patient = locked(patient_id)
    if patient.transfers.waiting().exists():
        raise AlreadyAsked
    transfer = Transfer.objects.create(
        team_id=patient.team_id, patient=patient, to_team=to_team, reason=reason, asked_by=by, asked_at=now
    )
    CareEvent.keep(patient, Kind.ASKED, by=by, now=now, note=reason, to=to_team.name)
    return transfer


@transaction.atomic
def withdraw(transfer: Transfer, *, by: User, now: dt.datetime) -> None:
    """Raises AlreadyAnswered."""
    patient = locked(transfer.patient_id)
    transfer.answered(State.WITHDRAWN, by=by, now=now)
    CareEvent.keep(patient, Kind.WITHDRAWN, by=by, now=now, to=transfer.to_team.name)


def withdraw_waiting(patient: Patient, *, by: User, now: dt.datetime) -> None:
    """Within a transaction that holds the patient: what was asked of another team is asked no more."""
    waiting = patient.transfers.waiting().select_related("to_team").first()
    if waiting is not None:
        withdraw(waiting, by=by, now=now)


@opened(Opening.TRANSFER)
@transaction.atomic
def refuse(transfer: Transfer, *, answer: str, by: User, now: dt.datetime) -> None:
    """The patient stays where they are. Raises AlreadyAnswered."""
    patient = locked(transfer.patient_id)
    transfer.answered(State.REFUSED, by=by, now=now, answer=answer)
    CareEvent.keep(patient, Kind.REFUSED, by=by, now=now, note=answer, to=transfer.to_team.name)


@opened(Opening.TRANSFER)
@transaction.atomic
def accept(transfer: Transfer, *, record_number: str, by: User, now: dt.datetime) -> Patient:
    """From this moment on the patient is the other team's, with everything that was ever written of them.

    `record_number` is the one of the new hospital. Raises AlreadyAnswered, HasOpenFlag, and IntegrityError
    where another patient of the new team has that number.
    """
    patient = locked(transfer.patient_id)
    refuse_with_open_flag(patient)
    transfer.answered(State.ACCEPTED, by=by, now=now)
    if patient.team_id != transfer.team_id:  # moved meanwhile in some other way
        raise AlreadyAnswered
    before, after = patient.team, transfer.to_team
    CareEvent.keep(patient, Kind.MOVED, by=by, now=now, **{"from": before.name, "to": after.name})
    if not patient.time_zone and before.time_zone != after.time_zone:
        patient.time_zone = before.time_zone  # their days go on by the clock that they live by
    patient.team, patient.record_number = after, record_number
    patient.save(update_fields=["team", "record_number", "time_zone"])
    # What their phones send from now on is written for the new team.
    OfflineDevice.objects.filter(patient=patient, revoked_at=None).update(team=after)
    Invitation.objects.of_patients().filter(user=patient.user_id).end(now)
    return patient
