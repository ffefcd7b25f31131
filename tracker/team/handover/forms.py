"""A few words to the next shift."""

from django import forms
from django.utils.translation import gettext_lazy as _

WORDS_MAX = 2_000  # characters


class ShiftNoteForm(forms.Form):
    words = forms.CharField(
        label=_("To the next shift"),
        help_text=_("It stands on every hand-over of the team until somebody ticks it off."),
        max_length=WORDS_MAX,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Write what the next shift has to know.")},
    )
