"""What a rule may ask of a case.

`holds` returns what it saw, as JSON would hold it, or None. Missing data never holds a condition, except
under `not`. Conditions are plain data: tables.py reads and writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .circumstances import (
    DoseDay,
    LastLevel,
    MissedDays,
    OnDrug,
    SinceChemo,
    SinceDose,
    SinceEnd,
    TreatmentDay,
    Unanswered,
    WantsCall,
)
from .joins import AllOf, AnyOf, CountOf, Not, inside
from .kinds import Condition, Evidence, Range
from .measurements import FromUsual, Measured, UrineHours, WeightGain, WeightLoss
from .symptoms import EVERY, UNSPECIFIED, Answered, Composite, Lasting, Noted, Ticked, Worse

__all__ = [
    "EVERY",
    "KINDS",
    "UNSPECIFIED",
    "AllOf",
    "Answered",
    "AnyOf",
    "Composite",
    "Condition",
    "CountOf",
    "DoseDay",
    "Evidence",
    "FromUsual",
    "LastLevel",
    "Lasting",
    "Measured",
    "MissedDays",
    "Not",
    "Noted",
    "OnDrug",
    "Range",
    "SinceChemo",
    "SinceDose",
    "SinceEnd",
    "Ticked",
    "TreatmentDay",
    "Unanswered",
    "UrineHours",
    "WantsCall",
    "WeightGain",
    "WeightLoss",
    "Worse",
    "inside",
]

KINDS: Mapping[str, type[Any]] = {
    kind.key: kind
    for kind in (
        Answered, Composite, Worse, Lasting, Ticked, Noted, Measured, FromUsual, WeightGain, WeightLoss,
        UrineHours, OnDrug, SinceDose, SinceEnd, TreatmentDay, SinceChemo, DoseDay, MissedDays, LastLevel,
        Unanswered, WantsCall, AllOf, AnyOf, CountOf, Not,
    )
}  # fmt: skip
"""Every kind of condition by the key that names it in a file."""
