"""Which pages of the library come with the answer to a report: on what was told, the worst first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from education.models import Article, Section, Symptom, Translated
from tracker.models import CheckIn, Course
from tracker.triage.rules import default_rules
from tracker.triage.symptoms import RED_FLAGS, SYMPTOMS

MOST_PAGES = 5
MOST_SYMPTOMS = 4
"""So that an article on them has its place."""
SEVERE = 3  # of 0–4
CALLED = {
    "bleeding_or_bruising": "bleeding",
    "blistering_rash": "rash",
    "blood_in_stool_or_vomit": "bleeding",
    "blood_in_urine": "urine_colour_change",
    "breathless": "shortness_of_breath",
    "breathless_at_rest": "shortness_of_breath",
    "clots_in_urine": "urine_colour_change",
    "fever": "fever_feeling",
    "heavy_bleeding": "bleeding",
    "leg_clot": "one_leg_swelling",
    "low_mood": "sad",
    "rigors": "chills",
    "severe_allergy": "throat_or_lip_swelling",
    "severe_dizziness": "dizziness",
    "severe_headache": "headache",
    "severe_pain": "general_pain",
    "spleen_pain": "left_shoulder_or_upper_belly_pain",
    "stroke_signs": "face_arm_speech",
    "sudden_headache": "headache",
    "suicidal_thoughts": "self_harm_thoughts",
    "suicide_plan": "self_harm_thoughts",
    "vision_change": "vision_loss",
}
"""What a serious sign or a note tells of: the symptom whose page is on it, where that has another name."""

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
    """How bad each symptom was that they had; None where it was not said, or cannot be.

    A fever that was measured is one, however it felt.
    """
    told = report.told
    had = {code: grade for code, grade in report.grades.items() if grade}
    unsaid = [code for code in told.answers if code not in report.grades]
    fever = default_rules().limits["fever"].value  # °C; a test holds the pages to it
    measured = {"fever_feeling": SEVERE} if (told.value("temperature") or 0) >= fever else {}
    signs = _on_pages([*sorted(told.red_flags), *_noted(report)])
    return dict.fromkeys([*signs, *unsaid]) | had | measured


def _noted(report: CheckIn) -> list[str]:
    """What the rules have read in the note."""
    return [code for finding in report.findings.all() for code in finding.inputs.get("note", ())]


def _on_pages(codes: Iterable[str]) -> list[str]:
    return [code for code in (CALLED.get(each, each) for each in codes) if code in SYMPTOMS]


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
