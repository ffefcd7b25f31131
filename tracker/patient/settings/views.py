"""The page that lists every setting, with what is chosen now."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.zones import place_of
from tracker.patient.access import chosen


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What is the person's own for everybody; what is the diary's for its patient."""
    diary = chosen(request, timezone.now())
    patient = diary.patient if diary and diary.is_own else None
    context: dict[str, Any] = {"patient": patient}
    if patient:
        context |= {
            "place": place_of(patient.zone.key),
            "has_left": patient.has_left(patient.today(timezone.now())),
        }
    return render(request, "tracker/patient/settings/index.html", context)
