"""What one chart reads from the database: nine queries, however long the history, and none unbounded."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Greatest, JSONObject
from django.http import Http404

from accounts.models import User
from tracker.history import KnownDose, TreatmentCourse
from tracker.models import (
    Call,
    Carer,
    CheckIn,
    ClinicianGrade,
    Course,
    Dose,
    Finding,
    Flag,
    FlagEvent,
    Message,
    Mute,
    NoteToRead,
    Patient,
    PatientLimit,
)
from tracker.models.flags import State
from tracker.models.patients import ASKED_AFTER_THE_END, PatientQuerySet
from tracker.models.rights import NOW, READER
from tracker.rulebook.in_force import in_force, pk_in_force
from tracker.statement import Given, Statement
from tracker.team.access import patients_of
from tracker.triage import document
from tracker.triage.report import Answer, History, Report
from tracker.triage.rules import RuleSet
from tracker.triage.sameday import whole_day

REPORTS_MAX = 600
EVENTS_MAX = 400
OTHERS_MAX = 200
NOTES_MAX = 20
BASELINE_MAX = 8
"""More than a patient and a team write in twelve weeks; what a fault wrote beyond that is not drawn."""
REASONS_SHOWN = 3
PATIENT = Given("patient", models.UUIDField())
FIRST_DAY, LAST_DAY = (Given(name, models.DateField()) for name in ("first_day", "last_day"))
START, END = (Given(name, models.DateTimeField()) for name in ("start", "end"))


def patient_for_chart(user: User, pk: UUID, now: dt.datetime, *, in_an_emergency: bool = False) -> Patient:
    """One patient with team, and in the same query what else has one row: 404 for another team's.

    In an emergency also one of another team whose chart the user has opened.
    """
    statement = _OPENED if in_an_emergency else _OF_TEAMS
    found = statement.run(user=user.pk, now=now, patient=pk)
    if not found:
        raise Http404
    return found[0]


def _with_what_has_one_row(patients: PatientQuerySet) -> PatientQuerySet:
    of_patient = CheckIn.objects.filter(patient=OuterRef("pk")).of_days()
    # Of the patient and not of each report: so it is looked up once, and stands in the index.
    courses = Course.objects.filter(patient=OuterRef(OuterRef("pk")))
    began = courses.order_by("started_on").values("started_on")
    before = of_patient.filter(day__lte=Subquery(began[:1])).order_by("-day", "-received_at")
    carers = Carer.objects.in_force(NOW).filter(patient=OuterRef("pk")).order_by("name", "pk")
    found = Finding.objects.filter(
        check_in__flags__patient=OuterRef("pk"),
        check_in__flags__state__in=(State.OPEN, State.ACKNOWLEDGED),
        muted=False,
    ).order_by("-level", "id")
    known = {
        "rules_pk": pk_in_force(),
        # Corrected ones too: to leave them out here would read every report there is.
        "baseline_json": ArraySubquery(
            before.values(json=JSONObject(id="id", amends="amends", day="day", report="report"))[
                :BASELINE_MAX
            ]
        ),
        "open_since": Subquery(
            Flag.objects.unresolved().filter(patient=OuterRef("pk")).values("raised_at")[:1]
        ),
        "carers_json": ArraySubquery(
            carers.values(
                json=JSONObject(id="id", name="name", relation="relation", scope="scope", until="until")
            )
        ),
        "why_flagged": ArraySubquery(found.values("team_words")[:REASONS_SHOWN]),
    }
    return patients.select_related("team").annotate(**known).filter(pk=PATIENT)


_OF_TEAMS = Statement(lambda: _with_what_has_one_row(patients_of(READER)))
_OPENED = Statement(lambda: _with_what_has_one_row(Patient.objects.visible_to(READER)))


# --- Its queries --------------------------------------------------------------------------------------------


def _courses() -> models.QuerySet[Course]:
    given = Dose.objects.filter(course=OuterRef("pk")).order_by("-given_at")
    dose = JSONObject(given_at="given_at", is_timed="is_timed", told_on="told_on")
    lately = given.filter(given_at__gte=START, given_at__lt=Greatest(END, NOW))
    courses = Course.objects.visible_to(READER).filter(patient=PATIENT).select_related("drug")
    courses = courses.annotate(
        doses_json=ArraySubquery(lately.values(json=dose)[:OTHERS_MAX]),
        last_json=ArraySubquery(given.filter(given_at__lte=NOW).values(json=dose)[:1]),
    )
    return courses.order_by("-started_on")[:OTHERS_MAX]


def _reports() -> models.QuerySet[CheckIn]:
    reports = CheckIn.objects.visible_to(READER).filter(patient=PATIENT).current()
    reports = reports.filter(day__range=(FIRST_DAY, LAST_DAY))
    reports = reports.select_related("reported_by").defer("advice", "checks")
    return reports.order_by("-day", "-received_at")[:REPORTS_MAX]


def _events(which: Q) -> models.QuerySet[FlagEvent]:
    events = FlagEvent.objects.visible_to(READER).filter(which, patient=PATIENT)
    return events.select_related("by", "flag__owner").order_by("-at", "-id")[:EVENTS_MAX]


def _limits() -> models.QuerySet[PatientLimit]:
    limits = PatientLimit.objects.visible_to(READER).filter(patient=PATIENT)
    limits = limits.filter(Q(ended_at=None) | Q(ended_at__gte=START))
    return limits.select_related("set_by", "ended_by").order_by("-set_at")[:OTHERS_MAX]


def _mutes() -> models.QuerySet[Mute]:
    mutes = Mute.objects.visible_to(READER).filter(patient=PATIENT)
    mutes = mutes.filter(Q(ended_at=None) | Q(ended_at__gte=START))
    mutes = mutes.select_related("muted_by", "ended_by", "finding")
    return mutes.order_by("-muted_at")[:OTHERS_MAX]


def _grades() -> models.QuerySet[ClinicianGrade]:
    grades = ClinicianGrade.objects.visible_to(READER).filter(patient=PATIENT)
    about = Q(day__range=(FIRST_DAY, LAST_DAY))
    grades = grades.filter(about | Q(recorded_at__gte=START, recorded_at__lt=END))
    later = ClinicianGrade.objects.filter(replaces=OuterRef("pk"))
    grades = grades.annotate(is_corrected=Exists(later)).select_related("recorded_by")
    return grades.order_by("-day", "-recorded_at")[:OTHERS_MAX]


def _talks() -> models.QuerySet[Any, tuple[Any, ...]]:
    calls = Call.objects.visible_to(READER).filter(patient=PATIENT).ended()
    calls = calls.filter(at__gte=START, at__lt=END)
    written = Message.objects.visible_to(READER).filter(patient=PATIENT)
    written = written.filter(sent_at__gte=START, sent_at__lt=END)
    of_calls = calls.values_list("at", Value("call"), "by__name", "outcome", "note")
    of_messages = written.values_list("sent_at", Value("message"), "author__name", "relation", "body")
    both = of_calls.order_by().union(of_messages.order_by(), all=True)
    return both.order_by("-at")[:OTHERS_MAX]


def _unread_notes() -> models.QuerySet[NoteToRead]:
    notes = NoteToRead.objects.visible_to(READER).filter(patient=PATIENT, read_at=None)
    findings = Finding.objects.filter(check_in=OuterRef("check_in")).order_by("id")
    notes = notes.annotate(inputs_json=ArraySubquery(findings.values("inputs")))
    return notes.select_related("check_in__reported_by").order_by("-due_at")[:NOTES_MAX]


_COURSES = Statement(_courses)
_REPORTS = Statement(_reports)
_EVENTS_SINCE = Statement(lambda: _events(Q(at__gte=START)))
_EVENTS_WITHIN = Statement(lambda: _events(Q(at__gte=START, at__lt=END) | ~Q(flag__state=State.RESOLVED)))
_LIMITS = Statement(_limits)
_MUTES = Statement(_mutes)
_GRADES = Statement(_grades)
_TALKS = Statement(_talks)
_UNREAD_NOTES = Statement(_unread_notes)


@dataclass(frozen=True, slots=True)
class Talk:
    """A call or a message. `about` is what came of a call, or what the writer is to the patient."""

    at: dt.datetime
    kind: str
    who: str
    about: str
    words: str


@dataclass(frozen=True)
class Records:
    """Of one patient (as `patient_for_chart` fetched them), the days of `calendar`, for `user` at `now`.

    What is in force or open now is there whichever days were asked for.
    """

    patient: Any  # a Patient with annotations
    user: User
    now: dt.datetime
    calendar: tuple[dt.date, ...]

    @property
    def today(self) -> dt.date:
        day: dt.date = self.patient.today(self.now)
        return day

    @property
    def is_of_now(self) -> bool:
        return self.calendar[-1] >= self.today

    @cached_property
    def start(self) -> dt.datetime:
        return dt.datetime.combine(self.calendar[0], dt.time.min, self.patient.zone)

    @cached_property
    def end(self) -> dt.datetime:
        after = self.calendar[-1] + dt.timedelta(days=1)
        return dt.datetime.combine(after, dt.time.min, self.patient.zone)

    # --- With the patient's row

    @cached_property
    def rules(self) -> RuleSet:
        return in_force(self.patient.rules_pk)

    @cached_property
    def carers(self) -> tuple[Carer, ...]:
        return tuple(
            Carer(**row | {"until": dt.date.fromisoformat(row["until"])}) for row in self.patient.carers_json
        )

    @cached_property
    def baseline(self) -> dict[str, Answer]:
        """The answers of the last day on or before the first of treatment."""
        corrected = {each["amends"] for each in self.patient.baseline_json}
        found = [each for each in self.patient.baseline_json if each["id"] not in corrected]
        told = [document.read(each["report"]) for each in found if each["day"] == found[0]["day"]]
        if not told:
            return {}
        whole: Report = whole_day(told)
        answers = ((code, whole.answer(code)) for code in whole.asked)
        return {code: answer for code, answer in answers if answer is not None}

    # --- One query each

    def _read[Row](self, statement: Statement[Row], **other: Any) -> list[Row]:
        asked = {
            "user": self.user.pk,
            "now": self.now,
            "patient": self.patient.pk,
            "first_day": self.calendar[0],
            "last_day": self.calendar[-1],
            "start": self.start,
            "end": self.end,
        }
        return statement.run(**asked | other)

    @cached_property
    def courses(self) -> list[tuple[Course, tuple[KnownDose, ...]]]:
        """With the doses of these days, oldest first, and the last one before or after them."""
        return [(course, _doses_of(course)) for course in self._read(_COURSES)]

    @cached_property
    def reports(self) -> list[CheckIn]:
        """Oldest first, corrected ones left out."""
        found = self._read(_REPORTS)
        for each in found:
            each.patient = self.patient  # the clock by which it is late
        return found[::-1]

    @cached_property
    def events(self) -> list[FlagEvent]:
        """What happened to flags in these days, and all that happened to one that is still open."""
        if self.is_of_now:
            found = self._read(_EVENTS_SINCE, start=min(self.start, self.patient.open_since or self.start))
        else:
            found = self._read(_EVENTS_WITHIN)
        return [each for each in found if each.at >= self.start or each.flag.is_unresolved]

    @cached_property
    def all_limits(self) -> list[PatientLimit]:
        """Those that were set, ended or ran in these days, and those of now."""
        return self._read(_LIMITS)

    @cached_property
    def all_mutes(self) -> list[Mute]:
        return self._read(_MUTES)

    @cached_property
    def grades(self) -> list[ClinicianGrade]:
        """About these days or written in them, newest day first; `is_corrected` says which stand no more."""
        return self._read(_GRADES)

    @cached_property
    def talks(self) -> list[Talk]:
        """Calls that somebody made, and messages, of these days: newest first."""
        return [Talk(*row) for row in self._read(_TALKS)]

    @cached_property
    def unread_notes(self) -> list[NoteToRead]:
        """With those that a correction took the place of, and what rules saw in them."""
        found = self._read(_UNREAD_NOTES)
        for each in found:
            each.patient = self.patient
        return found

    # --- Worked out

    @cached_property
    def open_flag(self) -> Flag | None:
        return next((event.flag for event in self.events if event.flag.is_unresolved), None)

    @cached_property
    def limits(self) -> list[PatientLimit]:
        """In force now."""
        return [each for each in self.all_limits if self._holds(each, each.set_at, each.expires_on)]

    @cached_property
    def mutes(self) -> list[Mute]:
        """In force now."""
        return [each for each in self.all_mutes if self._holds(each, each.muted_at, each.until)]

    def _holds(self, agreed: PatientLimit | Mute, begun: dt.datetime, last_day: dt.date) -> bool:
        not_ended = agreed.ended_at is None or agreed.ended_at > self.now
        return begun <= self.now and not_ended and last_day >= self.today

    @cached_property
    def history(self) -> History:
        """What triage knows of the person today, without what they said on other days."""
        return History(
            treatments=tuple(
                _as_known(course, doses).as_treatment(self.today, self.now)
                for course, doses in self.courses
                if _is_asked_about(course, self.today)
            ),
            usual=self.patient.usual,
            baseline=self.baseline,
            days_since_chemo=_days_since(self.patient.last_chemo_on, self.today),
            limits={each.name: each.value for each in self.limits},
        )


def _doses_of(course: Any) -> tuple[KnownDose, ...]:
    known = {KnownDose.from_json(each) for each in (*course.doses_json, *course.last_json)}
    return tuple(sorted(known, key=lambda dose: dose.given_at))


def _as_known(course: Course, doses: Sequence[KnownDose]) -> TreatmentCourse:
    return TreatmentCourse(
        drug=course.drug.code,
        plain_name=course.drug.plain_name,
        cycle=course.cycle,
        started_on=course.started_on,
        ended_on=course.ended_on,
        doses=tuple(doses),
    )


def _is_asked_about(course: Course, today: dt.date) -> bool:
    ended = course.ended_on is not None and course.ended_on < today - ASKED_AFTER_THE_END
    return course.started_on <= today and not ended


def _days_since(date: dt.date | None, day: dt.date) -> int | None:
    return (day - date).days if date is not None and date <= day else None
