"""What the library's first page shows before all else to somebody who is on a treatment."""

from typing import Any

from django import template
from django.utils import timezone

from education.languages import page_language
from tracker.models import Patient
from tracker.patient.expected import days_expected, published_drugs
from tracker.patient.frame import treatments

register = template.Library()


@register.inclusion_tag("tracker/patient/parts/own_treatment.html")
def own_treatment(patient: Patient) -> dict[str, Any]:
    """The pages on the drugs that they are on, and on this day of each."""
    today = patient.today(timezone.now())
    courses = [*patient.courses.running(today).select_related("drug")]
    told_of = treatments(courses, today, page_language())
    return {"drugs": published_drugs(told_of), "days_expected": days_expected(told_of, today)}
