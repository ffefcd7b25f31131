"""Who is in a crowd: teams with their staff, patients, and the courses that each of them has had."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from random import Random

from django.contrib.auth.hashers import make_password

from accounts.models import CareTeam, Membership, Role, User
from tracker.demo.crowd.sheets import Model, Models
from tracker.demo.schedules import SCHEDULES
from tracker.models import Course, EscalationPolicy, Patient

FIRST_NAMES = (
    "Alma Amos Anya Arun Bea Björn Carmen Chen Clara Diego Dora Elif Emil Esra Eva Farid Femi Fiona Gita "
    "Greta Hana Hassan Ida Igor Iman Jonas Julia Kaito Kofi Lars Layla Lucía Malik Maria Mateo Mei Mila Nils "
    "Noa Olga Omar Paula Pedro Petra Rania Ravi Rita Samir Selma Sven Tariq Tessa Timo Uma Vera Wanda Yara "
    "Yusuf Zara Zoe"
)
LAST_NAMES = (
    "Abbott Ahmed Andersen Baker Bauer Becker Bianchi Brandt Castro Chopra Costa Cruz Dumont Eriksen Fischer "
    "Flores Garcia Gomez Hahn Hansen Haddad Hill Horvat Ito Ivanova Jansen Jones Kaya Kim Klein Kovač Kumar "
    "Larsen Lee Lopez Mbeki Meyer Moretti Moss Nakamura Nowak Okoye Olsen Park Peeters Petrov Ramos Reyes "
    "Rossi Sato Schmid Silva Singh Soto Suzuki Tran Turner Vidal Weber Yilmaz"
)
JOBS = (Role.NURSE, Role.NURSE, Role.NURSE, Role.DOCTOR, Role.LEAD)
EVERYWHERE = "crowd@example.org"
"""A nurse who works in every team of the crowd."""

SHARES: Mapping[str, int] = {
    "aldesleukin": 18,
    "interferon-alfa-2b": 18,
    "peginterferon-alfa-2b": 14,
    "pegfilgrastim": 22,
    "filgrastim": 14,
    "epoetin-alfa": 14,
}
"""Of a hundred lines of treatment."""
CYCLES = (3, 8)
WEEKS = (20, 48)  # of a course without cycles
REST = (10, 70)  # days between two lines of treatment
HAS_A_STAY, IS_AWAY, HAS_LEFT = 0.12, 0.03, 0.05


@dataclass(frozen=True, slots=True)
class Stretch:
    """A course of the drug of `model`, kept as `course` once the patient is."""

    model: Model
    cycle: int
    started_on: dt.date
    ended_on: dt.date | None
    course: Course


@dataclass(frozen=True, slots=True)
class Person:
    """A patient, the days that they report, oldest first, and those of which nothing came."""

    patient: Patient
    chance: Random
    team: CareTeam
    logged: Sequence[dt.date]
    missed: Sequence[dt.date]
    stretches: Sequence[Stretch]


def make_teams(count: int) -> list[CareTeam]:
    """New clinics, with the policies of a new team."""
    teams = [
        CareTeam.objects.create(
            name=f"Crowd Clinic {number}",
            phone=f"555 1{number:02}0",
            line_24h=f"555 1{number:02}1",
            crisis_line=f"555 1{number:02}2",
            emergency_number="112",
            time_zone="Europe/Madrid",
        )
        for number in range(1, count + 1)
    ]
    for team in teams:
        EscalationPolicy.objects.make_first(team)
    return teams


def staff_of(teams: Sequence[CareTeam], chance: Random) -> dict[int, list[User]]:
    """The nurses and doctors of each team: those who are there, or new ones. And one nurse who is in all."""
    everywhere = User.objects.filter(email=EVERYWHERE).first() or _user("crowd", chance)
    everywhere.save()
    Membership.objects.bulk_create(
        (Membership(team=team, user=everywhere, role=Role.NURSE) for team in teams), ignore_conflicts=True
    )
    return {team.pk: _staff(team, chance) for team in teams}


def _staff(team: CareTeam, chance: Random) -> list[User]:
    answers = Membership.objects.filter(team=team).exclude(user__email=EVERYWHERE).select_related("user")
    if there := [each.user for each in answers.order_by("pk")]:
        return there
    people = [_user(f"crowd-{team.pk}-{number}", chance) for number, _job in enumerate(JOBS, start=1)]
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(
        Membership(team=team, user=user, role=job) for user, job in zip(people, JOBS, strict=True)
    )
    return people


def _user(key: str, chance: Random) -> User:
    name = f"{chance.choice(FIRST_NAMES.split())} {chance.choice(LAST_NAMES.split())}"
    return User(email=f"{key}@example.org", name=name, password=make_password(None))


def invent(
    number: int, team: CareTeam, reports: int, models: Models, now: dt.datetime, chance: Random
) -> Person:
    """Not saved yet. Somebody with so many reports behind them; they miss some days, as people do."""
    today = now.astimezone(team.zone).date()
    left_on = today - dt.timedelta(days=chance.randint(1, 60)) if chance.random() < HAS_LEFT else None
    last = left_on - dt.timedelta(days=1) if left_on else today
    away = _away(last, reports, chance, has_left=left_on is not None)
    logged, missed = _days(last, today, reports, away, chance)
    enrolled_on = min([*logged, *missed], default=today)
    stretches = _with_no_end(list(_lines(enrolled_on, today, models, chance)), today)
    model = stretches[-1].model
    user = _user(f"crowd-patient-{number}", chance)
    patient = Patient(
        team=team,
        user=user,
        name=user.name,
        born_on=dt.date(chance.randint(1938, 1996), chance.randint(1, 12), chance.randint(1, 28)),
        record_number=f"C{number:06}",
        phone=f"555 2{number % 10_000:04}",
        allergies=chance.choice(("", "", "", "Penicillin: a rash.", "Latex.")),
        enrolled_on=enrolled_on,
        left_on=left_on,
        paused_from=away[0] if away else None,
        paused_until=away[1] if away else None,
        last_chemo_on=_last_chemo(stretches),
        **{f"usual_{kind}": value for kind, value in asdict(model.usual).items()},
    )
    return Person(patient, chance, team, logged, missed, stretches)


def _away(last: dt.date, reports: int, chance: Random, *, has_left: bool) -> tuple[dt.date, dt.date] | None:
    """The first and last day of a stay in hospital, if there was one: past, or not over yet."""
    lot = chance.random()
    if lot < IS_AWAY and not has_left:
        return last - dt.timedelta(days=2), last + dt.timedelta(days=chance.randint(2, 9))
    if lot < IS_AWAY + HAS_A_STAY and reports > REST[0]:
        begins = last - dt.timedelta(days=chance.randint(5, max(6, min(reports, 150))))
        return begins, min(begins + dt.timedelta(days=chance.randint(3, 13)), last)
    return None


def _days(
    last: dt.date,
    today: dt.date,
    reports: int,
    away: tuple[dt.date, dt.date] | None,
    chance: Random,
) -> tuple[list[dt.date], list[dt.date]]:
    """So many days with a report, back from the last, and those missed between. Today is never missed."""
    often = chance.uniform(0.62, 0.97)
    logged: list[dt.date] = []
    missed: list[dt.date] = []
    day = last
    while len(logged) < reports:
        is_away = away is not None and away[0] <= day <= away[1]
        at_weekend = day.isoweekday() > 5
        if not is_away and chance.random() < (often * 0.85 if at_weekend else often):
            logged.append(day)
        elif not is_away and day < today:
            missed.append(day)
        day -= dt.timedelta(days=1)
    return logged[::-1], missed[::-1]


def _lines(since: dt.date, today: dt.date, models: Models, chance: Random) -> Iterator[Stretch]:
    """One line of treatment after another, with a rest between, until today."""
    begins = since
    while begins <= today:
        [code] = chance.choices(list(SHARES), list(SHARES.values()))
        model = chance.choice(models[code])
        cycle = SCHEDULES[code].cycle
        courses = chance.randint(*CYCLES) if cycle else 1
        length = cycle or 7 * chance.randint(*WEEKS)
        for number in range(1, courses + 1):
            ends = begins + dt.timedelta(days=length - 1)
            if begins <= today:
                yield _stretch(model, number, begins, ends)
            begins = ends + dt.timedelta(days=1)
        begins += dt.timedelta(days=chance.randint(*REST))


def _stretch(model: Model, cycle: int, begins: dt.date, ends: dt.date) -> Stretch:
    course = Course(drug=model.drug, cycle=cycle, started_on=begins, ended_on=ends)
    return Stretch(model, cycle, begins, ends, course)


def _with_no_end(stretches: list[Stretch], today: dt.date) -> list[Stretch]:
    """What runs today has no end that anybody knows of."""
    last = stretches[-1]
    if last.ended_on and last.ended_on >= today:
        last.course.ended_on = None
    return stretches


def _last_chemo(stretches: Sequence[Stretch]) -> dt.date | None:
    after = [each.started_on for each in stretches if SCHEDULES[each.model.drug.code].after_chemo]
    return after[-1] - dt.timedelta(days=1) if after else None
