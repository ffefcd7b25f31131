"""Limits that have a name, so that one person can have their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from .units import ORDINARY, UNITS

HOURS = "hours"
READINGS: Mapping[str, str] = {**UNITS, "urine": HOURS}
"""What a limit can be of, and its unit."""

NEAR_USUAL: Mapping[str, float] = {
    "systolic": 20, "diastolic": 15, "pulse": 20, "spo2": 2, "temperature": 0.5, "breaths": 4,
}  # fmt: skip
"""A softer limit makes sense for somebody whose usual lies so near to everybody's. Our own choice."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A number that rules go by. A person's own is held within `lowest`–`highest`, whatever was typed."""

    name: str
    value: float
    reading: str
    lowest: float
    highest: float
    label: Mapping[str, str] = field(default_factory=dict, hash=False)
    is_of_change: bool = field(default=False, compare=False)
    """Of a fall or a gain, not of a reading itself: told by the conditions that go by it (rules.parse)."""

    @property
    def unit(self) -> str:
        return READINGS[self.reading]

    def is_softer(self, value: float) -> bool:
        """Whether with this number fewer readings are flagged than with everybody's."""
        is_low = not self.is_of_change and self.value < ORDINARY.get(self.reading, 0)
        return value < self.value if is_low else value > self.value

    def is_odd(self, value: float, usual: Mapping[str, float]) -> bool:
        """Whether it is softer, and nothing in what is usual for the person says why."""
        own = None if self.is_of_change else usual.get(self.reading)
        if not self.is_softer(value):
            return False
        near = NEAR_USUAL.get(self.reading, 0)
        return own is None or (own > self.value + near if value < self.value else own < self.value - near)

    def of(self, personal: Mapping[str, float]) -> float:
        """For a person with these limits of their own."""
        own = personal.get(self.name)
        return self.value if own is None or own != own else min(max(own, self.lowest), self.highest)


def named_in(condition: Any) -> frozenset[str]:
    """The names of the limits that a condition, or one within it, goes by."""
    return frozenset(_names(condition))


def _names(part: Any) -> Iterator[str]:
    if isinstance(part, Limit):
        yield part.name
    elif isinstance(part, tuple):
        for each in part:
            yield from _names(each)
    elif is_dataclass(part):
        for each in fields(part):
            yield from _names(getattr(part, each.name))
