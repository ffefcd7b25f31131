"""Lays the wall after each migration, so that none leaves a table without one."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor

from tracker.walls import roles
from tracker.walls.policies import FUNCTIONS, VIEW, Wall, walls
from tracker.walls.summaries import SUMMARIES

_LAID = """
SELECT c.relname, CASE WHEN c.relrowsecurity THEN obj_description(p.oid, 'pg_policy') END
FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = 'app'
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
"""


def lay(using: str = "default") -> int:
    """Make roles, functions and policies as the code has them; returns how many tables changed.

    What is as it should be is left alone: to change a policy waits for everybody who reads the table.
    """
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        for statement in (*roles.making(), "CREATE SCHEMA IF NOT EXISTS walls", *FUNCTIONS, *SUMMARIES):
            cursor.execute(statement)
        cursor.execute(f"GRANT USAGE ON SCHEMA walls TO {', '.join(roles.Role)}")
        cursor.execute(_LAID)
        laid = dict(cursor.fetchall())
        cursor.execute(VIEW)
        cursor.execute(f"GRANT SELECT ON walls.patients_seen TO {', '.join(roles.Role)}")
        for statement in roles.granting():
            cursor.execute(statement)
    wanted = {wall: _digest(wall) for wall in walls()}
    changed = [wall for wall, digest in wanted.items() if laid.get(wall.table) != digest]
    for wall in changed:
        with transaction.atomic(using), connection.cursor() as cursor:
            for statement in wall.statements():
                cursor.execute(statement)
            cursor.execute(f"COMMENT ON POLICY app ON {wall.table} IS '{wanted[wall]}'")
    return len(changed)


def before_migration(using: str, plan: Sequence[tuple[Any, bool]], **_told: Any) -> None:
    """A step back drops what a wall stands on. Until it is laid again the app is shown no row at all."""
    if any(is_back for _migration, is_back in plan):
        take_down(using)


def take_down(using: str = "default") -> None:
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        cursor.execute(_LAID)
        for table, laid in cursor.fetchall():
            if laid:
                cursor.execute(f"DROP POLICY app ON {table}")
        cursor.execute("DROP VIEW IF EXISTS walls.patients_seen")


def after_migration(using: str, **_told: Any) -> None:
    """Not where the code is newer than the tables, and knows of columns that are not there."""
    executor = MigrationExecutor(connections[using])
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        lay(using)


def _digest(wall: Wall) -> str:
    return hashlib.sha256("\n".join(wall.statements()).encode()).hexdigest()[:16]
