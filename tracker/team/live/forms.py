"""What can be done to a flag beside claiming and resolving it, to one or to several."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tracker.models import Flag
from tracker.team.clock import in_short
from tracker.team.forms import NOTE_MAX

A_DAY = dt.timedelta(days=1)
NOTE_MIN = 10  # characters: one note has to say why for all of them


class HandOverForm(forms.Form):
    """`colleagues` are those who may be chosen."""

    to = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Hand over to"),
        empty_label=_("Choose…"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose a colleague of the team.")),
    )

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["to"]).queryset = colleagues


class CallBackForm(forms.Form):
    """The next time that the clock of the team shows it. `flag` comes back at its own time all the same."""

    at = forms.TimeField(
        label=_("Call back at"),
        input_formats=["%H:%M", "%H.%M", "%H%M"],
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages=dict.fromkeys(("required", "invalid"), _("Write a time, like 14:30.")),
    )

    def __init__(self, *args: Any, flag: Flag, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.flag, self.now = flag, now
        if flag.next_due_at:
            until = {"until": in_short(flag.next_due_at, now)}
            words = gettext("Until %(until)s: by then the policy wants an outcome, and others are told.")
            self.fields["at"].help_text = words % until

    def clean_at(self) -> dt.datetime:
        local = localtime(self.now)
        at = dt.datetime.combine(local.date(), self.cleaned_data["at"], local.tzinfo)
        at = at if at > local else at + A_DAY
        if self.flag.next_due_at and at > self.flag.next_due_at:
            until = {"until": in_short(self.flag.next_due_at, self.now)}
            raise forms.ValidationError(gettext("Choose a time before %(until)s.") % until)
        return at.astimezone(dt.UTC)


class CloseSeveralForm(forms.Form):
    note = forms.CharField(
        label=_("Note for the team"),
        help_text=_("Each of them gets it. Patients do not see it."),
        min_length=NOTE_MIN,
        max_length=NOTE_MAX,
        widget=forms.Textarea({"rows": 3}),
        error_messages=dict.fromkeys(
            ("required", "min_length"), _("Write why none of them needs anything, in a few words.")
        ),
    )
