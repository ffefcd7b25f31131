"""Limits that have a name, so that one person can have their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .units import UNITS

HOURS = "hours"
READINGS: Mapping[str, str] = {**UNITS, "urine": HOURS}
"""What a limit can be of, and its unit."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A number that rules go by. A person's own is held within `lowest`–`highest`, whatever was typed."""

    name: str
    value: float
    reading: str
    lowest: float
    highest: float
    label: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def unit(self) -> str:
        return READINGS[self.reading]

    def of(self, personal: Mapping[str, float]) -> float:
        """For a person with these limits of their own."""
        own = personal.get(self.name)
        return self.value if own is None or own != own else min(max(own, self.lowest), self.highest)
