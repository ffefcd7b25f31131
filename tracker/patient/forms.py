"""The daily check-in, with the questions that come back beside what was typed."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

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
from tracker.patient.fields import PhoneClock, PhoneMadeId, PlainText, Ticked, TickListField
from tracker.patient.plan import Plan
from tracker.patient.questions import CONFIRM_CHOICES, RATING_CHOICES, confirm_choices
from tracker.triage import readings
from tracker.triage.case import understood
from tracker.triage.checks import CONFLICT
from tracker.triage.document import NOTE_MAX, TYPED_MAX, URINE_HOURS_MAX
from tracker.triage.notes.reading import languages as languages_read
from tracker.triage.readings import Check, UnreadableReading
from tracker.triage.report import Answer, Reading, RedFlagAnswer, Report
from tracker.triage.symptoms import RED_FLAGS, SYMPTOMS
from tracker.triage.units import LIMITS, UNITS
from tracker.triage.words import number

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise as _StrPromise

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

KINDS = ("temperature", "blood_pressure", "pulse", "spo2", "weight")
"""The readings in the order of the page. Blood pressure is typed into two boxes."""

FAHRENHEIT = " °F"

BOUNDS = {
    **{kind: (each.lowest, each.highest) for kind, each in LIMITS.items()},
    "temperature": (LIMITS["temperature"].lowest, readings.FAHRENHEIT[1]),
    "systolic": (4, LIMITS["systolic"].highest),  # 12/8 is asked about, not refused
    "diastolic": (2, LIMITS["diastolic"].highest),
}
"""Outside these the page asks to look again, whatever unit was meant."""

type Words = str | _StrPromise


def _number_box(unit: Words, lowest: float, highest: float) -> forms.TextInput:
    """What it means is for `clean` to say."""
    attrs = {"inputmode": "decimal", "autocomplete": "off", "data-unit": unit}
    return forms.TextInput(attrs={**attrs, "data-lowest": lowest, "data-highest": highest})


def _reading(kind: str, label: Words, unit: Words, **options: Any) -> PlainText:
    return PlainText(label=label, required=False, widget=_number_box(unit, *BOUNDS[kind]), **options)


def _question(kind: Words) -> forms.ChoiceField:
    return forms.ChoiceField(label=kind, required=False, choices=CONFIRM_CHOICES, widget=forms.RadioSelect)


class CheckInForm(forms.Form):
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
    temperature = _reading("temperature", _("Temperature"), "°C")
    temperature_unit = forms.ChoiceField(
        label=_("Your thermometer shows"),
        required=False,
        choices=[("C", "°C"), ("F", "°F")],
        widget=forms.RadioSelect(attrs={"class": "scale"}),
    )
    systolic = _reading("systolic", _("Blood pressure, the upper number"), "mmHg")
    diastolic = _reading("diastolic", _("Blood pressure, the lower number"), "mmHg")
    pulse = _reading("pulse", _("Pulse"), _("beats a minute"))
    spo2 = _reading("spo2", _("Oxygen level"), "%")
    weight = _reading(
        "weight", _("Weight"), "kg", help_text=_("If you weigh in pounds, write lb after the number.")
    )
    confirm_temperature = _question(_("Temperature"))
    confirm_blood_pressure = _question(_("Blood pressure"))
    confirm_pulse = _question(_("Pulse"))
    confirm_spo2 = _question(_("Oxygen level"))
    confirm_weight = _question(_("Weight"))
    hours_since_urine = forms.FloatField(
        label=_("How many hours since you last passed urine?"),
        required=False,
        min_value=0,
        max_value=URINE_HOURS_MAX,
        widget=_number_box(_("hours"), 0, URINE_HOURS_MAX),
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
        self.questions: dict[str, Check] = {}
        self.unreadable: set[str] = set()
        self.rating_questions: list[tuple[BoundField, str]] = []
        cast(Any, self.fields["symptoms"].widget).plan = plan
        cast(forms.ChoiceField, self.fields["day"]).choices = [
            (day.isoformat(), words) for day, words in self._days()
        ]
        self.fields["day"].initial = plan.today.isoformat()
        self.fields["note"].help_text = _note_hint(
            plan.patient.team.note_hours, frozenset({page_language(), plan.patient.language})
        )
        if not plan.asks_urine:
            del self.fields["hours_since_urine"]

    @classmethod
    def of(cls, check_in: CheckIn, *, plan: Plan, now: dt.datetime) -> "CheckInForm":
        """Filled in with a report that was sent, so that it can be corrected."""
        told = check_in.told
        initial = {
            **_boxes_as_typed(told.readings),
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

    # --- What the template shows ----------------------------------------------------------------------------

    @property
    def adds_to_today(self) -> bool:
        """There is another report of today: then what is not ticked is as it was told, see triage.sameday."""
        this = str(self["id"].value())
        return any(each.day == self.plan.today and str(each.pk) != this for each in self.plan.reports)

    @property
    def reading_parts(self) -> list[dict[str, Any]]:
        """Each kind of reading with its boxes and the question about it. Temperature is always at hand."""
        return [
            {
                "kind": kind,
                "boxes": [self[name] for name in self._boxes(kind)],
                "confirm": self[f"confirm_{kind}"] if kind in self.questions else None,
                "typed": self._typed(kind),
                "came_back": kind in self.questions or kind in self.unreadable,
                "is_asked": kind in self.plan.readings or self._is_filled(kind),
            }
            for kind in KINDS
            if kind in self.plan.readings or kind == "temperature" or self._is_filled(kind)
        ]

    @staticmethod
    def _boxes(kind: str) -> tuple[str, ...]:
        return {
            "temperature": ("temperature", "temperature_unit"),
            "blood_pressure": ("systolic", "diastolic"),
        }.get(kind, (kind,))

    def _typed(self, kind: str) -> str:
        """What stands in the boxes, as one text: a question is about this and nothing else."""
        texts = [str(self[name].value() or "") for name in self._boxes(kind)]
        return "|".join(texts)[:TYPED_MAX]

    def _is_filled(self, kind: str) -> bool:
        return bool(self[self._boxes(kind)[0]].value())

    # --- What was sent --------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        cleaned = cast(dict[str, Any], super().clean())
        unreadable: dict[str, str] = {}
        self.report = self._report(cleaned, self._readings(cleaned, unreadable))
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
        for kind, message in unreadable.items():
            if self._is_to_type_again(kind) or not self._was_asked(kind):
                self.unreadable.add(kind)
                self.add_error(self._boxes(kind)[0], message)
        for check in assessment.checks:
            if check.code == CONFLICT:
                self._ask_about_rating(check)
            elif check.kind in KINDS and check.kind not in unreadable and not self._was_asked(check.kind):
                self._ask(check)
        return cleaned

    def _was_asked(self, kind: str) -> bool:
        """Whether the question came back already for what stands in the box now."""
        return self._raw(f"asked_{kind}") == self._typed(kind)

    def _is_to_type_again(self, kind: str) -> bool:
        return self._was_asked(kind) and bool(self.data.get(f"confirm_{kind}") == "again")

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
            note=cleaned.get("note", self._raw("note")[:NOTE_MAX]),
            confirmed=frozenset(code for code in SYMPTOMS if self._stands(code, ticked.answers.get(code))),
            by_another=self.plan.by_another,
        )

    def _hours_since_urine(self, cleaned: dict[str, Any]) -> float | None:
        """As told before where the form does not ask: a drug that asked for it may have ended since."""
        if "hours_since_urine" in self.fields:
            return cleaned.get("hours_since_urine")
        return self._corrected.told.hours_since_urine if self._corrected else None

    def _stands(self, code: str, answer: Answer | None) -> bool:
        """Whether the person stood by this very answer, now or in the report that this corrects."""
        if self.data.get(f"asked_rating-{code}") == _rated(answer) and self.data.get(f"rating-{code}"):
            return bool(self.data[f"rating-{code}"] == "yes")
        before = self._corrected.told if self._corrected else Report()
        return code in before.confirmed and before.answers.get(code) == answer

    def _red_flags(self) -> frozenset[str]:
        """Those that we know, even beside one that we do not: what is serious is never dropped."""
        sent = self.fields["red_flags"].widget.value_from_datadict(self.data, self.files, "red_flags")
        return frozenset(RED_FLAGS).intersection(sent or ())

    def _readings(self, cleaned: dict[str, Any], unreadable: dict[str, str]) -> dict[str, Reading]:
        """Every reading that was typed. What is no number is kept as typed, and named in `unreadable`."""
        known: dict[str, Reading] = {}
        for kind in KINDS:
            names = ("systolic", "diastolic") if kind == "blood_pressure" else (kind,)
            texts = [_with_unit(name, cleaned) for name in names]
            if not any(texts):
                continue
            try:
                parsed = self._parse(kind, texts)
            except UnreadableReading as cannot:
                unreadable[kind] = cannot.said(page_language())
                known |= _unread(kind, texts)
            else:
                confirmed = self._confirmed(kind, unreadable, cleaned)
                known |= {
                    name: self._settled(name, replace(reading, confirmed=confirmed))
                    for name, reading in zip(names, parsed, strict=True)
                }
        return self._without_a_box | known

    @property
    def _without_a_box(self) -> dict[str, Reading]:
        """What a report that is corrected had measured, and this form does not ask for."""
        before = self._corrected.told.readings if self._corrected else {}
        return {name: reading for name, reading in before.items() if name not in self.fields}

    def _parse(self, kind: str, texts: list[str]) -> tuple[Reading, ...]:
        if kind == "blood_pressure":
            return readings.parse_blood_pressure(*texts)
        before = self.plan.previous_to(self.chosen_day)
        return (readings.parse(kind, texts[0], None, self.plan.patient.usual, before),)

    def _confirmed(self, kind: str, unreadable: dict[str, str], cleaned: dict[str, Any]) -> bool | None:
        """The answer to our question, if it was about what stands in the box now."""
        if not self._was_asked(kind):
            return None
        answer = cleaned.get(f"confirm_{kind}")
        if answer == "again":
            unreadable[kind] = gettext("Type it again, or leave the box empty.")
        return {"yes": True, "typed": False}.get(answer or "")

    def _settled(self, name: str, reading: Reading) -> Reading:
        """In a correction, what was answered before about the same words stands."""
        before = self._corrected.told.readings.get(name) if self._corrected else None
        if reading.confirmed is None and before and before.typed == reading.typed:
            return replace(reading, suggested=before.suggested, confirmed=before.confirmed)
        if name == "weight" and reading.confirmed and reading.suggested is None:
            return self._as_asked(name, reading)
        return reading

    def _as_asked(self, name: str, reading: Reading) -> Reading:
        """With what the question said was meant: it knew more days than this form does."""
        history = checkins.history_now(
            self.plan.patient, day=self.chosen_day, now=self.now, id=self.cleaned_data.get("id")
        )
        asked = replace(reading, confirmed=None)
        return replace(understood(Report(readings={name: asked}), history)[name], confirmed=True)

    @cached_property
    def _corrected(self) -> CheckIn | None:
        """The report that was sent with this id before, if any."""
        return next((each for each in self.plan.reports if each.pk == self.cleaned_data.get("id")), None)

    def _raw(self, name: str) -> str:
        return PlainText(required=False).to_python(self.data.get(name, ""))

    def _ask(self, check: Check) -> None:
        """Put the question beside the reading."""
        name = f"confirm_{check.kind}"
        field = cast(forms.ChoiceField, self.fields[name])
        field.choices = confirm_choices(check)
        self.questions[check.kind] = check
        self.add_error(name, check.question)

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
        if len(self._raw("note")) > NOTE_MAX:
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


def _with_unit(name: str, cleaned: Mapping[str, Any]) -> str:
    """What was typed; a temperature with the °F that was chosen beside it, so that it is kept."""
    text: str = cleaned.get(name, "")
    is_fahrenheit = name == "temperature" and cleaned.get("temperature_unit") == "F"
    return text + FAHRENHEIT if is_fahrenheit and text[-1:].isdigit() else text


def _boxes_as_typed(known: Mapping[str, Reading]) -> dict[str, str]:
    """What stood in the boxes of a report that was sent, the pair and the °F among it."""
    boxes = {kind: _as_typed(reading) for kind, reading in known.items()}
    if "systolic" in boxes and boxes["systolic"] == boxes.get("diastolic"):  # the pair, as in one box
        boxes["systolic"], _stroke, boxes["diastolic"] = boxes["systolic"].partition("/")
    if boxes.get("temperature", "").endswith(FAHRENHEIT):
        boxes |= {"temperature": boxes["temperature"].removesuffix(FAHRENHEIT), "temperature_unit": "F"}
    return boxes


def _unread(kind: str, texts: list[str]) -> dict[str, Reading]:
    """What could not be read, as it was typed. One pressure without the other counts."""
    if kind == "blood_pressure":
        return readings.half_a_pressure(*texts)
    return {kind: Reading(None, UNITS[kind], " ".join(texts[0][:TYPED_MAX].split()))}


def _as_typed(reading: Reading) -> str:
    """What stood in the box, or the value where nobody typed it."""
    return reading.typed or ("" if reading.best is None else number(reading.best))
