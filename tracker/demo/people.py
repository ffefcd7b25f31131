"""The people of the demonstration and of the tests: who they are, and how their treatment stands today.

Nobody here is real. The telephone numbers belong to nobody, and mail to example.org is read by nobody.
"""

import datetime as dt
import unicodedata
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type Words = str | Promise


@dataclass(frozen=True, slots=True)
class Clinic:
    """A care team, which is told of flags as a new team is."""

    name: str
    phone: str
    line_24h: str
    crisis_line: str
    time_zone: str = "Europe/Madrid"
    emergency_number: str = "112"


HARBOUR = Clinic("Harbour Clinic", phone="555 0120", line_24h="555 0100", crisis_line="555 0130")
HILLSIDE = Clinic(
    "Hillside Hospital",
    phone="555 0220",
    line_24h="555 0200",
    crisis_line="555 0230",
    time_zone="Europe/London",
)


@dataclass(frozen=True, slots=True)
class Usual:
    """What is normal for one person: mmHg, beats a minute, %, °C, kg."""

    systolic: int
    diastolic: int
    pulse: int
    spo2: int
    temperature: float
    weight: float


@dataclass(frozen=True, slots=True)
class Treatment:
    """A patient's plan as it stands today."""

    drug: str
    day: int
    """Treatment day today, in this cycle; 1 is the day of the first dose."""
    born_on: dt.date
    phone: str
    usual: Usual
    allergies: str = ""
    cycle: int = 1
    at_home: bool | None = None
    """Whether the person takes it alone; None: as is usual for the drug."""


@dataclass(frozen=True, slots=True)
class Help:
    """What a relative does for a patient, named by the key of their persona."""

    patient: str
    relation: str


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody who can be signed in as. `job` is a role in `clinic`, `group` gives further powers, if any."""

    name: str
    role: Words
    about: Words
    treatment: Treatment | None = None
    clinic: Clinic | None = None
    job: str = ""
    group: str = ""
    helps: Help | None = None

    @property
    def key(self) -> str:
        """The first name in plain small letters: "rosa", "tomas"."""
        letters = unicodedata.normalize("NFD", self.name.split()[0].lower())
        return "".join(letter for letter in letters if letter.isascii())

    @property
    def email(self) -> str:
        return f"{self.key}@example.org"


PERSONAS: tuple[Persona, ...] = (
    Persona(
        "Rosa Martín",
        _("Patient"),
        _("Low-dose interleukin-2 at home, cycle 2, day 3. Chills come a few hours after each dose."),
        treatment=Treatment(
            "aldesleukin",
            day=3,
            cycle=2,
            at_home=True,
            born_on=dt.date(1968, 4, 12),
            phone="555 0141",
            allergies="Penicillin: a rash, as a child.",
            usual=Usual(124, 78, pulse=76, spo2=97, temperature=36.6, weight=62.0),
        ),
    ),
    Persona(
        "Dev Patel",
        _("Patient"),
        _("Interferon three times a week, in week 6. Feels as with flu on dose days, and is low of late."),
        treatment=Treatment(
            "interferon-alfa-2b",
            day=38,
            born_on=dt.date(1979, 9, 30),
            phone="555 0142",
            usual=Usual(131, 82, pulse=70, spo2=98, temperature=36.5, weight=81.5),
        ),
    ),
    Persona(
        "Joan Clarke",
        _("Patient"),
        _("Had pegfilgrastim after chemotherapy. Her bones ache for three or four days each time."),
        treatment=Treatment(
            "pegfilgrastim",
            day=3,
            cycle=3,
            born_on=dt.date(1951, 1, 24),
            phone="555 0143",
            usual=Usual(136, 80, pulse=74, spo2=96, temperature=36.4, weight=68.0),
        ),
    ),
    Persona(
        "Wei Zhang",
        _("Patient"),
        _("Epoetin once a week for anemia. Has quiet days, and a blood pressure to watch."),
        treatment=Treatment(
            "epoetin-alfa",
            day=52,
            born_on=dt.date(1958, 11, 3),
            phone="555 0144",
            usual=Usual(134, 84, pulse=72, spo2=97, temperature=36.6, weight=70.5),
        ),
    ),
    Persona(
        "Lena Martín",
        _("Daughter"),
        _("Rosa’s daughter. Sends a check-in for her on some days, and sees the whole diary."),
        helps=Help("rosa", "daughter"),
    ),
    Persona(
        "Amira Nasser",
        _("Nurse"),
        _("Reads what patients send, and calls them."),
        clinic=HARBOUR,
        job="nurse",
    ),
    Persona(
        "Ben Ortiz",
        _("Doctor"),
        _("Is told when the nurses do not answer in time."),
        clinic=HARBOUR,
        job="doctor",
    ),
    Persona(
        "Sara Lindqvist",
        _("Lead"),
        _("Runs the team; is told last. Publishes the rules that Ada has drafted."),
        clinic=HARBOUR,
        job="lead",
        group="Rule reviewers",
    ),
    Persona(
        "Noor Haddad",
        _("Nurse of another team"),
        _("Has patients of her own, and sees none of the others."),
        clinic=HILLSIDE,
        job="nurse",
    ),
    Persona("Edith Moreau", _("Editor"), _("Writes the pages that patients read."), group="Editors"),
    Persona(
        "Eli Stone", _("Second editor"), _("Compares what Edith writes, and publishes it."), group="Editors"
    ),
    Persona(
        "Ada Okafor",
        _("Admin"),
        _("Invites people, looks after teams, drafts rules."),
        group="Admins",
    ),
    Persona(
        "Petra Novak",
        _("Privacy officer"),
        _("Sees who looked at whom, asks about what is unusual, and sees nothing of anybody’s health."),
        group="Privacy officers",
    ),
)
