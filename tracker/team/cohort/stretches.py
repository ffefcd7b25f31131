"""On which days somebody was in treatment and expected to report: what every share is a share of.

A day counts for a patient when it lies in the period and in a course of the drug, when they were enrolled,
had not left and were not paused. A course that begins before the last one has ended takes its place: its
first day is treatment day 1. Values in, values out; `days_in_treatment` fetches them.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from accounts.models import CareTeam, User
from education.models import Drug
from tracker.models import Course, Patient
from tracker.team.access import of_teams_of, patients_of

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days without a gap, the first and the last among them, of a course that began on `started_on`."""

    patient: UUID
    started_on: dt.date
    first: dt.date
    last: dt.date

    def __len__(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which nothing was expected, both ends among them."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Known:
    """What a row of a patient said of a pause, from the day `since` on."""

    since: dt.date
    paused_from: dt.date | None
    paused_until: dt.date | None


def days_in_treatment(
    user: User, team: CareTeam, drug: Drug, since: dt.date, until: dt.date
) -> list[Stretch]:
    """Of the team's patients, in three queries."""
    courses = (
        of_teams_of(Course.objects.all(), user)
        .filter(patient__team=team, drug=drug, started_on__lte=until)
        .exclude(ended_on__lt=since)
        .order_by("patient", "started_on")
    )
    by_patient = [(patient, list(own)) for patient, own in groupby(courses, key=attrgetter("patient_id"))]
    patients = (
        patients_of(user)
        .filter(team=team)
        .select_related("team")
        .in_bulk([patient for patient, _courses in by_patient])
    )
    away = _aways(patients.values())
    found: list[Stretch] = []
    for pk, own in by_patient:
        patient = patients[pk]
        begins = max(since, patient.enrolled_on)
        ends = until if patient.left_on is None else min(until, patient.left_on - DAY)
        found += stretches(
            pk, [(each.started_on, each.ended_on) for each in own], begins, ends, away.get(pk, [])
        )
    return found


def stretches(
    patient: UUID,
    courses: Sequence[tuple[dt.date, dt.date | None]],
    begins: dt.date,
    ends: dt.date,
    away: Iterable[Away] = (),
) -> list[Stretch]:
    """Of one patient, from the oldest. `courses`: first and last day, in the order in which they began."""
    found = []
    for place, (started_on, ended_on) in enumerate(courses):
        later = [other for other, _end in courses[place + 1 :] if other > started_on]
        last = min(ends, ended_on or ends, *(other - DAY for other in later))
        first = max(begins, started_on)
        if first <= last:
            found.append(Stretch(patient, started_on, first, last))
    return list(_without(found, sorted(away, key=attrgetter("first"))))


def _without(found: Sequence[Stretch], away: Sequence[Away]) -> Iterator[Stretch]:
    for stretch in found:
        first = stretch.first
        for each in away:
            if each.last < first or each.first > stretch.last:
                continue
            if each.first > first:
                yield Stretch(stretch.patient, stretch.started_on, first, each.first - DAY)
            first = each.last + DAY
        if first <= stretch.last:
            yield Stretch(stretch.patient, stretch.started_on, first, stretch.last)


def aways(known: Sequence[Known]) -> list[Away]:
    """What the rows of one patient, from the oldest, come to.

    A day counts as away as the row had it at the end of that day: whoever came back sooner was expected again
    from then on. The oldest row is believed of the days before it too.
    """
    found = []
    for place, each in enumerate(known):
        if each.paused_until is None:
            continue
        begins = each.paused_from or each.since
        first = begins if place == 0 else max(begins, each.since)
        after = known[place + 1].since if place + 1 < len(known) else None
        last = each.paused_until if after is None else min(each.paused_until, after - DAY)
        if first <= last:
            found.append(Away(first, last))
    return found


def _aways(patients: Iterable[Patient]) -> dict[UUID, list[Away]]:
    """From the history that PostgreSQL keeps of the patients' rows; one query."""
    own = {patient.pk: patient for patient in patients}
    events: Any = Patient.pgh_event_model  # type: ignore[attr-defined]
    rows = (
        events.objects.filter(pgh_obj__in=own)
        .order_by("pgh_obj", "pgh_created_at", "pgh_id")
        .values_list("pgh_obj", "pgh_created_at", "paused_from", "paused_until")
    )
    found = {}
    for patient, lines in groupby(rows, key=lambda row: row[0]):
        known = [Known(at.astimezone(own[patient].zone).date(), *pause) for _pk, at, *pause in lines]
        found[patient] = aways(known)
    return found
