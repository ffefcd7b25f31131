"""Who it is, in one look: what a nurse needs before picking up the phone."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format, time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.history import KnownDose
from tracker.models import Carer, Course, Patient
from tracker.team.chart.days import named
from tracker.team.treatment import away_in_words, place_in_words
from tracker.triage.words import measure, say, together

PRESSURES = ("systolic", "diastolic")


@dataclass(frozen=True, slots=True)
class Drug:
    """One running course: "Aldesleukin", "C2 D3", "last dose 26 November, 09:10"."""

    name: str
    place: str
    last_dose: str


@dataclass(frozen=True, slots=True)
class Header:
    """What is not known is empty; `allergies` has the words that somebody wrote, and is never worked out."""

    patient: Patient
    drugs: tuple[Drug, ...]
    chemotherapy: str
    usual: tuple[tuple[str, str], ...]
    age: int
    away: str
    carers: tuple[Carer, ...]

    @property
    def allergies(self) -> str:
        return self.patient.allergies.strip()


def header(
    patient: Patient,
    courses: Iterable[tuple[Course, Sequence[KnownDose]]],
    carers: Iterable[Carer],
    today: dt.date,
) -> Header:
    """`courses` come with their last doses, oldest first."""
    return Header(
        patient=patient,
        drugs=tuple(
            Drug(course.drug.name, place_in_words(course, today), _last_dose(doses))
            for course, doses in courses
            if course.is_running(today)
        ),
        chemotherapy=_chemotherapy(patient, today),
        usual=tuple(usual_in_words(patient)),
        age=_age(patient.born_on, today),
        away=away_in_words(patient, today),
        carers=tuple(carers),
    )


def usual_in_words(patient: Patient) -> list[tuple[str, str]]:
    """The person's own usual readings that are known, each with its name."""
    usual = patient.usual
    facts = [(say("reading", kind), measure(kind, usual[kind])) for kind in usual if kind not in PRESSURES]
    if "systolic" in usual:
        pair = together(usual.get(kind) for kind in PRESSURES)
        facts.insert(0, (say("reading", "blood_pressure"), f"{pair} {say('unit', 'systolic')}"))
    return facts


def _last_dose(doses: Sequence[KnownDose]) -> str:
    if not doses:
        return ""
    at = localtime(doses[-1].given_at)
    said = {"day": date_format(at, "j F"), "time": time_format(at, "H:i")}
    words = _("last dose %(day)s, %(time)s") if doses[-1].is_timed else _("last dose %(day)s")
    return words % said


def _chemotherapy(patient: Patient, today: dt.date) -> str:
    if patient.last_chemo_on is None or patient.last_chemo_on > today:
        return ""
    days = (today - patient.last_chemo_on).days
    words = ngettext("%(day)s, %(days)d day ago", "%(day)s, %(days)d days ago", days)
    return words % {"day": named(patient.last_chemo_on), "days": days}


def _age(born_on: dt.date, today: dt.date) -> int:
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
