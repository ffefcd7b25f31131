"""I need a call: a request with no symptom at all, by the same way as every report."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from accounts.models.teams import phone_number
from tracker.models import Finding, Patient
from tracker.models.checkins import ASKS_FOR_CALL
from tracker.patient.fields import PhoneMadeId, PlainText
from tracker.triage.document import CALL_NUMBER_MAX, NOTE_MAX
from tracker.triage.report import Level, Report


class CallForm(forms.Form):
    """What it is about is theirs to say or not. The number is the one we have, until they write another."""

    id = PhoneMadeId(required=False)
    reason = PlainText(
        label=_("What is it about?"),
        help_text=_("You can leave this empty."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[
            MaxLengthValidator(NOTE_MAX, _("We can keep 20,000 characters. Please make it shorter."))
        ],
    )
    number = PlainText(
        label=_("Which number do we call?"),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        validators=[
            MaxLengthValidator(CALL_NUMBER_MAX, _("This is too long for a phone number.")),
            phone_number,
        ],
    )

    def __init__(self, data: Any, *, patient: Patient) -> None:
        super().__init__(data, initial={"id": uuid.uuid4(), "number": patient.phone})
        self.patient = patient

    @property
    def report(self) -> Report:
        """What is kept: another number only where it is another one."""
        number = self.cleaned_data["number"].strip()
        return Report(
            wants_call=True,
            call_number="" if number == self.patient.phone else number,
            note=self.cleaned_data["reason"],
        )


def is_only_a_call(found: Iterable[Finding]) -> bool:
    """Whether these findings come to nothing more urgent than a request to be called."""
    urgent = [each.code for each in found if each.level >= Level.URGENT]
    return bool(urgent) and set(urgent) == {ASKS_FOR_CALL}
