"""Doses that patients tell us of: what was said last of each drug, and the rows that follow from it."""

import datetime as dt
from collections.abc import Iterable, Sequence

from tracker.models import CheckIn, Course, Dose, Patient
from tracker.triage.report import Report, ToldDose

NOON = dt.time(12)


def told_last(reports: Iterable[Report]) -> dict[str, ToldDose]:
    """By drug. The `reports` of one day run newest first."""
    told: dict[str, ToldDose] = {}
    for report in reports:
        told = {**report.doses, **told}
    return told


def moment_of(said: ToldDose, day: dt.date, zone: dt.tzinfo, now: dt.datetime) -> tuple[dt.datetime, bool]:
    """When a dose of `day` was taken, and whether we know. Else around noon, and never later than now.

    A time on another day, or one that has not come yet, is a slip or a wrong clock: then we do not know.
    """
    if said.at is not None and said.at <= now and said.at.astimezone(zone).date() == day:
        return said.at, True
    return min(dt.datetime.combine(day, NOON, zone), now), False


def follow(patient: Patient, day: dt.date, reports: Sequence[CheckIn], now: dt.datetime) -> None:
    """Make a day's doses what its `reports` say, which still stand and run newest first.

    There is one for each course at most: it changes or goes when a correction says so, and its history stays.
    A dose that the team has written down of that day is left alone, and is not doubled.
    """
    told = told_last(each.told for each in reports)
    known = {dose.course_id: dose for dose in patient.doses.filter(told_on=day)}
    courses = patient.courses.running(day).filter(drug__code__in=told).select_related("drug")
    for course in courses.exclude(pk__in=_with_a_dose_of_the_teams(patient, day)).order_by("started_on"):
        said = told.pop(course.drug.code, None)  # of two courses of one drug, the older one has it
        if said and said.answer == "taken":
            _keep(course, day, moment_of(said, day, patient.zone, now), known.pop(course.pk, None))
    for dose in known.values():
        dose.delete()


def _keep(course: Course, day: dt.date, when: tuple[dt.datetime, bool], dose: Dose | None) -> None:
    given_at, is_timed = when
    if dose is None:
        made = Dose(team_id=course.patient.team_id, patient_id=course.patient_id, course=course, told_on=day)
        made.given_at, made.is_timed = given_at, is_timed
        Dose.objects.bulk_create([made], ignore_conflicts=True)
    elif (dose.given_at, dose.is_timed) != when:
        dose.given_at, dose.is_timed = given_at, is_timed
        dose.save(update_fields=["given_at", "is_timed"])


def _with_a_dose_of_the_teams(patient: Patient, day: dt.date) -> list[int]:
    """The courses of which the team itself has written down a dose of that day."""
    start = dt.datetime.combine(day, dt.time.min, patient.zone)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, patient.zone)
    given = patient.doses.filter(told_on=None, given_at__gte=start, given_at__lt=end)
    return list(given.values_list("course", flat=True))
