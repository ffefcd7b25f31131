"""The kinds of reading, the one unit each is kept in, and what a living adult's value can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Limits:
    """Outside `lowest`–`highest` a value cannot be right; outside `low`–`high` we ask whether it is.

    The numbers are ours, narrower than those of research databases (a form can ask again, a database cannot).
    """

    lowest: float
    highest: float
    low: float
    high: float

    def possible(self, value: float) -> bool:
        return self.lowest <= value <= self.highest

    def doubtful(self, value: float) -> bool:
        return not self.low <= value <= self.high


UNITS: Mapping[str, str] = MappingProxyType(
    {
        "systolic": "mmHg",
        "diastolic": "mmHg",
        "pulse": "beats/min",
        "spo2": "%",
        "temperature": "C",
        "weight": "kg",
        "breaths": "breaths/min",
    }
)

LIMITS: Mapping[str, Limits] = MappingProxyType(
    {
        "systolic": Limits(40, 300, low=70, high=220),
        "diastolic": Limits(20, 200, low=20, high=200),
        "pulse": Limits(20, 250, low=40, high=160),
        "spo2": Limits(50, 100, low=50, high=100),
        "temperature": Limits(30, 45, low=34, high=41),
        "weight": Limits(20, 350, low=20, high=350),
        "breaths": Limits(4, 70, low=4, high=70),
    }
)

ORDINARY: Mapping[str, float] = MappingProxyType(
    {
        "systolic": 120,
        "diastolic": 75,
        "pulse": 70,
        "spo2": 100,
        "temperature": 36.8,
        "weight": 20,
        "breaths": 15,
    }
)
"""Roughly the middle of what is healthy: from here a reading gets worse in both directions. Oxygen gets worse
only downwards, weight (fluid) only upwards."""
