"""Who is on call in the demonstration: a nurse by day, a doctor and the lead by night and at the weekend."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from accounts.models import CareTeam, Role, User
from accounts.models.teams import Weekday
from tracker.demo.people import HARBOUR, HILLSIDE, Clinic
from tracker.models import EscalationStep, Shift
from tracker.triage.report import Level

MORNING, EVENING = dt.time(8), dt.time(18)
DAYS = (Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY)

type Week = tuple[tuple[str, tuple[Weekday, ...], dt.time, dt.time], ...]


def _week(nurse: str, doctor: str, lead: str) -> Week:
    return (
        (nurse, DAYS, MORNING, EVENING),
        (doctor, (Weekday.MONDAY, Weekday.WEDNESDAY, Weekday.FRIDAY), EVENING, MORNING),
        (lead, (Weekday.TUESDAY, Weekday.THURSDAY), EVENING, MORNING),
        (doctor, (Weekday.SATURDAY,), MORNING, MORNING),
        (lead, (Weekday.SUNDAY,), MORNING, MORNING),
    )


WEEKS: Mapping[Clinic, Week] = MappingProxyType(
    {HARBOUR: _week("amira", "ben", "sara"), HILLSIDE: _week("noor", "owen", "priya")}
)
"""By persona: on which days, from when until when; no later than it begins is the next day."""


def keep_rota(clinic: Clinic, team: CareTeam, staff: Mapping[str, User]) -> None:
    """The week of the team. Of what is serious whoever is on call is told first, then nurses and doctors."""
    Shift.objects.bulk_create(
        Shift(team=team, person=staff[key], weekday=day, starts=starts, ends=ends)
        for key, days, starts, ends in WEEKS[clinic]
        if key in staff
        for day in days
    )
    steps = EscalationStep.objects.filter(policy__team=team, policy__level__gte=Level.URGENT)
    steps.filter(position=0).update(on_call=True, roles=[])
    steps.filter(position=1).update(roles=[Role.NURSE, Role.DOCTOR])
