"""What a person says when a page is published, sent back, or brought together."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from education.documents import Document
from education.merging import blank_stamps, flat, nested, put
from education.models import Edition

FARTHEST = dt.timedelta(days=366)
"""Every page is reviewed within a year: what waits for longer could not go out on its day."""


class PublishForm(forms.Form):
    """Now or, with a day and a time, then: by the clock of the site.

    `is_for_a_day` is said by the form that asks for one: of a day without its time browsers send nothing at
    all, and nothing must not mean now.
    """

    is_for_a_day = forms.BooleanField(required=False)
    at = forms.DateTimeField(
        label=_("Not now, but from"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={"invalid": _("Write a day and a time, such as 2027-03-01 09:00.")},
    )
    revision = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_at(self) -> Any:
        at, now = self.cleaned_data["at"], timezone.now()
        if at is not None and at <= now:
            raise forms.ValidationError(_("That is in the past."))
        if at is not None and at > now + FARTHEST:
            raise forms.ValidationError(
                _("That is more than a year away: the page has to be reviewed before.")
            )
        return at

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned["is_for_a_day"] and not cleaned.get("at") and "at" not in self.errors:
            self.add_error("at", self.fields["at"].error_messages["invalid"])
        return cleaned


class SendBackForm(forms.Form):
    note = forms.CharField(
        label=_("What it still needs"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what it still needs: whoever wrote it will read this.")},
    )


class DecideForm(forms.Form):
    """One choice a field: the draft's own wording, or the other."""

    def __init__(self, edition: Edition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition
        for path in edition.conflicts:
            self.fields[path] = forms.ChoiceField(
                choices=[("ours", _("Keep ours")), ("theirs", _("Take theirs"))],
                widget=forms.RadioSelect,
                required=False,
            )

    def decided(self) -> list[str]:
        return [path for path in self.edition.conflicts if self.cleaned_data.get(path)]

    def content(self) -> Document:
        """The draft with what was chosen; what was not stays to be decided."""
        values = flat(self.edition.content)
        taken = [path for path in self.decided() if self.cleaned_data[path] == "theirs"]
        for path in taken:
            put(values, path, self.edition.conflicts[path])
        blank_stamps(values, taken)
        return nested(values)
