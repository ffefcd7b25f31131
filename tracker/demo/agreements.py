"""What the demonstration's nurses and doctors have done beside answering flags: limits set, notes read."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import F

from accounts.models import CareTeam, User
from tracker.demo.incidents import INCIDENTS
from tracker.models import NoteToRead, Patient, PatientLimit


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of one person: its name in the rules, who set it how many days ago, and for how many more."""

    name: str
    value: float
    reason: str
    by: str
    days_ago: int
    days: int


LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        "wei": Limit(
            "systolic_high_on_epoetin",
            150,
            "Small stroke in 2021: we want to hear of it earlier.",
            by="ben",
            days_ago=12,
            days=30,
        ),
        "martin": Limit(
            "pulse_low",
            44,
            "Ran marathons, and has 46 at rest since he was young.",
            by="ben",
            days_ago=6,
            days=2,
        ),
    }
)
"""By persona; the second is about to run out."""

READS_NOTES = frozenset({"amira", "noor"})
"""The nurse of each clinic, by persona."""

LEFT_UNREAD = INCIDENTS["hugo"].note
READ_AFTER = dt.timedelta(hours=3)


def set_limit(patient: Patient, limit: Limit, staff: Mapping[str, User], now: dt.datetime) -> None:
    """Before the patient's diary is lived through, so that later reports go by it."""
    PatientLimit.of(
        patient,
        name=limit.name,
        value=limit.value,
        reason=limit.reason,
        by=staff[limit.by],
        expires_on=patient.today(now) + dt.timedelta(days=limit.days),
        now=now - dt.timedelta(days=limit.days_ago),
    )


def read_notes(team: CareTeam, nurse: User, now: dt.datetime) -> None:
    """All that was written a while ago was read in its time, but for a note that nobody got round to."""
    time_to_read = dt.timedelta(hours=team.note_hours)
    a_while_ago = NoteToRead.objects.filter(team=team, due_at__lt=now + time_to_read - 2 * READ_AFTER)
    a_while_ago.exclude(check_in__report__note=LEFT_UNREAD).update(
        read_at=F("due_at") - time_to_read + READ_AFTER, read_by=nurse
    )
