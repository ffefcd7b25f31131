"""The pages of the library that a phone keeps: whom to call, one's own drugs, and what they may do."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from education.languages import page_language
from education.models import Article, Drug, Section, Symptom, Translated
from education.models.symptoms import URGENT
from tracker.models import Patient
from tracker.patient.access import ANY_CARER, DiaryRequest, patient_or_carer_required
from tracker.patient.kept import theirs

MOST_KEPT = 80


@dataclass(frozen=True, slots=True)
class Kept:
    page: Translated[Any]
    part: str | Promise
    is_late: bool

    @property
    def version(self) -> str:
        """Changes with the page, with its translation, and when its review is due."""
        changed = [
            self.page.page.updated_at,
            getattr(self.page.translation, "updated_at", None),
            self.is_late,
        ]
        return hashlib.sha256(repr(changed).encode()).hexdigest()[:12]


@require_safe
@patient_or_carer_required(ANY_CARER)
def library(request: DiaryRequest, patient: Patient) -> HttpResponse:
    """A list of them; on the phone it stands in for the library's first page."""
    today = patient.today(timezone.now())
    codes = [*patient.courses.running(today).values_list("drug__code", flat=True)]
    parts = kept_for(codes, page_language())
    pages = (Kept(page, part, page.page.is_overdue_for_review(today)) for part, page in parts)
    return theirs(request, "tracker/patient/kept_library.html", {"pages": [*islice(pages, MOST_KEPT)]})


def kept_for(codes: list[str], language: str) -> Iterator[tuple[str | Promise, Translated[Any]]]:
    """The pages with the heading that each stands under: what matters most first, each page once."""
    is_help = Q(section=Section.GETTING_HELP)
    of_drugs = Q(pk__in=Symptom.objects.for_drugs(codes).values("pk"))
    symptoms = Symptom.objects.published().filter(of_drugs | Q(code__in=URGENT))
    on_them = Article.objects.published().filter(Q(drugs=None) | Q(drugs__code__in=codes))
    on_them = on_them.about(symptom_codes=symptoms.values_list("code", flat=True), drug_codes=codes)
    parts: list[tuple[str | Promise, Any]] = [
        (_("Getting help"), Article.objects.published().filter(is_help)),
        (_("Your drugs"), Drug.objects.published().filter(code__in=codes)),
        (_("Symptoms"), symptoms),
        (_("More about your drugs"), on_them.exclude(is_help)),
    ]
    return ((part, page) for part, pages in parts for page in pages.in_language(language))
