"""Carers as tests need them: asked, come, and with their browsers."""

import datetime as dt
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import User
from tracker.models import Carer, Patient
from tracker.models.carers import Scope

A_MONTH = dt.timedelta(days=30)


def asked(patient: Patient, email: str = "lena@example.org", **changed: Any) -> tuple[Carer, str]:
    """An invitation and the token of its link."""
    now = changed.pop("now", None) or timezone.now()
    details: dict[str, Any] = {"name": "Lena Martín", "relation": "daughter", "scope": Scope.REPORT}
    details |= {"until": patient.today(now) + A_MONTH, "now": now, "email": email, **changed}
    return Carer.asked(patient, **details)


def helping(patient: Patient, user: User, **changed: Any) -> Carer:
    """Somebody who has accepted."""
    carer, _token = asked(patient, user.email or "", **changed)
    Carer.objects.filter(pk=carer.pk).update(user=user, accepted_at=carer.created_at)
    carer.refresh_from_db()
    return carer


def browser_of(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client
