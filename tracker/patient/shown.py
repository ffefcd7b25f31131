"""Which versions of the library's pages came with the answer to a report, and how they read then."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from education.documents import kind_of, template_of, told_in
from education.models import Edition
from education.models.editions import State
from tracker.models import CheckIn, ShownPage
from tracker.patient.pages_shown import PageShown


def keep(report: CheckIn, pages: Sequence[PageShown], language: str, now: dt.datetime) -> None:
    """Write down what is shown, once; a page that was never published as a version has none to keep."""
    by_name = {(kind_of(each.page.page), each.page.slug): str(each.page) for each in pages}
    versions = Edition.objects.published().filter(slug__in=[slug for _kind, slug in by_name])
    ShownPage.objects.bulk_create(
        (
            ShownPage(
                team_id=report.team_id,
                patient_id=report.patient_id,
                check_in=report,
                edition=version,
                language=language,
                title=by_name[version.kind, version.slug],
                shown_at=now,
            )
            for version in versions.defer("content", "shipped")
            if (version.kind, version.slug) in by_name
        ),
        ignore_conflicts=True,
    )


def of_the_past(report: CheckIn) -> list[ShownPage]:
    """What was shown with a report, or with one that it corrects, and reads otherwise now; each once."""
    shown = ShownPage.objects.filter(check_in__in=[*_with_corrected(report)])
    once: dict[tuple[int, str], ShownPage] = {}
    for each in shown.exclude(edition__state=State.PUBLISHED):
        once.setdefault((each.edition_id, each.language), each)
    return [*once.values()]


def _with_corrected(report: CheckIn) -> Iterator[CheckIn]:
    """One query for each time that it was corrected."""
    told: CheckIn | None = report
    while told is not None:
        yield told
        told = told.amends


def as_it_was(request: HttpRequest, shown: ShownPage, **context: Any) -> HttpResponse:
    """The page as it was shown, with a word on what has become of it; `edition` is fetched."""
    version = shown.edition
    page = told_in(version.kind, version.content, shown.language)
    page.page.__dict__["version"] = version.number  # not that of now
    page.page.updated_at = version.published_at or shown.shown_at
    now_there = Edition.objects.of(version.kind, version.slug).published().exists()
    context |= {
        "page": page,
        "shown": shown,
        "is_there_now": now_there,
        "is_whole": page.is_whole,
        "is_current": True,
        "kept": True,  # nobody is asked whether an old version was helpful
        "today": shown.shown_at,
    }
    return render(request, template_of(version.kind, version.content), context)
