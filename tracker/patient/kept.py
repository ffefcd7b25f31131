"""The pages that a phone keeps for when there is no network: the check-in, and whom to call.

They are made for days on which nobody can ask the server, so nothing of one day stands in them, and no answer
that was ever given.
"""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from education.languages import page_language
from tracker.models import CheckIn, Patient, SealingKey
from tracker.patient.access import ANY_CARER, DiaryRequest, patient_or_carer_required
from tracker.patient.forms import CheckInForm
from tracker.patient.frame import frame
from tracker.patient.keeping import OWNER_HEADER
from tracker.patient.plan import plan_for


@require_safe
@patient_or_carer_required(ANY_CARER)
def check_in(request: DiaryRequest, patient: Patient) -> HttpResponse:
    now = timezone.now()
    if patient.has_left(patient.today(now)):
        raise Http404
    plan = plan_for(
        patient,
        patient.today(now),
        page_language(),
        reports=CheckIn.objects.none(),  # its list is that of the drugs: what was had lately is not told
        by_another=not request.diary.is_own,
    )
    context = {
        **frame(patient, plan.running, plan.today, now),
        "form": CheckInForm(plan=plan, now=now),
        "plan": plan,
        "sealing_key": SealingKey.current(now),
        "kept": True,
    }
    return theirs(request, "tracker/patient/check_in.html", context)


@require_safe
@patient_or_carer_required(ANY_CARER)
def emergency(request: DiaryRequest, patient: Patient) -> HttpResponse:
    now = timezone.now()
    courses = list(patient.courses.running(patient.today(now)).select_related("drug"))
    context = {**frame(patient, courses, patient.today(now), now), "kept": True}
    return theirs(request, "tracker/patient/emergency.html", context)


def theirs(request: DiaryRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Says for whom it was made: another diary may have been opened while a script fetched it."""
    response = render(request, template, context)
    response[OWNER_HEADER] = request.diary.draft
    return response
