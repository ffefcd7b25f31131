"""A page as one document: its texts, what it points to, its review, and its translations.

In this shape pages are drafted, kept as versions, compared, merged, shipped and taken in and out as files.
A document holds what JSON can: dates are ISO strings. What is the row's alone (`id`, `is_published`, when it
was saved) is not in it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import models

from education.languages import ENGLISH
from education.models import (
    Article,
    Cytokine,
    Drug,
    DrugSymptom,
    Published,
    Symptom,
    Translated,
    Translation,
)
from education.translated import STAMP, BadPage
from education.wording import digest, tidy

type Document = dict[str, Any]

# Folder and model, what others point to first.
KINDS: Mapping[str, type[Published]] = {
    "cytokines": Cytokine,
    "symptoms": Symptom,
    "drugs": Drug,
    "articles": Article,
}
TRANSLATIONS = "translations"
PLACE_STEP = 10  # between two symptoms of a tick list, so that an editor can put one in between

_BOOKKEEPING = {"id", "updated_at", "shipped_digest"}
_OF_THE_ROW = {"is_published"}
OF_A_TRANSLATION = ("is_published", "reviewed_by", "reviewed_on", "next_review_on", STAMP)
"""What is kept of a translation beside its words."""
_NO_LINKS: Mapping[type[Published], Mapping[str, Any]] = {
    Drug: {"cytokine": "", "symptoms": []},
    Article: {"symptoms": [], "drugs": []},
}


def template_of(kind: str, content: Mapping[str, Any]) -> str:
    """What a page is shown with; one of some days of a treatment has its neighbours beside it."""
    if kind == "articles" and content.get("first_day"):
        return "education/days.html"
    return f"education/{KINDS[kind]._meta.model_name}.html"


def kind_of(page: Published) -> str:
    """The name of a page's kind, as folders and versions have it."""
    return name_of(type(page))


def name_of(model: type[Published]) -> str:
    return next(name for name, each in KINDS.items() if issubclass(model, each))


def translation_of(model: type[Published]) -> Any:
    """The model of a kind's translations."""
    return next(each for each in model._meta.related_objects if each.name == TRANSLATIONS).related_model


def blank(model: type[Published]) -> Document:
    """All that a page of this kind can say, with nothing said."""
    columns = {name: plain(field.get_default()) for name, field in columns_of(model).items()}
    return {name: value for name, value in columns.items() if name not in _OF_THE_ROW} | no_links(model)


def no_links(model: type[Published]) -> Document:
    """What a page of this kind points to when it points to nothing."""
    return dict(_NO_LINKS.get(model, {}))


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    return value.isoformat() if isinstance(value, dt.date) else value


def columns_of(model: type[Published]) -> dict[str, models.Field]:
    """The fields of a kind that say something."""
    return {
        field.name: field
        for field in model._meta.concrete_fields
        if field.name not in _BOOKKEEPING and not field.is_relation
    }


# --- From rows ----------------------------------------------------------------------------------------------


def document(page: Published) -> Document:
    """What a row and its translations say now."""
    return documents([page])[page.pk]


def documents(pages: Iterable[Published]) -> dict[int, Document]:
    """Of pages of one kind, by primary key; three queries at most."""
    rows = [*pages]
    contents = contents_of(rows)
    translations: dict[int, dict[str, Document]] = defaultdict(dict)
    if rows:
        model = translation_of(type(rows[0]))
        for each in model._default_manager.filter(page__in=rows).order_by("language"):
            translations[each.page_id][each.language] = document_of_translation(each)
    return {
        pk: {name: plain(value) for name, value in content.items() if name not in _OF_THE_ROW}
        | {TRANSLATIONS: translations.get(pk, {})}
        for pk, content in contents.items()
    }


def document_of_translation(translation: Translation) -> Document:
    names = (*translation.words, *OF_A_TRANSLATION)
    return {name: plain(tidy(getattr(translation, name))) for name in names}


def contents_of(pages: Iterable[Published]) -> dict[int, dict[str, Any]]:
    """Columns and links of pages of one kind, by primary key, in the shape that a shipped file is read in."""
    rows = [*pages]
    if not rows:
        return {}
    columns, links = columns_of(type(rows[0])), _links(rows)
    return {
        row.pk: {
            name: tidy(value)
            for name, value in (
                {name: field.value_from_object(row) for name, field in columns.items()}
                | links.get(row.pk, {})
            ).items()
        }
        for row in rows
    }


def _links(rows: list[Published]) -> dict[int, Document]:
    match rows[0]:
        case Drug():
            codes = DrugSymptom.objects.filter(drug__in=[row.pk for row in rows]).order_by("order", "pk")
            lists = _grouped(codes.values_list("drug_id", "symptom__code"))
            slugs = dict(
                Drug.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "cytokine__slug")
            )
            return {
                row.pk: {"cytokine": slugs.get(row.pk) or "", "symptoms": lists.get(row.pk, [])}
                for row in rows
            }
        case Article():
            through = Article.objects.filter(pk__in=[row.pk for row in rows])
            symptoms = _grouped(
                through.filter(symptoms__isnull=False)
                .order_by("symptoms__code")
                .values_list("pk", "symptoms__code")
            )
            drugs = _grouped(
                through.filter(drugs__isnull=False).order_by("drugs__code").values_list("pk", "drugs__code")
            )
            return {
                row.pk: {"symptoms": symptoms.get(row.pk, []), "drugs": drugs.get(row.pk, [])} for row in rows
            }
    return {}


def _grouped(pairs: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    groups: dict[int, list[str]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


# --- To rows ------------------------------------------------------------------------------------------------


def write(page: Published, content: Mapping[str, Any]) -> None:
    """Make a row say what a document says, translations apart. Raises BadPage for a link to nothing."""
    _fill(page, content)
    if isinstance(page, Drug):
        page.cytokine = _cytokine(content.get("cytokine", ""))
    page.save()
    match page:
        case Drug():
            _write_tick_list(page, content.get("symptoms", []))
        case Article():
            page.symptoms.set(_with_codes(Symptom.objects.all(), content.get("symptoms", [])))
            page.drugs.set(_with_codes(Drug.objects.all(), content.get("drugs", [])))


def write_translations(page: Published, content: Mapping[str, Any]) -> None:
    """Make a row's translations say what its document says. One that the document lacks is taken away."""
    model = translation_of(type(page))
    told: Mapping[str, Document] = content.get(TRANSLATIONS, {})
    rows = {row.language: row for row in model._default_manager.filter(page=page)}
    for language, texts in told.items():
        row = rows.pop(language, None) or model(page=page, language=language)
        _fill_translation(row, texts)
        row.save()
    for row in rows.values():
        row.delete()


def translations_from(kind: str, content: Mapping[str, Any]) -> Iterator[Translation]:
    """The translations of a document that is not kept anywhere, to be checked."""
    model = translation_of(KINDS[kind])
    for language, texts in content.get(TRANSLATIONS, {}).items():
        row: Translation = model(language=language)
        _fill_translation(row, texts)
        yield row


def page_from(kind: str, content: Mapping[str, Any], *, pk: int | None = None) -> Published:
    """A page that is not kept anywhere, to be checked or shown. What the document lacks is empty."""
    model: Any = KINDS[kind]
    page: Published = model(pk=pk)
    page._state.adding = pk is None
    _fill(page, content)
    return page


def told_in(kind: str, content: Mapping[str, Any], language: str) -> Translated[Published]:
    """A document as readers of a language see it."""
    page = page_from(kind, content)
    texts = content.get(TRANSLATIONS, {}).get(language)
    if language == ENGLISH or not texts or not texts.get("is_published"):
        return Translated(page, language, None)
    own = translation_of(KINDS[kind])(page=page, language=language)
    _fill_translation(own, texts)
    return Translated(page, language, own)


def english_of(kind: str, content: Mapping[str, Any], texts: Mapping[str, Any]) -> str:
    """The fingerprint of a document's English of these texts, as the stamp of a translation has it."""
    words = translation_of(KINDS[kind]).words
    return digest({name: tidy(content.get(name, "")) for name in words if texts.get(name)})


def _fill(page: Published, content: Mapping[str, Any]) -> None:
    for name, field in columns_of(type(page)).items():
        if name in content:
            setattr(page, name, field.to_python(content[name]))


def _fill_translation(row: Translation, texts: Mapping[str, Any]) -> None:
    for name in (*row.words, *OF_A_TRANSLATION):
        field: Any = row._meta.get_field(name)
        setattr(row, name, field.to_python(texts.get(name, field.get_default())))


def _write_tick_list(drug: Drug, codes: list[str]) -> None:
    symptoms = {symptom.code: symptom for symptom in _with_codes(Symptom.objects.all(), codes)}
    drug.drug_symptoms.all().delete()
    DrugSymptom.objects.bulk_create(
        DrugSymptom(drug=drug, symptom=symptoms[code], order=place * PLACE_STEP)
        for place, code in enumerate(codes, start=1)
    )


def _with_codes[Coded: (Symptom, Drug)](rows: models.QuerySet[Coded], codes: list[str]) -> list[Coded]:
    found = list(rows.filter(code__in=codes))
    if missing := set(codes) - {row.code for row in found}:
        raise BadPage(f"there is no {rows.model._meta.verbose_name} {', '.join(sorted(missing))}.")
    return found


def _cytokine(slug: str) -> Cytokine | None:
    if not slug:
        return None
    try:
        return Cytokine.objects.get(slug=slug)
    except Cytokine.DoesNotExist as missing:
        raise BadPage(f"there is no cytokine {slug}.") from missing
