"""What came of a flag, written down by whoever dealt with it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.models.flags import NEEDS_NOTE, Outcome

NOTE_MAX = 5_000  # characters


class OutcomeForm(forms.Form):
    """`seen` is the number of reports on the page, so that none is closed unread."""

    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        choices=Outcome,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what came of it.")},
    )
    note = forms.CharField(
        label=_("Note for the team"),
        help_text=_("The patient does not see it."),
        max_length=NOTE_MAX,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        needs_note = cleaned.get("outcome") in NEEDS_NOTE
        if needs_note and "note" not in self.errors and not cleaned.get("note"):
            self.add_error("note", _("Write a few words: this outcome says too little alone."))
        return cleaned

    def with_seen(self, reports: int) -> "OutcomeForm":
        """The same answers for a page that shows this many reports."""
        return OutcomeForm({**self.cleaned_data, "seen": reports})
