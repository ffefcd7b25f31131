"""The daily check-in, with the questions that come back beside what was typed."""

import datetime as dt
from functools import cached_property
from typing import Any, cast

from django import forms
from django.core.validators import MaxLengthValidator
from django.forms import BoundField
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from education.languages import page_language
from tracker import checkins
from tracker.models import CheckIn
from tracker.patient.doses import DosesForm, doses_as_told
from tracker.patient.fields import PhoneClock, PhoneMadeId, PlainText, Ticked, TickListField
from tracker.patient.plan import Plan
from tracker.patient.questions import RATING_CHOICES
from tracker.patient.readings import ReadingsForm, boxes_as_typed, number_box
from tracker.triage.checks import CONFLICT
from tracker.triage.document import NOTE_MAX, URINE_HOURS_MAX
from tracker.triage.notes.reading import languages as languages_read
from tracker.triage.readings import Check
from tracker.triage.report import Answer, Reading, RedFlagAnswer, Report
from tracker.triage.symptoms import RED_FLAGS, SYMPTOMS

RED_FLAG_WORDS = {
    "chest_pain": _("chest pain or pressure"),
    "breathless_at_rest": _("trouble breathing while you rest"),
    "faint": _("fainting, or nearly fainting"),
    "confusion": _("confusion, or very hard to wake"),
    "face_arm_speech": _("a drooping face, a weak arm or jumbled speech"),
    "throat_or_lip_swelling": _("swelling of the throat, lips or tongue"),
    "seizure": _("a fit (seizure)"),
    "bleeding": _("bleeding that is heavy or does not stop"),
    "self_harm_thoughts": _("thoughts of hurting yourself"),
}


class CheckInForm(ReadingsForm, DosesForm):
    """One report. Valid as soon as it can be kept; `report` has it then, and `cut` what was not kept whole.

    Nothing stands in the way of a serious report: what cannot be read is kept as it was typed and asked about
    afterwards. Any other comes back with its questions once; sent again as it is, it is kept like that, and
    they are asked afterwards too.
    """

    id = PhoneMadeId(required=False)
    reported_at = PhoneClock(required=False)
    red_flag_answer = forms.ChoiceField(
        label=_("Do you have any of these right now?"),
        choices=[("no", _("No, none of these")), ("yes", _("Yes, I have one of these"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please answer this first: no, or yes.")},
    )
    red_flags = forms.MultipleChoiceField(
        label=_("Which of these?"),
        help_text=_("Tick all that you have."),
        required=False,
        choices=[(code, capfirst(RED_FLAG_WORDS[code])) for code in RED_FLAGS],
        widget=forms.CheckboxSelectMultiple,
    )
    symptoms = TickListField(label=_("Which of these have you had in the last 24 hours?"), required=False)
    hours_since_urine = forms.FloatField(
        label=_("How many hours since you last passed urine?"),
        required=False,
        min_value=0,
        max_value=URINE_HOURS_MAX,
        widget=number_box(_("hours"), 0, URINE_HOURS_MAX),
        error_messages={
            "invalid": _("Write the hours as a number, like 6."),
            "min_value": _("Write the hours as a number, like 6."),
            "max_value": _("Write the hours as a number, like 6."),
        },
    )
    note = PlainText(
        label=_("Anything else you want to tell us?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[
            MaxLengthValidator(
                NOTE_MAX,
                ngettext_lazy(
                    "This has %(show_value)d letter. We can keep 20,000. Please make it shorter.",
                    "This has %(show_value)d letters. We can keep 20,000. Please make it shorter.",
                    "show_value",
                ),
            )
        ],
    )
    day = forms.ChoiceField(
        label=_("Which day is this about?"),
        error_messages={
            "invalid_choice": _("You can tell us about today and the two days before it, no other day.")
        },
    )

    def __init__(self, *args: Any, plan: Plan, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.now = now
        self.kept_day: dt.date | None = None
        self.report = Report()
        self.cut: list[str] = []
        self.rating_questions: list[tuple[BoundField, str]] = []
        cast(Any, self.fields["symptoms"].widget).plan = plan
        cast(forms.ChoiceField, self.fields["day"]).choices = [
            (day.isoformat(), words) for day, words in self._days()
        ]
        self.fields["day"].initial = plan.today.isoformat()
        self.fields["note"].help_text = _note_hint(
            plan.patient.team.note_hours, frozenset({page_language(), plan.patient.language})
        )
        self.preset_units()
        self.ask_about_doses(self._likely_day)
        if not plan.asks_urine:
            del self.fields["hours_since_urine"]

    @classmethod
    def of(cls, check_in: CheckIn, *, plan: Plan, now: dt.datetime) -> "CheckInForm":
        """Filled in with a report that was sent, so that it can be corrected."""
        told = check_in.told
        initial = {
            **boxes_as_typed(told.readings),
            **doses_as_told(told.doses),
            "id": check_in.pk,
            "red_flag_answer": told.red_flag_answer,
            "red_flags": list(told.red_flags),
            "symptoms": Ticked(told.asked, told.answers),
            "hours_since_urine": told.hours_since_urine,
            "note": told.note,
            "day": check_in.day.isoformat(),
        }
        return cls(plan=plan, now=now, initial=initial)

    @classmethod
    def kept(cls, data: Any, *, plan: Plan, now: dt.datetime, day: dt.date) -> "CheckInForm":
        """What a phone kept for `day` and sends now: nobody is there to be asked, so it is taken as it is."""
        form = cls(data, plan=plan, now=now)
        form.kept_day = day
        return form

    def _days(self) -> list[tuple[dt.date, str]]:
        """The days that a report can be about, today first."""
        days = [self.plan.today - dt.timedelta(days=ago) for ago in range(checkins.DAYS_BACK + 1)]
        names = [gettext("Today"), gettext("Yesterday"), date_format(days[-1], "l")]
        return [(day, f"{name}, {date_format(day, 'j F')}") for day, name in zip(days, names, strict=True)]

    @property
    def _likely_day(self) -> dt.date:
        """The day in the box, or today where there is none that can be."""
        day = str(self["day"].value())
        return next((each for each, _words in self._days() if each.isoformat() == day), self.plan.today)

    # --- What the template shows ----------------------------------------------------------------------------

    @property
    def late_day(self) -> dt.date | None:
        """The day that it is about, where that is over."""
        return self._likely_day if self._likely_day != self.plan.today else None

    @property
    def adds_to_today(self) -> bool:
        """There is another report of today: then what is not ticked is as it was told, see triage.sameday."""
        this = str(self["id"].value())
        return any(
            each.day == self.plan.today and str(each.pk) != this and each.is_of_a_day
            for each in self.plan.reports
        )

    # --- What was sent --------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        cleaned = cast(dict[str, Any], super().clean())
        unreadable: dict[str, str] = {}
        self.report = self._report(cleaned, self.readings_of(cleaned, unreadable))
        assessment = checkins.weigh(
            self.plan.patient,
            self.report,
            day=self.chosen_day,
            now=self.now,
            id=cleaned.get("id"),
            language=page_language(),
        )
        if self.kept_day or not assessment.may_ask_first:
            self._let_through()
            return cleaned
        if "symptoms" in cleaned and cleaned["symptoms"].has_strangers:
            self.add_error(
                "symptoms", _("One of the things you ticked is not on our list. Please look again.")
            )
        self.ask_about_readings(assessment.checks, unreadable)
        for check in assessment.checks:
            if check.code == CONFLICT:
                self._ask_about_rating(check)
        return cleaned

    @property
    def chosen_day(self) -> dt.date:
        """The day that was chosen; today when that cannot be, which matters to a serious report alone."""
        if self.kept_day:
            return self.kept_day
        chosen = self.cleaned_data.get("day")
        return dt.date.fromisoformat(chosen) if chosen else self.plan.today

    @property
    def sent_at(self) -> dt.datetime:
        """The phone's clock; ours when it said nothing, or something that cannot be."""
        said: dt.datetime | None = self.cleaned_data.get("reported_at")
        believable = said and abs(said - self.now) < dt.timedelta(days=checkins.DAYS_BACK + 1)
        return said if said and believable else self.now

    def _report(self, cleaned: dict[str, Any], known: dict[str, Reading]) -> Report:
        ticked: Ticked = cleaned.get("symptoms") or Ticked()
        return Report(
            answers=ticked.answers,
            asked=ticked.asked,
            red_flags=self._red_flags(),
            red_flag_answer=cast(RedFlagAnswer, cleaned.get("red_flag_answer") or "not_asked"),
            readings=known,
            hours_since_urine=self._hours_since_urine(cleaned),
            note=cleaned.get("note", self.raw("note")[:NOTE_MAX]),
            doses=self.doses_of(cleaned, self.chosen_day, self.corrected),
            confirmed=frozenset(code for code in SYMPTOMS if self._stands(code, ticked.answers.get(code))),
            by_another=self.plan.by_another,
        )

    def _hours_since_urine(self, cleaned: dict[str, Any]) -> float | None:
        """As told before where the form does not ask: a drug that asked for it may have ended since."""
        if "hours_since_urine" in self.fields:
            return cleaned.get("hours_since_urine")
        return self.corrected.told.hours_since_urine if self.corrected else None

    def _stands(self, code: str, answer: Answer | None) -> bool:
        """Whether the person stood by this very answer, now or in the report that this corrects."""
        if self.data.get(f"asked_rating-{code}") == _rated(answer) and self.data.get(f"rating-{code}"):
            return bool(self.data[f"rating-{code}"] == "yes")
        before = self.corrected.told if self.corrected else Report()
        return code in before.confirmed and before.answers.get(code) == answer

    def _red_flags(self) -> frozenset[str]:
        """Those that we know, even beside one that we do not: what is serious is never dropped."""
        sent = self.fields["red_flags"].widget.value_from_datadict(self.data, self.files, "red_flags")
        return frozenset(RED_FLAGS).intersection(sent or ())

    @cached_property
    def corrected(self) -> CheckIn | None:
        """The report that was sent with this id before, if any."""
        return next((each for each in self.plan.reports if each.pk == self.cleaned_data.get("id")), None)

    @property
    def is_correction(self) -> bool:
        """Of a report that was sent, whether or not this form was sent already."""
        key = self.data.get("id") if self.is_bound else self.initial.get("id")
        return any(str(each.pk) == str(key) for each in self.plan.reports)

    def _ask_about_rating(self, check: Check) -> None:
        """Put the question above the tick list, once; the answer counts for the rating as it stands now."""
        name = f"rating-{check.kind}"
        rated, is_to_change = _rated(self.report.answers.get(check.kind)), self.data.get(name) == "no"
        if self.data.get(f"asked_{name}") == rated and not is_to_change:
            return
        lines = [*self.plan.lines, *self.plan.others]
        label = next(line.label for line in lines if line.code == check.kind)
        self.fields[name] = forms.ChoiceField(
            label=label, required=False, choices=RATING_CHOICES, widget=forms.RadioSelect
        )
        self.rating_questions.append((self[name], rated))
        self.add_error(name, _("Please change your answer in the list.") if is_to_change else check.question)

    def _let_through(self) -> None:
        """Drop every complaint about a serious report, and remember what could not be kept as it was sent."""
        if len(self.raw("note")) > NOTE_MAX:
            self.cut.append(gettext("Your note was too long. We kept its first 20,000 letters."))
        if "hours_since_urine" in self.errors:
            self.cut.append(gettext("We could not read how many hours since you last passed urine."))
        if self.cleaned_data["symptoms"].has_strangers:
            self.cut.append(gettext("We could not read one of the things that you ticked."))
        self.errors.clear()


def _note_hint(hours: int, languages: frozenset[str]) -> str:
    """What becomes of a note, and no more than that: a computer reads the languages that it has files for."""
    if not languages <= frozenset(languages_read()):
        return ngettext(
            "One of us reads every note within %(hours)d hour. "
            "If it is serious, do not wait: tick it above, and call us.",
            "One of us reads every note within %(hours)d hours. "
            "If it is serious, do not wait: tick it above, and call us.",
            hours,
        ) % {"hours": hours}
    return ngettext(
        "A computer looks here at once for words of danger. One of us reads each note "
        "within %(hours)d hour. If it is serious, do not wait. Tick it above, and call us.",
        "A computer looks here at once for words of danger. One of us reads each note "
        "within %(hours)d hours. If it is serious, do not wait. Tick it above, and call us.",
        hours,
    ) % {"hours": hours}


def _rated(answer: Answer | None) -> str:
    """An answer as one text: a question is about this and nothing else."""
    return " ".join(f"{name}={value}" for name, value in answer.given()) if answer else "none"
