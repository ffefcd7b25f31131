"""Lays the wall after each migration, so that none leaves a table without one."""

import hashlib
from typing import Any

from django.db import connections, transaction

from tracker.walls import roles
from tracker.walls.policies import FUNCTIONS, Wall, walls

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
        for statement in (*roles.making(), "CREATE SCHEMA IF NOT EXISTS walls", *FUNCTIONS):
            cursor.execute(statement)
        cursor.execute(f"GRANT USAGE ON SCHEMA walls TO {', '.join(roles.Role)}")
        cursor.execute(_LAID)
        laid = dict(cursor.fetchall())
        for statement in roles.granting(laid):
            cursor.execute(statement)
    wanted = {wall: _digest(wall) for wall in walls()}
    changed = [wall for wall, digest in wanted.items() if laid.get(wall.table, digest) != digest]
    for wall in changed:
        with transaction.atomic(using), connection.cursor() as cursor:
            for statement in wall.statements():
                cursor.execute(statement)
            cursor.execute(f"COMMENT ON POLICY app ON {wall.table} IS '{wanted[wall]}'")
    return len(changed)


def after_migration(using: str, **_told: Any) -> None:
    lay(using)


def _digest(wall: Wall) -> str:
    return hashlib.sha256("\n".join(wall.statements()).encode()).hexdigest()[:16]
