"""Symptoms by day, and which way each of them goes."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tracker.charts.days import Cell, LoggedDay
from tracker.triage.symptoms import SYMPTOMS

type Trend = Literal["worse", "easing", "same", "mixed"]
type Course = Literal[Trend, "not-described", "old", "unclear", "gone", "once", "back"]

TREND_GRADES = 3  # logged days on either side of a trend
OLD_AFTER = 3  # days without a word of a symptom, and nobody says how it is now
GONE_AFTER = 2  # days logged without it: one good day is no end


@dataclass(frozen=True, slots=True)
class Column:
    day: dt.date
    is_dose_day: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One symptom; `cells` has one value a column."""

    code: str
    label: str
    cells: tuple[Cell, ...]

    @property
    def grades(self) -> list[int]:
        return [cell for cell in self.cells if isinstance(cell, int)]

    @property
    def worst(self) -> int:
        return max(self.grades, default=0)

    @property
    def worst_at(self) -> int:
        """The column of the worst grade, the latest of them where there are several."""
        return max(range(len(self.cells)), key=lambda at: (_known(self.cells[at]), at))

    @property
    def trend(self) -> Trend:
        """The mean of the last three grades against that of the three before; half a grade counts.

        No more than three: in a mean over weeks, a bad day that has just begun is not seen. And it is "mixed"
        where the last day goes the other way: nobody says "getting worse" of a day that was better.
        """
        grades = self.grades
        some = min(TREND_GRADES, len(grades) // 2)
        if not some:
            return "same"
        change = _mean(grades[-some:]) - _mean(grades[-2 * some : -some])
        if abs(change) < 0.5:
            return "same"
        last = grades[-1] - grades[-2]
        return "mixed" if last * change < 0 else "worse" if change > 0 else "easing"

    @property
    def last_at(self) -> int:
        """The column in which it was last there."""
        return max(at for at, cell in enumerate(self.cells) if _is_there(cell))

    @property
    def heard_at(self) -> int:
        """The column in which the person was last asked about it and did not pass over it, or ticked it."""
        return max(at for at, cell in enumerate(self.cells) if _is_there(cell) or isinstance(cell, int))

    @property
    def course(self) -> Course:
        """Which way it goes, in as much as anybody can say by the last column.

        What nobody told comes first: an old word, or none of how bad it is, makes no trend of now.
        """
        if not self.worst:
            return "not-described"
        if len(self.cells) - 1 - self.heard_at >= OLD_AFTER:
            return "old"
        if self.cells[self.heard_at] == "skipped":
            return "unclear"
        if _without(self.grades) >= GONE_AFTER:
            return "gone"
        if len(self.grades) == 1:
            return "once"
        return "back" if self._is_back else self.trend

    @property
    def back_at(self) -> int:
        """The first column of the stretch in which it is there now."""
        at = self.last_at
        known = [each for each in range(at + 1) if isinstance(self.cells[each], int)]
        while known and self.cells[known[-1]]:
            at = known.pop()
        return at

    @property
    def _is_back(self) -> bool:
        """There now, and before, and not there on at least two logged days between."""
        before = [cell for cell in self.cells[: self.back_at] if isinstance(cell, int)]
        return bool(self.grades[-1]) and any(before) and _without(before) >= GONE_AFTER


@dataclass(frozen=True, slots=True)
class HeatMap:
    """`last_logged` is the last day with a report; None where there is none."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    days_logged: int
    last_logged: dt.date | None = None


def heat_map(
    days: Mapping[dt.date, LoggedDay],
    calendar: Sequence[dt.date],
    dose_days: Collection[dt.date],
    labels: Mapping[str, str],
) -> HeatMap:
    """Every symptom that was there at least once, worst first. `labels`: the reader's words for the codes."""
    shown = [days.get(day) for day in calendar]
    had = {code for day in shown if day for code in day.skipped.union(_present(day))}
    rows = [
        Row(
            code,
            labels.get(code, SYMPTOMS[code].label),
            tuple(day.cell(code) if day else None for day in shown),
        )
        for code in SYMPTOMS
        if code in had
    ]
    return HeatMap(
        columns=tuple(Column(day, day in dose_days) for day in calendar),
        rows=tuple(sorted(rows, key=lambda row: (-row.worst, -sum(row.grades)))),
        days_logged=sum(day is not None for day in shown),
        last_logged=max((day.day for day in shown if day), default=None),
    )


def worst_grades(days: Mapping[dt.date, LoggedDay], calendar: Sequence[dt.date]) -> tuple[int | None, ...]:
    """The worst grade of each day, for a sparkline; None is a day not logged."""
    return tuple(days[day].worst if day in days else None for day in calendar)


def _is_there(cell: Cell) -> bool:
    return cell == "skipped" or (isinstance(cell, int) and cell > 0)


def _without(grades: Sequence[int]) -> int:
    """On how many of the last logged days it was not there."""
    return next((ago for ago, grade in enumerate(reversed(grades)) if grade), len(grades))


def _known(cell: Cell) -> int:
    return cell if isinstance(cell, int) else -1


def _present(day: LoggedDay) -> set[str]:
    return {code for code, grade in day.grades.items() if grade}


def _mean(grades: Sequence[int]) -> float:
    return sum(grades) / len(grades)
