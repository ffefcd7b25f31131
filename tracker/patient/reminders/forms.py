"""What a patient chooses: whether, when and how to be reminded, and until when nothing is expected."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

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

    def __init__(self, *args: Any, patient: Patient, has_device: bool, can_push: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"initial": _chosen(patient)})
        self.has_device = has_device
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
            now=now,
        )


def _chosen(patient: Patient) -> dict[str, Any]:
    return {
        "wanted": "no" if patient.remind_at is None else "yes",
        "remind_at": patient.remind_at,
        "remind_by": patient.remind_by,
    }


def _ways(patient: Patient, can_push: bool) -> list[tuple[str, Any]]:
    email = patient.user.email
    ways = [(ReminderWay.EMAIL.value, format_lazy(_("By e-mail to {email}"), email=email))] if email else []
    if can_push or patient.remind_by == ReminderWay.PUSH or not email:
        ways.append(
            (ReminderWay.PUSH.value, _("By a message on my phones and browsers that are listed below"))
        )
    return ways


LONGEST_PAUSE = dt.timedelta(days=30)
"""That a patient may choose; our own choice. The team may set any."""


class PauseForm(forms.Form):
    """Until when somebody in hospital is not waited for; `today` is by their own clock."""

    until = forms.DateField(
        label=_("Until which day?"),
        help_text=_("The last day on which you will not check in. You can end it sooner."),
        error_messages={
            "required": _("Choose the last day of your pause."),
            "invalid": _("Write the day like 2026-11-30."),
        },
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.last = today, today + LONGEST_PAUSE
        days = {"min": today.isoformat(), "max": self.last.isoformat()}
        self.fields["until"].widget = forms.DateInput({"type": "date", **days}, format="%Y-%m-%d")

    def clean_until(self) -> dt.date:
        until: dt.date = self.cleaned_data["until"]
        if until < self.today:
            raise forms.ValidationError(_("This day is over. Choose today or a later day."))
        if until > self.last:
            words = _("Choose a day up to %(last)s. You can make the pause longer later.")
            raise forms.ValidationError(words, params={"last": date_format(self.last, "j F")})
        return until
