"""Applies the schedule: what is older than its team keeps it goes, some patients at a time.

The worker does it hourly; `manage.py retention` does it now, or tells what would go.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import CareTeam
from tracker.apart import apart
from tracker.models import LegalHold, Patient
from tracker.retention import restricting
from tracker.retention.deleting import ROWS_AT_ONCE, carry_out, locked, of_kind
from tracker.retention.kinds import From, Kind, Rows, kind_of, kinds
from tracker.retention.schedule import Periods, months_earlier
from tracker.retention.shells import is_shell, make_shell, not_shells

PATIENTS_AT_ONCE = 20
"""Of one kind, each turn: the worker has alerts to send."""


def due(now: dt.datetime) -> int:
    """Take away what is due of some patients; returns how many rows."""
    periods = Periods.at(now)
    done = 0
    for kind in kinds():
        for pk in _some(due_patients(kind, periods, now)):
            done += _count(partial(_delete, pk, kind, periods, now), pk)
    for pk in _some(due_shells(periods, now)):
        done += _count(partial(_empty, pk, now), pk)
    return done


def _some(patients: models.QuerySet[Patient]) -> models.QuerySet[Any]:
    """In no order: those that cannot go must not fill every turn."""
    return patients.order_by("?").values_list("pk", flat=True)[:PATIENTS_AT_ONCE]


def _count(act: Any, pk: uuid.UUID) -> int:
    """What cannot be deleted of one patient is logged without words and keeps no other's from going."""
    many: list[int] = []

    @apart("what is due of patient %s cannot be taken away")
    def do(_pk: uuid.UUID) -> bool:
        many.append(act())
        return True

    do(pk)
    return sum(many)


@transaction.atomic
def _delete(pk: uuid.UUID, kind: Kind, periods: Periods, now: dt.datetime) -> int:
    """Asked again of the locked row: they may have come back, moved, or been held since we looked."""
    patient = locked(pk)
    if not due_patients(kind, periods, now).filter(pk=pk).exists():
        return 0
    months = periods.months(patient.team_id, kind)
    if months is None:
        return 0
    if kind.begins is From.ROW:
        going = of_kind(kind, patient, before=months_earlier(now, months), most=ROWS_AT_ONCE)
    else:
        going = of_kind(kind, patient)
    return carry_out(going, patient, kind.code, now)


@transaction.atomic
def _empty(pk: uuid.UUID, now: dt.datetime) -> int:
    patient = locked(pk)
    periods = Periods.at(now)
    if is_shell(patient) or not due_shells(periods, now).filter(pk=pk).exists():
        return 0
    return make_shell(patient, now)


# --- Of whom ------------------------------------------------------------------------------------------------


def due_patients(kind: Kind, periods: Periods, now: dt.datetime) -> models.QuerySet[Patient]:
    """Those of whom something of this kind is older than their team keeps it, and who are not held.

    Nothing of the record goes while something in it waits for somebody of the team.
    """
    patients = _not_held(now)
    if kind.begins is From.ROW:
        return patients.filter(_any_of(kind, partial(_old_rows, periods=periods, now=now, kind=kind)))
    filled = _any_of(kind, _all_rows)
    patients = patients.filter(_left_long_ago(kind, periods, now), filled | _has_columns(kind))
    for code in kind.after:  # what still points to a report or a flag goes first
        patients = patients.exclude(_any_of(kind_of(code), _all_rows))
    if kind.is_record:  # only a person closes a flag
        for rows in restricting.that_wait().values():
            patients = patients.exclude(Exists(rows.filter(patient=OuterRef("pk"))))
    return patients


def due_shells(periods: Periods, now: dt.datetime) -> models.QuerySet[Patient]:
    """Those whose record's time is over and of whom nothing is left but who they are."""
    patients = _not_held(now).filter(_left_long_ago(kind_of("record"), periods, now), not_shells())
    for kind in kinds():
        patients = patients.exclude(_any_of(kind, _all_rows))
    return patients


def _not_held(now: dt.datetime) -> models.QuerySet[Patient]:
    held = LegalHold.objects.that_keep(now).filter(patient=OuterRef("pk"))
    return Patient.objects.exclude(Exists(held)).order_by("pk")


def _any_of(kind: Kind, found: Any) -> Q:
    """A row of this kind that is the patient's, among those that `found` gives of each table."""
    wanted = Q(pk__in=[])
    for rows in kind.rows:
        outer = "pk" if rows.patient == "patient" else "user"
        wanted |= Q(Exists(found(rows).filter(**{rows.patient: OuterRef(outer)})))
    return wanted


def _all_rows(rows: Rows) -> models.QuerySet[Any]:
    return rows.model._base_manager.filter(rows.only)


def _old_rows(rows: Rows, *, periods: Periods, now: dt.datetime, kind: Kind) -> models.QuerySet[Any]:
    way = "patient__team" if rows.patient == "patient" else f"{rows.patient}__patient__team"
    return rows.model._base_manager.filter(rows.only, _by_team(kind, periods, now, way, rows.aged_by))


def _left_long_ago(kind: Kind, periods: Periods, now: dt.datetime) -> Q:
    return _by_team(kind, periods, now, "team", "left_on")


def _by_team(kind: Kind, periods: Periods, now: dt.datetime, way: str, column: str) -> Q:
    """Older than the team's own months, or than those that hold where nobody has written any."""
    own = {team: rule.months for (team, code), rule in periods.rules.items() if code == kind.code}
    wanted = ~Q(**{f"{way}__in": [*own]}) & _older(column, kind.months, now)
    for team, months in own.items():
        if months is not None:
            wanted |= Q(**{way: team}) & _older(column, months, now)
    return wanted


def _older(column: str, months: int, now: dt.datetime) -> Q:
    before = months_earlier(now, months)
    return Q(**{f"{column}__lt": before.date() if column in ("left_on", "until") else before})


def _has_columns(kind: Kind) -> Q:
    """Something stands in the columns that this kind empties."""
    told = Q(pk__in=[])
    for name, empty in kind.blank.items():
        told |= Q(**{f"{name}__isnull": False}) if empty is None else ~Q(**{name: empty})
    return told


# --- What would go ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    team: CareTeam
    kind: Kind
    months: int | None
    patients: int
    rows: int


def plan(now: dt.datetime) -> Iterator[Due]:
    """For each team and kind what would go if there were no limit on how much goes at once."""
    periods = Periods.at(now)
    for team in CareTeam.objects.order_by("name"):
        for kind in kinds():
            patients = due_patients(kind, periods, now).filter(team=team)
            pks = [*patients.values_list("pk", flat=True)]
            many = sum(_many(rows, kind, periods, now, pks) for rows in kind.rows) if pks else 0
            yield Due(team, kind, periods.months(team.pk, kind), len(pks), many)


def _many(rows: Rows, kind: Kind, periods: Periods, now: dt.datetime, pks: list[uuid.UUID]) -> int:
    way = "patient" if rows.patient == "patient" else f"{rows.patient}__patient"
    if kind.begins is From.ROW:
        found = _old_rows(rows, periods=periods, now=now, kind=kind)
    else:
        found = rows.model._base_manager.filter(rows.only)
    return found.filter(**{f"{way}__in": pks}).count()
