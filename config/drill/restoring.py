"""A dump, and what comes out of it again."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from config.drill.steps import Failed, Steps, ask
from config.postgres import start_program

ROLES = ("sidelight_owner", "sidelight_app", "sidelight_worker")

Counts = Counter[str]
"""Rows of each table."""


def make_dump(database: str, dump: Path) -> str:
    call("pg_dump", "--format=custom", f"--file={dump}", f"--dbname={database}")
    return size_of(dump)


def restore_and_ask(
    dump: Path, database: str, steps: Steps, environment: Mapping[str, str] | None = None
) -> Counts:
    """Restored with what docs/operations.md says, counted, and asked. Returns what is there then."""
    steps.do("restore the dump", lambda: restore(dump, database))
    expected = steps.do("count the dump's rows", lambda: counted_in_dump(dump), in_all)
    there = counted(database)
    told = in_all(there) if there == expected else f"{in_all(there)}, not {in_all(expected)}"
    steps.tell("rows in the database", told, is_well=there == expected)
    ask(database, steps, environment or {})
    return there


def restore(dump: Path, database: str) -> str:
    make_roles(database)
    call("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={database}", str(dump))
    return "without a complaint"


def make_roles(database: str) -> None:
    """A dump grants rights to roles and has none: they belong to the whole server."""
    with psycopg.connect(database) as connection:
        known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
        for role in ROLES:
            if role not in known:
                connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))


def counted(database: str) -> Counts:
    with psycopg.connect(database) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        count = sql.SQL("SELECT count(*) FROM {}")
        rows = {table: connection.execute(count.format(sql.Identifier(table))) for (table,) in tables}
        return Counter({table: cursor.fetchall()[0][0] for table, cursor in rows.items()})


def counted_in_dump(dump: Path) -> Counts:
    """Read through as text, of which nothing is kept."""
    reading = start_program("pg_restore", "--data-only", "--file=-", str(dump))
    found = counted_in_copies(reading.stdout or [])
    _said, complaint = reading.communicate()
    if reading.returncode:
        raise Failed(f"pg_restore: {complaint.strip()}")
    return found


def counted_in_copies(lines: Iterable[str]) -> Counts:
    """Of SQL as pg_dump writes it: a line for each row, from COPY to a line of a backslash and a dot."""
    found: Counts = Counter()
    table = ""
    for line in lines:
        if table:
            ends = line == "\\.\n"
            found[table] += not ends
            table = "" if ends else table
        elif line.startswith("COPY public."):
            table = line.split(" ", 2)[1].removeprefix("public.").strip('"')
            found[table] += 0
    return found


def in_all(counts: Counts) -> str:
    return f"{counts.total():,} rows of {len(counts)} tables"


def size_of(path: Path) -> str:
    files = path.rglob("*") if path.is_dir() else [path]
    return f"{sum(each.stat().st_size for each in files if each.is_file()) / 1e6:.1f} MB"


def call(program: str, *arguments: str) -> None:
    running = start_program(program, *arguments)
    _said, complaint = running.communicate()
    if running.returncode:
        raise Failed(f"{program}: {complaint.strip().splitlines()[-1] if complaint.strip() else 'failed'}")
