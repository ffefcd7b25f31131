"""A flag of an invented patient that goes the whole way every few minutes: worker, network, web server.

It is raised here, told by webhook to our own address, and resolved when that arrives. When it does not come
back, the flags of real patients may not arrive either, and monitors and the care teams learn of it.
"""

import datetime as dt
import secrets

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import CareTeam, User
from tracker import raising
from tracker.models import Canary, Channel, EscalationPolicy, EscalationStep, Flag, FlagEvent, Patient
from tracker.models.flags import Outcome
from tracker.triage.report import Level

EVERY = dt.timedelta(minutes=5)
LATE = dt.timedelta(minutes=2)
NAME = "Canary"
EMAIL = "canary@sidelight.invalid"
WORDS = "This is no patient: it shows that flags reach people."


def due(now: dt.datetime) -> bool:
    """Send one off when the last is five minutes old; returns whether."""
    with transaction.atomic():
        patient = _patient(now)
        Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
        if Canary.objects.filter(started_at__gt=now - EVERY).exists():
            return False
        Canary.objects.create(started_at=now)
        _fly(patient, now)
    return True


def came_back(now: dt.datetime) -> None:
    """The message has arrived: every flight under way is over, and so is its flag."""
    with transaction.atomic():
        Canary.objects.filter(returned_at=None).update(returned_at=now)
        flag = Flag.objects.unresolved().filter(patient__user__email=EMAIL).select_for_update().first()
        if flag is not None:
            bird = User.objects.get(email=EMAIL)
            flag.resolve(by=bird, outcome=Outcome.NOT_NEEDED, note=WORDS, seen=flag.reports, now=now)


def bird() -> int | None:
    """The key of the invented patient's account, in whose name its own message comes back."""
    return User.objects.filter(email=EMAIL).values_list("pk", flat=True).first()


def is_lost(now: dt.datetime) -> bool:
    """One was sent off over two minutes ago and has not come back, nor has a later one."""
    last = Canary.objects.filter(started_at__lte=now - LATE).first()
    return last is not None and last.returned_at is None


def secret() -> str | None:
    """What signs its message; None before the first flight."""
    return Patient.objects.filter(user__email=EMAIL).values_list("team__webhook_secret", flat=True).first()


def _fly(patient: Patient, now: dt.datetime) -> None:
    news = raising.News(
        team_id=patient.team_id,
        patient_id=patient.pk,
        level=Level.EMERGENCY,
        kind=FlagEvent.Kind.SILENT,
        silence=(WORDS,),
    )
    raising.tell(patient, news, now)


def _patient(now: dt.datetime) -> Patient:
    """With a team of its own, whose policy is nothing but our own address; nobody can sign in as it."""
    found = Patient.objects.filter(user__email=EMAIL).select_related("team").first()
    address = settings.SITE_URL + reverse("alerts:canary")
    if found is None:
        found = _hatch(now, address)
    elif found.team.webhook_url != address:
        found.team.webhook_url = address
        found.team.save(update_fields=["webhook_url"])
    return found


def _hatch(now: dt.datetime, address: str) -> Patient:
    team = CareTeam.objects.create(
        name=NAME,
        phone="0",
        line_24h="0",
        emergency_number="0",
        time_zone="UTC",
        webhook_url=address,
        webhook_secret=f"whsec_{secrets.token_urlsafe(24)}",
    )
    policy = EscalationPolicy.objects.create(team=team, level=Level.EMERGENCY, outcome_minutes=60)
    EscalationStep.objects.create(policy=policy, position=0, channels=[Channel.WEBHOOK], minutes=1)
    today = now.date()
    return Patient.objects.create(
        team=team,
        user=User.objects.create_user(EMAIL, name=NAME, is_active=False),
        name=NAME,
        born_on=today,
        phone="0",
        enrolled_on=today,
        left_on=today,  # nobody waits for its reports
    )
