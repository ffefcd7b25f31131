"""What a restored database is worth, asked by Sidelight itself, in a process of its own over that database.

python -m config.drill.checks        a line of JSON for each check
"""

import io
import json
import os
import time
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import Error as DatabaseError
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test import Client
from django.urls import reverse

from accounts.resealing import SECRETS
from config.sealing import NotOurs, unseal
from tracker.models import SealingKey

SEQUENCES = """
SELECT sequence.oid::regclass::text, owner.oid::regclass::text, quote_ident(attname)
FROM pg_depend
JOIN pg_class AS sequence ON sequence.oid = objid AND sequence.relkind = 'S'
JOIN pg_class AS owner ON owner.oid = refobjid
JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
WHERE deptype IN ('a', 'i')
"""


class Wrong(Exception):
    """What is not as it should be, in a sentence without anybody's data."""


def migrations_are_applied() -> str:
    try:
        call_command("migrate", check_unapplied=True, verbosity=0, stdout=io.StringIO())
    except SystemExit as error:
        raise Wrong("migrations are missing: restore with the version that made the dump") from error
    return "none is missing"


def looks_are_as_they_were_written() -> str:
    said = io.StringIO()
    try:
        call_command("audit", "verify", stdout=said)
    except CommandError as error:
        raise Wrong(str(error)) from error
    return said.getvalue().splitlines()[0].rstrip(".")


def secrets_open() -> str:
    """Of apps and recovery codes, with the keys of this environment."""
    opened, closed = 0, set()
    for row in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN):
        try:
            opened += sum(bool(unseal(row.data[name])) for name in SECRETS if name in row.data)
        except NotOurs:
            closed.add(row.user_id)
    if closed:
        raise Wrong(f"those of {len(closed)} people open with none of ENCRYPTION_KEYS")
    return f"{opened} opened"


def phones_keys_are_there() -> str:
    """Without its private key nothing that a phone sealed to it can be read."""
    return f"{len([key.public for key in SealingKey.objects.all()])} keys"


def sequences_lead() -> str:
    """Else the next new row takes a number that is there already."""
    with connection.cursor() as cursor:
        cursor.execute(SEQUENCES)
        found = cursor.fetchall()
        behind = [
            sequence for sequence, table, column in found if not _leads(cursor, sequence, table, column)
        ]
    if behind:
        raise Wrong(f"behind their rows: {', '.join(sorted(behind))}")
    return f"{len(found)} sequences"


def _leads(cursor: CursorWrapper, sequence: str, table: str, column: str) -> bool:
    # All three come from PostgreSQL's own catalogue, quoted by it.
    cursor.execute(f"SELECT last_value >= coalesce((SELECT max({column}) FROM {table}), 0) FROM {sequence}")  # noqa: S608
    (leads,) = cursor.fetchone()
    return bool(leads)


def the_sign_in_page_answers() -> str:
    host = settings.ALLOWED_HOSTS[0].lstrip(".*") or "localhost"
    page = Client().get(reverse(settings.LOGIN_URL), secure=True, headers={"host": host})
    if page.status_code != 200 or b'name="email"' not in page.content:
        raise Wrong(f"it answered {page.status_code}")
    return "200"


CHECKS: dict[str, Callable[[], str]] = {
    "migrations": migrations_are_applied,
    "audit verify": looks_are_as_they_were_written,
    "sealed secrets": secrets_open,
    "keys of phones": phones_keys_are_there,
    "sequences": sequences_lead,
    "sign-in page": the_sign_in_page_answers,
}


def judged(check: Callable[[], str]) -> tuple[bool, str]:
    try:
        return True, check()
    except (Wrong, DatabaseError, ValueError) as error:
        return False, str(error).strip().splitlines()[0]


def main() -> None:
    for title, check in CHECKS.items():
        started = time.monotonic()
        is_well, found = judged(check)
        seconds = time.monotonic() - started
        print(json.dumps({"title": title, "is_well": is_well, "found": found, "seconds": seconds}))


if __name__ == "__main__":
    main()
