"""Pausing, discharging and handing over: until when, why, to whom."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam, Role
from tracker.models import DischargeReason, Patient
from tracker.models.care import REASON_MAX
from tracker.patient.fields import PlainText
from tracker.team.people.forms import day_box

LONGEST_PAUSE = dt.timedelta(days=183)
"""Our own choice: whoever is away for longer is discharged, and comes back."""
REASON_MIN = 10
TOO_LONG = _("Write less: 500 letters at most.")


class PauseForm(forms.Form):
    until = forms.DateField(
        label=_("Until the end of"),
        widget=day_box(),
        error_messages={
            "required": _("Choose the last day of the pause."),
            "invalid": _("Write the day like 2026-11-30."),
        },
    )
    note = PlainText(
        label=_("Why"),
        required=False,
        max_length=REASON_MAX,
        help_text=_("For your colleagues. The patient does not see it."),
        error_messages={"max_length": TOO_LONG},
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.last = today, today + LONGEST_PAUSE
        self.fields["until"].widget.attrs |= {"min": today.isoformat(), "max": self.last.isoformat()}

    def clean_until(self) -> dt.date:
        until: dt.date = self.cleaned_data["until"]
        if until < self.today:
            raise forms.ValidationError(_("This day is over. Choose today or a later day."))
        if until > self.last:
            raise forms.ValidationError(
                _("Choose a day up to %(last)s. A pause can be made longer later."),
                params={"last": date_format(self.last, "j F Y")},
            )
        return until


class DischargeForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=DischargeReason,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose why.")),
    )
    note = PlainText(
        label=_("Note for the team"),
        required=False,
        max_length=REASON_MAX,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The patient does not see it."),
        error_messages={"max_length": TOO_LONG},
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("reason") == DischargeReason.OTHER and not cleaned.get("note", "x"):
            self.add_error("note", _("Write a few words: “something else” says too little alone."))
        return cleaned


class TransferForm(forms.Form):
    to_team = forms.ModelChoiceField(
        CareTeam.objects.none(),
        label=_("To team"),
        empty_label=_("Choose…"),
        help_text=_("Teams with a lead, who has to say yes."),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose a team.")),
    )
    reason = PlainText(
        label=_("Reason"),
        min_length=REASON_MIN,
        max_length=REASON_MAX,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The other team’s lead reads this. Write no more about the patient than they need."),
        error_messages={
            **dict.fromkeys(("required", "min_length"), _("Write why, in a few words.")),
            "max_length": TOO_LONG,
        },
    )

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = CareTeam.objects.exclude(pk=patient.team_id).order_by("name")
        with_lead = others.filter(memberships__role=Role.LEAD, memberships__user__is_active=True).distinct()
        self.fields["to_team"].queryset = with_lead  # type: ignore[attr-defined]


class AcceptForm(forms.Form):
    """`transfer` is taken over with the number by which the new clinic knows the patient."""

    record_number = PlainText(
        label=_("Hospital number at your clinic"),
        required=False,
        max_length=40,
        help_text=_("Leave it empty if there is none yet."),
    )

    def __init__(self, *args: Any, team: CareTeam, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = team

    def clean_record_number(self) -> str:
        number = " ".join(self.cleaned_data["record_number"].split())
        if number and self.team.patients.filter(record_number=number).exists():
            self.refuse_number()
        return number

    def refuse_number(self) -> None:
        self.add_error("record_number", gettext("Another patient of your team has this number. Check it."))


class RefuseForm(forms.Form):
    answer = PlainText(
        label=_("Why not"),
        min_length=REASON_MIN,
        max_length=REASON_MAX,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("The team that asked reads this."),
        error_messages={
            **dict.fromkeys(("required", "min_length"), _("Write why, in a few words.")),
            "max_length": TOO_LONG,
        },
    )
