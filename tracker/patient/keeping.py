"""Which pages a phone keeps, for whom, and when it has to fetch them anew."""

import hashlib
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from config import shell
from tracker.patient.access import Diary
from tracker.patient.plan import Plan

OWNER_HEADER = "Sidelight-Owner"


def kept_pages(plan: Plan, diary: Diary) -> dict[str, str]:
    """For static/js/kept-pages.js."""
    pages = (reverse("offline:check_in"), reverse("offline:emergency"))
    return {"owner": diary.draft, "pages": " ".join(pages), "version": _version(plan, diary)}


def _version(plan: Plan, diary: Diary) -> str:
    """Changes with what stands in the pages, and neither from day to day nor with what was reported."""
    team, user = plan.patient.team, diary.user
    told: list[Any] = [
        shell.digest(),
        diary.draft,
        get_language(),
        [user.temperature_unit, user.weight_unit, user.text_size],
        plan.patient.zone.key,
        sorted((line.code, line.label) for line in (*plan.lines, *plan.others)),
        [(course.drug.code, course.drug.updated_at, course.is_taken_at_home) for course in plan.running],
        sorted(plan.readings),
        [team.emergency_number, team.phone, team.line_24h, team.crisis_line, team.cover_words],
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]
