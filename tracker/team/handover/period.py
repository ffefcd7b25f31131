"""Since when a shift has worked: by a preset, or from a time that somebody chose."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

EVENING = dt.time(18)
LONGEST = dt.timedelta(days=7)
PRESETS = (("8", _("8 hours")), ("12", _("12 hours")), ("evening", _("Since yesterday, 18:00")))
USUAL = "12"
TIME = "%Y-%m-%dT%H:%M"  # as the browser's own field for a day and an hour writes it


class SinceForm(forms.Form):
    """A beginning that no preset has."""

    since = forms.DateTimeField(
        label=_("Since"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=TIME),
        error_messages=dict.fromkeys(
            ("required", "invalid"), _("Write the day and the time like 2026-12-31 07:00.")
        ),
    )

    def __init__(self, *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_since(self) -> dt.datetime:
        since: dt.datetime = self.cleaned_data["since"]
        if not self.now - LONGEST <= since < self.now:
            raise forms.ValidationError(gettext("Choose a time of the last seven days."))
        return since


def began(preset: str, now: dt.datetime) -> dt.datetime:
    """By the clock of the team; a word that we do not know asks for the usual."""
    if preset == "evening":
        local = localtime(now)
        yesterday = local.date() - dt.timedelta(days=1)
        return dt.datetime.combine(yesterday, EVENING, local.tzinfo)
    hours = preset if preset in dict(PRESETS) else USUAL
    return now - dt.timedelta(hours=int(hours))
