"""What the library says of the day of treatment that somebody is on."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from education.languages import page_language
from education.models import Article, Drug, Translated
from tracker.models import Course, Patient
from tracker.patient.frame import treatments
from tracker.patient.plan import Plan

NOT_LISTED = ("body", "references")


@dataclass(frozen=True, slots=True)
class OwnTreatment:
    """The pages on the drugs that somebody is on, and on this day of each."""

    drugs: list[Translated[Drug]]
    days: list[Translated[Article]]


def own_treatment(patient: Patient, now: dt.datetime) -> OwnTreatment:
    today = patient.today(now)
    courses = [*patient.courses.running(today).select_related("drug")]
    told_of = treatments(courses, today, page_language())
    return OwnTreatment(published_drugs(told_of), days_expected(told_of, today))


def around(plan: Plan) -> list[Course]:
    """Where nothing runs: the next course, to get ready for; else what still has late effects."""
    begins = plan.patient.courses.filter(started_on__gt=plan.today).select_related("drug")
    next_one = begins.order_by("started_on").first()
    return [next_one] if next_one else [*plan.courses]


def published_drugs(treatments: Iterable[Mapping[str, Any]]) -> list[Translated[Drug]]:
    """Each once, whose page can be opened."""
    drugs = {each["drug"].code: each["drug"] for each in treatments}
    return [drug for drug in drugs.values() if drug.is_published]


def days_expected(treatments: Iterable[Mapping[str, Any]], today: dt.date) -> list[Translated[Article]]:
    """The pages on today, of every drug that is running; one query, and one more where that is not English.

    `treatments`: as `frame` has them. Who has not begun is told of the first day; who has ended, of none.
    """
    days: dict[str, int] = {}
    for each in treatments:  # the newest course of a drug counts, whether or not the one before it was ended
        code, day = each["drug"].code, max(each["day"], 1)
        if each["course"].is_running(today) or each["day"] < 1:
            days[code] = min(day, days.get(code, day))
    expected = Article.objects.published().on_days(days.items())
    return expected.in_language(page_language(), without=NOT_LISTED)
