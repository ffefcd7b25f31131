"""Looks, their seals, and what the owner of the database could do to them."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.utils import timezone

from accounts.audit import sealing
from accounts.models import AccessEvent, User
from tracker.models import Patient

MINUTE = dt.timedelta(minutes=1)
TABLES = ("accounts_accessevent", "accounts_auditseal", "accounts_unsealedevent", "accounts_auditanchor")


def look(patient: Patient, by: User, now: dt.datetime, what: str = "chart") -> AccessEvent:
    AccessEvent.objects.keep(
        [(patient.team_id, patient.pk)], by=by, what=what, purpose=AccessEvent.Purpose.CARE, now=now
    )
    return AccessEvent.objects.latest("pk")


@contextmanager
def as_owner() -> Iterator[Callable[..., None]]:
    """SQL by whoever owns the tables, with every trigger of ours switched off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table is altered while a check waits
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor.execute
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def sealed(rosa: Patient, amira: User) -> list[AccessEvent]:
    """Nine looks, three to a seal, a minute apart."""
    now = timezone.now() - 10 * MINUTE
    looks = []
    for _seal in range(3):
        now += MINUTE
        looks += [look(rosa, amira, now) for _each in range(3)]
        assert sealing.due(now) == 3
    return looks
