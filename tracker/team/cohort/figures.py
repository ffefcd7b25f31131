"""What the figures of a cohort are drawn from, worked out by PostgreSQL: a fixed number of queries.

Definitions, which the page says too:

- A *day in treatment* is one of `stretches`. A patient counts in a week of treatment with at least one of
  them.
- *Reported* is a day with a report that stands: corrected ones, requests to be called and messages are left
  out.
- A *grade* is what charts draw (`triage.grading.grades`): 0–4, as the patient chose it; no CTCAE grade.
- The *worst grade* of a day or week is the highest of all symptoms and reports in it. Without a report, or
  with none that says how bad anything was, it is not known; that is not zero.
- A symptom's *share* in a week has those patients below the line who were asked about it in that week.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from tracker.team.cohort.stretches import Stretch
from tracker.triage.report import Level

GRADES = (0, 1, 2, 3, 4)
FEWEST = 5
"""Of fewer patients no share is drawn: one of two is not half of a cohort."""
WEEK = 7
LAST_WEEK, LAST_DAY = 24, 42
"""As many bars as can be read on a slide; what comes later is left out, and the page says so."""

_STRETCHES = """
    stretch AS (
        SELECT * FROM unnest(%s::uuid[], %s::date[], %s::date[], %s::date[])
            AS given(patient, started_on, first, last)
    ),
    report AS (
        SELECT stretch.patient, told.day, told.day - stretch.started_on + 1 AS treatment_day, told.grades
        FROM stretch
        JOIN tracker_checkin told
            ON told.patient_id = stretch.patient AND told.day BETWEEN stretch.first AND stretch.last
        WHERE NOT told.is_call AND told.source <> 'message'
            AND NOT EXISTS (SELECT FROM tracker_checkin later WHERE later.amends_id = told.id)
    )
"""
_BY_TIME = f"""
    WITH {_STRETCHES},
    expected AS (
        SELECT patient, (first + at - started_on) / %s + 1 AS number, count(*) AS days
        FROM stretch, generate_series(0, last - first) AS at
        GROUP BY 1, 2
    ),
    told AS (
        SELECT patient, (treatment_day - 1) / %s + 1 AS number, count(DISTINCT day) AS days,
            count(*) AS reports, max((SELECT max(value::int) FROM jsonb_each_text(grades))) AS worst
        FROM report
        GROUP BY 1, 2
    )
    SELECT number, count(*), sum(expected.days), coalesce(sum(told.days), 0), coalesce(sum(told.reports), 0),
        {", ".join(f"count(*) FILTER (WHERE worst = {grade})" for grade in GRADES)}
    FROM expected LEFT JOIN told USING (patient, number)
    GROUP BY number
    ORDER BY number
"""  # noqa: S608 -- the grades are ours
_BY_SYMPTOM = f"""
    WITH {_STRETCHES},
    worst AS (
        SELECT patient, (treatment_day - 1) / 7 + 1 AS week, code, max(value::int) AS grade
        FROM report, jsonb_each_text(grades) AS each(code, value)
        GROUP BY 1, 2, 3
    )
    SELECT code, week, count(*), count(*) FILTER (WHERE grade >= %s)
    FROM worst
    GROUP BY 1, 2
"""  # noqa: S608
_FLAGS = """
    WITH stretch AS (
        SELECT * FROM unnest(%s::uuid[], %s::date[], %s::date[]) AS given(patient, first, last)
    )
    SELECT flag.id, flag.level
    FROM stretch
    JOIN tracker_flag flag ON flag.patient_id = stretch.patient
        AND (flag.raised_at AT TIME ZONE %s)::date BETWEEN stretch.first AND stretch.last
"""


@dataclass(frozen=True, slots=True)
class Span:
    """A week of treatment, or a day of it: 1 is the first. `worst` has how many patients had which grade."""

    number: int
    patients: int
    expected: int
    reported: int
    reports: int
    worst: Mapping[int, int]

    @property
    def not_known(self) -> int:
        """Patients of whom nobody knows how bad it was."""
        return self.patients - sum(self.worst.values())

    @property
    def is_few(self) -> bool:
        return self.patients < FEWEST

    def share(self, grade: int) -> float:
        """Of the patients in treatment, 0 to 1."""
        return self.worst[grade] / self.patients

    def at_least(self, grade: int) -> int:
        return sum(count for each, count in self.worst.items() if each >= grade)

    @property
    def completion(self) -> float:
        return self.reported / self.expected


@dataclass(frozen=True, slots=True)
class Cell:
    """One symptom in one week: of how many who were asked it was bad."""

    asked: int = 0
    bad: int = 0

    @property
    def is_few(self) -> bool:
        return self.asked < FEWEST

    @property
    def share(self) -> float:
        return self.bad / self.asked if self.asked else 0.0


@dataclass(frozen=True, slots=True)
class SymptomRow:
    code: str
    cells: Mapping[int, Cell]
    """By week, as far as they are drawn; a week without a cell is one in which nobody was asked."""

    @property
    def peak(self) -> float:
        """The highest share that is drawn."""
        return max((cell.share for cell in self.cells.values() if not cell.is_few), default=0.0)

    @property
    def total(self) -> int:
        return sum(cell.bad for cell in self.cells.values())


@dataclass(frozen=True, slots=True)
class Whole:
    """All spans together."""

    patients: int
    expected: int
    reported: int
    reports: int

    @property
    def completion(self) -> float | None:
        return self.reported / self.expected if self.expected else None


@dataclass(frozen=True, slots=True)
class FlagCount:
    """Flags raised on days in treatment, by the level that they came to."""

    reports: int
    flags: Mapping[Level, Sequence[UUID]] = field(default_factory=dict)

    def per_hundred(self, level: Level) -> float | None:
        return 100 * len(self.flags[level]) / self.reports if self.reports else None

    @property
    def all(self) -> list[UUID]:
        return [flag for flags in self.flags.values() for flag in flags]


def by_week(given: Sequence[Stretch]) -> list[Span]:
    return _spans(given, WEEK)


def by_day(given: Sequence[Stretch]) -> list[Span]:
    """By treatment day."""
    return _spans(given, 1)


def whole(given: Sequence[Stretch], weeks: Sequence[Span]) -> Whole:
    return Whole(
        patients=len({stretch.patient for stretch in given}),
        expected=sum(each.expected for each in weeks),
        reported=sum(each.reported for each in weeks),
        reports=sum(each.reports for each in weeks),
    )


def by_symptom(given: Sequence[Stretch], least: int) -> list[SymptomRow]:
    """Symptoms that were that bad for somebody, the widest spread first; one query."""
    found: dict[str, dict[int, Cell]] = {}
    for code, week, asked, bad in _rows(_BY_SYMPTOM, [*_columns(given), least]):
        if week <= LAST_WEEK:
            found.setdefault(code, {})[week] = Cell(asked, bad)
    rows = [SymptomRow(code, cells) for code, cells in found.items()]
    return sorted((row for row in rows if row.total), key=lambda row: (-row.peak, -row.total, row.code))


def flags_raised(given: Sequence[Stretch], reports: int, zone: str) -> FlagCount:
    """By the team's clock; one query."""
    patients, _starts, first, last = _columns(given)
    found: dict[Level, list[UUID]] = {level: [] for level in (Level.EMERGENCY, Level.URGENT, Level.ROUTINE)}
    for flag, level in _rows(_FLAGS, [patients, first, last, zone]):
        found[Level(level)].append(flag)
    return FlagCount(reports, found)


def _spans(given: Sequence[Stretch], length: int) -> list[Span]:
    return [
        Span(number, patients, expected, reported, reports, dict(zip(GRADES, worst, strict=True)))
        for number, patients, expected, reported, reports, *worst in _rows(
            _BY_TIME, [*_columns(given), length, length]
        )
    ]


def _columns(given: Iterable[Stretch]) -> tuple[list[Any], list[Any], list[Any], list[Any]]:
    rows = [(each.patient, each.started_on, each.first, each.last) for each in given]
    patients, starts, first, last = (
        (list(column) for column in zip(*rows, strict=True)) if rows else ([],) * 4
    )
    return patients, starts, first, last


def _rows(statement: str, given: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
