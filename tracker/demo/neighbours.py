"""Thirty more patients, and a doctor and a lead for Hillside, so that pages look as on a working day."""

import datetime as dt
from random import Random

from django.utils.translation import gettext_lazy as _

from tracker.demo.people import HARBOUR, HILLSIDE, Clinic, Persona, Treatment, Usual

# Name, drug, cycle, treatment day today, year of birth.
_HARBOUR = (
    ("Tomás Vega", "aldesleukin", 1, 24, 1959),
    ("Grace Mensah", "pegfilgrastim", 2, 6, 1972),
    ("Pavel Novák", "interferon-alfa-2b", 1, 17, 1963),
    ("Ines Duarte", "aldesleukin", 1, 9, 1970),
    ("Hugo Bernard", "epoetin-alfa", 1, 33, 1948),
    ("Mina Farahani", "pegfilgrastim", 4, 4, 1985),
    ("Oskar Lund", "peginterferon-alfa-2b", 1, 47, 1977),
    ("Carla Fontana", "filgrastim", 2, 5, 1966),
    ("Samuel Adeyemi", "epoetin-alfa", 1, 19, 1954),
    ("Yuki Tanaka", "pegfilgrastim", 1, 11, 1990),
    ("Elena Popescu", "interferon-alfa-2b", 1, 29, 1969),
    ("Martin Keller", "aldesleukin", 2, 12, 1957),
    ("Aisha Rahman", "pegfilgrastim", 3, 17, 1981),
    ("Luis Cabrera", "epoetin-alfa", 1, 58, 1944),
    ("Freya Dahl", "filgrastim", 3, 8, 1975),
    ("Marco Rinaldi", "peginterferon-alfa-2b", 1, 22, 1961),
    ("Nadia Haddou", "pegfilgrastim", 2, 14, 1987),
    ("Peter Walsh", "aldesleukin", 1, 31, 1952),
    ("Sofia Almeida", "interferon-alfa-2b", 1, 54, 1983),
    ("Viktor Orlov", "filgrastim", 1, 3, 1949),
)
_HILLSIDE = (
    ("Harriet Boyd", "pegfilgrastim", 2, 3, 1960),
    ("Kwame Asante", "interferon-alfa-2b", 1, 26, 1971),
    ("Linda Price", "epoetin-alfa", 1, 40, 1950),
    ("Rashid Khan", "aldesleukin", 1, 16, 1964),
    ("Bridget Nolan", "pegfilgrastim", 1, 9, 1978),
    ("Colin Fraser", "filgrastim", 2, 6, 1956),
    ("Deepa Nair", "peginterferon-alfa-2b", 1, 36, 1982),
    ("Edwin Shaw", "epoetin-alfa", 1, 27, 1946),
    ("Fiona Grant", "pegfilgrastim", 3, 19, 1974),
    ("Gareth Pugh", "interferon-alfa-2b", 1, 12, 1967),
)


def _usual(chance: Random) -> Usual:
    systolic = chance.randint(114, 138)
    return Usual(
        systolic,
        systolic - chance.randint(40, 52),
        pulse=chance.randint(62, 82),
        spo2=chance.randint(96, 99),
        temperature=round(chance.uniform(36.3, 36.8), 1),
        weight=round(chance.uniform(52, 94), 1),
    )


def _neighbour(
    name: str, drug: str, cycle: int, day: int, born_in: int, clinic: Clinic, number: int
) -> Persona:
    chance = Random(name)  # noqa: S311 -- people are invented, not kept secret
    born_on = dt.date(born_in, 1, 1) + dt.timedelta(days=chance.randrange(365))
    phone = f"555 0{number:03}"
    treatment = Treatment(drug, day=day, cycle=cycle, born_on=born_on, phone=phone, usual=_usual(chance))
    return Persona(name, _("Patient"), "", treatment=treatment, clinic=clinic)


_PATIENTS = (
    _neighbour(*row, clinic, number)
    for clinic, rows, first_number in ((HARBOUR, _HARBOUR, 160), (HILLSIDE, _HILLSIDE, 260))
    for number, row in enumerate(rows, start=first_number)
)
_STAFF = (
    Persona("Owen Hughes", _("Doctor"), "", clinic=HILLSIDE, job="doctor"),
    Persona("Priya Menon", _("Lead"), "", clinic=HILLSIDE, job="lead"),
)
NEIGHBOURS: tuple[Persona, ...] = (*_PATIENTS, *_STAFF)
