"""Figures as people type them, made into what was measured: that is what they want to read about."""

import re

_TEMPERATURE = re.compile(
    r"(?<![\d.,/])(\d{2,3})((?:[.,]\d)?)(?![\d/]|[.,]\d)"
    r"(\s*(?:[°º]\s*[cf]?|[cf]|degrees|grados|celsius|fahrenheit)(?!\w))?(?!\s*(?:%|kg|lbs?|kilos|pounds|libras)\b)",
    re.IGNORECASE,
)
_PRESSURE = re.compile(r"(?<![\d.,/])(\d{2,3})\s*(?:/|over|sobre)\s*(\d{2,3})(?![\d/])", re.IGNORECASE)
_OXYGEN = re.compile(r"(?<![\d.,/])(?:100|[7-9]\d)\s*%")
CELSIUS, FAHRENHEIT = range(34, 44), range(94, 110)
FEVER_FROM = (37.5, 99.5)  # °C, °F
SYSTOLIC, DIASTOLIC = range(60, 261), range(30, 161)


def read_figures(text: str) -> str:
    """In English, which everybody's search reads. Figures that may be anything stay as they are."""
    text = _PRESSURE.sub(_pressure, text)
    text = _OXYGEN.sub("oxygen level", text)
    is_alone = not re.search(r"[^\W\d_]", text)
    return _TEMPERATURE.sub(lambda match: _temperature(match, is_alone), text)


def _pressure(match: re.Match[str]) -> str:
    upper, lower = (int(each) for each in match.groups())
    is_one = upper in SYSTOLIC and lower in DIASTOLIC and lower < upper
    return "blood pressure" if is_one else match.group()


def _temperature(match: re.Match[str], is_alone: bool) -> str:
    """A whole number has to stand alone, or with its unit: "day 40" is no fever."""
    whole, part, unit = match.groups()
    degrees = int(whole)
    if (degrees not in CELSIUS and degrees not in FAHRENHEIT) or not (part or unit or is_alone):
        return match.group()
    shown = float(whole + part.replace(",", "."))
    return "fever" if shown >= FEVER_FROM[degrees in FAHRENHEIT] else "temperature"
