"""Seconds that sealing and verifying the record of looks take, with 100,000 looks.

    SIDELIGHT_MODE=test .venv/bin/python -m config.postgres throwaway -- .venv/bin/python -m bench.seals

One process and one database on this machine. A second run in the same database finds the looks there.
"""

import os
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.audit import sealing
from accounts.audit.verifying import verify
from accounts.models import AccessEvent, AuditSeal, CareTeam, User
from tests.people import make_team, member
from tracker.demo.people import HARBOUR

LOOKS = int(os.environ.get("LOOKS", "100000"))
A_SEAL = int(os.environ.get("A_SEAL", "50"))
"""Looks of a minute of a busy clinic: many small seals are the slow case."""
MADE = """
    INSERT INTO accounts_accessevent (team_id, patient_id, actor_id, what, purpose, request_id, at)
    SELECT %s, gen_random_uuid(), %s, 'chart', 'care', gen_random_uuid()::text, now()
      FROM generate_series(1, %s)
"""


def main() -> None:
    call_command("migrate", verbosity=0)
    if not AccessEvent.objects.exists():
        team = CareTeam.objects.filter(name=HARBOUR.name).first() or make_team(HARBOUR)
        nurse = User.objects.first() or member("amira", team)
        with connection.cursor() as cursor:
            took("written", lambda: cursor.execute(MADE, [team.pk, nurse.pk, LOOKS]))
        sealing.AT_ONCE = A_SEAL
        took(f"sealed, {A_SEAL} at once", lambda: sealing.due(timezone.now()))
    print(f"{AccessEvent.objects.count()} looks in {AuditSeal.objects.count()} seals")
    found = took("verified", verify)
    print("faults:", found.faults or "none")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_total_relation_size('accounts_auditseal') / count(*) FROM accounts_accessevent"
        )
        print(f"{cursor.fetchone()[0]} bytes of seal a look")


def took(what: str, act: Callable[[], Any]) -> Any:
    begun, worked = time.monotonic(), time.process_time()
    made = act()
    work = time.process_time() - worked
    print(f"{what}: {time.monotonic() - begun:.1f} s, of which this process worked {work:.1f}")
    return made


if __name__ == "__main__":
    main()
