"""A flag that was raised at a known moment, and the worker's acts at any later one."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import User
from tests.triage.build import a_report
from tracker import checkins
from tracker.alerts.deliver import Delivery
from tracker.models import Flag, Patient
from tracker.triage.report import Answer, Report

CHEST_PAIN = a_report(chest_pain=Answer(severity=3))  # an emergency
BAD_NAUSEA = a_report(nausea=Answer(frequency=3, severity=3))  # urgent
NOTICEABLE = a_report(palpitations=Answer(severity=1))  # routine


@pytest.fixture
def now() -> dt.datetime:
    """When the flag is raised."""
    return timezone.now()


@pytest.fixture
def raise_flag(rosa: Patient, now: dt.datetime) -> Callable[..., Flag]:
    """Rosa reports `report`; the flag that it raises or joins."""

    def report_it(report: Report = BAD_NAUSEA, at: dt.datetime = now, patient: Patient = rosa) -> Flag:
        sent = checkins.submit(
            patient_id=patient.pk,
            report=report,
            id=uuid.uuid4(),
            by=patient.user,
            day=patient.today(at),
            reported_at=at,
            now=at,
        )
        assert sent.flag
        return sent.flag

    return report_it


@pytest.fixture
def flag(raise_flag: Callable[..., Flag], amira: User) -> Flag:
    """An urgent flag of Rosa's; Amira has 15 minutes to answer."""
    return raise_flag()


@pytest.fixture
def deliver() -> Callable[[dt.datetime], None]:
    """Sends everything that is due at a moment, and waits until it has gone out or failed."""

    def at(now: dt.datetime) -> None:
        delivery = Delivery()
        delivery.begin(now)
        while delivery.is_busy:
            delivery.wait(20)
            delivery.collect(now)
            delivery.begin(now)
        delivery.close()

    return at
