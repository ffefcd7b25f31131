"""The library. Anybody may read it: learning needs no sign-in."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from education.languages import page_language
from education.models import (
    Article,
    Cytokine,
    Drug,
    Family,
    Image,
    Kind,
    Published,
    Section,
    Symptom,
    Translated,
)
from education.models.published import PublishedQuerySet
from education.models.symptoms import SELF_HARM
from education.readers.counting import count
from education.readers.forms import is_answered
from education.search.finding import find
from education.search.letters import by_letter
from education.wording import folded

type Related = dict[str, PublishedQuerySet[Any]]

LONG_TEXTS: Mapping[type[Published], tuple[str, ...]] = {
    Drug: (
        *("how_given", "what_for", "common_effects", "serious_effects"),
        *("when_to_call", "call_emergency_when", "references"),
    ),
    Symptom: (
        *("what_it_is", "why_it_happens", "what_helps"),
        *("when_to_call", "call_emergency_when", "references"),
    ),
}
"""What lists do without."""

A_YEAR = 365 * 24 * 60 * 60  # seconds
SEARCH_MAX = 100  # characters of a question; what is longer is cut, not refused


@require_safe
@login_not_required
def index(request: HttpRequest) -> HttpResponse:
    language = page_language()
    articles = Article.objects.published().in_language(language, without=["body"])
    cytokines = Cytokine.objects.published().in_language(language, without=["body"])
    drugs = Drug.objects.published().in_language(language, without=LONG_TEXTS[Drug])
    symptoms = Symptom.objects.published().in_language(language, without=LONG_TEXTS[Symptom])
    return render(
        request,
        "education/index.html",
        {
            "sections": [(name, [each for each in articles if each.section == name]) for name in Section],
            "of_days": Section.DAY_BY_DAY,
            "drugs": _by_name(drugs),
            "symptoms": _by_name(symptoms),
            "families": [(name, [each for each in cytokines if each.family == name]) for name in Family],
        },
    )


@require_safe
@login_not_required
def letters(request: HttpRequest) -> HttpResponse:
    language = page_language()
    context = {"letters": by_letter(language), "language": language}
    return render(request, "education/letters.html", context)


@require_safe
@login_not_required
def search(request: HttpRequest) -> HttpResponse:
    words, language = request.GET.get("q", "").strip()[:SEARCH_MAX], page_language()
    answer = find(words, language)
    urgent = Symptom.objects.published().urgent().filter(slug__in=answer.symptoms).in_language(language)
    context = {
        "words": words,
        "answer": answer,
        "language": language,
        "urgent": urgent,
        "is_crisis": any(each.code == SELF_HARM for each in urgent),
    }
    return render(request, "education/search.html", context)


@require_safe
@login_not_required
def article(request: HttpRequest, slug: str) -> HttpResponse:
    page = get_object_or_404(Article.objects.published(), slug=slug)
    if page.is_of_days:
        return _days_of_treatment(request, page)
    related: Related = {
        "symptoms": page.symptoms.published(),
        "drugs": page.drugs.published(),
        "articles": Article.objects.published().filter(section=page.section).exclude(pk=page.pk),
    }
    return _show(request, page, "education/article.html", **related)


def _days_of_treatment(request: HttpRequest, page: Article) -> HttpResponse:
    """A page of some treatment days leads to the one before it and the one after it."""
    related: Related = {
        "symptoms": page.symptoms.published(),
        "drugs": page.drugs.published(),
        "days": Article.objects.published().of_days().filter(drugs__in=page.drugs.all()).distinct(),
    }
    told = _told(request, page, **related)
    return render(request, "education/days.html", told | _beside(page, told["days"]))


def _beside(page: Article, days: list[Translated[Article]]) -> dict[str, Translated[Article] | None]:
    """The neighbours of a page among the days of its treatment; none where it belongs to no drug."""
    pks = [each.pk for each in days]
    place = pks.index(page.pk) if page.pk in pks else 0
    return {
        "before": days[place - 1] if place else None,
        "after": next(iter(days[place + 1 :]), None),
    }


@require_safe
@login_not_required
def drug(request: HttpRequest, slug: str) -> HttpResponse:
    page = get_object_or_404(Drug.objects.published(), slug=slug)
    related: Related = {
        "symptoms": Symptom.objects.published().for_drugs([page.code]),
        "days": Article.objects.published().of_days().filter(drugs=page),
        "articles": Article.objects.published().about(drug_codes=[page.code]).filter(first_day=None),
        "cytokines": Cytokine.objects.published().filter(drugs=page),
    }
    return _show(request, page, "education/drug.html", **related)


@require_safe
@login_not_required
def card(request: HttpRequest, slug: str) -> HttpResponse:
    """To print, for a wallet. Nothing of the reader stands on it: that is written by hand."""
    page = get_object_or_404(Drug.objects.published().exclude(tell_emergency_room=""), slug=slug)
    return _show(request, page, "education/card.html")


@require_safe
@login_not_required
def symptom(request: HttpRequest, slug: str) -> HttpResponse:
    page = get_object_or_404(Symptom.objects.published(), slug=slug)
    related: Related = {
        "drugs": page.drugs.published(),
        "articles": Article.objects.published()
        .about(symptom_codes=[page.code])
        .exclude(section=Section.DAY_BY_DAY),
    }
    return _show(request, page, "education/symptom.html", **related)


@require_safe
@login_not_required
def cytokine(request: HttpRequest, slug: str) -> HttpResponse:
    page = get_object_or_404(Cytokine.objects.published(), slug=slug)
    related: Related = {
        "drugs": page.drugs.published(),
        "cytokines": Cytokine.objects.published().filter(family=page.family).exclude(pk=page.pk),
    }
    return _show(request, page, "education/cytokine.html", **related)


def _show(
    request: HttpRequest, page: Published, template: str, **related: PublishedQuerySet[Any]
) -> HttpResponse:
    return render(request, template, _told(request, page, **related))


def _told(request: HttpRequest, page: Published, **related: PublishedQuerySet[Any]) -> dict[str, Any]:
    """One page, in the reader's language where it is written in that; each time it is read is counted."""
    language, today = page_language(), timezone.localdate()
    kind, kept = Kind(str(page._meta.model_name)), "kept" in request.GET  # a copy that a phone keeps
    if not kept:
        count(request, kind, page.slug, language, today)
    told = page.in_language(language)
    return {
        "kind": kind.value,
        "slug": page.slug,
        "kept": kept,
        "is_answered": not kept and is_answered(request, kind, page.slug),
        "today": today,
        "page": told,
        "is_overdue": page.is_overdue_for_review(today),
        "is_whole": told.is_whole,
        "is_current": told.is_current,
        **({"diary": None} if kept else {}),  # whose diary is open is not written on what a phone keeps
        **{name: pages.in_language(language) for name, pages in related.items()},
    }


@require_safe
@login_not_required
def image(request: HttpRequest, name: str) -> HttpResponse:
    """A picture. What a name stands for never changes, so that whoever has it need not ask again."""
    found = get_object_or_404(Image, name=name)
    answer = HttpResponse(bytes(found.data), content_type=found.content_type)
    answer["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _by_name(pages: list[Translated[Any]]) -> list[Translated[Any]]:
    return sorted(pages, key=lambda page: folded(str(page)))
