"""One small chart a symptom: what was said each day as a line of steps, and from where on it flags."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.charts import WORST_GRADE, Cell, HeatMap, LoggedDay, Row
from tracker.models import ClinicianGrade
from tracker.models.base import level_word
from tracker.team.chart.days import named
from tracker.triage import thresholds
from tracker.triage.report import History, Level
from tracker.triage.rules import RuleSet
from tracker.triage.symptoms import LABELS
from tracker.triage.thresholds import Threshold

LINES_SHOWN = 6
WIDTH, HEIGHT = 320.0, 104.0
LEFT, TOP, BOTTOM = 14.0, 16.0, 12.0
"""Room for the digits of the scale, for a clinician's grades above it and for the doses under it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across a chart: how high, what it means, and the level that it stands for."""

    y: str
    words: str
    level: int
    is_own: bool = False

    @property
    def name(self) -> str:
        return Level(self.level).word


@dataclass(frozen=True, slots=True)
class StepLine:
    """`path` draws each stretch of days without a gap; `graded` has where a clinician's grades stand."""

    code: str
    label: str
    path: str
    scale: tuple[tuple[str, int], ...]
    doses: tuple[str, ...]
    graded: tuple[tuple[str, int], ...]
    marks: tuple[Mark, ...]
    summary: str
    last_told: dt.date
    table: tuple[tuple[str, Cell, tuple[ClinicianGrade, ...]], ...]


def step_lines(
    heat_map: HeatMap,
    names: Mapping[dt.date, str],
    chosen: Sequence[str],
    rules: RuleSet,
    history: History,
    grades: Iterable[ClinicianGrade],
) -> tuple[StepLine, ...]:
    """Of the chosen symptoms, in the order of the heat map; of the worst where none was chosen.

    `names` are those of the days, for the tables.
    """
    rows = [row for row in heat_map.rows if row.code in chosen] or list(heat_map.rows[:LINES_SHOWN])
    by_symptom: dict[str, list[ClinicianGrade]] = {}
    for grade in grades:
        by_symptom.setdefault(grade.symptom, []).append(grade)
    return tuple(
        _step_line(
            row,
            heat_map,
            names,
            thresholds.of_symptom(row.code, rules, history),
            by_symptom.get(row.code, []),
        )
        for row in rows
    )


def _step_line(
    row: Row,
    heat_map: HeatMap,
    names: Mapping[dt.date, str],
    limits: Sequence[Threshold],
    grades: Sequence[ClinicianGrade],
) -> StepLine:
    days = [column.day for column in heat_map.columns]
    of_day: dict[dt.date, tuple[ClinicianGrade, ...]] = {}
    for grade in grades:
        of_day[grade.day] = (*of_day.get(grade.day, ()), grade)
    step = (WIDTH - LEFT) / len(days)
    return StepLine(
        code=row.code,
        label=row.label,
        path=" ".join(_steps(row.cells, step)),
        scale=tuple((f"{_y(grade):.1f}", grade) for grade in range(WORST_GRADE + 1)),
        doses=tuple(
            f"{LEFT + (at + 0.5) * step:.1f}"
            for at, column in enumerate(heat_map.columns)
            if column.is_dose_day
        ),
        graded=tuple(
            (f"{LEFT + (at + 0.5) * step:.1f}", max(each.grade for each in of_day[day]))
            for at, day in enumerate(days)
            if day in of_day
        ),
        marks=tuple(mark(each) for each in limits),
        summary=summary(row, days, limits),
        last_told=days[row.last_at],
        table=tuple(
            (names[day], cell, of_day.get(day, ()))
            for day, cell in zip(days, row.cells, strict=True)
            if cell is not None or day in of_day
        ),
    )


def mark(threshold: Threshold) -> Mark:
    """Half a step under the grade from which it counts, so that a day on it stands over the line."""
    said = {"grade": int(threshold.at), "level": level_word(threshold.level)}
    return Mark(
        y=f"{_y(threshold.at - 0.5):.1f}",
        words=_("from %(grade)d on: %(level)s") % said,
        level=threshold.level,
    )


def summary(row: Row, days: Sequence[dt.date], limits: Sequence[Threshold]) -> str:
    """One sentence: the worst, the last, and how often it stood where that alone flags."""
    if not row.grades:
        return _("Ticked on %(day)s, and never said how bad it was.") % {"day": named(days[row.last_at])}
    last = max(at for at, cell in enumerate(row.cells) if isinstance(cell, int))
    said = {
        "worst": row.worst,
        "worst_day": named(days[row.worst_at]),
        "last": row.cells[last],
        "last_day": named(days[last]),
    }
    if not limits:
        return (
            _("Worst %(worst)s of 4 on %(worst_day)s, last %(last)s on %(last_day)s; it flags nothing alone.")
            % said
        )
    over = sum(grade >= limits[0].at for grade in row.grades)
    words = ngettext(
        "Worst %(worst)s of 4 on %(worst_day)s, last %(last)s on %(last_day)s; %(days)d day over the line.",
        "Worst %(worst)s of 4 on %(worst_day)s, last %(last)s on %(last_day)s; %(days)d days over the line.",
        over,
    )
    return words % {**said, "days": over}


def never_there(days: Mapping[dt.date, LoggedDay], heat_map: HeatMap) -> list[str]:
    """Symptoms that were asked about in these days and never there, by name."""
    shown = {row.code for row in heat_map.rows}
    logged = (days[column.day] for column in heat_map.columns if column.day in days)
    asked = {code for day in logged for code in day.grades}
    return [label for code, label in LABELS.items() if code in asked - shown]


def _steps(cells: Sequence[Cell], step: float) -> Iterator[str]:
    """A level stretch for each day, joined to the day before where that was told too."""
    before: Cell = None
    for at, cell in enumerate(cells):
        if isinstance(cell, int):
            x, y = LEFT + at * step, f"{_y(cell):.1f}"
            yield f"V{y}" if isinstance(before, int) else f"M{x:.1f} {y}"
            yield f"H{x + step:.1f}"
        before = cell


def _y(grade: float) -> float:
    return HEIGHT - BOTTOM - grade / WORST_GRADE * (HEIGHT - TOP - BOTTOM)
