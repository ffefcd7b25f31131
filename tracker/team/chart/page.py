"""The chart of one patient, put together: what is read (records.py) in, what the page shows out."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.models import Role
from tracker import charts
from tracker.models import ClinicianGrade, Flag, Mute, NoteToRead
from tracker.models.flags import State
from tracker.team import agreements, notes, pages
from tracker.team.access import CareTeamRequest
from tracker.team.agreements import OwnLimit
from tracker.team.chart import timeline
from tracker.team.chart.asked import SPANS, Asked
from tracker.team.chart.days import named
from tracker.team.chart.forms import CorrectionForm, GradeForm, as_typed
from tracker.team.chart.graded import Graded, graded, standing
from tracker.team.chart.header import Header, header
from tracker.team.chart.lines import StepLine, never_there, step_lines
from tracker.team.chart.readings import Measured, readings
from tracker.team.chart.records import Records
from tracker.team.chart.timeline import Entry, Kind
from tracker.team.forms import LimitForm
from tracker.team.people.access import keeps_record_of
from tracker.team.why import quotes_in
from tracker.triage.ctcae import VERSION_5

ENTRIES_A_PAGE = 25
KEY_MAX = 40


@dataclass(frozen=True)
class OpenFlag:
    """What waits for somebody now, with what can be done about it."""

    flag: Flag
    why: tuple[str, ...]
    now: dt.datetime
    is_mine: bool

    @property
    def waiting(self) -> dt.timedelta:
        return self.now - self.flag.waiting_since

    @property
    def over_by(self) -> dt.timedelta | None:
        return self.now - self.flag.due_at if self.flag.is_over_target(self.now) else None

    @property
    def is_waiting(self) -> bool:
        return self.flag.state == State.OPEN


@dataclass(frozen=True)
class Chart:
    """The last days of a patient, by the patient's own calendar."""

    records: Records
    asked: Asked

    @property
    def calendar(self) -> tuple[dt.date, ...]:
        return self.records.calendar

    @cached_property
    def header(self) -> Header:
        them = self.records
        return header(them.patient, them.courses, them.carers, them.today)

    @cached_property
    def open_flag(self) -> OpenFlag | None:
        flag = self.records.open_flag
        if flag is None:
            return None
        why = tuple(dict.fromkeys([*flag.silence, *self.records.patient.why_flagged]))
        is_mine = flag.state == State.ACKNOWLEDGED and flag.owner == self.records.user
        return OpenFlag(flag, why, self.records.now, is_mine)

    # --- The days

    @cached_property
    def names(self) -> dict[dt.date, str]:
        """What tables call each day, worked out once: a chart of twelve weeks writes it a thousand times."""
        return {day: named(day, "D j M") for day in self.calendar}

    @cached_property
    def days(self) -> dict[dt.date, charts.LoggedDay]:
        reports = (each for each in self.records.reports if each.is_of_a_day)
        return charts.by_day(charts.logged_day(each.day, each.told, each.grades) for each in reports)

    @cached_property
    def heat_map(self) -> charts.HeatMap:
        zone = self.records.patient.zone
        given = {
            dose.given_at.astimezone(zone).date() for _course, doses in self.records.courses for dose in doses
        }
        drawn = charts.heat_map(self.days, self.calendar, given, {})
        # Those that were graded come before those that were ticked alone: the sort keeps the order in each.
        rows = tuple(sorted(drawn.rows, key=lambda row: not row.grades))
        return charts.HeatMap(drawn.columns, rows, drawn.days_logged, drawn.last_logged)

    @property
    def worst(self) -> tuple[charts.Row, dt.date] | None:
        """The symptom that was worst, and when."""
        if not self.heat_map.rows:
            return None
        row = self.heat_map.rows[0]
        return row, self.heat_map.columns[row.worst_at].day

    @cached_property
    def never_there(self) -> list[str]:
        return never_there(self.days, self.heat_map)

    @cached_property
    def lines(self) -> tuple[StepLine, ...]:
        them = self.records
        grades = standing(them.grades)
        return step_lines(self.heat_map, self.names, self.asked.lines, them.rules, them.history, grades)

    @property
    def lines_drawn(self) -> frozenset[str]:
        return frozenset(line.code for line in self.lines)

    @cached_property
    def readings(self) -> tuple[Measured, ...]:
        return readings(self.days, self.names, self.records.rules, self.records.history)

    @cached_property
    def graded(self) -> tuple[Graded, ...]:
        return graded(self.records.grades, self.days, self.calendar)

    # --- What happened

    @cached_property
    def entries(self) -> list[Entry]:
        """Of these days, newest first; on a chart of today all that happened to an open flag too."""
        them = self.records
        events = timeline.of_events(them.events)
        others = timeline.joined(
            timeline.of_reports(them.reports),
            timeline.of_doses(them.courses),
            timeline.of_limits(self._as_own(them.all_limits)),
            timeline.of_mutes(them.all_mutes),
            timeline.of_grades(them.grades),
            timeline.of_talks(them.talks),
        )
        days = them.start, max(them.end, them.now)
        if not them.is_of_now:
            days = them.start, them.end
            events = timeline.within(events, *days)
        # A report of these days may have come later, and is part of how they are known.
        return timeline.joined(events, (each for each in others if _is_of(each, *days)))

    @cached_property
    def kinds(self) -> list[tuple[Kind, int, Asked]]:
        return [
            (kind, count, self.asked.with_(kind=kind.value))
            for kind, count in timeline.kinds_in(self.entries)
        ]

    @cached_property
    def page(self) -> "Page[Any]":
        shown = timeline.of_kind(self.entries, self.asked.kind)
        return Paginator(shown, ENTRIES_A_PAGE).get_page(self.asked.page)

    @property
    def newer_page(self) -> Asked | None:
        return self.asked.with_(page=str(self.page.number - 1)) if self.page.has_previous() else None

    @property
    def older_page(self) -> Asked | None:
        return self.asked.with_(page=str(self.page.number + 1)) if self.page.has_next() else None

    @property
    def everything(self) -> Asked:
        return self.asked.with_(kind="")

    # --- Other days

    @property
    def spans(self) -> list[tuple[int, Asked]]:
        return [(days, self.asked.with_(days=days)) for days in SPANS]

    @property
    def earlier(self) -> Asked | None:
        """The days before these, while the patient was enrolled."""
        is_first = self.calendar[0] <= self.records.patient.enrolled_on
        return None if is_first else self.asked.earlier(self.calendar)

    @property
    def later(self) -> Asked | None:
        return None if self.records.is_of_now else self.asked.later(self.records.today)

    # --- What is agreed

    @cached_property
    def limits(self) -> list[OwnLimit]:
        return self._as_own(self.records.limits)

    @cached_property
    def mutes(self) -> list[Mute]:
        """One of each act of muting."""
        return [act[0] for act in agreements.muted_together(self.records.mutes)]

    @cached_property
    def notes(self) -> list[notes.NoteRow]:
        return unread_rows(self.records.unread_notes, self.records.now)

    def _as_own(self, limits: Iterable[Any]) -> list[OwnLimit]:
        return [OwnLimit(each, self.records.rules.limits.get(each.name)) for each in limits]


def _is_of(entry: Entry, start: dt.datetime, end: dt.datetime) -> bool:
    return Kind.REPORTS in entry.kinds or start <= entry.at < end


def unread_rows(unread: list[NoteToRead], now: dt.datetime) -> list[notes.NoteRow]:
    """Those that no later one took the place of, by deadline, with what stood there before."""
    by_report: dict[UUID | None, NoteToRead] = {note.check_in_id: note for note in unread}
    replaced = {note.check_in.amends_id for note in unread}
    shown = [note for note in unread if note.check_in_id not in replaced]
    return [
        notes.row(note, _read_of(note), list(dict.fromkeys(notes.replaced(note, by_report))), now)
        for note in sorted(shown, key=lambda note: note.due_at)
    ]


def _read_of(note: Any) -> Iterator[str]:
    return (words for inputs in note.inputs_json for words in quotes_in(inputs))


# --- The page -----------------------------------------------------------------------------------------------


def chart_page(
    request: CareTeamRequest,
    patient: Model,
    now: dt.datetime,
    *,
    limit: LimitForm | None = None,
    grade: GradeForm | None = None,
    corrects: ClinicianGrade | None = None,
) -> HttpResponse:
    """With the form that was answered wrongly, if any, as it was filled in."""
    any_patient: Any = patient
    today = any_patient.today(now)
    asked = Asked.of(request.GET, today)
    records = Records(any_patient, request.user, now, asked.calendar(today))
    shown = Chart(records, asked)
    own = shown.limits
    corrects = corrects or (None if grade else _to_correct(shown, request.GET.get("correct", "")))
    return pages.page(
        request,
        "chart/chart",
        now,
        patient=any_patient,
        chart=shown,
        asked=asked,
        days=asked.days,
        limits=own,
        limit_form=limit or agreements.limit_form(any_patient, now, records.rules.limits, own),
        mutes=shown.mutes,
        notes=shown.notes,
        carers=shown.header.carers,
        ends_carers=keeps_record_of(request.user, any_patient),
        keeps_record=keeps_record_of(request.user, any_patient),
        grades_here=grades_here(request, any_patient),
        grade_form=grade or grade_form(shown, corrects, request.GET),
        corrects=corrects,
        is_grading=bool(grade or corrects or {"grade", "symptom"} & request.GET.keys()),
    )


def grades_here(request: CareTeamRequest, patient: Any) -> bool:
    """Whether the user may record grades: nurses, doctors and leads of the patient's own team."""
    return any(
        each.team_id == patient.team_id and each.role in Role.values
        for each in request.user.memberships.all()
    )


def grade_form(
    shown: Chart, corrects: ClinicianGrade | None, asked: Any = None, data: Any = None
) -> GradeForm:
    """`asked` may have the day and the symptom to begin with; `data` is what was sent."""
    them = shown.records
    about: dict[str, Any] = {
        "first_day": min(them.patient.enrolled_on, them.today),
        "today": them.today,
        "had": [row.code for row in shown.heat_map.rows],
    }
    if corrects is not None:
        return CorrectionForm(data, initial=as_typed(corrects), **about)
    last = them.grades[0].version if them.grades else VERSION_5
    initial = {"day": them.today, "version": last}
    for name in ("day", "symptom"):
        if asked and asked.get(name):
            initial[name] = asked[name][:20] if name == "day" else asked[name][:60]
    return GradeForm(data, initial=initial, **about)


def _to_correct(shown: Chart, key: str) -> ClinicianGrade | None:
    """One of the grades that stand on this chart."""
    rows = (each.record for each in shown.graded)
    return next((each for each in rows if str(each.pk) == key[:KEY_MAX]), None)


def who_was_quicker(by: ClinicianGrade) -> str:
    return _("%(who)s has corrected this meanwhile. Look at the correction, then correct that one.") % {
        "who": by.recorded_by
    }
