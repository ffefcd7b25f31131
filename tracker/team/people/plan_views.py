"""The drugs of a patient's plan: begun, changed, ended; and doses, written down and struck out."""

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from tracker.models import CareEvent, Course, Dose, Patient
from tracker.team import pages
from tracker.team.access import CareTeamRequest, care_team_required
from tracker.team.people.access import LOOK, kept_record, of_kept_record, sent
from tracker.team.people.plan_forms import AddedCourseForm, ChangedCourseForm, DoseForm

Kind = CareEvent.Kind
DOSES_SHOWN = 28


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
@transaction.atomic
def add_course(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    now = timezone.now()
    patient = kept_record(request, pk)
    form = AddedCourseForm(sent(request), patient=patient, today=patient.today(now))
    if form.is_valid():
        try:
            with transaction.atomic():
                _add(form, patient, request.user, now)
        except IntegrityError:  # pressed twice, or a colleague did the same
            form.add_error("started_on", _("A course of this drug began on that day already."))
        else:
            messages.success(request, _("Saved."))
            return redirect("team:record", pk=patient.pk)
    pages.keep_look(request, patient, LOOK)
    return pages.page(request, "people/course", now, form=form, forms=[form], patient=patient)


def _add(form: AddedCourseForm, patient: Patient, by: User, now: dt.datetime) -> None:
    course: Course = form.save(commit=False)
    if form.earlier:
        form.earlier.ended_on = course.started_on - dt.timedelta(days=1)
        form.earlier.save(update_fields=["ended_on"])
        _keep(form.earlier, Kind.COURSE_ENDED, by, now, form.earlier.ended_on)
    course.team_id, course.patient = patient.team_id, patient
    course.save(force_insert=True)
    _keep(course, Kind.COURSE_ADDED, by, now, course.started_on)


def _keep(course: Course, kind: str, by: User, now: dt.datetime, day: dt.date | None) -> None:
    CareEvent.keep(
        course.patient, kind, by=by, now=now, drug=course.drug.name, day=day.isoformat() if day else None
    )


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
@transaction.atomic
def change_course(request: CareTeamRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    course = of_kept_record(Course.objects.select_related("drug"), request, pk)
    patient, had_ended = course.patient, course.ended_on
    form = ChangedCourseForm(sent(request), instance=course, today=patient.today(now))
    if form.is_valid():
        if form.has_changed():
            form.save()
            ends = course.ended_on is not None and course.ended_on != had_ended
            day = course.ended_on if ends else course.started_on
            _keep(course, Kind.COURSE_ENDED if ends else Kind.COURSE_CHANGED, request.user, now, day)
        messages.success(request, _("Saved."))
        return redirect("team:record", pk=patient.pk)
    pages.keep_look(request, patient, LOOK)
    return pages.page(
        request, "people/course", now, form=form, forms=[form], patient=patient, drug=course.drug
    )


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
@transaction.atomic
def doses(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    """Leads back to itself: several days are written down one after the other."""
    now = timezone.now()
    patient = kept_record(request, pk)
    form = DoseForm(sent(request), patient=patient, now=now)
    if form.is_valid():
        try:
            with transaction.atomic():
                _give(form, request.user, now)
        except IntegrityError:
            form.add_error("day", _("A dose of this day is written down already."))
        else:
            messages.success(request, _("Saved."))
            return redirect("team:doses", pk=patient.pk)
    pages.keep_look(request, patient, LOOK)
    given = Dose.objects.visible_to(request.user).filter(patient=patient).select_related("course__drug")
    latest = given.order_by("-given_at")[:DOSES_SHOWN]
    return pages.page(request, "people/doses", now, form=form, forms=[form], patient=patient, doses=latest)


def _give(form: DoseForm, by: User, now: dt.datetime) -> None:
    """What the team writes down takes the place of what the patient told of that day."""
    told, patient = form.cleaned_data, form.patient
    course, day = told["course"], told["day"]
    for dose in Dose.objects.filter(course=course, told_on=day):
        dose.delete()
    Dose.objects.create(
        team_id=patient.team_id,
        patient=patient,
        course=course,
        given_at=form.given_at(told),
        is_timed=told["time"] is not None,
    )
    _keep(course, Kind.DOSE_ADDED, by, now, day)


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
@transaction.atomic
def remove_dose(request: CareTeamRequest, pk: int) -> HttpResponse:
    """One that was written down in error; its history keeps it."""
    dose = of_kept_record(Dose.objects.filter(told_on=None).select_related("course__drug"), request, pk)
    if request.method == "POST":
        day = dose.given_at.astimezone(dose.patient.zone).date()
        dose.course.patient = dose.patient
        dose.delete()
        _keep(dose.course, Kind.DOSE_REMOVED, request.user, timezone.now(), day)
        messages.success(request, _("Struck out."))
    return redirect("team:doses", pk=dose.patient_id)
