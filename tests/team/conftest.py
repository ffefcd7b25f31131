"""Reports that patients send, and browsers of the people who answer them."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.triage.build import a_report
from tracker import checkins
from tracker.models import Flag, Patient
from tracker.triage.report import Report

CHEST_PAIN = a_report(flags=("chest_pain",), chills=2)
LOW_PRESSURE = a_report(readings={"systolic": 84, "diastolic": 50})  # urgent
BLURRED = a_report(blurry_vision=1)  # routine
GOOD_DAY = a_report(asked=("chills", "nausea"))


@pytest.fixture(autouse=True)
def _at_noon(at_noon: None) -> None:
    """Reports of some hours ago are of the same day."""


def send(
    patient: Patient, report: Report, *, ago: dt.timedelta = dt.timedelta(), id: uuid.UUID | None = None
) -> checkins.Submitted:
    """A report as it would have come in `ago`, for the patient's day of then; `id` names one to correct."""
    then = timezone.now() - ago
    return checkins.submit(
        patient_id=patient.pk,
        report=report,
        id=id or uuid.uuid4(),
        by=patient.user,
        day=patient.today(then),
        reported_at=then,
        now=then,
    )


def flagged(patient: Patient, report: Report = CHEST_PAIN, **when: Any) -> Flag:
    """The flag of a report that raises one."""
    flag = send(patient, report, **when).flag
    assert flag
    return flag


@pytest.fixture
def browser_of() -> Callable[[User], Client]:
    """A browser in which somebody is signed in: `browser_of(amira)`."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
