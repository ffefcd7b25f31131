"""Make a page for my next visit: choose, look, print, take it along."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import AccessEvent
from education.languages import page_language
from education.models import in_language
from tracker.exchange.visit_report import visit_report
from tracker.models import Patient
from tracker.patient.access import DiaryRequest, patient_required
from tracker.patient.charts import reading_summary, style_for, summary
from tracker.patient.frame import treatments
from tracker.patient.plan import labels
from tracker.patient.story import answered_in_words
from tracker.patient.visit import paper
from tracker.patient.visit.forms import VisitForm

CHOOSE = "tracker/patient/visit/choose.html"
PAGE = "tracker/patient/visit/page.html"


@require_http_methods(["GET", "HEAD", "POST"])
@patient_required
@transaction.atomic
def visit(request: DiaryRequest, patient: Patient) -> HttpResponse:
    """The form, or the page that was asked for, or that as a PDF. Nothing is kept between them."""
    now = timezone.now()
    form = VisitForm(request.POST or None, today=patient.today(now))
    if not form.is_valid() or "change" in request.POST:
        return render(request, CHOOSE, {"form": form})
    request.diary.keep_own(AccessEvent.What.VISIT)
    context = _page(patient, form, now) | {"form": form, "can_pdf": paper.is_installed()}
    if "pdf" not in request.POST:
        return render(request, PAGE, context)
    try:
        made = paper.make_pdf(render_to_string(PAGE, context, request), _paper_of(patient))
    except paper.NoPdf:
        return render(request, PAGE, context | {"can_pdf": False, "no_pdf": True})
    headers = {"Content-Disposition": f'attachment; filename="visit-{form.today}.pdf"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


def _page(patient: Patient, form: VisitForm, now: dt.datetime) -> dict[str, Any]:
    chosen = form.cleaned_data
    report = visit_report(
        patient,
        form.calendar,
        chosen["parts"],
        labels=labels(page_language()),
        style=style_for(patient),
        now=now,
    )
    courses = list(patient.courses.running(form.today).select_related("drug"))
    drugs = in_language([each.course.drug for each in report.doses], page_language())
    return {
        "patient": patient if chosen["with_name"] else None,
        "questions": chosen["questions"],
        "parts": chosen["parts"],
        "first": form.calendar[0],
        "today": form.today,
        "treatments": treatments(courses, form.today, page_language()),
        "report": report,
        "sentences": summary(report.heat_map) if "symptoms" in chosen["parts"] else [],
        "readings": [(chart, reading_summary(chart)) for chart in report.readings],
        "doses": list(zip(report.doses, drugs, strict=True)),
        "calls": [(event.at, answered_in_words(event)) for event in report.calls],
    }


def _paper_of(patient: Patient) -> str:
    """Who reads °F has Letter in the printer: both are the custom of the same few countries."""
    return "Letter" if patient.user.temperature_unit == "F" else "A4"
