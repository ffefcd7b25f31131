"""Readings as lines, and the same as text in the reader's units."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.charts.days import LoggedDay
from tracker.charts.lines import Line, height_of, line
from tracker.triage.shown import KEPT, Person, amount, shown, unit
from tracker.triage.symptoms import LANGUAGE
from tracker.triage.words import say

PAIRED = {"systolic": ("systolic", "diastolic")}
"""Readings that are drawn in one chart, under the first of them."""
READINGS = ("temperature", "systolic", "pulse", "spo2", "weight")
"""The charts of readings, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of reading, a value a day in the unit we keep; None where there is none."""

    kind: str
    values: tuple[float | None, ...]

    @property
    def known(self) -> list[float]:
        return [value for value in self.values if value is not None]


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

    def drawn_at(of_kind: Mapping[str, float], kind: str = kind) -> str | None:
        return f"{height_of(of_kind[kind], low, high, style.height):.1f}" if kind in of_kind else None

    return ReadingChart(
        kind=kind,
        label=say("reading", "blood_pressure" if len(kinds) > 1 else kind, language=style.language),
        unit=unit(kind, style.person, style.language),
        lines=tuple(line(each.values, low, high, width=style.width, height=style.height) for each in series),
        usual=_together([_in_units(each, usual.get(each), style) for each in kinds]) if kind in usual else "",
        usual_at=drawn_at(usual),
        limit=shown(kind, limits[kind], style.person, language=style.language) if kind in limits else "",
        limit_at=drawn_at(limits),
        lowest=_amount(kind, min(measured, key=lambda day: day.readings[kind]), style),
        highest=_amount(kind, max(measured, key=lambda day: day.readings[kind]), style),
        latest=list(known.values())[-1],
        latest_on=list(known)[-1],
        table=tuple((day, text) for day, text in written.items() if text),
        marks_at=tuple(f"{height_of(value, low, high, style.height):.1f}" for value in marks),
        usual_below_at=drawn_at(usual, kinds[-1]) if len(kinds) > 1 else None,
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


def _room(low: float, high: float) -> tuple[float, float]:
    """A scale with a little air, so that equal values do not lie on the edge."""
    air = max((high - low) * 0.1, 0.5)
    return low - air, high + air
