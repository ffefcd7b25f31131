"""Who is to be told of a flag: the rows that the worker sends. Written with the flag, in its transaction."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import JSONObject

from tracker.models import Alert, EscalationStep, Flag
from tracker.models.flags import TARGETS
from tracker.triage.report import Level


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person on a step of a team's ladder. `minutes` is how long the step waits for an answer."""

    level: Level
    minutes: int
    user: int
    email: str

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        return cls(Level(value["level"]), value["minutes"], value["user"], value["email"])


def first_steps_as_json() -> ArraySubquery:
    """For annotating patients with whoever is on the first step of a ladder: Recipient reads them."""
    people = EscalationStep.objects.filter(
        team=models.OuterRef("team"),
        position=0,
        team__memberships__role=models.F("role"),
        team__memberships__user__is_active=True,
    )
    return ArraySubquery(
        people.values(
            json=JSONObject(
                level="level",
                minutes="minutes",
                user="team__memberships__user",
                email="team__memberships__user__email",
            )
        )
    )


def tell(flag: Flag, recipients: Collection[Recipient], now: dt.datetime) -> None:
    """Queue one alert a person for the flag's current round."""
    Alert.objects.bulk_create(
        Alert(
            team_id=flag.team_id,
            patient_id=flag.patient_id,
            flag=flag,
            recipient_id=each.user,
            address=each.email,
            level=flag.level,
            round=flag.rounds,
            created_at=now,
            due_at=now,
        )
        for each in recipients
    )


def first_step(flag: Flag, recipients: Collection[Recipient], now: dt.datetime) -> list[Recipient]:
    """Set the flag to the beginning of its ladder; returns the people to tell now.

    A routine flag first waits its time. Where the first step reaches nobody, the worker takes the next one at
    once.
    """
    flag.step = 0
    if flag.level == Level.ROUTINE:
        flag.next_due_at = now + TARGETS[Level.ROUTINE]
        return []
    reached = [each for each in recipients if each.level == flag.level]
    if reached:
        flag.step = 1
        flag.rounds += 1
        flag.next_due_at = now + dt.timedelta(minutes=reached[0].minutes)
    else:
        flag.next_due_at = now
    return reached
