"""What one person is asked today, and what they said before: the check-in is built from this."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from education.models import Symptom, Translated
from tracker import checkins
from tracker.models import CheckIn, Course, Patient
from tracker.models.checkins import CheckInQuerySet
from tracker.triage.phrases import in_words
from tracker.triage.report import Answer, Report
from tracker.triage.symptoms import LANGUAGE, SYMPTOMS, label, scales

LOOK_BACK = dt.timedelta(days=14)

AT_THE_NEEDLE = "injection_site_reaction"
"""Asked of everybody who injects at home, whatever the drug."""

LONG_TEXTS = (
    "what_it_is",
    "why_it_happens",
    "what_helps",
    "when_to_call",
    "call_emergency_when",
    "references",
)

QUESTIONS = {
    "frequency": _("How often?"),
    "severity": _("At its worst, how bad was it?"),
    "interference": _("How much did it get in your way?"),
    "amount": _("How much?"),
}
"""What is asked about a symptom that was ticked; a plain "yes" (presence) needs no question."""

SERIOUS_ALONE = frozenset({("vomiting", "frequency")})
"""Answers that a rule goes by however mild the symptom is: these questions are never folded."""

ZERO_IS_AN_ANSWER = frozenset({"interference"})
"""Somebody who has a symptom cannot have it "never" or "not at all", but it need not be in the way."""


@dataclass(frozen=True, slots=True)
class Question:
    """One attribute of one symptom, with the values that can be chosen and their words."""

    attribute: str
    words: str
    options: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the tick list. `before` is what was said last time, such as "yesterday: mild".

    `other_words` are what else people call it, with semicolons between.

    `page` is the address of the library's page on it; "" where there is none.
    """

    code: str
    label: str
    other_words: str
    questions: tuple[Question, ...]
    before: str = ""
    page: str = ""

    @property
    def asked_at_once(self) -> tuple[Question, ...]:
        return tuple(each for each in self.questions if self._is_asked_at_once(each))

    @property
    def more(self) -> tuple[Question, ...]:
        """Folded until it is bad, or somebody wants to say more: not answered is not said, never none."""
        return tuple(each for each in self.questions if not self._is_asked_at_once(each))

    def _is_asked_at_once(self, question: Question) -> bool:
        main = next((each for each in self.questions if each.attribute == "severity"), self.questions[0])
        return question == main or (self.code, question.attribute) in SERIOUS_ALONE


@dataclass(frozen=True)
class Plan:
    """`lines` are asked; `others` can be found under "something else" and count only when ticked.

    `by_another`: a carer answers, or somebody of the team on the phone.
    """

    patient: Patient
    today: dt.date
    courses: tuple[Course, ...]
    lines: tuple[Line, ...]
    others: tuple[Line, ...]
    reports: tuple[CheckIn, ...]
    by_another: bool = False

    @property
    def running(self) -> list[Course]:
        return [each for each in self.courses if each.is_running(self.today)]

    @property
    def readings(self) -> frozenset[str]:
        """The kinds of reading that the person's drugs or their team ask for."""
        return frozenset(self.patient.extra_readings).union(*(each.drug.readings for each in self.running))

    @property
    def at_home(self) -> list[Course]:
        """The running courses that the person takes alone, one a drug."""
        by_drug = {each.drug_id: each for each in self.running if each.is_taken_at_home}
        return list(by_drug.values())

    @property
    def asks_urine(self) -> bool:
        return any(each.drug.asks_urine for each in self.running)

    def previous_to(self, day: dt.date) -> dict[str, float]:
        """The last known value of each kind of reading before `day`."""
        values: dict[str, float] = {}
        earlier = [report for report in self.reports if report.day < day]
        for report in sorted(earlier, key=lambda each: each.day, reverse=True):
            for kind, reading in report.told.readings.items():
                if reading.best is not None:
                    values.setdefault(kind, reading.best)
        return values


def plan_for(
    patient: Patient,
    today: dt.date,
    language: str = LANGUAGE,
    *,
    reports: CheckInQuerySet | None = None,
    by_another: bool = False,
) -> Plan:
    """In four queries, however much there is to ask; in five where the page is not in English.

    `reports`: those that may be seen, if not all.
    """
    courses = tuple(patient.courses.asked_about(today).select_related("drug"))
    seen = patient.check_ins.select_related("reported_by") if reports is None else reports
    lately = tuple(seen.current().since(today - LOOK_BACK))
    asked = [
        *_reported(lately),
        *Symptom.objects.for_drugs(each.drug.code for each in courses).values_list("code", flat=True),
        *(AT_THE_NEEDLE for each in courses if each.is_running(today) and each.is_taken_at_home),
    ]
    words = {page.code: page for page in Symptom.objects.in_language(language, without=LONG_TEXTS)}
    before = _said_before(lately, today, language)
    lines = {code: _line(code, words.get(code), before, language) for code in SYMPTOMS}
    first = tuple(dict.fromkeys(code for code in asked if code in SYMPTOMS))
    return Plan(
        patient=patient,
        today=today,
        courses=courses,
        lines=tuple(lines[code] for code in first),
        others=tuple(sorted((lines[code] for code in SYMPTOMS if code not in first), key=_by_label)),
        reports=lately,
        by_another=by_another,
    )


def late_days(plan: Plan) -> list[dt.date]:
    """The days before today of which nothing was told, and that may still be told of, newest first."""
    days = (plan.today - dt.timedelta(days=ago) for ago in range(1, checkins.DAYS_BACK + 1))
    told = {each.day for each in plan.reports if each.is_of_a_day}
    return [day for day in days if day not in told and plan.patient.is_expected(day)]


def said(answer: Answer, language: str = LANGUAGE) -> str:
    """An answer as the person reads it: "mild"; "not said how bad" when every question was skipped."""
    words = in_words(dict(answer.given()), language)
    return words if answer.given() else gettext("not said how bad")


def labels(language: str = LANGUAGE) -> dict[str, str]:
    """The patients' words for every symptom that the library has; triage has words for the rest."""
    pages = {page.code: page for page in Symptom.objects.in_language(language, without=LONG_TEXTS)}
    return {code: _name(code, pages.get(code), language) for code in SYMPTOMS}


def _name(code: str, page: Translated[Symptom] | None, language: str) -> str:
    """In the page's language by all means: triage names every symptom in each of ours."""
    has_own = page is not None and page.language_of("plain_name") == language
    return str(page) if has_own else label(code, language)


def _line(code: str, page: Translated[Symptom] | None, before: Mapping[str, str], language: str) -> Line:
    own_question = page.question if page and page.language_of("question") == language else ""
    return Line(
        code=code,
        label=_name(code, page, language),
        other_words=_other_words(page),
        questions=tuple(
            _question(attribute, own_question if attribute == "severity" else "", language)
            for attribute in SYMPTOMS[code].attributes
            if attribute in QUESTIONS
        ),
        before=before.get(code, ""),
        page=page.get_absolute_url() if page and page.is_published else "",
    )


def _other_words(page: Translated[Symptom] | None) -> str:
    """What people may look for, in the language of the page and, where that is another, in English."""
    if page is None:
        return ""
    english = [page.page.plain_name, page.page.synonyms] if page.translation else []
    return ";".join(_lines("\n".join([page.synonyms, *english]).lower()))


def _lines(text: str) -> Iterable[str]:
    return (line.strip() for line in text.splitlines() if line.strip())


def _question(attribute: str, own_words: str, language: str) -> Question:
    options = enumerate(word.capitalize() for word in scales(language)[attribute])
    shown = tuple((value, word) for value, word in options if value or attribute in ZERO_IS_AN_ANSWER)
    return Question(attribute, own_words or str(QUESTIONS[attribute]), shown)


def _reported(reports: Iterable[CheckIn]) -> Iterable[str]:
    """The symptoms that the person had, last reported first."""
    return (code for report in reports for code in _had(report.told))


def _had(told: Report) -> list[str]:
    """Ticked in the list, or as a red flag; those of a report with no detail are had as well."""
    ticked = [code for code, answer in told.answers.items() if answer.worst != 0]
    return ticked + [code for code in told.red_flags if code in SYMPTOMS]


def _said_before(reports: Iterable[CheckIn], today: dt.date, language: str) -> dict[str, str]:
    """What was said today or yesterday about each symptom, the latest first."""
    when = {today: gettext_lazy("today: %s"), today - dt.timedelta(days=1): gettext_lazy("yesterday: %s")}
    before: dict[str, str] = {}
    for report in reports:
        if report.day in when:
            for code, answer in report.told.answers.items():
                before.setdefault(code, when[report.day] % said(answer, language))
    return before


def _by_label(line: Line) -> str:
    return line.label.casefold()
