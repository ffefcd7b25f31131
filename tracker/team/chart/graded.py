"""What the patient said beside what a clinician graded: two scales, side by side, never one for the other."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from tracker.charts import Cell, LoggedDay
from tracker.models import ClinicianGrade
from tracker.triage.symptoms import LABELS


@dataclass(frozen=True, slots=True)
class Graded:
    """One grade that stands. `said` is the patient's of that day, for the template tag `grade`.

    `earlier` are those that it took the place of, newest first.
    """

    record: ClinicianGrade
    label: str
    said: Cell
    earlier: tuple[ClinicianGrade, ...]


def graded(
    grades: Sequence[ClinicianGrade], days: Mapping[dt.date, LoggedDay], calendar: Sequence[dt.date]
) -> tuple[Graded, ...]:
    """Those of the days of the chart; `grades` run from the newest day, and know what is corrected."""
    by_key = {grade.pk: grade for grade in grades}
    return tuple(
        Graded(grade, LABELS.get(grade.symptom, ""), _said(grade, days), tuple(_before(grade, by_key)))
        for grade in standing(grades)
        if calendar[0] <= grade.day <= calendar[-1]
    )


def standing(grades: Iterable[ClinicianGrade]) -> list[ClinicianGrade]:
    """As ClinicianGradeQuerySet.standing, for rows that were fetched with `is_corrected`."""
    return [each for each in grades if not (each.is_corrected or each.is_taken_back)]  # type: ignore[attr-defined]


def _said(grade: ClinicianGrade, days: Mapping[dt.date, LoggedDay]) -> Cell:
    day = days.get(grade.day)
    return day.cell(grade.symptom) if day and grade.symptom else None


def _before(grade: ClinicianGrade, by_key: Mapping[UUID, ClinicianGrade]) -> Iterable[ClinicianGrade]:
    while grade.replaces_id and (earlier := by_key.get(grade.replaces_id)):
        yield earlier
        grade = earlier
