"""The list of patients: who is looked for, who of them is in care, and how each stands."""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import DateField, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from config import searches
from education.models import Drug
from tracker.models import CheckIn, Course, Flag, Patient
from tracker.models.patients import PatientQuerySet, own_local_time
from tracker.team.access import patients_of
from tracker.team.people.search import TYPED_MAX, found
from tracker.team.treatment import away_in_words, in_words, with_courses_now

KEY_MAX = 12  # digits
NAMES = ("q",)
"""Fields of a search that name somebody."""
STATES = {
    "": _("In care"),
    "paused": _("Paused"),
    "left": _("Have left"),
    "all": _("Everybody"),
}


class Line(NamedTuple):
    patient: Patient
    treatment: str
    away: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is to show. `typed` is the search, `sealed` the same in an address; `drug` a key, or 0."""

    typed: str = ""
    state: str = ""
    drug: int = 0
    sealed: str = ""

    @classmethod
    def of(cls, query: QueryDict, user: User) -> "Asked":
        query = searches.asked(query, NAMES, user.pk)
        state, drug = query.get("state", ""), query.get("drug", "")[:KEY_MAX]
        return cls(
            typed=" ".join(query.get("q", "")[:TYPED_MAX].split()),
            state=state if state in STATES else "",
            drug=int(drug) if drug.isdecimal() else 0,
            sealed=query.get(searches.NAME, ""),
        )

    @property
    def query(self) -> str:
        """For links to other pages of the same list."""
        asked = QueryDict(mutable=True)
        asked.update({searches.NAME: self.sealed, "state": self.state, "drug": str(self.drug or "")})
        return asked.urlencode()

    @property
    def is_narrow(self) -> bool:
        return bool(self.typed or self.state or self.drug)

    @property
    def looks_at_everybody(self) -> bool:
        """Whoever searches for somebody by name finds them, whether they have left or not."""
        return self.state == "all" or bool(self.typed and not self.state)


def patients(user: User, asked: Asked, now: dt.datetime) -> PatientQuerySet:
    """By name, with what a line of the list shows."""
    day = Cast(own_local_time(now), DateField())
    known = found(patients_of(user), asked.typed, now.date()).alias(own_day=day)
    in_care = Q(left_on=None) | Q(left_on__gt=F("own_day"))
    if asked.state == "left":
        known = known.exclude(in_care)
    elif asked.state == "paused":
        known = known.filter(in_care, paused_until__gte=F("own_day"))
    elif not asked.looks_at_everybody:  # whoever waits for an answer is never out of sight
        known = known.filter(in_care | Q(pk__in=Flag.objects.unresolved().values("patient")))
    if asked.drug:
        running = Course.objects.running(now.date()).filter(drug=asked.drug)
        known = known.filter(pk__in=running.values("patient"))
    reports = CheckIn.objects.of_days().filter(patient=OuterRef("pk")).order_by("-day", "-received_at")
    return (
        known.select_related("team", "user")
        .annotate(last_day=Subquery(reports.values("day")[:1]))
        .prefetch_related(
            with_courses_now(now.date()),
            Prefetch("flags", Flag.objects.unresolved(), to_attr="unresolved_flags"),
        )
        .order_by("name", "pk")
    )


def line(patient: Patient, now: dt.datetime) -> Line:
    today = patient.today(now)
    return Line(patient, in_words(patient.courses.all(), today), away_in_words(patient, today))


def drugs(user: User) -> list[tuple[int, str]]:
    """Those that patients of the user's teams have had, for the filter."""
    had = Course.objects.filter(patient__in=patients_of(user).order_by()).values("drug")
    return list(Drug.objects.filter(pk__in=had).order_by("name").values_list("pk", "name"))
