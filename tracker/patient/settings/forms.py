"""One small form a setting. Each knows whose it is, and saves nothing else."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.users import Language, TemperatureUnit, TextSize, WeightUnit
from accounts.zones import place_of, zones_by_part
from education.languages import page_language
from tracker.leaving import REASON_MAX
from tracker.models import Patient
from tracker.patient.fields import PlainText

# --- Of a person --------------------------------------------------------------------------------------------


class PersonForm(forms.Form):
    """Settings of `user`; each field has the name of theirs."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(user, name) for name in self.fields} | dict(self.initial)

    def save(self) -> None:
        for name in self.fields:
            setattr(self.user, name, self.cleaned_data[name])
        self.user.save(update_fields=list(self.fields))


class NameForm(PersonForm):
    name = PlainText(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("We greet you with the first word of it."),
        error_messages={
            "required": _("Write the name that we should call you by."),
            "max_length": _("Write a shorter name: 120 letters at most."),
        },
    )

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class LanguageForm(PersonForm):
    language = forms.ChoiceField(
        label=_("Language of the pages and e-mails"),
        choices=Language,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a language."), "invalid_choice": _("Choose a language.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        """Who never chose finds the language of the page ticked: it is the one that they read."""
        kwargs["initial"] = {"language": user.language or page_language()}
        super().__init__(*args, user=user, **kwargs)

    def save(self) -> None:
        """With the diary of the person, if they have one: notes are read and advice is given in the same."""
        super().save()
        language = self.cleaned_data["language"]
        spoken = dict(Patient._meta.get_field("language").flatchoices)
        if self.user.is_patient and language in spoken:
            self.user.patient.language = language
            self.user.patient.save(update_fields=["language"])


class UnitsForm(PersonForm):
    temperature_unit = forms.ChoiceField(
        label=_("Temperature"),
        choices=TemperatureUnit,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of these.")},
    )
    weight_unit = forms.ChoiceField(
        label=_("Weight"),
        choices=WeightUnit,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of these.")},
    )


class TextSizeForm(PersonForm):
    text_size = forms.ChoiceField(
        label=_("Text size"),
        choices=TextSize,
        widget=forms.RadioSelect(attrs={"class": "sizes"}),
        help_text=_("You can also make the text larger in your browser. Both work together."),
        error_messages={"required": _("Choose one of these.")},
    )


# --- Of a diary ---------------------------------------------------------------------------------------------


class PlaceForm(forms.Form):
    time_zone = forms.ChoiceField(
        label=_("Where you are"),
        required=False,
        help_text=_("Your reminders and your days go by the clock of this place."),
        error_messages={"invalid_choice": _("Choose a place from the list.")},
    )

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"initial": {"time_zone": patient.time_zone}})
        self.patient = patient
        self.fields["time_zone"].choices = _zones(patient)  # type: ignore[attr-defined]

    def save(self, now: dt.datetime) -> None:
        self.patient.move_to(self.cleaned_data["time_zone"], now)


def _zones(patient: Patient) -> list[Any]:
    """The team's first, then by part of the world; and what is chosen, if the list does not have it."""
    parts = zones_by_part()
    theirs = gettext("%(place)s, where your care team is") % {"place": place_of(patient.team.time_zone)}
    first = [("", theirs)]
    if patient.time_zone and not any(
        patient.time_zone == name for _part, zones in parts for name, _place in zones
    ):
        first.append((patient.time_zone, place_of(patient.time_zone)))
    return [*first, *parts]


class LeaveForm(forms.Form):
    reason = PlainText(
        label=_("Why do you want to leave? You need not say."),
        required=False,
        max_length=REASON_MAX,
        widget=forms.Textarea,
        help_text=_("Your care team reads it. It is not a way to ask for help: if you feel unwell, call."),
        error_messages={"max_length": _("Please write less: 500 letters at most.")},
    )
