"""The check-in with a nurse between the patient and the page. It is sent the one way that there is."""

import datetime as dt
import uuid
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import AccessEvent
from tracker import checkins
from tracker.models import CheckIn, Patient
from tracker.patient.forms import RED_FLAG_WORDS, CheckInForm
from tracker.patient.plan import Plan, plan_for
from tracker.patient.questions import QuestionForm, answered, are_answered, questions_about
from tracker.team import pages, told
from tracker.team.access import CareTeamRequest, care_team_required, of_teams_of
from tracker.triage.report import Level
from tracker.triage.symptoms import RED_FLAGS


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
def take(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    """The questions, in the patient's words; days and hours are by the patient's clock."""
    now = timezone.now()
    patient = pages.patient_of(request, pk)
    with timezone.override(patient.zone):
        plan = plan_for(patient, patient.today(now), by_another=True)
        form = _form(request, plan, now)
        if form.is_valid():
            sent = _submit(form, patient, request, now)
            for words in form.cut:
                messages.warning(request, words)
            return redirect("team:taken", pk=sent.check_in.pk)
        pages.keep_look(request, patient, AccessEvent.What.PHONE)
        return pages.page(
            request,
            "by_phone",
            now,
            form=form,
            plan=plan,
            patient=patient,
            team=patient.team,
            red_flag_words=[RED_FLAG_WORDS[code] for code in RED_FLAGS],
        )


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
def taken(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    """What to tell the patient before hanging up, and the flag. Readings are asked about here too."""
    now = timezone.now()
    report = _taken(request, pk)
    patient = report.patient
    asked = _questions(request, report, now)
    if request.method == "POST" and are_answered(asked):
        return _after_answer(_answer(request, report, asked, now), asked)
    with transaction.atomic():
        pages.keep_look(request, patient, AccessEvent.What.PHONE)
    found = [each for each in report.findings.all() if not each.muted]
    return pages.page(
        request,
        "taken",
        now,
        check_in=report,
        patient=patient,
        team=patient.team,
        told=told.told(report),
        reasons=list(dict.fromkeys(each.patient_words for each in found if each.level >= Level.URGENT)),
        questions=asked,
        flag=patient.flags.unresolved().select_related("owner").first(),
        can_correct=checkins.accepts(report.day, patient.today(now)) and report.reported_by == request.user,
    )


def _form(request: CareTeamRequest, plan: Plan, now: dt.datetime) -> CheckInForm:
    """Bound, or empty, or filled in with what this person took before and corrects now."""
    if request.method == "POST":
        return CheckInForm(request.POST, plan=plan, now=now)
    correct = next((each for each in plan.reports if str(each.pk) == request.GET.get("correct")), None)
    if correct and correct.reported_by == request.user and checkins.accepts(correct.day, plan.today):
        return CheckInForm.of(correct, plan=plan, now=now)
    return CheckInForm(initial={"id": uuid.uuid4()}, plan=plan, now=now)


def _submit(
    form: CheckInForm, patient: Patient, request: CareTeamRequest, now: dt.datetime
) -> checkins.Submitted:
    """An id that somebody else's report has (a copied page) gives way to a fresh one."""
    details: dict[str, Any] = {
        "patient_id": patient.pk,
        "report": form.report,
        "by": request.user,
        "day": form.chosen_day,
        "reported_at": now,
        "now": now,
        "source": CheckIn.Source.PHONE,
    }
    try:
        return checkins.submit(id=form.cleaned_data["id"], **details)
    except checkins.IdTaken:
        return checkins.submit(id=uuid.uuid4(), **details)


def _taken(request: CareTeamRequest, pk: UUID) -> CheckIn:
    """A report that the team took by phone; 404 for any other."""
    taken = of_teams_of(CheckIn.objects.filter(source=CheckIn.Source.PHONE), request.user)
    report = get_object_or_404(taken.select_related("patient__team", "reported_by"), pk=pk)
    return taken.filter(amends=report).select_related("patient__team", "reported_by").first() or report


def _questions(request: CareTeamRequest, report: CheckIn, now: dt.datetime) -> list[QuestionForm]:
    """For whoever took it; they have the patient on the phone."""
    is_open = checkins.accepts(report.day, report.patient.today(now)) and report.reported_by == request.user
    data = request.POST if request.method == "POST" else None
    return questions_about(report, report.patient, data) if is_open else []


def _answer(
    request: CareTeamRequest, report: CheckIn, asked: list[QuestionForm], now: dt.datetime
) -> CheckIn:
    return checkins.submit(
        patient_id=report.patient_id,
        report=answered(report.told, asked),
        id=report.pk,
        by=request.user,
        day=report.day,
        reported_at=now,
        now=now,
        source=CheckIn.Source.PHONE,
    ).check_in


def _after_answer(report: CheckIn, asked: list[QuestionForm]) -> HttpResponse:
    """Back to the answer; or to the questions, at the first symptom that is to be changed."""
    to_change = next(filter(None, (form.to_change for form in asked)), "")
    if not to_change:
        return redirect("team:taken", pk=report.pk)
    address = reverse("team:by_phone", args=[report.patient_id])
    return redirect(f"{address}?correct={report.pk}#id_s_{to_change}")
