"""What we knew of a patient before a report: rows in, triage's plain values out."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any, Self
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import JSONObject, TruncDate

from tracker import doses
from tracker.models import CheckIn, Course, Dose, FlagEvent, Mute, Patient, PatientLimit
from tracker.models.flags import without_undone
from tracker.statement import Given, Statement
from tracker.triage import report as triage
from tracker.triage.report import (
    Answer,
    EarlierToday,
    History,
    Level,
    OpenFlag,
    PastDay,
    Report,
    ToldDose,
    Treatment,
)
from tracker.triage.sameday import whole_day

DAYS_REMEMBERED = 60

_BEGAN = (FlagEvent.Kind.RAISED, FlagEvent.Kind.REOPENED, FlagEvent.Kind.CAME_BACK)
_JOINED = (
    FlagEvent.Kind.JOINED,
    FlagEvent.Kind.SILENT,
    FlagEvent.Kind.NOTE_UNREAD,
    FlagEvent.Kind.UNREADABLE,
    FlagEvent.Kind.TOO_LATE,
    FlagEvent.Kind.TOO_LARGE,
    FlagEvent.Kind.LEFT,
)
"""What may make a flag worse without a new beginning."""
_ANSWERED = (
    FlagEvent.Kind.CLAIMED,
    FlagEvent.Kind.TAKEN_OVER,
    FlagEvent.Kind.HANDED_OVER,
    FlagEvent.Kind.RESOLVED,
)


@dataclass(frozen=True, slots=True)
class KnownDose:
    """`told_on`: the day for which the patient told of it. Where it is not timed, `given_at` is a guess."""

    given_at: dt.datetime
    is_timed: bool = True
    told_on: dt.date | None = None

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        told_on = value["told_on"]
        return cls(
            dt.datetime.fromisoformat(value["given_at"]),
            value["is_timed"],
            dt.date.fromisoformat(told_on) if told_on else None,
        )


@dataclass(frozen=True, slots=True)
class TreatmentCourse:
    """One drug over one stretch of time, with its doses of the last weeks, oldest first."""

    drug: str
    plain_name: str
    cycle: int
    started_on: dt.date
    ended_on: dt.date | None
    doses: tuple[KnownDose, ...]

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        ended_on = value["ended_on"]
        return cls(
            drug=value["drug"],
            plain_name=value["plain_name"],
            cycle=value["cycle"],
            started_on=dt.date.fromisoformat(value["started_on"]),
            ended_on=dt.date.fromisoformat(ended_on) if ended_on else None,
            doses=_in_order(KnownDose.from_json(dose) for dose in value["doses"]),
        )

    def dose_days(self, zone: dt.tzinfo) -> frozenset[dt.date]:
        return frozenset(dose.given_at.astimezone(zone).date() for dose in self.doses)

    def with_told(
        self, told: Mapping[str, ToldDose], day: dt.date, zone: dt.tzinfo, now: dt.datetime
    ) -> "TreatmentCourse":
        """With what reports of `day` say of its dose, in place of what earlier ones left behind.

        A dose that the team has written down of that day is the one that counts.
        """
        others = [dose for dose in self.doses if dose.told_on != day]
        said = told.get(self.drug)
        by_the_team = any(dose.given_at.astimezone(zone).date() == day for dose in others)
        is_running = self.ended_on is None or self.ended_on >= day
        if said and said.answer == "taken" and is_running and not by_the_team:
            others.append(KnownDose(*doses.moment_of(said, day, zone, now), told_on=day))
        return replace(self, doses=_in_order(others))

    def as_treatment(self, day: dt.date, moment: dt.datetime) -> Treatment:
        """As triage sees it on `day` at `moment`."""
        given = [dose for dose in self.doses if dose.given_at <= moment]
        is_timed = bool(given) and given[-1].is_timed
        last = next((dose.given_at for dose in reversed(given) if dose.is_timed), None)
        hours = (moment - last).total_seconds() / 3600 if last else None
        ended = self.ended_on is not None and self.ended_on < day
        return Treatment(
            drug=self.drug,
            treatment_day=(day - self.started_on).days + 1,
            hours_since_dose=hours if is_timed else None,
            days_since_end=(day - self.ended_on).days if ended and self.ended_on else None,
            hours_since_timed_dose=hours,
            untimed_dose_today=bool(given) and not is_timed and given[-1].told_on == day,
        )


def _in_order(given: Iterable[KnownDose]) -> tuple[KnownDose, ...]:
    return tuple(sorted(given, key=lambda dose: dose.given_at))


@dataclass(frozen=True, slots=True)
class KnownMute:
    """A mute that was in force."""

    id: UUID
    rule: str
    level: Level
    inputs: Mapping[str, Any]

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        return cls(UUID(value["id"]), value["rule"], Level(value["level"]), value["inputs"])

    def as_triage(self) -> triage.Mute:
        return triage.Mute(rule=self.rule, level=self.level, inputs=self.inputs)


@dataclass(frozen=True, slots=True)
class KnownFlag:
    """A flag as its events tell it: since when it waited or was answered, how serious it had become."""

    since: dt.datetime
    level: Level
    acknowledged: bool
    resolved_at: dt.datetime | None = None

    @classmethod
    def all_from_json(cls, values: Iterable[Mapping[str, Any]]) -> tuple[Self, ...]:
        """From the events of several flags, oldest first; those whose beginning is forgotten are left out."""
        events: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for value in values:
            events[value["flag"]].append(value)
        lives = (without_undone(each, itemgetter("kind")) for each in events.values())
        return tuple(cls._of(each) for each in lives if each and each[0]["kind"] == FlagEvent.Kind.RAISED)

    @classmethod
    def _of(cls, events: Sequence[Mapping[str, Any]]) -> Self:
        began = [each for each in events if each["kind"] in _BEGAN][-1]
        last = [each for each in events if each["kind"] not in _JOINED][-1]
        is_resolved = last["kind"] == FlagEvent.Kind.RESOLVED
        return cls(
            since=dt.datetime.fromisoformat(began["at"]),
            level=Level(max(each["level"] or 0 for each in events)),
            acknowledged=last["kind"] in _ANSWERED,
            resolved_at=dt.datetime.fromisoformat(last["at"]) if is_resolved else None,
        )

    def matters_after(self, heard_at: dt.datetime | None) -> bool:
        """Unresolved, or resolved since the patient was last heard of: a silence since then was expected."""
        return self.resolved_at is None or heard_at is None or self.resolved_at >= heard_at

    def as_triage(self, day: dt.date, zone: dt.tzinfo) -> OpenFlag:
        days_ago = (day - self.since.astimezone(zone).date()).days
        return OpenFlag(days_ago=days_ago, level=self.level, acknowledged=self.acknowledged)


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of a patient at a moment, beside their row and their reports."""

    courses: tuple[TreatmentCourse, ...] = ()
    limits: Mapping[str, float] = field(default_factory=dict)
    mutes: tuple[KnownMute, ...] = ()
    flags: tuple[KnownFlag, ...] = ()

    @classmethod
    def of(cls, row: Any) -> Self:
        """From a row of `known_patient`."""
        return cls(
            courses=tuple(TreatmentCourse.from_json(each) for each in row.courses_json),
            limits={each["name"]: each["value"] for each in row.limits_json},
            mutes=tuple(KnownMute.from_json(each) for each in row.mutes_json),
            flags=KnownFlag.all_from_json(row.flags_json),
        )


NO_REPORT = UUID(int=0)
_NOW = Given("now", models.DateTimeField())
_BEFORE = Given("before", models.UUIDField())


def known_patient() -> models.QuerySet[Patient]:
    """For a Statement: one patient's row, with everything that Known reads.

    It is run with `pk`, with `now`, as of when, and with `before`: a report that came at that moment, or
    NO_REPORT. What it did to flags is left out.
    """
    patient = models.OuterRef("pk")
    limits = PatientLimit.objects.in_force(_NOW).filter(patient=patient)
    mutes = Mute.objects.in_force(_NOW).filter(patient=patient)
    known = {
        "courses_json": _courses_as_json(),
        "limits_json": ArraySubquery(limits.values(json=JSONObject(name="name", value="value"))),
        "mutes_json": ArraySubquery(
            mutes.values(json=JSONObject(id="id", rule="rule", level="level", inputs="inputs"))
        ),
        "flags_json": _flags_as_json(),
    }
    return Patient.objects.filter(pk=Given("pk", models.UUIDField())).annotate(**known)


def _flags_as_json() -> ArraySubquery:
    """What happened to flags in the last weeks, and to those still open whenever they were raised."""
    lately = models.Q(at__gte=_NOW - dt.timedelta(days=DAYS_REMEMBERED)) | models.Q(flag__resolved_at=None)
    events = FlagEvent.objects.filter(
        lately,
        patient=models.OuterRef("pk"),
        at__lte=_NOW,
        kind__in=(*_BEGAN, *_JOINED, *_ANSWERED, FlagEvent.Kind.UNDONE),
    ).exclude(check_in=_BEFORE)
    return ArraySubquery(
        events.order_by("at", "id").values(
            json=JSONObject(flag="flag", at="at", kind="kind", level="detail__level")
        )
    )


def _courses_as_json() -> ArraySubquery:
    """The courses that are asked about: TreatmentCourse reads them.

    The query does not know yet by whose clock: for some it is yesterday or tomorrow already.
    """
    since = _NOW - dt.timedelta(days=DAYS_REMEMBERED)
    given = Dose.objects.filter(course=models.OuterRef("pk"), given_at__gte=since)
    dose = JSONObject(given_at="given_at", is_timed="is_timed", told_on="told_on")
    yesterday, tomorrow = (TruncDate(_NOW + dt.timedelta(days=days), tzinfo=dt.UTC) for days in (-1, 1))
    courses = Course.objects.asked_about(yesterday, until=tomorrow).filter(patient=models.OuterRef("pk"))
    return ArraySubquery(
        courses.order_by("started_on").values(
            json=JSONObject(
                drug="drug__code",
                plain_name="drug__plain_name",
                cycle="cycle",
                started_on="started_on",
                ended_on="ended_on",
                doses=ArraySubquery(given.values(json=dose)),
            )
        )
    )


def earlier_reports(patient: UUID, courses: Iterable[TreatmentCourse], day: dt.date) -> list[CheckIn]:
    """The last weeks' reports, newest first, and the one from before treatment to compare with."""
    first_day = min((course.started_on for course in courses), default=None)
    since = day - dt.timedelta(days=DAYS_REMEMBERED)
    return _REPORTS.run(patient=patient, since=since, first_day=first_day)


def _reports_since() -> models.QuerySet[CheckIn]:
    of_patient = CheckIn.objects.filter(patient=Given("patient", models.UUIDField()))
    first_day = Given("first_day", models.DateField())
    before = of_patient.current().filter(day__lte=first_day).order_by("-day", "-received_at")
    wanted = models.Q(day__gte=Given("since", models.DateField())) | models.Q(pk__in=before.values("pk")[:1])
    return of_patient.filter(wanted).order_by("-day", "-received_at")


_REPORTS = Statement(_reports_since)


def standing(reports: Collection[CheckIn]) -> list[CheckIn]:
    """Without those that a later one corrects: a correction may have moved them to another day."""
    corrected = {each.amends_id for each in reports}
    return [each for each in reports if each.pk not in corrected]


def history(
    patient: Patient,
    known: Known,
    reports: Collection[CheckIn],
    *,
    day: dt.date,
    now: dt.datetime,
    report: Report,
    language: str = "",
) -> History:
    """What triage compares a `report` of `day`, weighed at `now`, with. `reports` still stand, newest first.

    A drug that was begun after `day` has done nothing yet, and a flag of that day or later is no earlier one.
    What the report says of doses is known by the time it is weighed. Neither a request to be called nor a
    message is a day's log.
    `language` is that of whoever reports, the patient's own when it is "".
    """
    told = doses.told_last([report, *(each.told for each in reports if each.day == day)])
    courses = tuple(
        course.with_told(told, day, patient.zone, now) for course in known.courses if course.started_on <= day
    )
    logs = [each for each in reports if each.is_of_a_day]
    days, levels = _by_day(logs), _level_of_each_day(logs)
    dose_days = frozenset[dt.date]().union(*(course.dose_days(patient.zone) for course in courses))
    end_of_day = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, patient.zone)
    moment = min(now, end_of_day)
    oldest = day - dt.timedelta(days=DAYS_REMEMBERED)
    heard_at = max((each.received_at for each in reports if each.day < day), default=None)
    flags = (each for each in known.flags if each.matters_after(heard_at))
    return History(
        treatments=tuple(course.as_treatment(day, moment) for course in courses),
        usual=patient.usual,
        baseline=_baseline(courses, days),
        days=tuple(
            PastDay((day - each).days, _told_on(days[each]), each in dose_days, levels[each])
            for each in days
            if oldest <= each < day
        ),
        days_since_chemo=_days_since(patient.last_chemo_on, day),
        days_since_away=_days_since(patient.last_day_away(day), day),
        # Of whom we would have forgotten a report we do not know whether there was one.
        days_since_enrolled=_days_since(patient.enrolled_on, day) if patient.enrolled_on >= oldest else None,
        dose_day=day in dose_days,
        language=language or patient.language,
        also_writes=patient.language,
        limits=known.limits,
        mutes=tuple(mute.as_triage() for mute in known.mutes),
        open_flags=tuple(flag for each in flags if (flag := each.as_triage(day, patient.zone)).days_ago > 0),
        today=tuple(_earlier_today(each, now, patient.zone) for each in reports if each.day == day),
    )


def _earlier_today(check_in: CheckIn, now: dt.datetime, zone: dt.tzinfo) -> EarlierToday:
    """By when it came, not by the phone's clock, which may be anything."""
    hours_ago = (now - check_in.received_at).total_seconds() / 3600
    return EarlierToday(check_in.told, max(0.0, hours_ago), f"{check_in.received_at.astimezone(zone):%H:%M}")


def _by_day(reports: Iterable[CheckIn]) -> dict[dt.date, list[CheckIn]]:
    days: dict[dt.date, list[CheckIn]] = {}
    for each in reports:
        days.setdefault(each.day, []).append(each)
    return days


def _told_on(reports: Sequence[CheckIn]) -> Report:
    """All that was told on one day that is over."""
    return whole_day([each.told for each in reports])


def _level_of_each_day(reports: Iterable[CheckIn]) -> dict[dt.date, Level]:
    """What each day came to: its worst report."""
    levels: dict[dt.date, Level] = {}
    for each in reports:
        levels[each.day] = max(Level(each.level), levels.get(each.day, Level.NONE))
    return levels


def _baseline(
    courses: Iterable[TreatmentCourse], days: Mapping[dt.date, Sequence[CheckIn]]
) -> dict[str, Answer]:
    """The answers of the last day on or before the first day of treatment; empty when there is none.

    `days` runs newest first.
    """
    first_day = min((course.started_on for course in courses), default=None)
    if first_day is None:
        return {}
    last = next((day for day in days if day <= first_day), None)
    if last is None:
        return {}
    told = _told_on(days[last])
    answers = ((code, told.answer(code)) for code in told.asked)
    return {code: answer for code, answer in answers if answer is not None}


def _days_since(date: dt.date | None, day: dt.date) -> int | None:
    return (day - date).days if date is not None and date <= day else None
