"""What an officer asks of the record of looks."""

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessEvent
from tracker.patient.fields import PlainText
from tracker.privacy.search import EARLIEST, LATEST
from tracker.team.people.forms import day_box

A_WEEK = dt.timedelta(days=7)
LONGEST_REVIEW = dt.timedelta(days=31)
LIKE_THIS = _("Write the day like 2026-11-30.")
WRITTEN = {"required": _("Choose a day."), "invalid": LIKE_THIS}
POSSIBLE = [MinValueValidator(EARLIEST, LIKE_THIS), MaxValueValidator(LATEST, LIKE_THIS)]


class PeriodForm(forms.Form):
    """The last week, unless something else was asked for."""

    since = forms.DateField(label=_("From"), widget=day_box(), error_messages=WRITTEN, validators=POSSIBLE)
    until = forms.DateField(label=_("Up to"), widget=day_box(), error_messages=WRITTEN, validators=POSSIBLE)
    longest: dt.timedelta | None = LONGEST_REVIEW

    def __init__(self, asked: Any, *, today: dt.date) -> None:
        begin = {"since": (today - A_WEEK).isoformat(), "until": today.isoformat()}
        super().__init__({**begin, **{name: value for name, value in asked.items() if value}})

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        since, until = told.get("since"), told.get("until")
        if since and until and until < since:
            self.add_error("until", _("This is before the first day."))
        elif since and until and self.longest and until - since > self.longest:
            self.add_error("until", _("Choose at most 31 days."))
        return told


class LooksForm(PeriodForm):
    NAMES = ("person", "patient")
    """Fields that name somebody."""

    person = PlainText(label=_("Who looked"), max_length=120, required=False)
    patient = PlainText(label=_("At whom"), max_length=120, required=False)
    what = forms.ChoiceField(
        label=_("What"), required=False, choices=[("", _("Everything")), *AccessEvent.What.choices]
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"),
        required=False,
        choices=[("", _("All but reviews")), *AccessEvent.Purpose.choices],
    )
    longest = None
