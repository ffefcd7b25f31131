"""Which pages a phone keeps, and when it has to fetch them anew."""

import hashlib
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language

from tracker.patient.access import Diary
from tracker.patient.plan import Plan

MADE_OF = ("css/tokens.css", "css/base.css", "css/components.css", "css/forms.css", "js/check-in.js")


def kept_pages(plan: Plan, diary: Diary) -> dict[str, str]:
    """For static/js/kept-pages.js: for whom they are kept, where they are, and their version."""
    pages = (reverse("offline:check_in"), reverse("offline:emergency"))
    return {"owner": diary.draft, "pages": " ".join(pages), "version": _version(plan, diary)}


def _version(plan: Plan, diary: Diary) -> str:
    """Changes with what stands in the pages, and not from day to day."""
    team = plan.patient.team
    told: list[Any] = [
        diary.draft,
        plan.patient.zone.key,
        sorted(line.code for line in plan.lines),
        [course.drug.code for course in plan.running],
        sorted(plan.readings),
        [team.emergency_number, team.phone, team.line_24h, team.crisis_line, team.cover_words],
        get_language(),
        [static(name) for name in MADE_OF],
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]
