"""Whose chart, exactly, and why; and a word to the team whose patient it is."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.models import EmergencyAccess, Patient
from tracker.models.care import REASON_MAX
from tracker.patient.fields import PlainText
from tracker.team.people.forms import day_box
from tracker.team.people.search import Plain, Squeezed, plain, squeezed

REASON_MIN = 10
TOO_LONG = _("Write less: 500 letters at most.")


class WhoForm(forms.Form):
    """Exactly one patient, by what is written on their papers. Nothing is shown of whoever nearly fits."""

    number = PlainText(
        label=_("Hospital number"),
        max_length=40,
        required=False,
        help_text=_("Of the hospital that looks after them. Leave it empty if you do not know it."),
    )
    name = PlainText(
        label=_("Whole name"), max_length=120, required=False, help_text=_("As it is on their papers.")
    )
    born_on = forms.DateField(
        label=_("Date of birth"),
        required=False,
        widget=day_box(),
        error_messages={"invalid": _("Write the date like 1968-04-12.")},
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not told.get("number") and not (told.get("name") and told.get("born_on")) and not self.errors:
            self.add_error("number", _("Write the hospital number, or the whole name and the date of birth."))
        return told

    def found(self) -> list[Patient]:
        """Those who fit in everything that was written: none, one, or so many that one has to say more."""
        told = self.cleaned_data
        patients = Patient.objects.select_related("team")
        if told["number"]:
            number = squeezed(told["number"])
            if not number:
                return []
            patients = patients.alias(squeezed=Squeezed("record_number")).filter(squeezed=number)
        if told["name"]:
            patients = patients.alias(plain_name=Plain("name")).filter(
                plain_name=" ".join(plain(told["name"]).split())
            )
        if told["born_on"]:
            patients = patients.filter(born_on=told["born_on"])
        return list(patients.order_by("pk")[:2])

    def refuse(self, found: list[Patient]) -> None:
        """In words that say nothing of who is here."""
        if found:
            words = gettext("More than one patient fits. Write the number, the name and the date of birth.")
        else:
            words = gettext("Nobody fits exactly. Check each letter and number.")
        self.add_error(None, words)


class BreakGlassForm(WhoForm):
    reason = forms.ChoiceField(
        label=_("Why now"),
        choices=EmergencyAccess.Reason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why.")},
    )
    words = PlainText(
        label=_("In your own words"),
        max_length=REASON_MAX,
        widget=forms.Textarea({"rows": 3}),
        help_text=_(
            "The privacy officers and the patient’s team read this. Say of health only what you must."
        ),
        error_messages={"required": _("Write why you need this chart now."), "max_length": TOO_LONG},
    )

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"].strip()
        if len(words) < REASON_MIN:
            raise forms.ValidationError(_("Write a few words more: somebody has to understand it later."))
        return words


class NoteForm(forms.Form):
    words = PlainText(
        label=_("What they should know"),
        max_length=REASON_MAX,
        widget=forms.Textarea({"rows": 3}),
        help_text=_(
            "It stands on their hand-over with your name. It reaches nobody at once: call if it is urgent."
        ),
        error_messages={"required": _("Write what they should know."), "max_length": TOO_LONG},
    )


class ReviewForm(forms.Form):
    """What a privacy officer found."""

    note = PlainText(
        label=_("What you found"),
        max_length=REASON_MAX,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("It stays with your name and cannot be changed. Write nothing of anybody’s health."),
        error_messages={"required": _("Write what you found."), "max_length": TOO_LONG},
    )
