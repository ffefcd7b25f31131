"""Takes rows of one patient away, by a record of what goes that is written first.

Whoever calls holds the patient's row, so that no hold is placed in between.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models

from tracker.models import Deletion, ErasureRequest, LegalHold, Patient
from tracker.retention.kinds import HISTORIES, Kind, Rows

ROWS_AT_ONCE = 1000
"""Of one record of deletion: its list of keys is read by people too."""
NOBODY = "–"
"""In the place of a name."""


class Held(Exception):
    """A legal hold is in force: nothing of this patient's is taken away."""


def locked(pk: uuid.UUID) -> Patient:
    """The patient's row, which everybody holds who deletes, holds or closes something of theirs."""
    rows = Patient.objects.select_for_update(of=("self",), no_key=True).select_related("team", "user")
    return rows.get(pk=pk)


def refuse_if_held(patient: Patient, now: dt.datetime) -> None:
    """The database refuses it too. Raises Held."""
    if LegalHold.objects.that_keep(now).filter(patient=patient).exists():
        raise Held


@dataclass
class Going:
    """Keys by table, in the order in which they go; what is emptied instead stands in `blank`."""

    tables: dict[str, list[str]] = field(default_factory=dict)
    blank: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def add(self, table: str, keys: Iterable[object]) -> None:
        found = [str(key) for key in keys]
        if found:
            self.tables.setdefault(table, []).extend(found)

    @property
    def many(self) -> int:
        return sum(map(len, self.tables.values()))

    def parts(self) -> Iterator[list[dict[str, Any]]]:
        """What each record of deletion names: at most `ROWS_AT_ONCE` rows."""
        part: list[dict[str, Any]] = []
        room = ROWS_AT_ONCE
        for table, keys in self.tables.items():
            rest: Sequence[str] = keys
            while rest:
                named: dict[str, Any] = {"table": table, "ids": [*rest[:room]]}
                if table in self.blank:
                    named["blank"] = dict(self.blank[table])
                part.append(named)
                rest, room = rest[room:], room - len(named["ids"])
                if room == 0:
                    yield part
                    part, room = [], ROWS_AT_ONCE
        if part:
            yield part


def of_kind(kind: Kind, patient: Patient, *, before: dt.datetime | None = None, most: int = 0) -> Going:
    """All of it, with its history; with `before`, what is older, at most so many rows of a table."""
    going = Going()
    for rows in kind.rows:
        keys = _keys(rows, patient, before, most)
        going.add(rows.table, keys)
        if rows.model in HISTORIES and keys:
            label, _column = HISTORIES[rows.model]
            events: Any = apps.get_model(f"{label}Event")
            told = events._base_manager.filter(pgh_obj_id__in=keys).order_by("pk")
            going.add(events._meta.db_table, told.values_list("pk", flat=True))
    if kind.blank and _is_filled(patient, kind.blank):
        _blank(going, patient, kind.blank)
    return going


def _keys(rows: Rows, patient: Patient, before: dt.datetime | None, most: int) -> list[Any]:
    found = rows.of(patient, before).order_by("pk").values_list("pk", flat=True)
    return list(found[:most] if most else found)


def _is_filled(patient: Patient, blank: Mapping[str, Any]) -> bool:
    history: Any = apps.get_model("tracker.PatientEvent")
    told = models.Q()
    for name, empty in blank.items():
        told |= models.Q(**{f"{name}__isnull": False}) if empty is None else ~models.Q(**{name: empty})
    return bool(
        Patient.objects.filter(told, pk=patient.pk).exists()
        or history._base_manager.filter(told, pgh_obj_id=patient.pk).exists()
    )


def _blank(going: Going, patient: Patient, columns: Mapping[str, Any]) -> None:
    """In the patient's row, and in every earlier state of it."""
    history: Any = apps.get_model("tracker.PatientEvent")
    events = history._base_manager.filter(pgh_obj_id=patient.pk).order_by("pk")
    for table, keys in (
        (Patient._meta.db_table, [patient.pk]),
        (history._meta.db_table, [*events.values_list("pk", flat=True)]),
    ):
        going.add(table, keys)
        going.blank[table] = columns


def carry_out(
    going: Going,
    patient: Patient,
    kind: str,
    now: dt.datetime,
    request: ErasureRequest | None = None,
) -> int:
    """Record and delete; how many rows. Within a transaction that holds the patient. Raises Held."""
    if not going.many:
        return 0
    refuse_if_held(patient, now)
    why = Deletion.Why.REQUEST if request else Deletion.Why.SCHEDULE
    done = 0
    for rows in going.parts():
        record = Deletion.objects.create(
            team_id=patient.team_id,
            patient=patient,
            kind=kind,
            why=why,
            request=request,
            at=now,
            rows=rows,
            many=sum(len(each["ids"]) for each in rows),
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT tracker_carry_out(%s)", [record.pk])
        for each in rows:
            if "blank" not in each:
                forget_in_the_admins_log(each["table"], each["ids"])
        done += record.many
    return done


def forget_in_the_admins_log(table: str, keys: Collection[object]) -> None:
    """It keeps a row's name, which is often the patient's, beside its key."""
    of = [model for model in apps.get_models() if model._meta.db_table == table]
    types = ContentType.objects.get_for_models(*of).values()
    logged = LogEntry.objects.filter(content_type__in=types, object_id__in=[str(key) for key in keys])
    logged.update(object_repr=NOBODY, change_message="")
