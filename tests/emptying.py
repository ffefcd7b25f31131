"""After a test that commits its rows are deleted, which is cheaper than Django's TRUNCATE of every table."""

import threading
import time

from django.db import connection

KEPT = ("django_migrations", "django_content_type", "auth_permission")
"""What migrating leaves in a database and no test changes; Django would delete it and write it anew."""

TOO_LARGE = 1_000_000
"""Bytes of deleted rows in one table: to read past more costs more than to give them back."""

# No trigger forbids it, and no order of the tables matters, until the end of this one transaction. To delete
# locks out nobody who reads; to truncate waits for every connection that has a transaction open.
_DELETE = f"""
DO $$
DECLARE each regclass;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR each IN
    SELECT oid FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
      AND relname NOT IN {KEPT}
  LOOP
    EXECUTE format('DELETE FROM %s', each);
  END LOOP;
END $$
"""
_LARGE = f"""
SELECT oid::regclass::text FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > {TOO_LARGE}
  AND relname NOT IN {KEPT}
"""


def empty_every_table() -> None:
    """Every row of every table but those that are KEPT, by whichever code it came there."""
    wait_for_answers_under_way()
    with connection.cursor() as cursor:
        cursor.execute(_DELETE)
        cursor.execute(_LARGE)
        for (table,) in cursor.fetchall():
            cursor.execute(f"VACUUM {table}")


def wait_for_answers_under_way(seconds: float = 5) -> None:
    """A page that is gone may have asked for more: its answer must not meet the emptying of the tables."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not any("process_request_thread" in thread.name for thread in threading.enumerate()):
            return
        time.sleep(0.01)
