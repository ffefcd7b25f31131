"""What goes on the page for a visit."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker import charts

LONGEST = 182  # days; more is a chart for a wall, not a page
QUESTIONS_MAX = 2000
SINCE = "since"
PERIODS = [
    ("14", _("2 weeks")),
    ("28", _("4 weeks")),
    ("56", _("8 weeks")),
    (SINCE, _("Since a day I choose")),
]
PARTS = [
    ("symptoms", _("Side effects by day")),
    ("readings", _("Readings, such as temperature")),
    ("doses", _("Doses")),
    ("notes", _("My notes")),
    ("told", _("What I was told to do")),
    ("calls", _("Answers from the team")),
]


class VisitForm(forms.Form):
    """Sent by POST and kept nowhere: what somebody wants to ask must stand in no address and no log."""

    questions = forms.CharField(
        label=_("What do you want to ask?"),
        required=False,
        max_length=QUESTIONS_MAX,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("This stands at the top of the page. We do not keep it, and your team does not get it."),
    )
    period = forms.ChoiceField(
        label=_("How far back?"),
        choices=PERIODS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how far back.")},
    )
    since = forms.DateField(
        label=_("Since which day?"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Only for “Since a day I choose”."),
        error_messages={"invalid": _("Write the day like 2026-11-23.")},
    )
    parts = forms.MultipleChoiceField(
        label=_("What should be on it?"),
        required=False,
        choices=PARTS,
        widget=forms.CheckboxSelectMultiple,
    )
    with_name = forms.BooleanField(label=_("Show my name and birth date"), required=False)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        everything = {"period": "28", "parts": [code for code, _words in PARTS], "with_name": True}
        super().__init__(*args, **kwargs | {"initial": everything})
        self.today = today
        oldest = today - dt.timedelta(days=LONGEST - 1)
        self.fields["since"].widget.attrs.update(min=oldest.isoformat(), max=today.isoformat())

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, Any] = super().clean() or self.cleaned_data
        if chosen.get("period") != SINCE:
            self.errors.pop("since", None)
        elif "since" not in self.errors:
            self._check_since(chosen.get("since"))
        if not self.errors and not (chosen["parts"] or chosen["questions"]):
            self.add_error("parts", _("Choose at least one, or write a question."))
        return chosen

    def _check_since(self, since: dt.date | None) -> None:
        if since is None:
            self.add_error("since", _("Choose the day."))
        elif since > self.today:
            self.add_error("since", _("This day is still to come. Choose an earlier one."))
        elif (self.today - since).days >= LONGEST:
            self.add_error("since", _("Choose a day of the last 26 weeks."))

    @property
    def calendar(self) -> tuple[dt.date, ...]:
        """The days that were chosen, of a valid form."""
        period, since = self.cleaned_data["period"], self.cleaned_data.get("since")
        days = (self.today - since).days + 1 if period == SINCE and since else int(period)
        return charts.calendar(self.today, days)
