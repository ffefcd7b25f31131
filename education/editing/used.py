"""Where a page or a picture is used: looked at before it is retired or deleted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import ForeignObjectRel, Q, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from config.database.asking import Opening, opened
from education.documents import KINDS, kind_of, translation_of
from education.editing.work import address_of
from education.models import Article, Cytokine, Drug, Edition, Published, Symptom
from education.models.editions import OPEN, State
from education.prose import MARKDOWN

_OURS = "education"  # what other apps keep of a page is counted, and nothing of theirs is imported


@dataclass(frozen=True, slots=True)
class Use:
    """`how` says what the page is to it, `url` where that is changed; `many` counts rows without a name."""

    how: str
    name: str
    url: str = ""
    many: int = 1


@opened(Opening.USES)
def uses_of(page: Published) -> list[Use]:
    """Everything that would miss a page: readers' pages first, then the diary's own rows."""
    return [*_links(page), *_pointers(page), *_elsewhere(page)]


def pages_showing(image: str) -> list[str]:
    """The names of the pages that show a picture, or whose versions did."""
    mark = rf"image:{image}(?![a-z0-9-])"  # with a title behind it, or in a list of references, too
    kept = (
        Edition.objects.exclude(state=State.DISCARDED)
        .annotate(text=Cast("content", TextField()))
        .filter(text__regex=mark)
    )
    names = {f"{kind}/{slug}" for kind, slug in kept.values_list("kind", "slug")}
    for kind, model in KINDS.items():
        told = translation_of(model)._default_manager.filter(_says(kind, mark, "regex"))
        rows = model._default_manager.filter(_says(kind, mark, "regex") | Q(pk__in=told.values("page")))
        names |= {f"{kind}/{slug}" for slug in rows.values_list("slug", flat=True)}
    return sorted(names)


def _links(page: Published) -> Iterator[Use]:
    """Pages whose text leads here: what readers see, and what is worked on."""
    mark = page.get_absolute_url()  # however it is linked: a list of links at the end has no brackets
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for kind, model in KINDS.items():
        told = translation_of(model)._default_manager.filter(_says(kind, mark))
        for row in model._default_manager.filter(_says(kind, mark) | Q(pk__in=told.values("page"))):
            found[kind, row.slug] = str(row), address_of(row)
    drafts = Edition.objects.filter(state__in=OPEN).annotate(text=Cast("content", TextField()))
    for edition in drafts.filter(text__contains=mark):
        name = edition.content.get(KINDS[edition.kind].named_by) or edition.slug
        address = reverse("editing:review", args=[edition.pk])
        found.setdefault((edition.kind, edition.slug), (_("%(page)s (draft)") % {"page": name}, address))
    found.pop((kind_of(page), page.slug), None)
    for name, address in found.values():
        yield Use(_("links to it"), name, address)


def _says(kind: str, mark: str, how: str = "contains") -> Q:
    found = Q()
    for name in MARKDOWN[kind]:
        found |= Q((f"{name}__{how}", mark))
    return found


def _pointers(page: Published) -> Iterator[Use]:
    match page:
        case Symptom():
            for drug in Drug.objects.filter(drug_symptoms__symptom=page):
                yield Use(_("asks about it"), str(drug), address_of(drug))
            yield from _about(Article.objects.filter(symptoms=page))
        case Drug():
            yield from _about(Article.objects.filter(drugs=page))
        case Cytokine():
            for drug in Drug.objects.filter(cytokine=page):
                yield Use(_("is made of it"), str(drug), address_of(drug))


def _about(articles: Any) -> Iterator[Use]:
    for article in articles:
        yield Use(_("is about it"), str(article), address_of(article))


def _elsewhere(page: Published) -> Iterator[Use]:
    """Rows of other apps: how many, whosever they are. Nobody is named."""
    relations = [
        each for each in page._meta.get_fields(include_hidden=True) if isinstance(each, ForeignObjectRel)
    ]
    for relation in relations:
        model: Any = relation.related_model
        is_history = any(field.name == "pgh_id" for field in model._meta.fields)
        if relation.many_to_many or is_history or model._meta.app_label == _OURS:
            continue
        many = model._base_manager.filter(**{relation.field.name: page}).count()
        if many:
            yield Use(_("belong to it"), str(model._meta.verbose_name_plural), many=many)
