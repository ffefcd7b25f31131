"""A CTCAE grade as a clinician writes it down, or corrects one."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.models import ClinicianGrade, CtcaeGrade
from tracker.models.ctcae import MEDDRA_CODES
from tracker.team.forms import REASON_MAX, REASON_MIN
from tracker.triage.ctcae import VERSION_5, VERSIONS, Term, known, term_of
from tracker.triage.symptoms import SYMPTOMS

TERM_MAX = 200


class GradeForm(forms.Form):
    """Term, version, code and grade are kept together: what does not go together is said beside its box.

    `first_day` is that of enrolling, `today` the patient's own date; `had` are the symptoms of the chart,
    which come first in the list.
    """

    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day."), "invalid": _("Write the day like 2026-12-31.")},
    )
    symptom = forms.ChoiceField(label=_("Symptom of the diary"), required=False)
    term = forms.CharField(
        label=_("Another CTCAE term"),
        help_text=_("Leave it empty to take the term of the symptom."),
        max_length=TERM_MAX,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    version = forms.ChoiceField(label=_("CTCAE version"), choices=[(each, each) for each in VERSIONS])
    meddra = forms.CharField(
        label=_("MedDRA code"),
        help_text=_("Eight digits, if you have it. We know those of our symptoms for version 5.0."),
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    grade = forms.TypedChoiceField(
        label=_("Grade"),
        choices=[("", _("Choose…")), *CtcaeGrade.choices],
        coerce=int,
        error_messages={"required": _("Choose a grade.")},
    )

    def __init__(
        self, *args: Any, first_day: dt.date, today: dt.date, had: Iterable[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.first_day, self.today = first_day, today
        self.fields["day"].widget.attrs |= {"min": first_day.isoformat(), "max": today.isoformat()}
        cast(forms.ChoiceField, self.fields["symptom"]).choices = symptoms_to_choose(had)

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if not self.first_day <= day <= self.today:
            said = {"first": date_format(self.first_day, "j F Y"), "last": date_format(self.today, "j F Y")}
            raise forms.ValidationError(gettext("Choose a day from %(first)s to %(last)s.") % said)
        return day

    def clean_term(self) -> str:
        return " ".join(self.cleaned_data["term"].split())

    def clean_meddra(self) -> int | None:
        typed = self.cleaned_data["meddra"].replace(" ", "")
        if not typed:
            return None
        low, high = MEDDRA_CODES
        if not (re.fullmatch("[0-9]{8}", typed) and low <= int(typed) <= high):
            raise forms.ValidationError(gettext("Write the eight digits of the code, or leave it empty."))
        return int(typed)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if {"symptom", "term", "version"} <= cleaned.keys():
            self._join(cleaned)
        return cleaned

    def _join(self, cleaned: dict[str, Any]) -> None:
        """The term that is meant, with its code."""
        code, typed, version = cleaned["symptom"], cleaned["term"], cleaned["version"]
        term = known(typed, version) or Term(typed, version) if typed else term_of(code, version)
        if not code and not typed:
            self.add_error("symptom", gettext("Choose a symptom, or write the term."))
        elif term is None and term_of(code, VERSION_5):
            words = gettext("Version %(version)s has no term for this. Write the term that you grade by.")
            self.add_error("term", words % {"version": version})
        elif term is None:
            self.add_error(
                "term", gettext("We know no term for this symptom. Write the one that you grade by.")
            )
        else:
            self._with_code(cleaned, term)

    def _with_code(self, cleaned: dict[str, Any], term: Term) -> None:
        cleaned["term"] = term.name
        if term.meddra is None or "meddra" not in cleaned:
            return
        if cleaned["meddra"] not in (None, term.meddra):
            words = gettext("In version %(version)s the code of %(term)s is %(code)d.")
            said = {"version": term.version, "term": term.name, "code": term.meddra}
            self.add_error("meddra", words % said)
        cleaned["meddra"] = term.meddra

    @property
    def what_is_told(self) -> dict[str, Any]:
        """What `ClinicianGrade.of` is told."""
        return {
            name: self.cleaned_data[name] for name in ("day", "symptom", "term", "version", "meddra", "grade")
        }


class CorrectionForm(GradeForm):
    """The same, in place of one that was recorded before, and why."""

    is_taken_back = forms.BooleanField(
        label=_("Take it back: it should not have been recorded"), required=False
    )
    reason = forms.CharField(
        label=_("Why it is corrected"),
        min_length=REASON_MIN,
        max_length=REASON_MAX,
        error_messages=dict.fromkeys(
            ("required", "min_length"), _("Write why, in a few words: others have to know.")
        ),
    )

    @property
    def what_is_told(self) -> dict[str, Any]:
        return super().what_is_told | {name: self.cleaned_data[name] for name in ("is_taken_back", "reason")}


def as_typed(record: ClinicianGrade) -> dict[str, Any]:
    """What the form of a correction begins with."""
    mapped = term_of(record.symptom, record.version)
    is_mapped = mapped is not None and mapped.name == record.term
    return {
        "day": record.day,
        "symptom": record.symptom,
        "term": "" if is_mapped else record.term,
        "version": record.version,
        "meddra": "" if is_mapped or record.meddra is None else record.meddra,
        "grade": record.grade,
    }


def symptoms_to_choose(had: Iterable[str]) -> list[tuple[str, Any]]:
    """Those of the chart first; each with the term that it is graded by."""
    first = [code for code in had if code in SYMPTOMS]
    rest = [code for code in SYMPTOMS if code not in first]
    choices: list[tuple[str, Any]] = [("", gettext("None of these"))]
    if first:
        choices.append((gettext("On this chart"), [(code, _with_term(code)) for code in first]))
    choices.append((gettext("Others"), [(code, _with_term(code)) for code in rest]))
    return choices


def _with_term(code: str) -> str:
    kind = SYMPTOMS[code]
    if not kind.ctcae or kind.ctcae == kind.label:
        return kind.label
    return f"{kind.label} · {kind.ctcae}"
