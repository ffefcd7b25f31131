"""What a patient chooses: whether, when, by which clock and how."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.zones import place_of, zones_by_part
from tracker.models import Patient, ReminderWay

# As people write a time where the browser has no clock to choose from.
TIMES = ("%H:%M", "%H:%M:%S", "%H.%M", "%H", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p")


class ReminderForm(forms.Form):
    """`has_device`: some phone or browser of theirs takes push messages; `can_push`: this site sends them."""

    wanted = forms.ChoiceField(
        label=_("Do you want reminders?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=forms.RadioSelect,
        help_text=_("Only on days on which you have not checked in yet."),
        error_messages={"required": _("Choose yes or no.")},
    )
    remind_at = forms.TimeField(
        label=_("Time of the reminder"),
        required=False,
        input_formats=TIMES,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        help_text=_("By your own clock. If it is past that time now, we start the next day."),
        error_messages={"invalid": _("Write the time like 18:00.")},
    )
    remind_by = forms.ChoiceField(
        label=_("How the reminder comes"),
        choices=ReminderWay,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of these.")},
    )
    time_zone = forms.ChoiceField(
        label=_("Where you are"),
        required=False,
        help_text=_("Your days, and when we remind you, go by the clock of this place."),
        error_messages={"invalid_choice": _("Choose a place from the list.")},
    )

    def __init__(self, *args: Any, patient: Patient, has_device: bool, can_push: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"initial": _chosen(patient)})
        self.has_device = has_device
        self.fields["time_zone"].choices = _zones(patient)  # type: ignore[attr-defined]
        self.fields["remind_by"].choices = _ways(patient, can_push)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("wanted") == "no":
            self.errors.pop("remind_at", None)
        elif told.get("wanted") == "yes":
            self._check(told)
        return told

    def _check(self, told: dict[str, Any]) -> None:
        if told.get("remind_at") is None and "remind_at" not in self.errors:
            self.add_error("remind_at", _("Write the time at which we should remind you, like 18:00."))
        if told.get("remind_by") == ReminderWay.PUSH and not self.has_device:
            self.add_error(
                "remind_by",
                _("None of your phones or browsers takes messages yet. Switch them on below first."),
            )

    def save(self, patient: Patient, now: dt.datetime) -> None:
        told = self.cleaned_data
        patient.choose_reminders(
            remind_at=told["remind_at"] if told["wanted"] == "yes" else None,
            remind_by=told["remind_by"],
            time_zone=told["time_zone"],
            now=now,
        )


def _chosen(patient: Patient) -> dict[str, Any]:
    return {
        "wanted": "no" if patient.remind_at is None else "yes",
        "remind_at": patient.remind_at,
        "remind_by": patient.remind_by,
        "time_zone": patient.time_zone,
    }


def _ways(patient: Patient, can_push: bool) -> list[tuple[str, Any]]:
    ways = [(ReminderWay.EMAIL.value, format_lazy(_("By e-mail to {email}"), email=patient.user.email))]
    if can_push or patient.remind_by == ReminderWay.PUSH:
        ways.append(
            (ReminderWay.PUSH.value, _("By a message on my phones and browsers that are listed below"))
        )
    return ways


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
