"""Readings as one person reads them: in the units they chose. What is kept stays in °C and kg."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from .readings import KG_PER_LB
from .symptoms import LANGUAGE
from .words import number, say

_OTHER_UNITS: Mapping[str, str] = {"F": "fahrenheit", "lb": "pound"}
_ROUNDING: Mapping[str, float] = {"temperature": 0.1, "weight": 0.12}
"""We keep tenths of °C and kg: how far that can lie from what was typed, in °F and lb."""
_TINY = 1e-6  # what floats lose
_TYPED = re.compile(r"\d+(?:[.,٫]\d+)?")


class Person(Protocol):
    """Whoever has chosen units, such as accounts.User."""

    @property
    def temperature_unit(self) -> str: ...

    @property
    def weight_unit(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Units:
    """A choice without a person."""

    temperature_unit: str = "C"
    weight_unit: str = "kg"


KEPT = Units()
"""The units that readings are kept in."""


def shown(
    kind: str, value: float, person: Person = KEPT, *, typed: str = "", language: str = LANGUAGE
) -> str:
    """A reading with its unit: "101.3 °F", "97%"."""
    gap = "" if kind == "spo2" else " "
    return f"{amount(kind, value, person, typed)}{gap}{unit(kind, person, language)}"


def amount(kind: str, value: float, person: Person = KEPT, typed: str = "") -> str:
    """The number alone. `typed` is what the person wrote: it stands where only our rounding lies between."""
    own = converted(kind, value, person)
    if own != value and _is_within_rounding(kind, own, typed):
        return str(_TYPED.findall(typed)[0])
    return f"{own:.1f}" if kind == "temperature" else number(own)


def is_as_typed(kind: str, value: float, person: Person, typed: str) -> bool:
    """Whether what we show is the number that was typed; with no words kept there is nothing to compare."""
    return not _TYPED.search(typed) or _is_within_rounding(kind, converted(kind, value, person), typed)


def _is_within_rounding(kind: str, own: float, typed: str) -> bool:
    match = _TYPED.search(typed)
    written = float(match[0].replace(",", ".").replace("٫", ".")) if match else None
    return written is not None and abs(written - own) <= _ROUNDING.get(kind, 0) + _TINY


def converted(kind: str, value: float, person: Person) -> float:
    """From the unit that we keep to the person's own, to a tenth."""
    match kind, _unit_of(kind, person):
        case "temperature", "F":
            return round(value * 9 / 5 + 32, 1)
        case "weight", "lb":
            return round(value / KG_PER_LB, 1)
    return value


def unit(kind: str, person: Person = KEPT, language: str = LANGUAGE) -> str:
    """The word behind the number."""
    return say("unit", _OTHER_UNITS.get(_unit_of(kind, person), kind), language=language)


def _unit_of(kind: str, person: Person) -> str:
    own = {"temperature": person.temperature_unit, "weight": person.weight_unit}
    return str(own.get(kind, ""))
