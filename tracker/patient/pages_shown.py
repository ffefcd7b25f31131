"""Which pages of the library come with the answer to a report: on what was told, the worst first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from education.models import Article, Section, Symptom, Translated
from tracker.models import CheckIn, Course
from tracker.triage.symptoms import RED_FLAGS, SYMPTOMS

MOST_PAGES = 5
MOST_SYMPTOMS = 4
"""So that an article on them has its place."""
SEVERE = 3  # of 0–4

CALL = ("call_emergency_when", "when_to_call")
BOTH = ("what_helps", "when_to_call")
HELPS = ("what_helps",)


@dataclass(frozen=True, slots=True)
class PageShown:
    """A page, and the names of those of its texts that suit how bad it was, as they are to be shown.

    `grade` is None where nobody said how bad, and of an article, which is shown by its link alone.
    """

    page: Translated[Any]
    parts: tuple[str, ...] = ()
    grade: int | None = None

    @property
    def calls_first(self) -> bool:
        return bool(self.parts) and self.parts[0] in CALL


def pages_for(told: CheckIn | Mapping[str, int], language: str) -> list[PageShown]:
    """Of a report, or of grades by symptom. In two queries, four where the language is not English."""
    grades = (
        _grades(told) if isinstance(told, CheckIn) else {code: each for code, each in told.items() if each}
    )
    codes = sorted(grades, key=lambda code: -_weight(grades[code]))
    about = Symptom.objects.published().filter(code__in=codes).in_language(language)
    symptoms = {page.code: page for page in about}
    shown = [_shown(symptoms[code], grades[code]) for code in codes if code in symptoms][:MOST_SYMPTOMS]
    articles = _articles(told, codes)[: MOST_PAGES - len(shown)]
    return [*shown, *(PageShown(page) for page in articles.in_language(language, without=["body"]))]


def _grades(report: CheckIn) -> dict[str, int | None]:
    """How bad each symptom was that they had; None where it was not said, or cannot be."""
    told = report.told
    had = {code: grade for code, grade in report.grades.items() if grade}
    unsaid = [code for code in told.answers if code not in report.grades]
    signs = [code for code in sorted(told.red_flags) if code in SYMPTOMS]
    return dict.fromkeys([*signs, *unsaid]) | had


def _weight(grade: int | None) -> float:
    """What was not graded comes between the moderate and the severe: it may be either."""
    return SEVERE - 0.5 if grade is None else grade


def _shown(page: Translated[Symptom], grade: int | None) -> PageShown:
    parts = tuple(name for name in _suits(page.code, grade) if getattr(page, name))
    return PageShown(page, parts or ("when_to_call",), grade)


def _suits(code: str, grade: int | None) -> tuple[str, ...]:
    """What may be a serious sign is never met with advice to rest, however mild."""
    if code in RED_FLAGS or grade is None or grade >= SEVERE:
        return CALL
    return HELPS if grade == 1 else BOTH


def _articles(told: CheckIn | Mapping[str, int], codes: Iterable[str]) -> Any:
    """About these symptoms; none about a drug that the person is not on."""
    found = Article.objects.published().about(symptom_codes=codes).exclude(section=Section.DAY_BY_DAY)
    if not isinstance(told, CheckIn):
        return found
    theirs = Course.objects.filter(patient=told.patient_id).running(told.day).values("drug")
    return found.filter(Q(drugs=None) | Q(drugs__in=theirs))
