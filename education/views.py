"""The library. Anybody may read it: learning needs no sign-in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from education.models import Article, Cytokine, Drug, Family, Published, Section, Symptom

SEARCH_MAX = 100  # characters of a question; what is longer is cut, not refused


@require_safe
@login_not_required
def index(request: HttpRequest) -> HttpResponse:
    articles = Article.objects.published()
    cytokines = Cytokine.objects.published()
    return render(
        request,
        "education/index.html",
        {
            "sections": [(name, articles.filter(section=name)) for name in Section],
            "drugs": Drug.objects.published().order_by("name"),
            "symptoms": Symptom.objects.published().order_by("plain_name"),
            "families": [(name, cytokines.filter(family=name)) for name in Family],
        },
    )


@require_safe
@login_not_required
def search(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:SEARCH_MAX]
    kinds = (Symptom, Drug, Article, Cytokine) if words else ()
    found = [
        (kind._meta.verbose_name, page) for kind in kinds for page in kind.objects.published().matching(words)
    ]
    return render(request, "education/search.html", {"words": words, "found": found})


@require_safe
@login_not_required
def article(request: HttpRequest, slug: str) -> HttpResponse:
    page = get_object_or_404(Article.objects.published(), slug=slug)
    related = {
        "symptoms": page.symptoms.published(),
        "drugs": page.drugs.published(),
        "articles": Article.objects.published().filter(section=page.section).exclude(pk=page.pk),
    }
    return _show(request, page, "education/article.html", **related)


@require_safe
@login_not_required
def drug(request: HttpRequest, slug: str) -> HttpResponse:
    page = get_object_or_404(Drug.objects.published().select_related("cytokine"), slug=slug)
    related = {
        "symptoms": Symptom.objects.published().for_drugs([page.code]),
        "articles": Article.objects.published().about(drug_codes=[page.code]),
    }
    return _show(request, page, "education/drug.html", **related)


@require_safe
@login_not_required
def symptom(request: HttpRequest, slug: str) -> HttpResponse:
    page = get_object_or_404(Symptom.objects.published(), slug=slug)
    related = {
        "drugs": page.drugs.published(),
        "articles": Article.objects.published().about(symptom_codes=[page.code]),
    }
    return _show(request, page, "education/symptom.html", **related)


@require_safe
@login_not_required
def cytokine(request: HttpRequest, slug: str) -> HttpResponse:
    page = get_object_or_404(Cytokine.objects.published(), slug=slug)
    related = {
        "drugs": page.drugs.published(),
        "cytokines": Cytokine.objects.published().filter(family=page.family).exclude(pk=page.pk),
    }
    return _show(request, page, "education/cytokine.html", **related)


def _show(request: HttpRequest, page: Published, template: str, **related: object) -> HttpResponse:
    """One page; each says whether its review is too long ago."""
    overdue = page.is_overdue_for_review(timezone.localdate())
    return render(request, template, {"page": page, "is_overdue": overdue, **related})
