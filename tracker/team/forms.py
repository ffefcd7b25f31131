"""What the team writes down: what came of a flag, a limit of one patient's own, a finding to expect."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.models import NoteToRead, PatientLimit
from tracker.models.flags import NEEDS_NOTE, Outcome
from tracker.models.personal import LONGEST_LIMIT, LONGEST_MUTE
from tracker.triage.limits import Limit
from tracker.triage.units import UNITS
from tracker.triage.words import number

NOTE_MAX = 5_000  # characters
REASON_MIN, REASON_MAX = 10, 500


class OutcomeForm(forms.Form):
    """`seen` is the number of reports on the page, so that none is closed unread.

    `notes` are those of the flag's reports. Nobody has read one by resolving the flag: it has to be ticked.
    """

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
    notes_read = forms.ModelMultipleChoiceField(
        NoteToRead.objects.none(),
        label=_("I have read"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, notes: Iterable[NoteToRead] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notes = list(notes)
        field = cast(forms.ModelMultipleChoiceField, self.fields["notes_read"])
        field.queryset = NoteToRead.objects.filter(pk__in=[note.pk for note in self.notes])
        # One that a colleague has read meanwhile is no longer offered, and no error either.
        unread = [(str(note.pk), _note_in_words(note)) for note in self.notes if note.read_at is None]
        field.widget.choices = unread
        if not unread:
            del self.fields["notes_read"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        needs_note = cleaned.get("outcome") in NEEDS_NOTE
        if needs_note and "note" not in self.errors and not cleaned.get("note"):
            self.add_error("note", _("Write a few words: this outcome says too little alone."))
        return cleaned

    @property
    def what_came(self) -> dict[str, Any]:
        """What `Flag.resolve` is told."""
        return {name: self.cleaned_data[name] for name in ("outcome", "note", "seen")}

    @property
    def ticked_notes(self) -> Iterable[NoteToRead]:
        ticked: Iterable[NoteToRead] = self.cleaned_data.get("notes_read", ())
        return ticked

    def with_seen(self, reports: int) -> "OutcomeForm":
        """The same answers for a page that shows this many reports."""
        return OutcomeForm(
            {
                **self.cleaned_data,
                "notes_read": [note.pk for note in self.ticked_notes],
                "seen": reports,
            },
            notes=self.notes,
        )


class Agreed(forms.Form):
    """A reason is asked for, in words: whoever comes next has to know why."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=REASON_MIN,
        max_length=REASON_MAX,
        error_messages=dict.fromkeys(
            ("required", "min_length"), _("Write why, in a few words: others have to know.")
        ),
    )


class LimitForm(Agreed):
    """A limit of the rules that is another number for one patient, until a day.

    `limits` are those of the rules in force, by name; `today` is the patient's own date, `usual` what is
    usual for them, and `now` the limits of their own that one of the same name takes the place of. A softer
    number that their usual does not explain is asked about once.
    """

    name = forms.ChoiceField(label=_("Limit"), error_messages={"required": _("Choose a limit.")})
    value = forms.FloatField(
        label=_("For this patient"),
        help_text=_(
            "It changes who is flagged today and who on the next working day. Emergencies, and a fever after "
            "chemotherapy, keep the usual numbers unless the limit itself is of an emergency. What the usual "
            "number flags stays on the list, for the next working day."
        ),
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": _("Write a number."), "invalid": _("Write a number, like 85.")},
    )
    expires_on = forms.DateField(
        label=_("Until the end of"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day."), "invalid": _("Write the day like 2026-12-31.")},
    )
    field_order = ("name", "value", "expires_on", "reason")

    def __init__(
        self,
        *args: Any,
        limits: Mapping[str, Limit],
        today: dt.date,
        usual: Mapping[str, float],
        now: Mapping[str, PatientLimit],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.limits = limits
        self.usual, self.now = usual, now
        self.first_day, self.last_day = today, today + LONGEST_LIMIT
        choices = [(name, limit_in_words(limit, now.get(name))) for name, limit in limits.items()]
        cast(forms.ChoiceField, self.fields["name"]).choices = [("", _("Choose…")), *choices]
        self.fields["expires_on"].help_text = gettext("At most %(days)d days.") % {"days": LONGEST_LIMIT.days}
        days = {"min": self.first_day.isoformat(), "max": self.last_day.isoformat()}
        self.fields["expires_on"].widget.attrs |= days

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        limit, value = self.limits.get(cleaned.get("name", "")), cleaned.get("value")
        if limit and value is not None and not limit.lowest <= value <= limit.highest:
            said = {"lowest": number(limit.lowest), "highest": number(limit.highest), "unit": limit.unit}
            self.add_error("value", gettext("It can be from %(lowest)s to %(highest)s %(unit)s.") % said)
        elif limit and value is not None and limit.is_odd(value, self.usual):
            self._ask_whether(limit, value)
        return cleaned

    def _ask_whether(self, limit: Limit, value: float) -> None:
        """Put a box to tick under the number; a tick counts for this limit and this number alone."""
        about = f"{limit.name}={value:g}"
        self.fields["sure"] = forms.BooleanField(
            label=gettext("Yes, flag later for this patient"),
            required=False,
            widget=forms.CheckboxInput({"value": about}, check_test=lambda said: said == about),
        )
        if self.data.get("sure") == about:
            return
        own = self.usual.get(limit.reading)
        said = {
            "value": f"{number(value)} {limit.unit}",
            "everybodys": f"{number(limit.value)} {limit.unit}",
            "own": gettext("not known") if own is None else f"{number(own)} {limit.unit}",
        }
        words = (
            gettext("%(value)s flags later than everybody’s %(everybodys)s.")
            if limit.is_of_change or limit.reading not in UNITS
            else gettext(
                "%(value)s flags later than everybody’s %(everybodys)s, and this patient’s usual (%(own)s) "
                "does not say why."
            )
        )
        self.add_error(
            "value", words % said + " " + gettext("If it is meant, tick the box and set it again.")
        )

    @property
    def what_is_set(self) -> dict[str, Any]:
        """What `PatientLimit.of` is told."""
        return {name: self.cleaned_data[name] for name in ("name", "value", "expires_on", "reason")}

    def clean_expires_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["expires_on"]
        if not self.first_day <= day <= self.last_day:
            said = {"first": date_format(self.first_day, "j F"), "last": date_format(self.last_day, "j F Y")}
            raise forms.ValidationError(gettext("Choose a day from %(first)s to %(last)s.") % said)
        return day


class MuteForm(Agreed):
    """`finding` is the first of the line that is muted."""

    finding = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    days = forms.IntegerField(
        label=_("Days"),
        help_text=_("From 1 to 14."),
        min_value=1,
        max_value=LONGEST_MUTE.days,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Write a number of days, from 1 to 14.")
        ),
    )
    field_order = ("finding", "days", "reason")


def limit_in_words(limit: Limit, now: PatientLimit | None = None) -> str:
    """With the patient's own of now, which another takes the place of."""
    said = {
        "what": limit.label.get("en", limit.name),
        "usual": f"{number(limit.value)} {limit.unit}",
        "lowest": number(limit.lowest),
        "highest": number(limit.highest),
    }
    words = gettext("%(what)s: %(usual)s, can be %(lowest)s to %(highest)s") % said
    if now is None:
        return words
    own = {"own": f"{number(now.value)} {limit.unit}", "day": date_format(now.expires_on, "j F")}
    return words + gettext(" (now %(own)s until %(day)s: a new one takes its place)") % own


def _note_in_words(note: NoteToRead) -> str:
    at = date_format(localtime(note.check_in.received_at), "D j M, H:i")
    return gettext("the note of %(at)s") % {"at": at}
