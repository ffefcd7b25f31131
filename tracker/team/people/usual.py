"""What is usual for a patient, as the team types it: read and asked about as in a check-in."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from education.languages import page_language
from tracker.models import Patient
from tracker.patient.fields import PlainText
from tracker.patient.questions import CONFIRM_CHOICES, confirm_choices
from tracker.patient.readings import number_box
from tracker.triage import readings
from tracker.triage.readings import Check, UnreadableReading
from tracker.triage.report import Reading
from tracker.triage.units import LIMITS
from tracker.triage.words import number

BOXES: Mapping[str, tuple[str, ...]] = {
    "blood_pressure": ("systolic", "diastolic"),
    "pulse": ("pulse",),
    "spo2": ("spo2",),
    "temperature": ("temperature",),
    "weight": ("weight",),
}
"""The kinds of reading in the order of the page, each with its boxes."""
WITH_DECIMALS = frozenset({"temperature", "weight"})


def _box(kind: str, label: Any, unit: Any, keyboard: str = "numeric") -> PlainText:
    limits = LIMITS[kind]
    widget = number_box(unit, limits.lowest, limits.highest, keyboard)
    return PlainText(label=label, required=False, max_length=40, widget=widget)


def _question(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=CONFIRM_CHOICES, widget=forms.RadioSelect)


class UsualForm(forms.Form):
    """Each reading may stay empty. A doubtful one comes back as a question, once for the same words."""

    usual_systolic = _box("systolic", _("Blood pressure, the upper number"), _("mmHg"))
    usual_diastolic = _box("diastolic", _("Blood pressure, the lower number"), _("mmHg"))
    usual_pulse = _box("pulse", _("Pulse"), _("beats a minute"))
    usual_spo2 = _box("spo2", _("Oxygen level"), "%")
    usual_temperature = _box("temperature", _("Temperature"), "°C", "decimal")
    usual_weight = _box("weight", _("Weight"), "kg", "decimal")
    confirm_blood_pressure = _question(_("Blood pressure"))
    confirm_pulse = _question(_("Pulse"))
    confirm_spo2 = _question(_("Oxygen level"))
    confirm_temperature = _question(_("Temperature"))
    confirm_weight = _question(_("Weight"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions: dict[str, Check] = {}

    @property
    def usual_parts(self) -> list[dict[str, Any]]:
        """For the template: the boxes of each kind, with the question about what stands in them."""
        return [
            {
                "kind": kind,
                "boxes": [self[f"usual_{name}"] for name in names],
                "confirm": self[f"confirm_{kind}"] if kind in self.questions else None,
                "typed": self._typed(kind),
            }
            for kind, names in BOXES.items()
        ]

    def read_usual(self, cleaned: dict[str, Any]) -> None:
        """Put the numbers that were meant in the place of what was typed."""
        for kind, names in BOXES.items():
            known = self._read(kind, [cleaned.get(f"usual_{name}", "") for name in names])
            for name in names:
                if f"usual_{name}" not in self.errors:
                    cleaned[f"usual_{name}"] = _as_kept(name, known.get(name))

    def _read(self, kind: str, typed: list[str]) -> dict[str, Reading]:
        if not any(typed):
            return {}
        try:
            parsed = _parsed(kind, typed)
        except UnreadableReading as cannot:
            self.add_error(f"usual_{BOXES[kind][0]}", cannot.said(page_language()))
            return {}
        said = self._said(kind)
        known = {name: replace(each, confirmed=said) for name, each in zip(BOXES[kind], parsed, strict=True)}
        for check in readings.doubts(known, {}, {}, page_language()):
            self._ask(check, again=self.data.get(self.add_prefix(f"confirm_{kind}")) == "again")
        return known

    def _said(self, kind: str) -> bool | None:
        """The answer, if the question was about what stands in the boxes now."""
        if self.data.get(f"asked_{kind}") != self._typed(kind):
            return None
        return {"yes": True, "typed": False}.get(self.data.get(f"confirm_{kind}", ""))

    def _ask(self, check: Check, *, again: bool) -> None:
        field = cast(forms.ChoiceField, self.fields[f"confirm_{check.kind}"])
        field.choices = confirm_choices(check)
        self.questions[check.kind] = check
        words = _("Type it again, or leave the box empty.") if again else check.question
        self.add_error(f"usual_{BOXES[check.kind][0]}", words)

    def _typed(self, kind: str) -> str:
        return "|".join(str(self[f"usual_{name}"].value() or "") for name in BOXES[kind])


def typed_before(patient: Patient) -> dict[str, str]:
    """What is kept, as somebody would type it."""
    return {f"usual_{kind}": number(value) for kind, value in patient.usual.items()}


def _parsed(kind: str, typed: list[str]) -> tuple[Reading, ...]:
    if kind == "blood_pressure":
        return readings.parse_blood_pressure(*typed)
    return (readings.parse(kind, typed[0]),)


def _as_kept(kind: str, reading: Reading | None) -> Decimal | int | None:
    if reading is None or reading.best is None:
        return None
    return Decimal(f"{reading.best:.1f}") if kind in WITH_DECIMALS else round(reading.best)
