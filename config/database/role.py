"""Refuses to run in a role of the database that may do more than its process has to."""

import logging

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection

logger = logging.getLogger(__name__)

# In the demo a stronger role may have stepped down; in production it could step up again.
_SAYS = """
SELECT {who},
  (SELECT rolsuper FROM pg_roles WHERE rolname = {who}),
  EXISTS (
    SELECT FROM pg_roles
    WHERE (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb) AND pg_has_role({who}, oid, 'MEMBER')
  ),
  EXISTS (
    SELECT FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_has_role({who}, relowner, 'MEMBER')
  ),
  EXISTS (SELECT FROM pg_roles WHERE rolname = 'sidelight_worker' AND pg_has_role({who}, oid, 'MEMBER')),
  EXISTS (
    SELECT FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relrowsecurity AND (
      EXISTS (SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'patient_id')
      OR EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid)
    )
  )
"""


def too_strong(*, for_everybody: bool = False) -> str:
    """Why this connection may not serve pages, in a sentence; "" when it may.

    `for_everybody`: it is the worker's, whom no row is hidden from; it may change no table either.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SAYS.format(who="session_user" if settings.PRODUCTION else "current_user"))
        name, is_super, may_more, owns, is_worker, has_gap = cursor.fetchone()
    if is_super:
        return f"{name} is a superuser."
    if owns:
        return f"{name} owns tables, or is a member of the role that does."
    if may_more:
        return f"{name} may make roles or databases, or is not bound by row-level security."
    if is_worker and not for_everybody:
        return f"{name} is the worker's role, which sees every patient."
    return "A table with rows of patients has no row-level security." if has_gap else ""


def refuse_a_stronger_role(*, for_everybody: bool = False) -> None:
    """At the start of a process. A database that does not answer yet is asked again by /readyz."""
    try:
        why = too_strong(for_everybody=for_everybody)
    except OperationalError:
        logger.warning("the database does not answer: its role could not be looked at")
        return
    finally:
        connection.close()  # what comes now is copied into other processes
    if why:
        right = "sidelight_worker" if for_everybody else "sidelight_app"
        # Of an error that nobody catches the log has no words.
        logger.critical("not in this role of the database: %s Let DATABASE_URL sign in as %s", why, right)
        raise ImproperlyConfigured(
            f"Sidelight does not run in this role of the database: {why} "
            f"Let DATABASE_URL sign in as {right}; docs/operations.md says how."
        )
