"""From what people type to a reading, and the questions to ask back when it cannot be right.

A doubtful value is never refused and never changed in silence: it is kept as typed beside our suggestion, and
the person says which is right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

from .report import Reading
from .symptoms import LANGUAGE
from .units import LIMITS, UNITS
from .words import measure, number, say, together

KG_PER_LB = 0.45359237
POUND_SLIP = (1.6, 3.0)
"""A weight this many times the person's own is pounds in the kilogram box: 2.2, and what somebody may have
gained or lost since we last knew. Nobody's weight itself changes so much. Our own choice."""
HEAVY_KG = 200.0
LIGHT_KG = 35.0
"""Without a weight to compare with, we ask about pounds and kilograms outside these. Our own choice."""
WEIGHT_STEP_KG = 5.0
"""More than this since the last time is asked about. Our own choice."""
FAHRENHEIT = (86.0, 113.0)
"""A body temperature in °F. Typed as °C it can only be a slip of unit: 101.3 is a fever of 38.5."""

_PRESSURE = ("systolic", "diastolic")
_WITHOUT_SLIPS = ("pulse", "spo2", "breaths")
"""Kinds with one unit and one box, where nothing but the number itself can be wrong."""

_POINTS = str.maketrans(dict.fromkeys(",٫،", "."))
_TYPED_MAX = 100
_SHOWN_MAX = 20
_NUMBER = r"\d{1,6}(?:\.\d{1,6})?"
_ONE = re.compile(rf"({_NUMBER})\s*([^\d]*)")
_TWO = re.compile(rf"({_NUMBER})\s*(?:/|\\|-|–|:|over|\s)\s*({_NUMBER})\s*(?:mm\s*hg)?")
_ONLY = re.compile(rf"({_NUMBER})\s*(?:mm\s*hg)?")

_DEGREES = ("grados", "gradosc", "م", "°م", "درجة", "مئوية", "درجةمئوية")
_KILOGRAMS = ("كغ", "كغم", "كجم", "كيلو")
_SPELLINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "temperature": {
        "C": ("c", "°c", "°", "celsius", "degrees", "degreesc", "degc", "o", "oc", *_DEGREES),
        "F": ("f", "°f", "fahrenheit", "degreesf", "degf", "of", "gradosf", "ف", "°ف", "فهرنهايت"),
    },
    "weight": {
        "kg": ("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "kilogramos", *_KILOGRAMS),
        "lb": ("lb", "lbs", "pound", "pounds", "libra", "libras", "رطل"),
    },
    "pulse": {"beats/min": ("bpm", "beats", "beats/min", "beatsaminute", "/min", "latidos", "نبضة")},
    "spo2": {"%": ("%", "percent")},
    "breaths": {"breaths/min": ("breaths", "breaths/min", "breathsaminute", "/min")},
}
"""In the languages of our pages. "o" is what becomes of º, which Spanish keyboards have in place of °."""

_CHECKS: Mapping[str, str] = {
    "temperature": "temperature_range",
    "pulse": "pulse_range",
    "spo2": "spo2_range",
    "weight": "weight_range",
}


class UnreadableReading(ValueError):
    """`code` says why: "not_a_number", "impossible" or "unknown_unit"."""

    def __init__(self, code: str, kind: str, typed: str) -> None:
        self.code = code
        self.kind = kind
        self.typed = _shown(typed)
        self.message = self.said()
        super().__init__(self.message)

    def said(self, language: str = LANGUAGE) -> str:
        """As the patient reads it."""
        return _type_again(self.kind, self.typed, language)


@dataclass(frozen=True, slots=True)
class Check:
    """A question to put back to the person. `suggested` and `typed` are shown, "" where there is none."""

    code: str
    kind: str
    question: str
    suggested: str = ""
    typed: str = ""


def parse(
    kind: str,
    text: str,
    unit: str | None = None,
    usual: Mapping[str, float] | None = None,
    previous: Mapping[str, float] | None = None,
) -> Reading:
    """A reading of any kind but blood pressure. `unit` is the box's ("C", "F", "kg"…); one in the text wins.

    Raises UnreadableReading when no number, or none that a living person can have, comes out.
    """
    typed = _tidy(text)
    match = _ONE.fullmatch(_plain(typed))
    if not match:
        raise UnreadableReading("not_a_number", kind, typed)
    meant = _meant_unit(kind, match[2], unit or UNITS[kind])
    if meant is None:
        raise UnreadableReading("unknown_unit", kind, typed)
    value = _canonical(float(match[1]), meant)
    suggested = suggest(kind, value, usual or {}, previous or {})
    if meant in ("F", "lb"):
        suggested = _meant_metric(kind, float(match[1]), usual or {}, previous or {})
    if not LIMITS[kind].possible(value if suggested is None else suggested):
        raise UnreadableReading("impossible", kind, typed)
    return Reading(value, UNITS[kind], typed, suggested)


def parse_blood_pressure(text_top: str, text_bottom: str = "") -> tuple[Reading, Reading]:
    """Systolic and diastolic from two boxes, or both from the first ("120/80"). Raises UnreadableReading."""
    top, bottom = _plain(_tidy(text_top)), _plain(_tidy(text_bottom))
    typed = _tidy(f"{_tidy(text_top)}/{_tidy(text_bottom)}" if bottom else text_top)
    if both := _TWO.fullmatch(top) if not bottom else None:
        pair = float(both[1]), float(both[2])
    elif (upper := _ONLY.fullmatch(top)) and (lower := _ONLY.fullmatch(bottom)):
        pair = float(upper[1]), float(lower[1])
    else:
        raise UnreadableReading("not_a_number", "blood_pressure", typed)
    meant = suggest_blood_pressure(*pair)
    suggested = (None, None) if meant is None else meant
    if not _possible_pressure(*(meant or pair)):
        raise UnreadableReading("impossible", "blood_pressure", typed)
    return (
        Reading(pair[0], UNITS["systolic"], typed, suggested[0]),
        Reading(pair[1], UNITS["diastolic"], typed, suggested[1]),
    )


def half_a_pressure(text_top: str, text_bottom: str) -> dict[str, Reading]:
    """What is left where `parse_blood_pressure` finds no pair: the one number that there is, and the words.

    Two numbers that nobody can have are no better apart.
    """
    texts = {kind: _tidy(text) for kind, text in zip(_PRESSURE, (text_top, text_bottom), strict=True)}
    values = {kind: _half(text) for kind, text in texts.items()}
    are_two = None not in values.values()
    return {
        kind: Reading(None if are_two else _possible(kind, values[kind]), UNITS[kind], text)
        for kind, text in texts.items()
        if text
    }


def _half(text: str) -> float | None:
    match = _ONLY.fullmatch(_plain(text).strip("/-–— "))
    return float(match[1]) if match else None


def _possible(kind: str, value: float | None) -> float | None:
    return value if value is not None and LIMITS[kind].possible(value) else None


def suggest(
    kind: str, value: float, usual: Mapping[str, float], previous: Mapping[str, float]
) -> float | None:
    """What was probably meant, in the unit we keep, when `value` is a slip of unit; None when it is not."""
    if kind == "temperature" and FAHRENHEIT[0] <= value <= FAHRENHEIT[1]:
        return _canonical(value, "F")
    if kind == "weight":
        known = previous.get("weight") or usual.get("weight")
        slip = POUND_SLIP[0] <= value / known <= POUND_SLIP[1] if known else value > HEAVY_KG
        return _canonical(value, "lb") if slip else None
    return None


def suggest_blood_pressure(systolic: float, diastolic: float) -> tuple[float, float] | None:
    """12/8 is how much of the world writes 120/80; a lower number above the upper means swapped boxes."""
    top, bottom = systolic, diastolic
    if top < LIMITS["systolic"].lowest and bottom < LIMITS["diastolic"].lowest:
        top, bottom = top * 10, bottom * 10
    if top < bottom:
        top, bottom = bottom, top
    if (top, bottom) == (systolic, diastolic) or not _possible_pressure(top, bottom):
        return None
    return top, bottom


def understand(
    readings: Mapping[str, Reading], usual: Mapping[str, float], previous: Mapping[str, float]
) -> dict[str, Reading]:
    """The readings with our suggestion beside every slip that nobody has been asked about yet.

    For reports that came in without passing through `parse`.
    """
    seen = dict(readings)
    for kind, reading in readings.items():
        if reading.value is None or not _open(reading) or kind in _PRESSURE:
            continue
        slip = suggest(kind, reading.value, usual, previous)
        if slip is not None:
            seen[kind] = replace(reading, suggested=slip)
    if pressure := _slip_of_pressure(readings):
        for kind, suggested in zip(_PRESSURE, pressure, strict=True):
            seen[kind] = replace(seen[kind], suggested=suggested)
    return seen


def _slip_of_pressure(readings: Mapping[str, Reading]) -> tuple[float, float] | None:
    """What both numbers were probably meant to be, where nobody has been asked yet; None for no slip."""
    top, bottom = readings.get("systolic"), readings.get("diastolic")
    if not (top and bottom and _open(top) and _open(bottom)) or top.value is None or bottom.value is None:
        return None
    return suggest_blood_pressure(top.value, bottom.value)


def meant(
    kind: str, readings: Mapping[str, Reading], usual: Mapping[str, float], previous: Mapping[str, float]
) -> float | None:
    """What one of these readings was probably meant to be, a slip understood; None where there is none."""
    reading = readings.get(kind)
    if reading is None or reading.value is None or not _open(reading) or kind in _WITHOUT_SLIPS:
        return reading.best if reading else None
    if kind in _PRESSURE:
        slip = _slip_of_pressure(readings)
        return slip[_PRESSURE.index(kind)] if slip else reading.value
    suggested = suggest(kind, reading.value, usual, previous)
    return reading.value if suggested is None else suggested


def doubts(
    readings: Mapping[str, Reading],
    usual: Mapping[str, float],
    previous: Mapping[str, float],
    language: str = LANGUAGE,
) -> tuple[Check, ...]:
    """The questions still to be asked; a reading the person has confirmed or refused is settled.

    `previous` holds the last known value of each kind. Breathing rate has no question of its own.
    """
    seen = understand(readings, usual, previous)
    checks = [_doubt_blood_pressure(seen, language)]
    checks += [
        _doubt(kind, seen[kind], previous, language)
        for kind in _CHECKS
        if kind in seen and seen[kind].confirmed is None
    ]
    return tuple(check for check in checks if check is not None)


def _doubt(kind: str, reading: Reading, previous: Mapping[str, float], language: str) -> Check | None:
    code, value, typed = _CHECKS[kind], reading.value, _typed(reading, language)
    if value is None:
        return Check(code, kind, _type_again(kind, typed, language), typed=typed)
    if reading.suggested is not None:
        meant = _suggestion(kind, value, reading.suggested, language)
        return Check(
            f"{kind}_unit",
            kind,
            say("question", "did_you_mean", language=language, suggested=meant),
            meant,
            typed,
        )
    if not LIMITS[kind].possible(value):
        return Check(code, kind, _type_again(kind, typed, language), typed=typed)
    if kind == "weight" and abs(value - previous.get(kind, value)) > WEIGHT_STEP_KG:
        before = measure(kind, previous[kind], language)
        return Check(
            code,
            kind,
            say("question", "since_last_time", language=language, typed=typed, previous=before),
            typed=typed,
        )
    if LIMITS[kind].doubtful(value):
        return Check(
            code, kind, say("question", "is_that_right", language=language, typed=typed), typed=typed
        )
    return None


def _doubt_blood_pressure(readings: Mapping[str, Reading], language: str) -> Check | None:
    kind, top, bottom = "blood_pressure", readings.get("systolic"), readings.get("diastolic")
    first = top or bottom
    if first is None or first.confirmed is not None:
        return None
    typed = _shown(first.typed) or "/".join(
        number(each.value, language) for each in (top, bottom) if each and each.value is not None
    )
    if top and bottom and top.suggested is not None and bottom.suggested is not None:
        scaled = top.value is not None and top.value < LIMITS["systolic"].lowest
        meant = together((top.suggested, bottom.suggested), language)
        code = "blood_pressure_scale" if scaled else "blood_pressure_range"
        return Check(
            code, kind, say("question", "did_you_mean", language=language, suggested=meant), meant, typed
        )
    given = [(name, each.value) for name, each in (("systolic", top), ("diastolic", bottom)) if each]
    values = [(name, value) for name, value in given if value is not None]
    if len(values) < len(given) or not all(LIMITS[name].possible(value) for name, value in values):
        return Check("blood_pressure_range", kind, _type_again(kind, typed, language), typed=typed)
    odd = any(LIMITS[name].doubtful(value) for name, value in values)
    if odd or (len(values) == 2 and values[0][1] <= values[1][1]):
        return Check(
            "blood_pressure_range",
            kind,
            say("question", "is_that_right", language=language, typed=typed),
            typed=typed,
        )
    return None


def _meant_metric(
    kind: str, value: float, usual: Mapping[str, float], previous: Mapping[str, float]
) -> float | None:
    """38 in the °F box is °C; 70 in the lb box is kg when it fits the person and 70 lb does not."""
    if kind == "temperature":
        return value if LIMITS[kind].possible(value) else None
    known = previous.get(kind) or usual.get(kind)
    pounds = _canonical(value, "lb")
    slip = pounds < LIGHT_KG or (known is not None and POUND_SLIP[0] <= known / pounds <= POUND_SLIP[1])
    return value if slip and LIMITS[kind].possible(value) else None


def _canonical(value: float, unit: str) -> float:
    if unit == "F":
        return round((value - 32) * 5 / 9, 1)
    return round(value * KG_PER_LB, 1) if unit == "lb" else value


def _meant_unit(kind: str, written: str, box: str) -> str | None:
    """The unit written after the number, else the box's; None for one we do not know."""
    spelling = "".join(written.split()).strip(".")
    if not spelling:
        return box
    return next((unit for unit, spellings in _SPELLINGS[kind].items() if spelling in spellings), None)


def _possible_pressure(systolic: float, diastolic: float) -> bool:
    return LIMITS["systolic"].possible(systolic) and LIMITS["diastolic"].possible(diastolic)


def _open(reading: Reading) -> bool:
    return reading.confirmed is None and reading.suggested is None


def _tidy(text: str) -> str:
    """What we keep and show of what was typed: one line, printable, of a sane length."""
    printable = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(printable.split())[:_TYPED_MAX]


def _plain(text: str) -> str:
    """Full-width and other digits as 0–9, a comma as the decimal point, small letters."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_POINTS)
    return "".join(str(unicodedata.decimal(each, each)) for each in folded).strip()


def _shown(typed: str) -> str:
    return typed if len(typed) <= _SHOWN_MAX else f"{typed[:_SHOWN_MAX]}…"


def _typed(reading: Reading, language: str) -> str:
    if reading.typed or reading.value is None:
        return _shown(reading.typed)
    return number(reading.value, language)


def _suggestion(kind: str, value: float, suggested: float, language: str) -> str:
    """The value we suggest, with what was typed in its own unit where that helps: "179 lb (81.2 kg)"."""
    metric = measure(kind, suggested, language)
    if suggested >= value:
        return metric
    unit = say("unit", "pound" if kind == "weight" else "fahrenheit", language=language)
    return f"{number(value, language)} {unit} ({metric})"


def _type_again(kind: str, typed: str, language: str) -> str:
    example = say("example", kind, language=language)
    what = typed or say("phrase", "that", language=language)
    return say("question", "type_again", language=language, typed=what, example=example)
