"""What the check-in asks about drugs that people take at home. No answer is none: never a missed dose."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.languages import page_language
from education.models import Drug, in_language
from tracker.models import CheckIn
from tracker.patient.plan import Plan
from tracker.patient.reminders.forms import TIMES
from tracker.triage.report import DoseAnswer, ToldDose

CHOICES = [
    ("taken", _("Yes")),
    ("missed", _("No, I missed it")),
    ("not_due", _("It was not due")),
]


class DosesForm(forms.Form):
    """The part of a report that tells of doses: two fields for each drug, made by `ask_about_doses`."""

    plan: Plan
    now: dt.datetime

    def ask_about_doses(self, day: dt.date) -> None:
        """Once the plan is known, and the day that the report is likely to be about."""
        today = gettext("Did you have your dose of %(drug)s today?")
        question = (
            today if day == self.plan.today else gettext("Did you have your dose of %(drug)s that day?")
        )
        drugs = in_language([each.drug for each in self.plan.at_home], page_language())
        for course, drug in zip(self.plan.at_home, drugs, strict=True):
            self.fields[f"dose-{course.drug.code}"] = forms.ChoiceField(
                label=question % {"drug": drug.plain_name},
                required=False,
                choices=CHOICES,
                widget=forms.RadioSelect,
            )
            self.fields[f"dose_at-{course.drug.code}"] = forms.TimeField(
                label=_("When did you have it?"),
                help_text=_("Leave this empty if you are not sure."),
                required=False,
                input_formats=TIMES,
                widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
                error_messages={"invalid": _("Write the time like 18:00.")},
            )

    @property
    def dose_parts(self) -> list[dict[str, Any]]:
        """For each drug its question, and the box for the time."""
        codes = [course.drug.code for course in self.plan.at_home]
        return [{"answer": self[f"dose-{code}"], "at": self[f"dose_at-{code}"]} for code in codes]

    def doses_of(
        self, cleaned: Mapping[str, Any], day: dt.date, corrected: CheckIn | None
    ) -> dict[str, ToldDose]:
        """What was said; of a drug that the form does not ask about, as a corrected report has it."""
        before = corrected.told.doses if corrected else {}
        asked = {course.drug.code for course in self.plan.at_home}
        kept = {code: said for code, said in before.items() if code not in asked}
        return kept | dict(self._said(cleaned, day))

    def _said(self, cleaned: Mapping[str, Any], day: dt.date) -> Iterator[tuple[str, ToldDose]]:
        for course in self.plan.at_home:
            code = course.drug.code
            time = cleaned.get(f"dose_at-{code}")
            # A time says that it was taken: without JavaScript people may give only that.
            answer = cleaned.get(f"dose-{code}") or ("taken" if time else "")
            if answer:
                at = self._moment(code, day, time) if answer == "taken" else None
                yield code, ToldDose(cast(DoseAnswer, answer), at)

    def _moment(self, code: str, day: dt.date, time: dt.time | None) -> dt.datetime | None:
        if time is None:
            return None
        at = dt.datetime.combine(day, time, self.plan.patient.zone)
        if at > self.now:
            self.add_error(f"dose_at-{code}", _("This time has not come yet."))
            return None
        return at


def doses_as_told(told: Mapping[str, ToldDose]) -> dict[str, Any]:
    """What stood in the boxes of a report that was sent."""
    boxes: dict[str, Any] = {}
    for code, said in told.items():
        boxes[f"dose-{code}"] = said.answer
        boxes[f"dose_at-{code}"] = timezone.localtime(said.at).time() if said.at else None
    return boxes


def doses_in_words(told: Mapping[str, ToldDose], language: str) -> list[tuple[str, str]]:
    """Each drug as the patient calls it, and what they said of it."""
    drugs = in_language(list(Drug.objects.filter(code__in=told)), language) if told else []
    names = {each.code: each.plain_name for each in drugs}
    return [(names.get(code, code), _in_words(said)) for code, said in told.items()]


def _in_words(said: ToldDose) -> str:
    if said.answer == "missed":
        return gettext("missed")
    if said.answer == "not_due":
        return gettext("not due")
    if said.at is None:
        return gettext("taken")
    return gettext("taken at %(time)s") % {"time": time_format(timezone.localtime(said.at), "H:i")}
