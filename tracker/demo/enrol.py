"""Makes invented people into rows: teams, staff, and patients with their courses and doses."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict

from django.contrib.auth.models import Group

from accounts.models import CareTeam, Membership, User
from education.models import Drug
from tracker.demo.people import Clinic, Persona, Treatment
from tracker.demo.schedules import SCHEDULES, Schedule
from tracker.models import Carer, Course, Dose, EscalationPolicy, Patient
from tracker.models.carers import Scope

DOSE_TIME = dt.time(10)
HELPS_SINCE = dt.timedelta(days=21)
HELPS_FOR = dt.timedelta(days=183)


def make_team(clinic: Clinic) -> CareTeam:
    """A care team with its policies."""
    team = CareTeam.objects.create(
        name=clinic.name,
        phone=clinic.phone,
        line_24h=clinic.line_24h,
        crisis_line=clinic.crisis_line,
        emergency_number=clinic.emergency_number,
        time_zone=clinic.time_zone,
    )
    EscalationPolicy.objects.make_first(team)
    return team


def make_user(persona: Persona) -> User:
    """Somebody who signs in with a code; staff of the admin when a group is all that they work in."""
    is_staff = persona.group in ("Editors", "Admins")
    user = User.objects.create_user(persona.email, name=persona.name, is_staff=is_staff)
    if persona.group:
        user.groups.add(Group.objects.get(name=persona.group))
    return user


def employ(user: User, team: CareTeam, job: str) -> User:
    Membership.objects.create(team=team, user=user, role=job)
    return user


def enrol(user: User, treatment: Treatment, team: CareTeam, *, now: dt.datetime, days: int = 60) -> Patient:
    """A patient whose treatment stands at `now` as `treatment` says, with the last `days` days' doses."""
    today = now.astimezone(team.zone).date()
    schedule = SCHEDULES[treatment.drug]
    started_on = today - dt.timedelta(days=treatment.day - 1)
    patient = Patient.objects.create(
        team=team,
        user=user,
        name=user.name,
        born_on=treatment.born_on,
        phone=treatment.phone,
        allergies=treatment.allergies,
        enrolled_on=today - dt.timedelta(days=days),
        last_chemo_on=started_on - dt.timedelta(days=1) if schedule.after_chemo else None,
        **{f"usual_{kind}": value for kind, value in asdict(treatment.usual).items()},
    )
    courses = Course.objects.bulk_create(_courses(patient, treatment, schedule, started_on, today, days))
    Dose.objects.bulk_create(
        dose for course in courses for dose in _doses(course, schedule, today - dt.timedelta(days=days), now)
    )
    return patient


def let_help(patient: Patient, user: User, relation: str, *, now: dt.datetime) -> Carer:
    """As if the patient had asked them some weeks ago, and they had come on the same day."""
    asked_at = now - HELPS_SINCE
    until = patient.today(asked_at) + HELPS_FOR
    about = {"name": user.name, "email": user.email or "", "relation": relation, "scope": Scope.DIARY}
    carer, _token = Carer.asked(patient, until=until, now=asked_at, **about)
    Carer.objects.filter(pk=carer.pk).update(user=user, accepted_at=asked_at)
    return carer


def _courses(
    patient: Patient, treatment: Treatment, schedule: Schedule, started_on: dt.date, today: dt.date, days: int
) -> Iterator[Course]:
    """This cycle and those before it that reach into the last `days` days, newest first."""
    drug = Drug.objects.get(code=treatment.drug)
    cycle, ended_on = treatment.cycle, None
    while cycle >= 1 and (ended_on is None or ended_on >= today - dt.timedelta(days=days)):
        yield Course(
            team_id=patient.team_id,
            patient=patient,
            drug=drug,
            cycle=cycle,
            started_on=started_on,
            ended_on=ended_on,
            taken_at_home=treatment.at_home,
        )
        if schedule.cycle is None:
            return
        cycle, ended_on = cycle - 1, started_on - dt.timedelta(days=1)
        started_on -= dt.timedelta(days=schedule.cycle)


def _doses(course: Course, schedule: Schedule, since: dt.date, now: dt.datetime) -> Iterator[Dose]:
    zone = course.patient.zone
    day = max(course.started_on, since)
    last = course.ended_on or now.astimezone(zone).date()
    while day <= last:
        given_at = dt.datetime.combine(day, DOSE_TIME, zone)
        if schedule.is_dose_day(course.treatment_day(day)) and given_at <= now:
            yield Dose(team_id=course.team_id, patient_id=course.patient_id, course=course, given_at=given_at)
        day += dt.timedelta(days=1)
