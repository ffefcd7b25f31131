"""The rows of the library: copied out of the tables once, and in again where a test wants the same."""

from django.db import connection

type Rows = dict[str, bytes]
"""By table, as PostgreSQL's COPY writes them."""


def tables() -> list[str]:
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    return [name for name in names if name.startswith("education_")]


def copied_out() -> Rows:
    with connection.cursor() as cursor:
        rows = {}
        for table in tables():
            with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                rows[table] = b"".join(copy)
    return {table: those for table, those in rows.items() if those}


def copy_in(rows: Rows) -> None:
    """As they were: no trigger writes an event of its own, for the events are among them."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, those in rows.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(those)
        cursor.execute("SET LOCAL session_replication_role = origin")
