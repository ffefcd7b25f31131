"""Fills a database with a crowd: everything, or nothing. The same seed at the same moment makes the same."""

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from uuid import UUID

from django.db import connection, models, transaction

from accounts.models import CareTeam, User
from education.models import Drug
from tracker.demo.crowd.copying import TABLES, Rows
from tracker.demo.crowd.lives import Advice, Life
from tracker.demo.crowd.people import SHARES, Person, invent, make_teams, staff_of
from tracker.demo.crowd.sheets import Models, models_of
from tracker.models import Course, Patient
from tracker.rulebook.in_force import current_rules

BATCH = 50  # patients
PAUSED_AT = dt.time(9)
MORE_OR_LESS = (0.3, 1.7)
"""How many reports somebody has, as a part of the mean."""


class SomebodyIsHere(Exception):
    """There are patients, and nobody said into which team the crowd is to go; nothing has been written."""


class NoSuchTeam(Exception):
    """Of a team that was named; nothing has been written."""


class NoLibrary(Exception):
    """The drugs of the crowd have not been loaded; nothing has been written."""


class TooMany(Exception):
    """More open flags than patients with reports: a patient has one."""


@dataclass(frozen=True, slots=True)
class Size:
    patients: int
    check_ins: int
    open_flags: int
    teams: int = 4


@transaction.atomic
def seed_crowd(
    size: Size,
    now: dt.datetime,
    *,
    seed: int = 1,
    into: Collection[str] = (),
    say: Callable[[str], None] = lambda _words: None,
) -> Rows:
    """Into new teams, or those named. Raises SomebodyIsHere, NoSuchTeam, NoLibrary and TooMany."""
    drugs = _drugs()
    if size.open_flags > min(size.patients, size.check_ins):
        raise TooMany
    teams = _named(into) if into else _new_teams(size)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a million rows to check at the end fill the memory
    rules = current_rules()
    say("Inventing what reports say …")
    kinds = {code: models_of(drug, _asked(drug), rules, now, f"{seed}") for code, drug in drugs.items()}
    staff = staff_of(teams, Random(f"{seed} staff"))  # noqa: S311 -- people are invented, not kept secret
    advice = {team.pk: Advice(team) for team in teams}
    rows, done = Rows(), 0
    for people in _batches(_people(size, teams, kinds, now, seed)):
        _save(people)
        for person, is_waiting in people:
            of_team = person.patient.team_id
            life = Life(person, staff[of_team], rules.version, advice[of_team], now, is_waiting, rows)
            done += life.live()
        rows.write()
        say(f"{done:,} of {size.check_ins:,} check-ins")
    return rows


_SETTLED: tuple[type[models.Model], ...] = (*TABLES, Patient, Course, User)


def settle() -> None:
    """What PostgreSQL's autovacuum would do by itself in a while. Not inside a transaction."""
    with connection.cursor() as cursor:
        for table in _SETTLED:
            cursor.execute(f'VACUUM (ANALYZE) "{table._meta.db_table}"')


def _drugs() -> dict[str, Drug]:
    found = {drug.code: drug for drug in Drug.objects.filter(code__in=SHARES)}
    if missing := SHARES.keys() - found:
        raise NoLibrary(", ".join(sorted(missing)))
    return {code: found[code] for code in SHARES}


def _asked(drug: Drug) -> list[str]:
    return [each.symptom.code for each in drug.drug_symptoms.select_related("symptom")]


def _named(names: Collection[str]) -> list[CareTeam]:
    teams = list(CareTeam.objects.filter(name__in=names).order_by("name"))
    if missing := set(names) - {team.name for team in teams}:
        raise NoSuchTeam(", ".join(sorted(missing)))
    return teams


def _new_teams(size: Size) -> list[CareTeam]:
    if Patient.objects.exists():
        raise SomebodyIsHere
    return make_teams(size.teams)


def _people(
    size: Size, teams: Sequence[CareTeam], kinds: Models, now: dt.datetime, seed: int
) -> Iterator[tuple[Person, bool]]:
    """Each with whether their flag is still open; the teams take turns."""
    chance = Random(f"{seed} crowd")  # noqa: S311 -- people are invented, not kept secret
    shares = _shares(size, chance)
    reporting = [place for place, reports in enumerate(shares) if reports]
    waiting = set(chance.sample(reporting, size.open_flags))
    first = Patient.objects.count()
    for place, reports in enumerate(shares):
        own = Random(f"{seed} {first + place}")  # noqa: S311 -- people are invented, not kept secret
        person = invent(first + place + 1, teams[place % len(teams)], reports, kinds, now, own)
        yield person, place in waiting


def _shares(size: Size, chance: Random) -> list[int]:
    """How many reports each has: different numbers, which come to the one that was asked for."""
    weights = [chance.uniform(*MORE_OR_LESS) for _patient in range(size.patients)]
    whole, shares, weight = sum(weights), [], 0.0
    for each in weights:
        before, weight = weight, weight + each
        shares.append(round(size.check_ins * weight / whole) - round(size.check_ins * before / whole))
    return shares


def _batches(people: Iterator[tuple[Person, bool]]) -> Iterator[list[tuple[Person, bool]]]:
    batch: list[tuple[Person, bool]] = []
    for each in people:
        batch.append(each)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _save(people: Sequence[tuple[Person, bool]]) -> None:
    """Patients with their courses, and the history of those who were away."""
    for person, _is_waiting in people:
        person.patient.pk = UUID(int=person.chance.getrandbits(128), version=4)
    User.objects.bulk_create(person.patient.user for person, _is_waiting in people)
    Patient.objects.bulk_create(_with_user(person.patient) for person, _is_waiting in people)
    for person, _is_waiting in people:
        for stretch in person.stretches:
            stretch.course.patient, stretch.course.team = person.patient, person.team
    Course.objects.bulk_create(stretch.course for person, _waits in people for stretch in person.stretches)
    _keep_pauses([person for person, _is_waiting in people if person.patient.paused_from])


def _with_user(patient: Patient) -> Patient:
    patient.user_id = patient.user.pk
    return patient


def _keep_pauses(people: Sequence[Person]) -> None:
    """As if they had gone away on the first day of it, and not when the crowd was made."""
    events = Patient.pgh_event_model  # type: ignore[attr-defined]
    columns = [field.attname for field in Patient._meta.concrete_fields if field.attname != "id"]
    events.objects.bulk_create(
        events(
            pgh_obj_id=person.patient.pk,
            pgh_created_at=dt.datetime.combine(begins, PAUSED_AT, person.team.zone),
            pgh_label="update",
            id=person.patient.pk,
            **{column: getattr(person.patient, column) for column in columns},
        )
        for person in people
        if (begins := person.patient.paused_from)
    )


__all__ = ["NoLibrary", "NoSuchTeam", "Size", "SomebodyIsHere", "TooMany", "seed_crowd", "settle"]
