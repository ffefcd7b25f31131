"""A team that is reached by every channel, and patients who are signed in."""

import base64
import os
from collections.abc import Collection
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.groups import make_groups
from accounts.models import CareTeam, PushDevice, User
from tests.browsers import show_second_factor
from tests.people import BY_KEY, drug
from tracker.demo.enrol import employ, enrol, make_team, make_user
from tracker.demo.people import HARBOUR
from tracker.models import Channel, EscalationStep, Patient

ALL_CHANNELS = (Channel.EMAIL, Channel.SMS, Channel.PUSH, Channel.WEBHOOK)
SECRET = "whsec_" + base64.b64encode(b"a secret that both sides know 32").decode()


def a_team(http: int, channels: Collection[str] = ALL_CHANNELS) -> tuple[CareTeam, User]:
    """A team with somebody on each step, each with a phone and a browser, and its nurse."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    make_groups()
    team = make_team(HARBOUR)
    CareTeam.objects.filter(pk=team.pk).update(
        webhook_url=f"http://127.0.0.1:{http}/hook", webhook_secret=SECRET
    )
    staff = {key: employ(make_user(BY_KEY[key]), team, BY_KEY[key].job) for key in ("amira", "ben", "sara")}
    for number, user in enumerate(staff.values()):
        User.objects.filter(pk=user.pk).update(phone=f"+3460012345{number}")
        a_browser(user, http)
    EscalationStep.objects.filter(policy__team=team).update(channels=list(channels))
    drug("aldesleukin")
    return team, staff["amira"]


def a_browser(user: User, http: int) -> PushDevice:
    """A device whose address at the push service ends with its own key."""
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    device = PushDevice(user=user, name="A browser", made_at=timezone.now())
    device.endpoint = f"http://127.0.0.1:{http}/push/{device.pk}"
    device.p256dh, device.auth = _base64url(point), _base64url(os.urandom(16))
    device.save()
    return device


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def patients(team: CareTeam, count: int) -> list[Patient]:
    return [_patient(number, team) for number in range(count)]


def _patient(number: int, team: CareTeam) -> Patient:
    rosa = BY_KEY["rosa"]
    assert rosa.treatment
    user = make_user(replace(rosa, name=f"Patient{number} Example"))
    return enrol(user, rosa.treatment, team, now=timezone.now())


def session_of(user: User) -> str:
    browser = Client()
    browser.force_login(user, "django.contrib.auth.backends.ModelBackend")
    show_second_factor(browser, user)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value
