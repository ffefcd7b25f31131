"""What a patient asks us to erase: what may go, what has to stay and why, and how it goes once decided.

Officers decide; the worker takes away. So the program that answers browsers needs no right to delete.
"""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.groups import privacy_officers
from accounts.models import User
from tracker.alerts import staff
from tracker.apart import apart
from tracker.models import ErasureRequest, LegalHold, Notice, Patient
from tracker.models.erasure import ANSWER_WITHIN
from tracker.retention import restricting
from tracker.retention.deleting import carry_out, locked, of_kind, refuse_if_held
from tracker.retention.kinds import Kind, kind_of, kinds
from tracker.retention.schedule import Periods, kept_until, record_is_over
from tracker.retention.shells import KIND

AT_ONCE = 10


class AlreadyDecided(Exception):
    """Another officer was quicker, or the patient took it back."""


@dataclass(frozen=True)
class Fate:
    """Whether one kind of data may be erased now, and why not. `until`: the last day on which it is kept."""

    kind: Kind
    rows: int
    may_go: bool
    why: str
    until: dt.date | None = None


def fates(patient: Patient, now: dt.datetime) -> list[Fate]:
    """Of every kind; a bounded number of queries, whatever there is."""
    periods = Periods.at(now)
    held = LegalHold.objects.that_keep(now).filter(patient=patient).exists()
    waits = bool(restricting.waiting(patient))
    return [_fate(kind, patient, periods, now, held=held, waits=waits) for kind in kinds()]


def _fate(
    kind: Kind, patient: Patient, periods: Periods, now: dt.datetime, *, held: bool, waits: bool
) -> Fate:
    rows = sum(each.of(patient).count() for each in kind.rows)
    until = kept_until(patient, kind, periods) if kind.is_record else None
    over = record_is_over(patient, kind, periods, patient.today(now))
    if held:
        return Fate(kind, rows, False, _("A legal hold is in force: nothing may be erased."), until)
    if kind.is_record and not over:
        return Fate(kind, rows, False, str(kind.why), until)
    if waits:
        return Fate(kind, rows, False, _("Somebody of the team has to answer first."), until)
    if kind.is_record:
        return Fate(kind, rows, True, _("The time for which it had to be kept is over."), until)
    return Fate(kind, rows, True, str(kind.why))


def _may_go(patient: Patient, now: dt.datetime) -> set[str]:
    return {fate.kind.code for fate in fates(patient, now) if fate.may_go}


@transaction.atomic
def ask(patient: Patient, *, wish: str, reason: str, by: User, now: dt.datetime) -> ErasureRequest | None:
    """With the officers told of it; None where one waits already."""
    try:
        with transaction.atomic():
            asked = ErasureRequest.objects.create(
                team_id=patient.team_id, patient=patient, wish=wish, reason=reason, asked_by=by, asked_at=now
            )
    except IntegrityError:
        return None
    others = [each for each in privacy_officers() if each != by]
    staff.tell(others, Notice.Kind.ERASURE, str(asked.pk), now, until=now + ANSWER_WITHIN)
    return asked


@transaction.atomic
def decide(
    request_id: uuid.UUID,
    *,
    erase: Collection[str],
    restrict: bool,
    answer: str,
    by: User,
    now: dt.datetime,
) -> ErasureRequest:
    """What stays is closed at once, where that was decided; what goes is taken away by the worker.

    Raises AlreadyDecided, Held, StillWaiting, and ValueError for a kind that has to stay.
    """
    request = ErasureRequest.objects.select_for_update().get(pk=request_id)
    if not request.is_waiting:
        raise AlreadyDecided
    patient = locked(request.patient_id)
    if erase:
        refuse_if_held(patient, now)
        if what := restricting.waiting(patient):
            raise restricting.StillWaiting(what)
    if not set(erase) <= _may_go(patient, now):
        raise ValueError("this has to be kept")
    if restrict:
        restricting.restrict(patient.pk, reason=answer, by=by, now=now, request=request)
    request.decided_by, request.decided_at, request.answer = by, now, answer
    request.erase, request.restrict = [kind.code for kind in kinds() if kind.code in erase], restrict
    request.carried_out_at = None if erase else now
    request.save(update_fields=["decided_by", "decided_at", "answer", "erase", "restrict", "carried_out_at"])
    return request


def due(now: dt.datetime) -> int:
    """Take away what was decided; returns of how many requests. One that may not be carried out now waits."""
    done = 0
    for each in ErasureRequest.objects.to_carry_out():
        done += _erase(each, now=now)
        if done == AT_ONCE:
            break
    return done


@apart("request %s cannot be carried out")
@transaction.atomic
def _erase(request: ErasureRequest, *, now: dt.datetime) -> bool:
    """Asked again of the locked row: a hold may have come, or the patient come back, since it was decided."""
    request = ErasureRequest.objects.select_for_update().get(pk=request.pk)
    if request.carried_out_at:
        return False
    patient = locked(request.patient_id)
    if not set(request.erase) <= _may_go(patient, now):
        return False
    for kind in kinds():
        if kind.code in request.erase:
            _end_what_runs(kind, patient, now)
            carry_out(of_kind(kind, patient), patient, kind.code, now, request)
    request.carried_out_at = now
    request.save(update_fields=["carried_out_at"])
    return True


def _end_what_runs(kind: Kind, patient: Patient, now: dt.datetime) -> None:
    """Of a patient who has not left: what is still in use is ended, and then goes with the rest."""
    user: Any = patient.user
    if kind.code == "devices":
        patient.offline_devices.filter(revoked_at=None).update(revoked_at=now)
        if not user.is_care_team:
            user.push_devices.in_use().update(retired_at=now)
    elif kind.code == "carers":
        patient.carers.all().end(by=patient.user, now=now)


def label_of(code: str) -> str:
    """As a person reads it."""
    return _("Name, birth date and account") if code == KIND else str(kind_of(code).label)
