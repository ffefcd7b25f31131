"""Rows on their way into PostgreSQL by COPY: some tables, in the order in which they refer to each other."""

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from django.db import connection, models

from accounts.models import AccessEvent
from tracker.models import CheckIn, Dose, Finding, Flag, FlagEvent, NoteToRead, SilentDay

NULL = "\\N"
TABLES: Mapping[type[models.Model], tuple[str, ...]] = MappingProxyType(
    {
        CheckIn: (
            "id", "team_id", "patient_id", "reported_by_id", "relation", "source", "day", "is_call",
            "reported_at", "received_at", "report", "grades", "level", "rules_version", "advice", "checks",
        ),
        Finding: (
            "team_id", "patient_id", "check_in_id", "code", "rule", "rules_version", "level", "patient_words",
            "team_words", "inputs", "muted",
        ),
        Flag: (
            "id", "team_id", "patient_id", "check_in_id", "silence", "level", "state", "owner_id", "reports",
            "raised_at", "waiting_since", "step", "next_due_at", "rounds", "outcome", "resolved_at",
        ),
        FlagEvent: (
            "team_id", "patient_id", "flag_id", "kind", "by_id", "check_in_id", "at", "note", "detail",
        ),
        NoteToRead: ("id", "team_id", "patient_id", "check_in_id", "due_at", "read_at", "read_by_id"),
        SilentDay: ("team_id", "patient_id", "day", "level", "judged_at"),
        Dose: ("team_id", "patient_id", "course_id", "given_at", "is_timed"),
        AccessEvent: ("team_id", "patient_id", "actor_id", "what", "at"),
    }
)  # fmt: skip


class Rows:
    """Lines of COPY's text, table by table, kept until they are written."""

    def __init__(self) -> None:
        self._lines: dict[type[models.Model], list[str]] = {table: [] for table in TABLES}
        self.written: dict[type[models.Model], int] = dict.fromkeys(TABLES, 0)

    def add(self, table: type[models.Model], *values: object) -> None:
        """In the order of TABLES. Text that may hold a backslash, a tab or a line is made safe by `text`."""
        self._lines[table].append("\t".join([_field(value) for value in values]))

    def write(self) -> None:
        for table, lines in self._lines.items():
            if lines:
                _copy(table, TABLES[table], lines)
                self.written[table] += len(lines)
                lines.clear()


def text(value: str) -> str:
    """As a field of COPY's text."""
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _field(value: object) -> str:
    if value is None:
        return NULL
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return str(value)


def _copy(table: type[models.Model], columns: Sequence[str], lines: Sequence[str]) -> None:
    """Names of tables and columns are ours."""
    quoted = ", ".join(f'"{column}"' for column in columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{table._meta.db_table}" ({quoted}) FROM STDIN') as copy,
    ):
        copy.write("\n".join(lines) + "\n")
