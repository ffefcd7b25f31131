"""The personas, each a fixture: the same people as in the demonstration.

Patients come with their team, their drug (with its own tick list, from the shipped pages), courses and doses,
as they stand at the moment of the test's clock.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pgtrigger
import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts.groups import make_groups
from accounts.models import CareTeam, User
from education.models import Drug, DrugSymptom, Symptom
from education.shipped import CONTENT, read
from tracker.demo.enrol import employ, enrol, make_team, make_user
from tracker.demo.people import HARBOUR, HILLSIDE, PERSONAS, Persona
from tracker.models import Patient

BY_KEY = {persona.key: persona for persona in PERSONAS}


# --- The drugs they are on ----------------------------------------------------------------------------------


@cache
def shipped(folder: str) -> tuple[dict[str, Any], ...]:
    return tuple(read(CONTENT, folder))


@contextmanager
def _not_searched() -> Iterator[None]:
    """Few tests search, and weighing the words of all symptoms takes 20 ms. By hand: pgtrigger's own way
    of saying so puts two statements into one, which is no prepared one."""
    [(model, keeper)] = pgtrigger.registered("education.Symptom:keep_search")
    say = "SELECT set_config('pgtrigger.ignore', %s, false)"
    with connection.cursor() as cursor:
        cursor.execute(say, [f"{{{keeper.get_pgid(model)}}}"])
    yield
    with connection.cursor() as cursor:
        cursor.execute(say, ["{}"])


_symptoms: list[bytes] = []
"""The rows of all shipped symptoms as PostgreSQL copies them, once they have been written."""


def _write_symptoms() -> None:
    """By the ORM once in a process, and from then on as bytes: most tests begin with these rows.

    No row of the copies gets a key that another has: the sequence was past them when they were made.
    """
    table = connection.ops.quote_name(Symptom._meta.db_table)
    with _not_searched(), connection.cursor() as cursor:
        if _symptoms:
            with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
                copy.write(b"".join(_symptoms))
            return
        Symptom.objects.bulk_create(Symptom(**page) for page in shipped("symptoms"))
        with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
            _symptoms.extend(map(bytes, copy))


def drug(code: str) -> Drug:
    """A shipped drug with its tick list, and every shipped symptom: quicker than the whole library."""
    if found := Drug.objects.filter(code=code).first():
        return found
    if not Symptom.objects.exists():
        _write_symptoms()
    page = next(page for page in shipped("drugs") if page["code"] == code)
    columns = {name: value for name, value in page.items() if name not in ("cytokine", "symptoms")}
    made = Drug.objects.create(**columns)
    symptoms = dict(Symptom.objects.filter(code__in=page["symptoms"]).values_list("code", "pk"))
    DrugSymptom.objects.bulk_create(
        DrugSymptom(drug=made, symptom_id=symptoms[each], order=place)
        for place, each in enumerate(page["symptoms"])
    )
    return made


# --- The hour -----------------------------------------------------------------------------------------------


@pytest.fixture
def at_noon() -> Iterator[None]:
    """Today at noon by Harbour Clinic's clock: "two hours ago" is the same day whenever the tests run."""
    noon = timezone.localtime(timezone=ZoneInfo(HARBOUR.time_zone)).replace(hour=12, minute=0, second=0)
    with time_machine.travel(noon, tick=True):
        yield


# --- Teams --------------------------------------------------------------------------------------------------


@pytest.fixture
def team(db: None) -> CareTeam:
    """Harbour Clinic, of Amira, Ben and Sara; it has ladders for urgent and emergency flags."""
    return make_team(HARBOUR)


@pytest.fixture
def other_team(db: None) -> CareTeam:
    """Hillside Hospital, where Noor works."""
    return make_team(HILLSIDE)


# --- Patients -----------------------------------------------------------------------------------------------


def patient(persona: Persona, team: CareTeam) -> Patient:
    assert persona.treatment
    drug(persona.treatment.drug)
    return enrol(make_user(persona), persona.treatment, team, now=timezone.now())


@pytest.fixture
def rosa(team: CareTeam) -> Patient:
    """Low-dose interleukin-2, cycle 2, day 3."""
    return patient(BY_KEY["rosa"], team)


@pytest.fixture
def dev(team: CareTeam) -> Patient:
    """Interferon alfa, week 6."""
    return patient(BY_KEY["dev"], team)


@pytest.fixture
def joan(team: CareTeam) -> Patient:
    """Pegfilgrastim two days ago, chemotherapy three days ago."""
    return patient(BY_KEY["joan"], team)


@pytest.fixture
def wei(team: CareTeam) -> Patient:
    """Epoetin, day 52."""
    return patient(BY_KEY["wei"], team)


# --- Staff and others ---------------------------------------------------------------------------------------


def member(key: str, team: CareTeam) -> User:
    return employ(make_user(BY_KEY[key]), team, BY_KEY[key].job)


@pytest.fixture
def amira(team: CareTeam) -> User:
    """Nurse of Harbour Clinic: the first to be told."""
    return member("amira", team)


@pytest.fixture
def ben(team: CareTeam) -> User:
    """Doctor of Harbour Clinic."""
    return member("ben", team)


@pytest.fixture
def sara(team: CareTeam, groups: None) -> User:
    """Lead of Harbour Clinic; reviews and publishes rules."""
    return member("sara", team)


@pytest.fixture
def noor(other_team: CareTeam) -> User:
    """Nurse of the other team."""
    return member("noor", other_team)


@pytest.fixture
def lena(db: None) -> User:
    """Rosa's daughter: signs in, and has neither a diary nor a team."""
    return make_user(BY_KEY["lena"])


@pytest.fixture
def groups(db: None) -> None:
    make_groups()


@pytest.fixture
def edith(groups: None) -> User:
    """Editor: may change the library and nothing else."""
    return make_user(BY_KEY["edith"])


@pytest.fixture
def eli(groups: None) -> User:
    """A second editor."""
    return make_user(BY_KEY["eli"])


@pytest.fixture
def petra(groups: None) -> User:
    """Privacy officer, by her group."""
    return make_user(BY_KEY["petra"])


@pytest.fixture
def ada(groups: None) -> User:
    """Admin, by her group; no superuser."""
    return make_user(BY_KEY["ada"])


@pytest.fixture
def root(db: None) -> User:
    """Who set the site up: the one account that sees patients without caring for them, each look kept."""
    return User.objects.create_superuser("root@example.org", name="Root")
