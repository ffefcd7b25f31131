"""Fills an empty site with invented people and their last sixty days: everything, or nothing."""

import datetime as dt
from collections.abc import Mapping, Sequence
from random import Random

from django.db import transaction
from django.db.models import F

from accounts.groups import make_groups
from accounts.models import CareTeam, User
from education.models import Drug
from tracker.demo.agreements import LIMITS, READS_NOTES, read_notes, set_limit
from tracker.demo.enrol import employ, enrol, let_help, make_team, make_user
from tracker.demo.habits import Habit
from tracker.demo.history import Diary, asked_about
from tracker.demo.incidents import INCIDENTS
from tracker.demo.neighbours import NEIGHBOURS
from tracker.demo.people import HARBOUR, HILLSIDE, PERSONAS, Clinic, Persona
from tracker.demo.rota import keep_rota
from tracker.demo.shift import SILENT, hand_over
from tracker.demo.talk import let_them_write
from tracker.models import Alert, Patient
from tracker.models.flags import State
from tracker.starters import begin_with

CAST: tuple[Persona, ...] = (*PERSONAS, *NEIGHBOURS)
WRITES = "rosa"
SEED = "daylight"
ANSWERED_WITHIN = dt.timedelta(hours=3)
"""Ordinary reports of today are at least this old."""
HANDED_OVER_AFTER = dt.timedelta(seconds=2)


class OtherPeople(Exception):
    """The database holds somebody who is not of the demonstration; nothing has been written."""


class NoLibrary(Exception):
    """The drugs of the invented patients have not been loaded; nothing has been written."""


@transaction.atomic
def seed(now: dt.datetime, cast: Sequence[Persona] = CAST) -> bool:
    """Make everybody of `cast`. Raises OtherPeople and NoLibrary.

    False when they are there already, whoever else was invited since: all of them came at once.
    """
    if User.objects.filter(email__in={persona.email for persona in cast}).exists():
        return False
    if User.objects.exists():
        raise OtherPeople
    if missing := {each.treatment.drug for each in cast if each.treatment} - _drugs():
        raise NoLibrary(", ".join(sorted(missing)))
    make_groups()
    teams = {clinic: make_team(clinic) for clinic in (HARBOUR, HILLSIDE)}
    users = {persona: make_user(persona) for persona in cast}
    staff = _employ(users, teams)
    for clinic, people in staff.items():
        keep_rota(clinic, teams[clinic], people)
        begin_with(teams[clinic])
    for persona in cast:
        if persona.treatment:
            clinic = persona.clinic or HARBOUR
            patient = enrol(users[persona], persona.treatment, teams[clinic], now=now)
            if limit := LIMITS.get(persona.key):
                set_limit(patient, limit, staff[clinic], now)
            for helper in cast:
                if helper.helps and helper.helps.patient == persona.key:
                    let_help(patient, users[helper], helper.helps.relation, now=now)
            _diary(persona, patient, staff[clinic], now).live(INCIDENTS.get(persona.key))
            if persona.key == WRITES:
                let_them_write(patient, staff[clinic], now)
    for clinic, people in staff.items():
        hand_over(teams[clinic], people, now)
        for nurse in READS_NOTES & people.keys():
            read_notes(teams[clinic], people[nurse], now)
    _hand_over_answered_alerts()
    return True


def _drugs() -> set[str]:
    return set(Drug.objects.values_list("code", flat=True))


def _employ(users: Mapping[Persona, User], teams: Mapping[Clinic, CareTeam]) -> dict[Clinic, dict[str, User]]:
    """The staff of each clinic, by persona."""
    staff: dict[Clinic, dict[str, User]] = {clinic: {} for clinic in teams}
    for persona, user in users.items():
        if persona.clinic and persona.job:
            staff[persona.clinic][persona.key] = employ(user, teams[persona.clinic], persona.job)
    return staff


def _diary(persona: Persona, patient: Patient, staff: Mapping[str, User], now: dt.datetime) -> Diary:
    assert persona.treatment  # noqa: S101 -- tells mypy
    drug = Drug.objects.get(code=persona.treatment.drug)
    chance = Random(f"{SEED} {persona.email}")  # noqa: S311 -- people are invented, not kept secret
    habit = Habit(
        drug.code,
        asked=asked_about(patient),
        kinds=drug.readings,
        asks_urine=drug.asks_urine,
        usual=persona.treatment.usual,
        strength=chance.uniform(0.7, 1.15),
    )
    return Diary(patient, habit, now, chance, staff, until=_told_until(persona, patient, now))


def _told_until(persona: Persona, patient: Patient, now: dt.datetime) -> dt.datetime:
    """Who can be signed in as has not reported today, so that the visitor may; some have fallen silent."""
    if persona in PERSONAS:
        return dt.datetime.combine(patient.today(now), dt.time.min, patient.zone)
    return now - SILENT.get(persona.key, ANSWERED_WITHIN)


def _hand_over_answered_alerts() -> None:
    """Alerts of flags that somebody took went out in their time; those of open flags are the worker's."""
    Alert.objects.exclude(flag__state=State.OPEN).update(
        state=Alert.State.ACCEPTED, attempts=1, accepted_at=F("created_at") + HANDED_OVER_AFTER
    )
