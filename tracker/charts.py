"""What charts are drawn from: symptoms by day, readings, the points of a line. Values in, values out.

*None*, *skipped*, *not asked* and *not logged* stay four different things here: a grade of 0, "skipped",
"not-asked" and None, as the template tag `grade` takes them.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tracker.triage.report import Report
from tracker.triage.shown import KEPT, Person, amount, shown, unit
from tracker.triage.symptoms import LANGUAGE, SYMPTOMS
from tracker.triage.units import LIMITS
from tracker.triage.words import say

type Cell = int | Literal["skipped", "not-asked"] | None
type Trend = Literal["worse", "easing", "same", "mixed"]
type Course = Literal[Trend, "not-described", "old", "unclear", "gone", "once", "back"]

WORST_GRADE = 4
TREND_GRADES = 3  # logged days on either side of a trend
OLD_AFTER = 3  # days without a word of a symptom, and nobody says how it is now
GONE_AFTER = 2  # days logged without it: one good day is no end
PAIRED = {"systolic": ("systolic", "diastolic")}
"""Readings that are drawn in one chart, under the first of them."""
READINGS = ("temperature", "systolic", "pulse", "spo2", "weight")
"""The charts of readings, in the order of the page."""


# --- Days ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LoggedDay:
    """What is known of one day: grades 0–4, what was ticked without detail, readings in the unit we keep.

    `typed` has the words behind the readings, `doubtful` those of readings that may mean another number,
    while nobody has said which.
    """

    day: dt.date
    grades: Mapping[str, int] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    readings: Mapping[str, float] = field(default_factory=dict)
    doubtful: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def worst(self) -> int:
        return max(self.grades.values(), default=0)

    def cell(self, code: str) -> Cell:
        if code in self.grades:
            return self.grades[code]
        return "skipped" if code in self.skipped else "not-asked"

    def joined(self, later: "LoggedDay") -> "LoggedDay":
        """Two reports of one day: the worse grade of each symptom, the later of each reading."""
        codes = self.grades.keys() | later.grades.keys()
        grades = {code: max(self.grades.get(code, 0), later.grades.get(code, 0)) for code in codes}
        skipped = (self.skipped | later.skipped) - codes
        readings = {kind: value for kind, value in self.readings.items() if kind not in later.doubtful}
        doubtful = {kind: typed for kind, typed in self.doubtful.items() if kind not in later.readings}
        return LoggedDay(
            self.day,
            grades,
            skipped,
            {**readings, **later.readings},
            {**doubtful, **later.doubtful},
            {**self.typed, **later.typed},
        )


def logged_day(day: dt.date, report: Report, grades: Mapping[str, int]) -> LoggedDay:
    """One report as charts see it. A reading that no living person can have is left out.

    So is one that nobody has confirmed: a chart states facts.
    """
    doubtful = {kind: each.typed for kind, each in report.readings.items() if each.is_doubtful}
    values = {kind: each.best for kind, each in report.readings.items() if kind not in doubtful}
    return LoggedDay(
        day=day,
        grades=grades,
        skipped=frozenset(report.answers.keys() - grades.keys()),
        readings={
            kind: value
            for kind, value in values.items()
            if value is not None and LIMITS[kind].possible(value)
        },
        doubtful=doubtful,
        typed={kind: report.readings[kind].typed for kind in values},
    )


def by_day(reports: Iterable[LoggedDay]) -> dict[dt.date, LoggedDay]:
    """The days that were logged. `reports` runs from the oldest to the newest."""
    days: dict[dt.date, LoggedDay] = {}
    for report in reports:
        known = days.get(report.day)
        days[report.day] = known.joined(report) if known else report
    return days


def calendar(until: dt.date, days: int) -> tuple[dt.date, ...]:
    """The last `days` days, oldest first, `until` among them."""
    return tuple(until - dt.timedelta(days=ago) for ago in reversed(range(days)))


# --- Symptoms by day ----------------------------------------------------------------------------------------


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


# --- Readings -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of reading, a value a day in the unit we keep; None where there is none."""

    kind: str
    values: tuple[float | None, ...]

    @property
    def known(self) -> list[float]:
        return [value for value in self.values if value is not None]


@dataclass(frozen=True, slots=True)
class Line:
    """What two paths of an SVG are drawn by: each stretch without a gap, and a dot for every value.

    A dot is a line without length, as large as its round ends: circles would be hundreds of parts of a page.
    """

    path: str
    dots: str


@dataclass(frozen=True, slots=True)
class ReadingChart:
    """One chart: its lines, and the same as text in the reader's units.

    `usual_at` is the height of the person's usual value, `limit_at` that from which they call us; None where
    there is none. `marks_at` are the heights of what else was to be drawn; `usual_below_at` is that of the
    second of a pair.
    """

    kind: str
    label: str
    unit: str
    lines: tuple[Line, ...]
    usual: str
    usual_at: str | None
    limit: str
    limit_at: str | None
    lowest: str
    highest: str
    latest: str
    latest_on: dt.date
    table: tuple[tuple[dt.date, str], ...]
    marks_at: tuple[str, ...] = ()
    usual_below_at: str | None = None

    @property
    def is_paired(self) -> bool:
        return self.kind in PAIRED


@dataclass(frozen=True, slots=True)
class Style:
    """How readings are drawn and written: the size of the viewBox, the reader's units and language."""

    width: float = 320
    height: float = 96
    person: Person = KEPT
    language: str = LANGUAGE


def reading_charts(
    days: Mapping[dt.date, LoggedDay],
    calendar: Sequence[dt.date],
    usual: Mapping[str, float],
    limits: Mapping[str, float] = {},
    style: Style = Style(),  # it never changes
    marks: Mapping[str, Sequence[float]] = {},
) -> tuple[ReadingChart, ...]:
    """A chart for each kind that was measured at least once. `marks`: what else is drawn across each."""
    charts = (
        _reading_chart(kind, days, calendar, usual, limits, style, marks.get(kind, ())) for kind in READINGS
    )
    return tuple(chart for chart in charts if chart)


def _reading_chart(
    kind: str,
    days: Mapping[dt.date, LoggedDay],
    calendar: Sequence[dt.date],
    usual: Mapping[str, float],
    limits: Mapping[str, float],
    style: Style,
    marks: Sequence[float],
) -> ReadingChart | None:
    kinds = PAIRED.get(kind, (kind,))
    series = [
        Series(each, tuple(days[day].readings.get(each) if day in days else None for day in calendar))
        for each in kinds
    ]
    written = {day: _written(kind, days[day], style) for day in calendar if day in days}
    known = {day: text for day, text in written.items() if text and kind not in days[day].doubtful}
    measured = [days[day] for day in calendar if day in days and kind in days[day].readings]
    if not known or not measured:
        return None
    values = [value for each in series for value in each.known]
    values += [each[kind] for each in (usual, limits) if kind in each]
    values += [usual[each] for each in kinds[1:] if each in usual]
    values += marks
    low, high = _room(min(values), max(values))

    def height_of(of_kind: Mapping[str, float], kind: str = kind) -> str | None:
        return f"{_y(of_kind[kind], low, high, style.height):.1f}" if kind in of_kind else None

    return ReadingChart(
        kind=kind,
        label=say("reading", "blood_pressure" if len(kinds) > 1 else kind, language=style.language),
        unit=unit(kind, style.person, style.language),
        lines=tuple(line(each.values, low, high, width=style.width, height=style.height) for each in series),
        usual=_together([_in_units(each, usual.get(each), style) for each in kinds]) if kind in usual else "",
        usual_at=height_of(usual),
        limit=shown(kind, limits[kind], style.person, language=style.language) if kind in limits else "",
        limit_at=height_of(limits),
        lowest=_amount(kind, min(measured, key=lambda day: day.readings[kind]), style),
        highest=_amount(kind, max(measured, key=lambda day: day.readings[kind]), style),
        latest=list(known.values())[-1],
        latest_on=list(known)[-1],
        table=tuple((day, text) for day, text in written.items() if text),
        marks_at=tuple(f"{_y(value, low, high, style.height):.1f}" for value in marks),
        usual_below_at=height_of(usual, kinds[-1]) if len(kinds) > 1 else None,
    )


def _written(kind: str, day: LoggedDay, style: Style) -> str:
    """The value, or what was typed with a word of doubt; "" where nothing was measured."""
    typed = day.doubtful.get(kind)
    if typed is not None:
        return say("phrase", "not_confirmed", language=style.language, typed=typed)
    kinds = PAIRED.get(kind, (kind,))
    return _together([_amount(each, day, style) for each in kinds]) if day.readings.keys() & {*kinds} else ""


def _amount(kind: str, day: LoggedDay, style: Style) -> str:
    value = day.readings.get(kind)
    return "" if value is None else amount(kind, value, style.person, day.typed.get(kind, ""), style.language)


def _in_units(kind: str, value: float | None, style: Style) -> str:
    return "" if value is None else amount(kind, value, style.person, language=style.language)


def _together(amounts: Iterable[str]) -> str:
    """One number, or two with a stroke between and a dash for what is missing: "84/50", "84/–"."""
    return "/".join(each or "–" for each in amounts)


# --- Lines --------------------------------------------------------------------------------------------------

MARGIN = 4.0
"""Room for the stroke and the dots at every edge, in units of the viewBox."""


def line(values: Sequence[float | None], low: float, high: float, *, width: float, height: float) -> Line:
    """Higher is higher; a missing value leaves a gap. `low` and `high` are the ends of the scale."""
    step = (width - 2 * MARGIN) / max(len(values) - 1, 1)
    stretches: list[list[str]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            stretches.append([])
        else:
            stretches[-1].append(f"{MARGIN + at * step:.1f} {_y(value, low, high, height):.1f}")
    return Line(
        path="".join(f"M{'L'.join(points)}" for points in stretches if len(points) > 1),
        dots="".join(f"M{point}h0" for points in stretches for point in points),
    )


def sparkline(grades: Sequence[int | None], *, width: float = 120, height: float = 32) -> Line:
    """A line on the scale from 0 to 4."""
    return line(grades, 0, WORST_GRADE, width=width, height=height)


def _y(value: float, low: float, high: float, height: float) -> float:
    return height - MARGIN - (value - low) / (high - low) * (height - 2 * MARGIN)


def _room(low: float, high: float) -> tuple[float, float]:
    """A scale with a little air, so that equal values do not lie on the edge."""
    air = max((high - low) * 0.1, 0.5)
    return low - air, high + air


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
