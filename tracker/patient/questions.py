"""What is asked back about a report that was sent: readings that may be slips, ratings that a note denies."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.languages import page_language
from tracker import checkins
from tracker.models import CheckIn, Patient
from tracker.patient.fields import PlainText
from tracker.triage import readings
from tracker.triage.case import understood
from tracker.triage.checks import CONFLICT, MISSED
from tracker.triage.readings import Check, UnreadableReading
from tracker.triage.report import History, Reading, Report

CONFIRM_CHOICES = [("yes", _("Yes")), ("typed", _("No, what I typed is right")), ("again", _("No"))]
_TYPE_AGAIN = {
    "temperature": _("Or type your temperature again"),
    "blood_pressure": _("Or type your blood pressure again"),
    "pulse": _("Or type your pulse again"),
    "spo2": _("Or type your oxygen level again"),
    "weight": _("Or type your weight again"),
}
RATING_CHOICES = [("yes", _("Yes, that is right")), ("no", _("No, I will change it"))]


def confirm_choices(check: Check) -> list[tuple[str, str]]:
    """The answers to a question about a reading. Only a weight can look like a slip and be right."""
    again = ("again", gettext("No, I will type it again"))
    if not check.suggested:
        return [("yes", gettext("Yes, %s is right") % check.typed), again]
    meant = ("yes", gettext("Yes, %s") % check.suggested)
    return (
        [meant, ("typed", gettext("No, %s is right") % check.typed), again]
        if check.kind == "weight"
        else [meant, again]
    )


class ReadingQuestionForm(forms.Form):
    """One question about a reading: answered, or typed again."""

    answer = forms.ChoiceField(required=False, choices=CONFIRM_CHOICES, widget=forms.RadioSelect)
    again = PlainText(
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(
        self, data: Any, *, check: Check, patient: Patient, told: Report, history: Callable[[], History]
    ) -> None:
        super().__init__(data, prefix=check.kind)
        self.readings: dict[str, Reading] = {}
        self.check = check
        self.patient = patient
        self.told = told
        self.history = history  # what the question went by
        answer = cast(forms.ChoiceField, self.fields["answer"])
        answer.label = check.question
        self.fields["again"].label = _TYPE_AGAIN[check.kind]
        answer.choices = [choice for choice in confirm_choices(check) if choice[0] != "again"]
        if not self._names_a_value:
            del self.fields["answer"]
            self.fields["again"].label = check.question

    @property
    def is_answered(self) -> bool:
        return bool(self.readings)

    @property
    def to_change(self) -> str:
        """Nothing but the reading itself, which is typed here."""
        return ""

    def put_into(self, report: Report) -> Report:
        """The report with what was answered."""
        return replace(report, readings={**report.readings, **self.readings})

    @property
    def _names_a_value(self) -> bool:
        """Whether there is anything to say yes to: what could not be read can only be typed again."""
        return bool(self.check.suggested) or any(
            reading.value is not None for name, reading in self.told.readings.items() if name in self._names
        )

    @property
    def _names(self) -> tuple[str, ...]:
        return ("systolic", "diastolic") if self.check.kind == "blood_pressure" else (self.check.kind,)

    def clean(self) -> dict[str, Any]:
        cleaned = cast(dict[str, Any], super().clean())
        if cleaned.get("again"):
            try:
                self.readings = dict(zip(self._names, self._parse(cleaned["again"]), strict=True))
            except UnreadableReading as cannot:
                self.add_error("again", cannot.said(page_language()))
        elif cleaned.get("answer"):
            confirmed = cleaned["answer"] == "yes"
            self.readings = {
                name: replace(self._understood(name), confirmed=confirmed)
                for name in self._names
                if name in self.told.readings
            }
        return cleaned

    def _understood(self, name: str) -> Reading:
        """The reading with the suggestion that the question was about."""
        return understood(self.told, self.history())[name]

    def _parse(self, text: str) -> tuple[Reading, ...]:
        if self.check.kind == "blood_pressure":
            return readings.parse_blood_pressure(text)
        return (readings.parse(self.check.kind, text, None, self.patient.usual),)


class RatingQuestionForm(forms.Form):
    """One question about how bad a symptom was said to be. Who says no changes it in the check-in."""

    answer = forms.ChoiceField(required=False, choices=RATING_CHOICES, widget=forms.RadioSelect)

    def __init__(self, data: Any, *, check: Check) -> None:
        super().__init__(data, prefix=f"rating-{check.kind}")
        self.code = check.kind
        self.fields["answer"].label = check.question

    @property
    def is_answered(self) -> bool:
        return bool(self.cleaned_data.get("answer"))

    @property
    def to_change(self) -> str:
        """The symptom whose answer is not right; "" for none."""
        return self.code if self.cleaned_data.get("answer") == "no" else ""

    def put_into(self, report: Report) -> Report:
        """The report with what was answered."""
        stands = self.cleaned_data.get("answer") == "yes"
        return replace(report, confirmed=report.confirmed | {self.code}) if stands else report


type QuestionForm = ReadingQuestionForm | RatingQuestionForm


def questions_about(report: CheckIn, patient: Patient, data: Any) -> list[QuestionForm]:
    """Every question about a report that can be answered here; `data` is None to ask them."""
    checks = [Check(**check) for check in report.checks]
    return [
        RatingQuestionForm(data, check=check)
        if check.code == CONFLICT
        else ReadingQuestionForm(
            data,
            check=check,
            patient=patient,
            told=report.told,
            history=partial(checkins.history_then, report),
        )
        for check in checks
        if check.code != MISSED
    ]


def has_questions(report: CheckIn) -> bool:
    """Whether `questions_about` would ask any."""
    return any(check["code"] != MISSED for check in report.checks)


def missed_days(report: CheckIn) -> str:
    """What we ask about days without a report, "" when none are missing: the answer is theirs to write."""
    return next((check["question"] for check in report.checks if check["code"] == MISSED), "")


def are_answered(questions: Sequence[QuestionForm]) -> bool:
    """Whether what was answered can be read, and anything was: one answer of two is worth having."""
    if not all(form.is_valid() for form in questions):
        return False
    if questions and not any(form.is_answered for form in questions):
        questions[0].add_error(None, _("There is no answer here yet."))
        return False
    return bool(questions)


def answered(report: Report, questions: Iterable[QuestionForm]) -> Report:
    """The report with every answer in it."""
    for form in questions:
        report = form.put_into(report)
    return report
