"""One box, and how to hear of an answer. What is too long comes back whole: nothing typed is lost."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from tracker.models import MessageWay, Patient
from tracker.models.messages import LONGEST, ToldBy
from tracker.patient.fields import PhoneMadeId, PlainText


class TooLong(MaxLengthValidator):
    message = ngettext_lazy(
        "Please make it shorter: it has %(show_value)d characters, and %(limit_value)d is the most we take.",
        "Please make it shorter: it has %(show_value)d characters, and %(limit_value)d is the most we take.",
        "limit_value",
    )


class MessageForm(forms.Form):
    """`id` is made with the page, so that pressing twice sends once."""

    id = PhoneMadeId(required=False)
    body = PlainText(
        label=_("Your message"),
        help_text=_("Up to 1,000 characters."),
        widget=forms.Textarea(attrs={"rows": 5}),
        validators=[TooLong(LONGEST)],
        error_messages={"required": _("Write your message first.")},
    )

    @property
    def typed(self) -> str:
        """What is in the box, sound or not."""
        typed: Any = self.data.get("body", "")
        return str(typed)


class ToldByForm(forms.Form):
    """How the patient hears that the team has written.

    Push messages are offered where this site has them, e-mail to those who have an address.
    """

    told_by = forms.ChoiceField(
        label=_("How do we tell you of an answer?"),
        help_text=_("It says that we wrote, and nothing of what."),
        choices=ToldBy,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of these.")},
    )

    def __init__(self, data: Any, *, patient: Patient) -> None:
        can = dict.fromkeys(ToldBy, True)
        can |= {ToldBy.EMAIL: bool(patient.user.email), ToldBy.PUSH: settings.VAPID is not None}
        chosen = MessageWay.of(patient)
        super().__init__(data, initial={"told_by": chosen if chosen and can[ToldBy(chosen)] else ToldBy.NOT})
        self.patient = patient
        field = cast(forms.ChoiceField, self.fields["told_by"])
        field.choices = [each for each in ToldBy.choices if can[ToldBy(each[0])]]

    def clean_told_by(self) -> str:
        told_by: str = self.cleaned_data["told_by"]
        if told_by == ToldBy.PUSH and not self.patient.user.push_devices.in_use().exists():
            raise forms.ValidationError(
                _("None of your phones or browsers takes messages yet. Switch them on at Reminders first.")
            )
        return told_by

    def save(self) -> None:
        MessageWay.objects.update_or_create(
            patient=self.patient,
            defaults={"team_id": self.patient.team_id, "told_by": self.cleaned_data["told_by"]},
        )
