"""A page as its readers will see it, saved or as it is typed."""

from typing import Any

from django.forms import modelform_factory
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.middleware import beside_a_form
from education import editions, known
from education.checks import Objection
from education.documents import KINDS
from education.editing import preview
from education.editing.forms import KEPT_WHEN_MADE, form_of
from education.editing.opened import number_in, opened
from education.editing.views.common import LANGUAGES, language_of, page_to_change, require, staff
from education.editing.words import label_of
from education.models import Edition


@staff
@require_safe
def saved(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """What is saved, as readers will see it: works without JavaScript. Of any edition, by its number."""
    page = page_to_change(request, kind, slug)
    if wanted := request.GET.get("edition"):
        content = get_object_or_404(Edition.objects.of(kind, slug), pk=number_in(wanted)).content
    else:
        content = opened(page).content
    return HttpResponse(preview.page(request, kind, content, language_of(request.GET.get("language"))))


@beside_a_form
@staff
@require_POST
def live(request: HttpRequest, kind: str) -> HttpResponse:
    """What is typed, as readers would see it, and how it reads. Nothing is kept.

    Django's admin sends the whole form; `page` names the row that it is about, if there is one.
    """
    if kind not in KINDS:
        raise Http404
    model = KINDS[kind]
    name = model._meta.model_name
    page: Any = None
    if wanted := request.POST.get("page"):
        require(request, f"education.change_{name}")
        page = get_object_or_404(model, pk=number_in(wanted))
        page.opened = opened(page, edition_pk=number_in(request.POST.get("edition", "")))
    else:
        require(request, f"education.add_{name}")
    form = _typed(request, kind, page)
    content: dict[str, Any] = form.document()
    refused = _refused(form)
    language = language_of(request.POST.get("language"))
    names = known.now().names
    named = {each.field for each in refused}
    found = [
        each for each in editions.objections_to(kind, content, timezone.now()) if each.field not in named
    ]
    return JsonResponse(
        {
            "html": preview.page(request, kind, content, language),
            "reads": {each: preview.readability(kind, content, each, names) for each in LANGUAGES},
            "objections": [
                {
                    "field": each.field,
                    "label": label_of(kind, each.field),
                    "text": each.text,
                    "blocks": each.blocks,
                }
                for each in (*refused, *found)
            ],
        }
    )


def _typed(request: HttpRequest, kind: str, page: Any) -> Any:
    """The form, as far as it can be read: what it refuses is left as it was.

    What others saved meanwhile is told when this is saved, and is not what is typed here.
    """
    typed = request.POST.copy()
    typed["token"] = page.opened.token if page else ""
    fixed = ["is_published", *(KEPT_WHEN_MADE if page else ())]
    form: Any = modelform_factory(KINDS[kind], form_of(kind), exclude=fixed)(typed, instance=page)
    form.is_valid()
    return form


def _refused(form: Any) -> list[Objection]:
    """What cannot even be saved as it is typed; an empty field can."""
    return [
        Objection(name, text, True)
        for name, texts in form.errors.items()
        if form.data.get(form.add_prefix(name))
        for text in texts
    ]
