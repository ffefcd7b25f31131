"""What a patient takes along to a visit: the parts and the days of their diary that they chose."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from tracker import charts
from tracker.exchange.diary import Diary, call_limits, diary_of
from tracker.models import CheckIn, Dose, FlagEvent, Patient
from tracker.models.flags import without_undone
from tracker.triage.report import Level

BLOCK = 28
"""Days in one table: as many columns as fit on paper beside the names of the symptoms."""


@dataclass(frozen=True, slots=True)
class VisitReport:
    """A part that was not chosen is empty. `heat_map` is of all the days, `blocks` the same for paper.

    `told` leaves out reports after which there was nothing to do.
    """

    diary: Diary
    heat_map: charts.HeatMap
    blocks: tuple[charts.HeatMap, ...] = ()
    readings: tuple[charts.ReadingChart, ...] = ()
    doses: tuple[Dose, ...] = ()
    notes: tuple[CheckIn, ...] = ()
    told: tuple[CheckIn, ...] = ()
    calls: tuple[FlagEvent, ...] = ()

    @property
    def reading_days(self) -> list[tuple[dt.date, list[str]]]:
        """A row a day that has a reading, a value a chart; "" where that was not measured."""
        tables = [dict(chart.table) for chart in self.readings]
        days = sorted(set().union(*tables))
        return [(day, [table.get(day, "") for table in tables]) for day in days]


def visit_report(
    patient: Patient,
    calendar: tuple[dt.date, ...],
    parts: Collection[str],
    *,
    labels: dict[str, str],
    style: charts.Style,
    now: dt.datetime,
) -> VisitReport:
    """`parts` of: symptoms, readings, doses, notes, told, calls. In at most five queries."""
    diary = diary_of(patient, calendar)

    def drawn(days: tuple[dt.date, ...]) -> charts.HeatMap:
        return charts.heat_map(diary.days, days, diary.dose_days, labels)

    whole = drawn(diary.calendar)
    limits = call_limits(patient, now) if "readings" in parts and diary.has_readings else {}
    return VisitReport(
        diary=diary,
        heat_map=whole,
        blocks=tuple(map(drawn, _blocks(calendar))) if "symptoms" in parts and whole.rows else (),
        readings=(
            charts.reading_charts(diary.days, calendar, patient.usual, limits, style)
            if "readings" in parts
            else ()
        ),
        doses=diary.doses if "doses" in parts else (),
        notes=tuple(each for each in diary.reports if each.told.note) if "notes" in parts else (),
        told=tuple(each for each in diary.reports if each.level >= Level.URGENT) if "told" in parts else (),
        calls=_calls(patient, calendar[0]) if "calls" in parts else (),
    )


def _blocks(calendar: tuple[dt.date, ...]) -> list[tuple[dt.date, ...]]:
    """Counted back from the last day, so that only the oldest block can be short."""
    ends = range(len(calendar), 0, -BLOCK)
    return [calendar[max(end - BLOCK, 0) : end] for end in reversed(ends)]


def _calls(patient: Patient, since: dt.date) -> tuple[FlagEvent, ...]:
    """How each flag was answered. Never the team's own notes: see tracker.patient.story."""
    start = dt.datetime.combine(since, dt.time.min, patient.zone)
    kinds = (FlagEvent.Kind.RESOLVED, FlagEvent.Kind.UNDONE)
    events = FlagEvent.objects.filter(patient=patient, kind__in=kinds, at__gte=start)
    acts = events.filter(Q(kind=FlagEvent.Kind.RESOLVED) | Q(detail__undoes=FlagEvent.Kind.RESOLVED))
    return tuple(without_undone(acts.select_related("by").defer("note")))
