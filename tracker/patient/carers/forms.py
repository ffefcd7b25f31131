"""Whom a patient asks to help, with what, and until when."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.models import Carer, Patient
from tracker.models.carers import LONGEST, Scope
from tracker.patient.fields import PlainText

USUALLY = dt.timedelta(days=183)
"""Half a year, when the patient does not choose a day."""


class CarerForm(forms.Form):
    name = PlainText(
        label=_("Their name"), max_length=120, error_messages={"required": _("Write their name, like Lena.")}
    )
    relation = PlainText(
        label=_("Who they are to you"),
        max_length=60,
        help_text=_("Such as daughter, husband or friend. Your care team sees this too."),
        error_messages={"required": _("Write who they are to you, like daughter.")},
    )
    email = forms.EmailField(
        label=_("Their e-mail address"),
        help_text=_("Their own, that nobody else reads. We send the invitation there."),
        error_messages={
            "required": _("Write their e-mail address."),
            "invalid": _("Write the e-mail address like lena@example.org."),
        },
    )
    scope = forms.ChoiceField(
        label=_("What they may do"),
        choices=Scope,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of these."),
            "invalid_choice": _("Choose one of these."),
        },
    )
    until = forms.DateField(
        label=_("Until the end of"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("A year at most. Leave it empty for six months. You can end it at any time before."),
        error_messages={"invalid": _("Write the day like 2027-05-31.")},
    )

    def __init__(self, *args: Any, patient: Patient, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patient = patient
        self.today = patient.today(now)
        self.fields["email"].widget.attrs["autocomplete"] = "off"

    @classmethod
    def again(cls, carer: Carer, *, now: dt.datetime) -> "CarerForm":
        """Filled in as they were asked before; the last day is to be chosen anew."""
        before = {name: getattr(carer, name) for name in ("name", "relation", "email", "scope")}
        return cls(initial=before, patient=carer.patient, now=now)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_relation(self) -> str:
        return " ".join(self.cleaned_data["relation"].split())

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        if email == self.patient.user.email:
            raise forms.ValidationError(_("This is your own address. Write theirs."))
        return email

    def clean_until(self) -> dt.date:
        until: dt.date = self.cleaned_data["until"] or self.today + USUALLY
        if until < self.today:
            raise forms.ValidationError(_("This day is over. Choose a later one."))
        if until > self.today + LONGEST:
            raise forms.ValidationError(_("Choose a day within a year from now."))
        return until
