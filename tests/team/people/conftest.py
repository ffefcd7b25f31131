"""Forms as somebody fills them in, and teams with leads."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import CareTeam, User
from tests.people import drug
from tests.team.conftest import _at_noon, browser_of
from tracker.demo.enrol import employ, make_user
from tracker.demo.people import Persona
from tracker.models import Patient

__all__ = ["_at_noon", "browser_of"]
OLA = Persona("Ola Berg", "Lead", "Runs the other team.", job="lead")


@pytest.fixture
def ola(other_team: CareTeam) -> User:
    """Lead of the other team."""
    return employ(make_user(OLA), other_team, "lead")


@pytest.fixture
def amiras(amira: User, browser_of: Any) -> Client:
    browser: Client = browser_of(amira)
    return browser


@pytest.fixture
def told(team: CareTeam) -> dict[str, Any]:
    """What a nurse types to enrol Nils, on interleukin-2 since today."""
    today = timezone.localdate(timezone=team.zone).isoformat()
    return {
        "name": "Nils Åkesson",
        "born_on": "1960-07-09",
        "record_number": "H 4711",
        "email": "Nils@Example.org",
        "phone": "555 0190",
        "language": "es",
        "time_zone": "",
        "contact_name": "Eva Åkesson",
        "contact_relation": "wife",
        "contact_phone": "555 0191",
        "allergies": "None known.",
        "usual_systolic": "128",
        "usual_diastolic": "80",
        "usual_pulse": "72",
        "usual_spo2": "97",
        "usual_temperature": "36,6",
        "usual_weight": "81.5",
        "last_chemo_on": "",
        "extra_readings": ["weight"],
        "courses-TOTAL_FORMS": "3",
        "courses-INITIAL_FORMS": "0",
        "courses-0-drug": str(drug("aldesleukin").pk),
        "courses-0-cycle": "1",
        "courses-0-started_on": today,
        "courses-0-regimen": "5 days a week",
        "courses-0-taken_at_home": "yes",
        "courses-0-first_dose": "on",
        "courses-1-cycle": "1",
        "courses-2-cycle": "1",
    }


def acts(patient: Patient) -> list[str]:
    """Every address at which something can be done with a record."""
    names = (
        *("edit_record", "invite", "print_code", "add_course", "doses", "pause", "end_pause"),
        *("discharge", "come_back", "transfer", "withdraw_transfer"),
    )
    return [reverse(f"team:{name}", args=[patient.pk]) for name in names]


def same_name_as(patient: Patient, team: CareTeam, name: str) -> Patient:
    """Somebody else with another name in the same row of the database."""
    user = User.objects.create_user(f"{name.split()[0].lower()}@example.net", name=name)
    columns = {"born_on": patient.born_on, "phone": "555", "enrolled_on": patient.enrolled_on}
    return Patient.objects.create(team=team, user=user, name=name, **columns)
