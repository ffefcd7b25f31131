"""The chart, and the one thing that is written down on it: a clinician's grade."""

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import AccessEvent
from tracker.models import AlreadyCorrected, CheckIn, ClinicianGrade, Patient
from tracker.team import pages
from tracker.team.access import CareTeamRequest, answers_a_form, care_team_required
from tracker.team.chart.asked import Asked
from tracker.team.chart.days import named
from tracker.team.chart.page import Chart, chart_page, grade_form, grades_here, who_was_quicker
from tracker.team.chart.records import Records, patient_for_chart


@require_safe
@care_team_required
@transaction.atomic
def patient(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    now = timezone.now()
    shown = patient_for_chart(request.user, pk, now)
    pages.keep_look(request, shown, AccessEvent.What.CHART)
    return chart_page(request, shown, now)


def _its_grades(request: CareTeamRequest, pk: UUID) -> str:
    return pages.chart_of(pages.patient_of(request, pk), "grades")


@answers_a_form(_its_grades)
@transaction.atomic
def record_grade(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    """A new grade, or the correction of one; what was typed stays on the page whatever goes wrong."""
    now = timezone.now()
    shown = patient_for_chart(request.user, pk, now)
    if not grades_here(request, shown):
        raise Http404
    today = shown.today(now)
    asked = Asked.of(request.GET, today)
    corrects = _corrected(shown, request.POST.get("replaces", ""))
    chart = Chart(Records(shown, request.user, now, asked.calendar(today)), asked)
    form = grade_form(chart, corrects, data=request.POST)
    if form.is_valid():
        told = form.what_is_told
        check_in = _report_of(shown, told["day"], told["symptom"])
        try:
            made = ClinicianGrade.of(
                shown, by=request.user, now=now, replaces=corrects, check_in=check_in, **told
            )
        except AlreadyCorrected as quicker:
            form.add_error(None, who_was_quicker(quicker.by))
        else:
            messages.success(request, _in_words(made))
            address = reverse("team:patient", args=[shown.pk])
            return redirect(f"{address}{asked.address.rstrip('?')}#grades")
    pages.keep_look(request, shown, AccessEvent.What.CHART)
    return chart_page(request, shown, now, grade=form, corrects=corrects)


def _corrected(shown: Patient, key: str) -> ClinicianGrade | None:
    """What a correction is of; 404 for another patient's, and for what nobody recorded."""
    if not key:
        return None
    try:
        found = ClinicianGrade.objects.filter(patient=shown, pk=key).first()
    except ValidationError:
        found = None
    if found is None:
        raise Http404
    return found


def _report_of(shown: Patient, day: dt.date, symptom: str) -> CheckIn | None:
    """The report of that day that tells of the symptom, the last of several."""
    if not symptom:
        return None
    reports = CheckIn.objects.filter(patient=shown, day=day).current().of_days()
    return reports.filter(grades__has_key=symptom).order_by("-received_at").first()


def _in_words(made: ClinicianGrade) -> str:
    said = {
        "term": made.term,
        "grade": made.grade,
        "version": made.version,
        "day": named(made.day),
    }
    if made.is_taken_back:
        return _("Taken back: %(term)s, grade %(grade)s, of %(day)s. It stays in what happened.") % said
    return _("Recorded: %(term)s, grade %(grade)s (CTCAE %(version)s), of %(day)s.") % said
