"""What a rehearsal needs somebody to do on the site. Run in a process of its own, over its database.

python -m config.drill.reports prepare      a second step and some looks, under seal
python -m config.drill.reports send 40      as many reports; each is written down when it is acknowledged
python -m config.drill.reports there        the ids of all reports
"""

import os
import sys
import time
import uuid
from itertools import cycle

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management import call_command
from django.utils import timezone

from accounts import recovery
from accounts.models import AccessEvent, User
from tracker import checkins
from tracker.models import CheckIn, Patient, SealingKey
from tracker.triage.report import Answer, Report

PAUSE = 0.15  # seconds between two reports
SOME = 20  # patients
AN_ORDINARY_DAY = Report(
    answers={"nausea": Answer(frequency=1, severity=1)}, asked=frozenset({"nausea"}), red_flag_answer="no"
)


def prepare() -> None:
    nurse = User.objects.filter(memberships__isnull=False).earliest("pk")
    TOTP.activate(nurse, generate_totp_secret())
    recovery.make(nurse)
    seen = Patient.objects.visible_to(nurse).values_list("team", "pk")
    what, purpose = AccessEvent.What.CHART, AccessEvent.Purpose.CARE
    AccessEvent.objects.keep(seen, by=nurse, what=what, purpose=purpose, now=timezone.now())
    SealingKey.current(timezone.now())
    call_command("audit", "seal")


def send() -> None:
    """Each in a transaction of its own, as from the site; what is printed has been acknowledged."""
    patients = Patient.objects.filter(left_on=None, user__is_active=True).select_related("user")[:SOME]
    for patient in cycle(patients):
        now, id = timezone.now(), uuid.uuid4()
        checkins.submit(
            patient_id=patient.pk,
            report=AN_ORDINARY_DAY,
            id=id,
            by=patient.user,
            day=None,
            reported_at=now,
            now=now,
        )
        print(id, timezone.now().isoformat(), flush=True)
        time.sleep(PAUSE)


def there() -> None:
    print(*CheckIn.objects.values_list("pk", flat=True), sep="\n")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["prepare"]:
            prepare()
        case ["send"]:
            send()
        case ["there"]:
            there()
