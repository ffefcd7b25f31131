"""Phones that send what they kept, as their scripts would: a token, a body, no session."""

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.team.conftest import browser_of
from tests.triage.build import a_report
from tracker.models import InboxItem, OfflineDevice, Patient
from tracker.offline import inbox
from tracker.triage import document
from tracker.triage.report import Report

__all__ = ["browser_of"]
URL = "/offline/reports/"
GOOD_DAY = a_report(asked=("chills", "nausea"))
CHEST_PAIN = a_report(flags=("chest_pain",))
LOW_PRESSURE = a_report(readings={"systolic": 84, "diastolic": 50})  # urgent
ZERO = dt.timedelta()
A_DAY, AN_HOUR, A_MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)


def a_body(report: Report = GOOD_DAY, /, *, ago: Any = ZERO, clock: Any = ZERO, **changed: Any) -> bytes:
    """What a phone sends of a report that was filled in `ago`, when its clock is off by `clock`."""
    now = timezone.now() + clock
    told = {
        "id": str(uuid.uuid4()),
        "report": document.write(report),
        "reported_at": (now - ago).isoformat(),
        "sent_at": now.isoformat(),
    }
    return json.dumps(told | changed).encode()


class Phone:
    """A phone of one person, with or without a token that is good."""

    def __init__(self, token: str, device: OfflineDevice) -> None:
        self.token = token
        self.device = device
        self.client = Client(raise_request_exception=False)

    def send(self, body: bytes, **headers: str) -> Any:
        sent_by_itself = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        headers = sent_by_itself | headers  # the client names no type for an empty body
        return self.client.post(URL, body, content_type="application/json", headers=headers)

    def keep(self, body: bytes, now: dt.datetime | None = None) -> InboxItem:
        """What the endpoint does before it crashes."""
        now = now or timezone.now()
        device = OfflineDevice.objects.trusted(now).with_new_items(now).get(pk=self.device.pk)
        return inbox.keep(device, body, now)[0]


def a_phone(patient: Patient, to: User | None = None, name: str = "Chrome on Android") -> Phone:
    device, token = OfflineDevice.issue(patient, to=to or patient.user, name=name, now=timezone.now())
    return Phone(token, device)


@pytest.fixture
def phone(rosa: Patient, amira: User) -> Phone:
    """Rosa's, whose nurse is Amira."""
    return a_phone(rosa)


@pytest.fixture
def devs_phone(dev: Patient) -> Phone:
    return a_phone(dev)
