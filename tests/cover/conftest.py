"""A rota that covers every hour, a policy that relies on it, and forms as a browser sends them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import CareTeam, User
from tests.team.conftest import browser_of
from tracker.models import EscalationPolicy, EscalationStep, Shift
from tracker.triage.report import Level

__all__ = ["browser_of"]

EVERY_DAY = range(1, 8)


@pytest.fixture
def on_call(team: CareTeam) -> Callable[..., None]:
    """Puts somebody on the rota, all day long: `on_call(ben)`, `on_call(ben, days=[6, 7])`."""

    def put(person: User, days: Any = EVERY_DAY, starts: int = 8, ends: int = 8) -> None:
        Shift.objects.bulk_create(
            Shift(team=team, person=person, weekday=day, starts=dt.time(starts), ends=dt.time(ends))
            for day in days
        )

    return put


@pytest.fixture
def emergencies(team: CareTeam) -> EscalationPolicy:
    """Emergencies go to whoever is on call, and to nobody else."""
    policy = EscalationPolicy.objects.get(team=team, level=Level.EMERGENCY)
    policy.steps.all().delete()
    EscalationStep.objects.create(policy=policy, position=0, on_call=True, minutes=5)
    return policy


def steps_form(*steps: dict[str, Any], outcome_minutes: str = "60") -> dict[str, Any]:
    """The policy's form with these steps, and the empty one that ends it."""
    form: dict[str, Any] = {
        "outcome_minutes": outcome_minutes,
        "step-TOTAL_FORMS": len(steps) + 1,
        "step-INITIAL_FORMS": 0,
    }
    for number, step in enumerate(steps):
        form |= {f"step-{number}-{name}": value for name, value in step.items()}
    return form


ON_CALL = {"on_call": "on", "channels": ["email"], "minutes": "5"}
NURSES = {"roles": ["nurse"], "channels": ["email", "sms"], "minutes": "10"}
