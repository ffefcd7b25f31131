"""What an officer decides about one patient's record, and about how long a team keeps what it has."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.models.care import REASON_MAX
from tracker.models.erasure import Wish
from tracker.models.retention import LONGEST_MONTHS
from tracker.patient.fields import PlainText
from tracker.retention.erasing import Fate
from tracker.retention.restricting import Waiting
from tracker.team.people.forms import day_box

TOO_LONG = _("Write less: 500 letters at most.")
NO_HEALTH = _("It stays with your name. Write nothing of anybody’s health.")
WAITS = {
    Waiting.FLAG: _("A flag of this patient’s is open. Somebody of the team has to close it first."),
    Waiting.NOTE: _("A note of this patient’s is not read yet. Somebody of the team has to read it first."),
    Waiting.MESSAGE: _("A message of this patient’s is not read yet. Somebody of the team has to first."),
    Waiting.PHONE: _("Something from this patient’s phone was not read yet. Try again in a minute."),
}
NOT_NOW = _("One of these may not be erased now. Look at the table again.")
HELD = _("A legal hold is in force: nothing may be erased until it is ended.")


def reason_box(label: Any, help_text: Any = NO_HEALTH, **more: Any) -> PlainText:
    return PlainText(
        label=label,
        max_length=REASON_MAX,
        widget=forms.Textarea({"rows": 2}),
        help_text=help_text,
        error_messages={"required": _("Write why."), "max_length": TOO_LONG},
        **more,
    )


class HoldForm(forms.Form):
    prefix = "hold"
    reason = reason_box(_("Why nothing may be deleted"))
    until = forms.DateField(
        label=_("Up to and with"),
        required=False,
        widget=day_box(),
        help_text=_("Leave it empty if nobody knows: then it holds until somebody ends it."),
        error_messages={"invalid": _("Write the day like 2026-11-30.")},
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    def clean_until(self) -> dt.date | None:
        until: dt.date | None = self.cleaned_data["until"]
        if until and until < self.today:
            raise forms.ValidationError(_("This day is over."))
        return until


class EndHoldForm(forms.Form):
    prefix = "end"
    reason = reason_box(_("Why it may end"))


class LiftForm(forms.Form):
    prefix = "lift"
    reason = reason_box(_("Why the record is opened again"))


class AskForm(forms.Form):
    """A request that came by letter, or was said to somebody."""

    prefix = "ask"
    wish = forms.ChoiceField(
        label=_("What the patient wants"),
        choices=Wish,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the patient wants.")},
    )
    reason = PlainText(
        label=_("In the patient’s words"),
        required=False,
        max_length=REASON_MAX,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("They need not give a reason."),
        error_messages={"max_length": TOO_LONG},
    )


class DecideForm(forms.Form):
    """What goes, and whether the rest is closed. `fates` are those of the patient's data now."""

    prefix = "decide"
    erase = forms.MultipleChoiceField(
        label=_("Erase"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": NOT_NOW},
    )
    restrict = forms.BooleanField(
        label=_("Close the rest: the team sees it no more"), required=False, initial=True
    )
    team_knows = forms.BooleanField(
        label=_("I have told the care team that nobody watches this patient here any more"), required=False
    )
    answer = PlainText(
        label=_("Answer to the patient"),
        max_length=REASON_MAX,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("They read it as you write it, above what went and what stays. Short, plain words."),
        error_messages={"required": _("Write what the patient is told."), "max_length": TOO_LONG},
    )

    def __init__(self, *args: Any, fates: Collection[Fate], is_closed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        going = [(each.kind.code, each.kind.label) for each in fates if each.may_go]
        erase: Any = self.fields["erase"]
        erase.choices = going
        erase.initial = [code for code, _label in going]
        if not going:
            del self.fields["erase"]
        if is_closed:
            del self.fields["restrict"], self.fields["team_knows"]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if "erase" not in self.fields and self.add_prefix("erase") in self.data:
            self.add_error(None, NOT_NOW)  # the page was opened when it still might
        if told.get("restrict") and not told.get("team_knows"):
            self.add_error(
                "team_knows", _("Call the team first: they watch this patient until the record is closed.")
            )
        return told


class PeriodForm(forms.Form):
    """How long: so many years and months, or for good."""

    for_good = forms.BooleanField(label=_("For good: nothing of it is ever deleted"), required=False)
    years = forms.IntegerField(
        label=_("Years"), required=False, min_value=0, max_value=LONGEST_MONTHS // 12 - 1
    )
    months = forms.IntegerField(label=_("and months"), required=False, min_value=0, max_value=11)
    reason = reason_box(_("Why so long"), _("The law or the decision that says so. It stays with your name."))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        numbers = [told.get("years"), told.get("months")]
        is_said = any(each is not None for each in numbers)
        if not self.errors and not told.get("for_good") and not is_said:
            self.add_error("years", _("Write how long, or tick that it is for good."))
        elif not self.errors and told.get("for_good") and any(numbers):
            self.add_error("for_good", _("Choose one: a number, or for good."))
        return told

    @property
    def total(self) -> int | None:
        told = self.cleaned_data
        return None if told["for_good"] else (told["years"] or 0) * 12 + (told["months"] or 0)
