"""The boxes for readings: what was typed into them, what it means, and the questions that come back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.languages import page_language
from tracker import checkins
from tracker.models import CheckIn
from tracker.patient.fields import PlainText
from tracker.patient.plan import Plan
from tracker.patient.questions import CONFIRM_CHOICES, confirm_choices
from tracker.triage import readings
from tracker.triage.case import understood
from tracker.triage.document import TYPED_MAX
from tracker.triage.readings import Check, UnreadableReading
from tracker.triage.report import Reading, Report
from tracker.triage.units import LIMITS, UNITS
from tracker.triage.words import number

if TYPE_CHECKING:
    import datetime as dt

    from django_stubs_ext import StrPromise as _StrPromise

KINDS = ("temperature", "blood_pressure", "pulse", "spo2", "weight")
"""The readings in the order of the page. Blood pressure is typed into two boxes."""

BOUNDS = {
    **{kind: (each.lowest, each.highest) for kind, each in LIMITS.items()},
    "temperature": (LIMITS["temperature"].lowest, readings.FAHRENHEIT[1]),
    "weight": (LIMITS["weight"].lowest, LIMITS["weight"].highest / readings.KG_PER_LB),
    "systolic": (4, LIMITS["systolic"].highest),  # 12/8 is asked about, not refused
    "diastolic": (2, LIMITS["diastolic"].highest),
}
"""Outside these the page asks to look again, whatever unit was meant."""

type Words = str | _StrPromise


@dataclass(frozen=True, slots=True)
class OtherUnit:
    """A unit that a reading can be measured in beside the one we keep; written behind what was typed."""

    code: str
    written: str
    kept: str


OTHER_UNITS = {"temperature": OtherUnit("F", " °F", "C"), "weight": OtherUnit("lb", " lb", "kg")}


def number_box(unit: Words, lowest: float, highest: float, keyboard: str = "decimal") -> forms.TextInput:
    """What it means is for `clean` to say. Without a `unit` behind it where that is chosen beside it."""
    attrs = {"inputmode": keyboard, "autocomplete": "off", "data-unit": unit}
    return forms.TextInput(attrs={**attrs, "data-lowest": lowest, "data-highest": highest})


def _reading(kind: str, label: Words, unit: Words, keyboard: str = "numeric") -> PlainText:
    return PlainText(label=label, required=False, widget=number_box(unit, *BOUNDS[kind], keyboard))


def _unit(label: Words, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    """The unit of a box. Preset, by what the person prefers: it answers nothing about them."""
    widget = forms.RadioSelect(attrs={"class": "scale"})
    return forms.ChoiceField(label=label, required=False, choices=choices, widget=widget)


def _question(kind: Words) -> forms.ChoiceField:
    return forms.ChoiceField(label=kind, required=False, choices=CONFIRM_CHOICES, widget=forms.RadioSelect)


class ReadingsForm(forms.Form):
    """The part of a report that is measured. What cannot be read is kept as it was typed."""

    plan: Plan
    now: "dt.datetime"

    temperature = _reading("temperature", _("Temperature"), "", "decimal")
    temperature_unit = _unit(_("Your thermometer shows"), [("C", "°C"), ("F", "°F")])
    systolic = _reading("systolic", _("Blood pressure, the upper number"), "mmHg")
    diastolic = _reading("diastolic", _("Blood pressure, the lower number"), "mmHg")
    pulse = _reading("pulse", _("Pulse"), _("beats a minute"))
    spo2 = _reading("spo2", _("Oxygen level"), "%")
    weight = _reading("weight", _("Weight"), "", "decimal")
    weight_unit = _unit(_("Your scales show"), [("kg", "kg"), ("lb", "lb")])
    confirm_temperature = _question(_("Temperature"))
    confirm_blood_pressure = _question(_("Blood pressure"))
    confirm_pulse = _question(_("Pulse"))
    confirm_spo2 = _question(_("Oxygen level"))
    confirm_weight = _question(_("Weight"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions: dict[str, Check] = {}
        self.unreadable: set[str] = set()

    def preset_units(self) -> None:
        """As the person likes to read them, in a report that has no such reading yet."""
        user = self.plan.patient.user
        self.fields["temperature_unit"].initial = user.temperature_unit
        self.fields["weight_unit"].initial = user.weight_unit

    @property
    def chosen_day(self) -> "dt.date":
        raise NotImplementedError

    @cached_property
    def corrected(self) -> CheckIn | None:
        """The report that was sent with this id before, if any."""
        raise NotImplementedError

    # --- What the template shows ----------------------------------------------------------------------------

    @property
    def reading_parts(self) -> list[dict[str, Any]]:
        """Each kind of reading with its boxes and the question about it. Temperature is always at hand."""
        return [
            {
                "kind": kind,
                "label": self.fields[f"confirm_{kind}"].label,
                "boxes": self._shown_boxes(kind),
                "confirm": self[f"confirm_{kind}"] if kind in self.questions else None,
                "typed": self._typed(kind),
                "came_back": kind in self.questions or kind in self.unreadable,
                "is_asked": kind in self.plan.readings or self._is_filled(kind),
            }
            for kind in KINDS
            if kind in self.plan.readings or kind == "temperature" or self._is_filled(kind)
        ]

    def _shown_boxes(self, kind: str) -> list[BoundField]:
        return [self[name] for name in boxes_of(kind)]

    def _typed(self, kind: str) -> str:
        """What stands in the boxes, as one text: a question is about this and nothing else."""
        texts = [str(self[name].value() or "") for name in boxes_of(kind)]
        return "|".join(texts)[:TYPED_MAX]

    def _is_filled(self, kind: str) -> bool:
        return bool(self[boxes_of(kind)[0]].value())

    # --- What was sent --------------------------------------------------------------------------------------

    def readings_of(self, cleaned: dict[str, Any], unreadable: dict[str, str]) -> dict[str, Reading]:
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

    def ask_about_readings(self, checks: tuple[Check, ...], unreadable: Mapping[str, str]) -> None:
        """Put beside its box what is asked about each reading, unless it was asked about this very text."""
        for kind, message in unreadable.items():
            if self._is_to_type_again(kind) or not self._was_asked(kind):
                self.unreadable.add(kind)
                self.add_error(boxes_of(kind)[0], message)
        for check in checks:
            if check.kind in KINDS and check.kind not in unreadable and not self._was_asked(check.kind):
                self._ask(check)

    def _ask(self, check: Check) -> None:
        name = f"confirm_{check.kind}"
        field = cast(forms.ChoiceField, self.fields[name])
        field.choices = confirm_choices(check)
        self.questions[check.kind] = check
        self.add_error(name, check.question)

    def _was_asked(self, kind: str) -> bool:
        """Whether the question came back already for what stands in the box now."""
        return self.raw(f"asked_{kind}") == self._typed(kind)

    def _is_to_type_again(self, kind: str) -> bool:
        return self._was_asked(kind) and bool(self.data.get(f"confirm_{kind}") == "again")

    def raw(self, name: str) -> str:
        """What was sent under a name, as text that can be stored."""
        return PlainText(required=False).to_python(self.data.get(name, ""))

    @property
    def _without_a_box(self) -> dict[str, Reading]:
        """What a report that is corrected had measured, and this form does not ask for."""
        before = self.corrected.told.readings if self.corrected else {}
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
        before = self.corrected.told.readings.get(name) if self.corrected else None
        if reading.confirmed is None and before and before.typed == reading.typed:
            return replace(reading, suggested=before.suggested, confirmed=before.confirmed)
        if name == "weight" and reading.confirmed and reading.suggested is None:
            return self._as_asked(name, reading)
        return reading

    def _as_asked(self, name: str, reading: Reading) -> Reading:
        """With what the question said was meant: it knew more days than this form does."""
        told = Report(readings={name: replace(reading, confirmed=None)})
        history = checkins.history_now(
            self.plan.patient, told, day=self.chosen_day, now=self.now, id=self.cleaned_data.get("id")
        )
        return replace(understood(told, history)[name], confirmed=True)


def boxes_of(kind: str) -> tuple[str, ...]:
    """The fields that a kind of reading is typed into."""
    if kind == "blood_pressure":
        return ("systolic", "diastolic")
    return (kind, f"{kind}_unit") if kind in OTHER_UNITS else (kind,)


def boxes_as_typed(known: Mapping[str, Reading]) -> dict[str, str]:
    """What stood in the boxes of a report that was sent, the pair and the unit that was chosen among it."""
    boxes = {kind: _as_typed(reading) for kind, reading in known.items()}
    if "systolic" in boxes and boxes["systolic"] == boxes.get("diastolic"):  # the pair, as in one box
        boxes["systolic"], _stroke, boxes["diastolic"] = boxes["systolic"].partition("/")
    for kind, other in OTHER_UNITS.items():
        if kind in boxes:
            is_other = boxes[kind].endswith(other.written)
            boxes[f"{kind}_unit"] = other.code if is_other else other.kept
            boxes[kind] = boxes[kind].removesuffix(other.written)
    return boxes


def _with_unit(name: str, cleaned: Mapping[str, Any]) -> str:
    """What was typed, with the unit that was chosen beside it where that is not ours, so that it is kept."""
    text: str = cleaned.get(name, "")
    other = OTHER_UNITS.get(name)
    is_other = other and cleaned.get(f"{name}_unit") == other.code
    return text + other.written if other and is_other and text[-1:].isdigit() else text


def _unread(kind: str, texts: list[str]) -> dict[str, Reading]:
    """What could not be read, as it was typed. One pressure without the other counts."""
    if kind == "blood_pressure":
        return readings.half_a_pressure(*texts)
    return {kind: Reading(None, UNITS[kind], " ".join(texts[0][:TYPED_MAX].split()))}


def _as_typed(reading: Reading) -> str:
    """What stood in the box, or the value where nobody typed it."""
    return reading.typed or ("" if reading.best is None else number(reading.best))
