"""When each drug of the demonstration is given. Teaching examples, not advice: see each drug's label."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Schedule:
    """Doses on `dose_days` of every `period` days. `cycle` is its length in days; None: one long course."""

    period: int
    dose_days: frozenset[int]
    cycle: int | None = None
    dosing_ends: int = 10_000
    """The last day of a cycle on which anything is given."""
    after_chemo: bool = False
    """Day 1 is the day after chemotherapy."""

    def is_dose_day(self, day: int) -> bool:
        """`day` is the treatment day; 1 is the first."""
        return day <= self.dosing_ends and (day - 1) % self.period + 1 in self.dose_days


SCHEDULES: Mapping[str, Schedule] = MappingProxyType(
    {
        # Under the skin, five days a week for four weeks, then two weeks of rest.
        "aldesleukin": Schedule(7, frozenset(range(1, 6)), cycle=42, dosing_ends=28),
        "interferon-alfa-2b": Schedule(7, frozenset({1, 3, 5})),
        "peginterferon-alfa-2b": Schedule(7, frozenset({1})),
        "pegfilgrastim": Schedule(21, frozenset({1}), cycle=21, after_chemo=True),
        "filgrastim": Schedule(21, frozenset(range(1, 8)), cycle=21, after_chemo=True),
        "epoetin-alfa": Schedule(7, frozenset({1})),
    }
)
