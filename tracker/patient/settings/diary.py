"""Settings of a diary, for its patient alone: where they are, who looked, a copy of it all, and leaving."""

import datetime as dt
from collections.abc import Iterator

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import AccessEvent
from accounts.recent import recently_proved
from tracker import leaving
from tracker.exchange import diary_csv, diary_json
from tracker.models import Patient
from tracker.patient.access import DiaryRequest, patient_required
from tracker.patient.settings.forms import LeaveForm, PlaceForm
from tracker.patient.settings.looks import by_day, looks_at

LOOKS_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@patient_required
def place(request: HttpRequest, patient: Patient) -> HttpResponse:
    form = PlaceForm(request.POST if request.method == "POST" else None, patient=patient)
    if form.is_valid():
        form.save(timezone.now())
        messages.success(request, _("Saved."))
        return redirect("settings:index")
    context = {"form": form, "title": _("Where I am"), "setting": "place"}
    return render(request, "tracker/patient/settings/form.html", context)


@require_safe
@patient_required
def looks(request: HttpRequest, patient: Patient) -> HttpResponse:
    page = Paginator(looks_at(patient), LOOKS_A_PAGE).get_page(request.GET.get("page"))
    context = {"patient": patient, "page": page, "days": by_day(page, patient)}
    return render(request, "tracker/patient/settings/looks.html", context)


@require_safe
@patient_required
@recently_proved()
def download(request: HttpRequest, patient: Patient) -> HttpResponse:
    return render(request, "tracker/patient/settings/download.html", {"left_out": diary_json.left_out()})


@require_POST
@patient_required
@recently_proved()
def as_json(request: DiaryRequest, patient: Patient) -> StreamingHttpResponse:
    now = timezone.now()
    request.diary.keep_own(AccessEvent.What.DOWNLOAD)
    lines = diary_json.written(patient, now)
    return _file(lines, "application/json", patient, now, "json")


@require_POST
@patient_required
@recently_proved()
def as_csv(request: DiaryRequest, patient: Patient) -> StreamingHttpResponse:
    request.diary.keep_own(AccessEvent.What.DOWNLOAD)
    return _file(diary_csv.written(patient), "text/csv; charset=utf-8", patient, timezone.now(), "csv")


@require_http_methods(["GET", "HEAD", "POST"])
@patient_required
def leave(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Says what leaving means; what is sent from here is asked about once more."""
    if patient.has_left(patient.today(timezone.now())):
        return redirect("settings:index")
    form = LeaveForm(request.POST if request.method == "POST" else None)
    is_sure = form.is_valid()
    template = "leave_confirm" if is_sure else "leave"
    return render(request, f"tracker/patient/settings/{template}.html", {"patient": patient, "form": form})


@require_POST
@patient_required
def leave_now(request: HttpRequest, patient: Patient) -> HttpResponse:
    form = LeaveForm(request.POST)
    if not form.is_valid():
        return render(request, "tracker/patient/settings/leave.html", {"patient": patient, "form": form})
    leaving.leave(patient.pk, reason=form.cleaned_data["reason"].strip(), now=timezone.now())
    return redirect("patient:today")


def _file(
    lines: Iterator[str], kind: str, patient: Patient, now: dt.datetime, ending: str
) -> StreamingHttpResponse:
    """Without the patient's name: it may stay on a phone that others use."""
    name = f"sidelight-diary-{patient.today(now).isoformat()}.{ending}"
    return StreamingHttpResponse(
        lines,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
