"""The roles of the database, and what each may do at all.

The owner has made the tables, changes them, and is not for serving pages. The app serves pages: it sees the
rows that a policy shows to whoever is signed in. The worker weighs, tells and tidies, for everybody.
"""

from enum import StrEnum

import pghistory.models
import pgtrigger
from django.apps import apps
from django.db import models


class Role(StrEnum):
    APP = "sidelight_app"
    WORKER = "sidelight_worker"


FUNCTIONS = ("tracker_carry_out(bigint)",)
"""What the owner does for the worker, having looked whether it may be done."""

_MAKE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
    CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;  -- another database of this server was quicker
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'The role {role} is missing, and the owner of the database may not make it.'
      USING HINT = 'Let an administrator of the server run deploy/roles.sql.';
END $$
"""


def making() -> list[str]:
    """Statements that make the roles where the server has none of that name, without a password."""
    return [_MAKE.format(role=role) for role in Role]


def granting() -> list[str]:
    """Statements that let the roles read and write rows, and nothing else: not change or empty a table."""
    both = ", ".join(Role)
    return [
        f"GRANT USAGE ON SCHEMA public TO {both}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {both}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {both}",
        f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {both}",
        *(f"REVOKE {', '.join(acts)} ON {table} FROM {both}" for table, acts in _never().items()),
        *(f"GRANT EXECUTE ON FUNCTION {function} TO {Role.WORKER}" for function in FUNCTIONS),
        # What is made later, such as the cache's table.
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {both}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {both}",
    ]


def _never() -> dict[str, list[str]]:
    """By table, what nobody does to its rows: it is not granted in the first place."""
    never = {model._meta.db_table: _forbidden(model) for model in apps.get_models()}
    return {table: sorted(acts) for table, acts in never.items() if acts}


def _forbidden(model: type[models.Model]) -> set[str]:
    """What a trigger forbids to everybody; and history is written, not changed."""
    if issubclass(model, pghistory.models.Event):
        return {"UPDATE", "DELETE"}
    triggers = getattr(model._meta, "triggers", [])
    always = [each for each in triggers if type(each) is pgtrigger.Protect and each.condition is None]
    return {act for each in always for act in ("UPDATE", "DELETE") if act in str(each.operation)}
