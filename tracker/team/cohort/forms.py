"""Whose figures, of which days."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam
from education.models import Drug

WEEKS = 12
"""Of a period that nobody chose."""
LONGEST = 366  # days
MODERATE, SEVERE = 2, 3


class CohortForm(forms.Form):
    """Sent by GET: figures name nobody, and an address with them can be kept."""

    team = forms.ModelChoiceField(
        label=_("Team"),
        queryset=CareTeam.objects.none(),
        empty_label=None,
        error_messages={"required": _("Choose a team."), "invalid_choice": _("Choose one of your teams.")},
    )
    drug = forms.ModelChoiceField(
        label=_("Drug"),
        queryset=Drug.objects.none(),
        empty_label=None,
        to_field_name="code",
        error_messages={"required": _("Choose a drug."), "invalid_choice": _("Choose one of these drugs.")},
    )
    since = forms.DateField(
        label=_("From"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Choose the first day."),
            "invalid": _("Write the day like 2026-11-23."),
        },
    )
    until = forms.DateField(
        label=_("To"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Choose the last day."),
            "invalid": _("Write the day like 2026-11-23."),
        },
    )
    bars = forms.ChoiceField(
        label=_("One bar for each"),
        choices=[("week", _("week of treatment")), ("day", _("treatment day"))],
        error_messages={"invalid_choice": _("Choose week or day.")},
    )
    least = forms.TypedChoiceField(
        label=_("Symptoms that were"),
        choices=[(MODERATE, _("moderate or worse")), (SEVERE, _("severe or worse"))],
        coerce=int,
        error_messages={"invalid_choice": _("Choose moderate or severe.")},
    )

    use_required_attribute = False

    def __init__(self, given: Any, *, teams: Any, drugs: Any, drug: str, yesterday: dt.date) -> None:
        """What was not asked for is filled in: `given` without anything asks for the last weeks of `drug`."""
        since = yesterday - dt.timedelta(days=7 * WEEKS - 1)
        usual = {
            "team": str(next(iter(teams)).pk),
            "drug": drug,
            "since": since.isoformat(),
            "until": yesterday.isoformat(),
            "bars": "week",
            "least": str(MODERATE),
        }
        super().__init__({**usual, **{name: given[name] for name in usual if name in given}})
        self.yesterday = yesterday
        self._field("team").queryset = teams
        self._field("drug").queryset = drugs
        for name in ("since", "until"):
            self.fields[name].widget.attrs["max"] = yesterday.isoformat()

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = chosen.get("since"), chosen.get("until")
        if until and until > self.yesterday:
            self.add_error("until", _("This day is not over yet. Choose yesterday or earlier."))
        elif since and until and since > until:
            self.add_error("since", _("The first day has to be before the last."))
        elif since and until and (until - since).days >= LONGEST:
            self.add_error("since", _("Choose a year at most."))
        return chosen
