"""Making a patient, and changing what is kept of one: every row of it in one transaction, and who did it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from accounts.models import CareTeam, Invitation, User
from tracker.models import CareEvent, Course, Dose, Patient
from tracker.team.people.forms import KEPT, PersonForm

Kind = CareEvent.Kind
NOON = dt.time(12)


@transaction.atomic
def enrol(
    form: PersonForm, courses: Iterable[Mapping[str, Any]], *, team: CareTeam, by: User, now: dt.datetime
) -> Patient:
    """From valid forms. Raises IntegrityError when somebody made the same account or number meanwhile."""
    patient: Patient = form.save(commit=False)
    patient.team = team
    patient.user = form.account or User.objects.create_user(form.cleaned_data["email"], name=patient.name)
    patient.enrolled_on = patient.today(now)
    patient.save(force_insert=True)
    for course in courses:
        _begin(patient, course, now)
    CareEvent.keep(patient, Kind.ENROLLED, by=by, now=now)
    return patient


def _begin(patient: Patient, told: Mapping[str, Any], now: dt.datetime) -> None:
    columns = {name: value for name, value in told.items() if name != "first_dose"}
    course = Course.objects.create(team_id=patient.team_id, patient=patient, **columns)
    if told["first_dose"]:
        noon = dt.datetime.combine(course.started_on, NOON, patient.zone)
        Dose.objects.create(
            team_id=patient.team_id,
            patient=patient,
            course=course,
            given_at=min(noon, now),
            is_timed=False,
        )


@transaction.atomic
def change(form: PersonForm, *, by: User, now: dt.datetime) -> Patient:
    """Only what was changed is written. Raises IntegrityError as `enrol` does."""
    patient: Patient = form.save(commit=False)
    changed = [name for name in form.changed_data if name in KEPT]
    columns = [*changed]
    if "time_zone" in changed:  # a reminder of today that the new clock jumps over is not made up for
        patient.remind_from = now
        columns.append("remind_from")
    if columns:
        patient.save(update_fields=columns)
    if _change_account(patient, form, now):
        changed.append("email")
    if changed:
        CareEvent.keep(patient, Kind.EDITED, by=by, now=now, fields=sorted(changed))
    return patient


def _change_account(patient: Patient, form: PersonForm, now: dt.datetime) -> bool:
    """The address that they sign in with; an invitation that went to another one opens nothing any more."""
    user, email = patient.user, form.cleaned_data["email"]
    if user.last_login is None and "name" in form.changed_data:
        user.name = patient.name
        user.save(update_fields=["name"])
    if email == user.email:
        return False
    user.email = email
    user.save(update_fields=["email"])
    Invitation.objects.of_patients().filter(user=user).end(now)
    return True
