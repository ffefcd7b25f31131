"""Patients signed in, and the check-in as a browser without JavaScript sends it."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tracker.models import CheckIn, Patient

CHECK_IN = reverse("patient:check_in")

type Send = Callable[..., Any]


def signed_in(patient: Patient) -> Client:
    client = Client()
    client.force_login(patient.user)
    return client


@pytest.fixture(autouse=True)
def _at_noon(at_noon: None) -> None:
    """Reports of some hours ago are of the same day."""


@pytest.fixture
def as_rosa(rosa: Patient) -> Client:
    return signed_in(rosa)


def a_form(**answers: Any) -> dict[str, Any]:
    """What a good day sends; `answers` changes it."""
    return {"id": str(uuid.uuid4()), "red_flag_answer": "no", "asked": "chills nausea", **answers}


@pytest.fixture
def send(as_rosa: Client, rosa: Patient) -> Send:
    """Sends Rosa's check-in for today."""

    def post(**answers: Any) -> Any:
        day = rosa.today(timezone.now()).isoformat()
        return as_rosa.post(CHECK_IN, a_form(**{"day": day, **answers}))

    return post


def kept() -> CheckIn:
    """The one report there is."""
    return CheckIn.objects.get()
