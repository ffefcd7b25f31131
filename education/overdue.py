"""Pages that somebody has to read again, the longest overdue first."""

import datetime as dt
from typing import cast

from django.urls import reverse

from education.models import Article, Cytokine, Drug, Published, Symptom


def overdue_pages(today: dt.date) -> list[Published]:
    """Of all kinds, what readers see and nobody has read again in time."""
    late = [
        cast(Published, page)
        for kind in (Article, Cytokine, Drug, Symptom)
        for page in kind.objects.published().overdue_for_review(today)
    ]
    return sorted(late, key=lambda page: (page.next_review_on or dt.date.min, str(page)))


def desk_address(page: Published) -> str:
    """Where an editor changes it."""
    return reverse(f"admin:education_{page._meta.model_name}_change", args=[page.pk])
