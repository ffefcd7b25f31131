"""What the last shift left behind: patients of whom nothing was heard, a call, and words to the next."""

import datetime as dt
from collections.abc import Mapping

from accounts.models import CareTeam, User
from tracker.models import Call, Patient, ShiftNote

SILENT: Mapping[str, dt.timedelta] = {"samuel": dt.timedelta(days=4), "nadia": dt.timedelta(days=3)}
"""Who has stopped to report, by the key of their persona, and how long ago."""
CALLED = "Samuel Adeyemi"
WORDS = "Samuel’s daughter is at home after six: try her then. The lab rings back about Carla."


def hand_over(team: CareTeam, staff: Mapping[str, User], now: dt.datetime) -> None:
    """By the lead and the doctor of the team, where they are of the cast."""
    if sara := staff.get("sara"):
        ShiftNote.objects.create(team=team, words=WORDS, by=sara, at=now - dt.timedelta(hours=2))
    called = Patient.objects.filter(team=team, name=CALLED).first()
    if called and (ben := staff.get("ben")):
        at = now - dt.timedelta(hours=3)
        Call.end(
            called,
            by=ben,
            now=at,
            seen=None,
            outcome=Call.Outcome.NO_ANSWER,
            note="Rang twice.",
            again_at=at + dt.timedelta(hours=2),
        )
