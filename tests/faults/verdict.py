"""One line a scenario."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

MOST_DUPLICATES = 0.02
IN_SHORT = 0.10
"""A short run has few messages and as many of them in the hands of each worker that is killed."""


def is_long() -> bool:
    """Whether this run is for the figures, and not only to see that all works."""
    return bool(os.environ.get("FAULTS_LONG"))


@dataclass
class Verdict:
    """What came of a scenario. `wrong` has in words whatever may never be; `share` of duplicates is of 1."""

    scenario: str
    acknowledged: int = 0
    lost: int = 0
    undelivered: int = 0
    duplicates: int = 0
    delivered: int = 0
    delays: Sequence[float] = ()
    most_duplicates: float = field(default_factory=lambda: MOST_DUPLICATES if is_long() else IN_SHORT)
    left_out: str = ""  # why it was not tried here
    told: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.duplicates / max(self.delivered, 1)

    @property
    def is_good(self) -> bool:
        few = self.share < self.most_duplicates or self.duplicates <= 1
        was_tried = bool(self.acknowledged or self.left_out)
        return was_tried and few and not (self.lost or self.undelivered or self.wrong)

    def __str__(self) -> str:
        if self.left_out:
            return f"{self.scenario:15s} left out: {self.left_out}"
        longest = f"{max(self.delays):.1f} s" if self.delays else "-"
        return (
            f"{self.scenario:15s} {'ok  ' if self.is_good else 'FAIL'} acknowledged {self.acknowledged}, "
            f"lost {self.lost}, undelivered {self.undelivered}, duplicates {self.duplicates} of "
            f"{self.delivered} ({self.share:.1%}), longest delay {longest}"
        )

    def end(self) -> NoReturn:
        """Print it, keep its line for the summary, and leave with a status."""
        for line in self.told:
            print(f"   {line}")
        for line in self.wrong:
            print(f"   WRONG: {line}")
        print(self, flush=True)
        if place := os.environ.get("FAULTS_VERDICT"):
            Path(place).write_text(str(self))
        sys.exit(0 if self.is_good else 1)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all do not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
