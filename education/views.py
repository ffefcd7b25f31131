"""The library. Anybody may read it: learning needs no sign-in."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from education.languages import page_language
from education.models import Article, Cytokine, Drug, Family, Image, Published, Section, Symptom, Translated
from education.models.published import PublishedQuerySet
from education.wording import folded

type Related = dict[str, PublishedQuerySet[Any]]

A_YEAR = 365 * 24 * 60 * 60  # seconds
SEARCH_MAX = 100  # characters of a question; what is longer is cut, not refused


@require_safe
@login_not_required
def index(request: HttpRequest) -> HttpResponse:
    language = page_language()
    articles = Article.objects.published().in_language(language)
    cytokines = Cytokine.objects.published().in_language(language)
    return render(
        request,
        "education/index.html",
        {
            "sections": [(name, [each for each in articles if each.section == name]) for name in Section],
            "of_days": Section.DAY_BY_DAY,
            "drugs": _by_name(Drug.objects.published().in_language(language)),
            "symptoms": _by_name(Symptom.objects.published().in_language(language)),
            "families": [(name, [each for each in cytokines if each.family == name]) for name in Family],
        },
    )


@require_safe
@login_not_required
def search(request: HttpRequest) -> HttpResponse:
    words, language = request.GET.get("q", "").strip()[:SEARCH_MAX], page_language()
    kinds = (Symptom, Drug, Article, Cytokine) if words else ()
    found = [
        (kind._meta.verbose_name, page)
        for kind in kinds
        for page in kind.objects.published().matching(words, language).in_language(language)
    ]
    return render(request, "education/search.html", {"words": words, "found": found})


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
    told = _told(page, **related)
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
        "articles": Article.objects.published().about(symptom_codes=[page.code]).filter(first_day=None),
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
    return render(request, template, _told(page, **related))


def _told(page: Published, **related: PublishedQuerySet[Any]) -> dict[str, Any]:
    """One page, in the reader's language where it is written in that."""
    language = page_language()
    told = page.in_language(language)
    return {
        "page": told,
        "is_overdue": page.is_overdue_for_review(timezone.localdate()),
        "is_whole": told.is_whole,
        "is_current": told.is_current,
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
