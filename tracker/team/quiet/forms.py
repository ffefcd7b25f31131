"""What came of a call."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.models import Call, Flag, Patient
from tracker.models.calls import LATEST_CALL_BACK, LONGEST_STAY
from tracker.team.forms import NOTE_MAX
from tracker.team.quiet.calling import REACHED

ENDINGS = [choice for choice in Call.Outcome.choices if choice[0] != Call.Outcome.CALLING]
TIME = "%Y-%m-%dT%H:%M"  # as the browser's own field for a day and an hour writes it


class CallForm(forms.Form):
    """`seen` is the newest call on the page, `reports` what its flag held: nothing is answered unseen.

    `flag` is one that may be resolved in the same act, None without.
    """

    outcome = forms.ChoiceField(
        label=_("What came of the call?"),
        choices=ENDINGS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what came of the call.")},
    )
    again_at = forms.DateTimeField(
        label=_("Call again at"),
        help_text=_(
            "When they asked for another time, or nobody answered. Empty after no answer: in two hours."
        ),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=TIME),
        error_messages={"invalid": _("Write the day and the time like 2026-12-31 14:30.")},
    )
    until = forms.DateField(
        label=_("In hospital until"),
        help_text=_(
            "Nothing is expected up to this day. When nobody knows, choose a day and look again then."
        ),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day like 2026-12-31.")},
    )
    note = forms.CharField(
        label=_("Note for the team"),
        help_text=_("The patient does not see it."),
        max_length=NOTE_MAX,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    resolve = forms.BooleanField(
        label=_("Resolve the flag with this; otherwise it stays open"),
        required=False,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**63 - 1)
    reports = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)

    def __init__(
        self, *args: Any, patient: Patient, now: dt.datetime, flag: Flag | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.today, self.flag = now, patient.today(now), flag
        days = {"min": self.today.isoformat(), "max": (self.today + LONGEST_STAY).isoformat()}
        self.fields["until"].widget.attrs |= days
        if flag is None:
            del self.fields["resolve"], self.fields["reports"]

    def clean_again_at(self) -> dt.datetime | None:
        at: dt.datetime | None = self.cleaned_data["again_at"]
        if at and not self.now < at <= self.now + LATEST_CALL_BACK:
            raise forms.ValidationError(gettext("Choose a time to come, within seven days."))
        return at

    def clean_until(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["until"]
        if day and not self.today <= day <= self.today + LONGEST_STAY:
            said = {
                "first": date_format(self.today, "j F"),
                "last": date_format(self.today + LONGEST_STAY, "j F Y"),
            }
            raise forms.ValidationError(gettext("Choose a day from %(first)s to %(last)s.") % said)
        return day

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        outcome = told.get("outcome")
        self._leave_out_what_is_not_asked(outcome)
        if outcome == Call.Outcome.CALL_BACK and not told.get("again_at"):
            self._ask("again_at", gettext("Choose when to call again."))
        if outcome == Call.Outcome.IN_HOSPITAL and not told.get("until"):
            self._ask("until", gettext("Choose a last day: until then nothing is expected."))
        if outcome and told.get("resolve") and outcome not in REACHED:
            self.add_error(
                "resolve", gettext("A flag is resolved with a call once we know how the patient is.")
            )
        return told

    def _leave_out_what_is_not_asked(self, outcome: str | None) -> None:
        """A page hides what an outcome does not ask for: nothing there may be in anybody's way."""
        if outcome and outcome not in (Call.Outcome.CALL_BACK, Call.Outcome.NO_ANSWER):
            self.errors.pop("again_at", None)
            self.cleaned_data["again_at"] = None
        if outcome and outcome != Call.Outcome.IN_HOSPITAL:
            self.errors.pop("until", None)
            self.cleaned_data["until"] = None

    def _ask(self, field: str, words: str) -> None:
        """Unless what stands there is wrong already."""
        if field not in self.errors:
            self.add_error(field, words)
