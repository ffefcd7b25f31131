"""The pages that come with Sidelight: one TOML file each under `content/`, named by its address.

Loading makes what is missing and brings up to date what nobody has touched. A page that an editor changed is
the editor's from then on. To tell them apart, each row keeps a digest of what it was shipped with. The same
goes for translations, which lie in a folder for each language.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

from django.db import models, transaction

from education.languages import Language
from education.models import Article, Cytokine, Drug, DrugSymptom, Published, Symptom, Translation
from education.translated import REVIEW, STAMP, BadPage, Files
from education.wording import digest, tidy

CONTENT = Path(__file__).parent / "content"

# Folder and model, what others point to first.
KINDS: Mapping[str, type[Published]] = {
    "cytokines": Cytokine,
    "symptoms": Symptom,
    "drugs": Drug,
    "articles": Article,
}
BOOKKEEPING = {"id", "updated_at", "shipped_digest"}
NO_LINKS: Mapping[type[Published], Mapping[str, Any]] = {
    Drug: {"cytokine": "", "symptoms": []},
    Article: {"symptoms": [], "drugs": []},
}
PLACE_STEP = 10  # between two symptoms of a tick list, so that an editor can put one in between

_EMPTY_REVIEW = dict.fromkeys(REVIEW) | {"reviewed_by": ""}
__all__ = [
    "CONTENT",
    "KINDS",
    "BadPage",
    "Outcome",
    "columns_of",
    "content_of",
    "digest",
    "empty",
    "fill",
    "link",
    "load",
    "read",
    "translation_of",
    "translations_in",
]

type Content = dict[str, Any]


class Outcome(StrEnum):
    """What loading did with a page."""

    MADE = "made"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT = "kept as edited"


@transaction.atomic
def load(root: Path = CONTENT) -> Counter[tuple[str, Outcome]]:
    """Loads every file under `root`; all of it or, if one page cannot be, none."""
    tally: Counter[tuple[str, Outcome]] = Counter()
    for folder, model in KINDS.items():
        rows = {_identity(vars(row)): row for row in model._default_manager.select_for_update()}
        pages = list(read(root, folder))
        for content in pages:
            try:
                outcome = _load_page(model, rows.get(_identity(content)), content)
            except BadPage as bad:
                raise BadPage(f"{folder}/{content['slug']}.toml: {bad}") from bad
            tally[folder, outcome] += 1
        for language in Language:
            for outcome in _load_translations(Files(root, language, folder), model, pages):
                tally[f"{language}/{folder}", outcome] += 1
    return tally


def read(root: Path, folder: str) -> Iterator[Content]:
    """The pages of one folder with all their fields; what a file leaves out has the model's default.

    Raises BadPage, naming the file, for a field or a source that does not exist.
    """
    review = tomllib.loads((root / "review.toml").read_text())
    sources = tomllib.loads((root / "sources.toml").read_text())
    nothing = empty(KINDS[folder])
    for path in sorted((root / folder).glob("*.toml")):
        page = tomllib.loads(path.read_text())
        cited = page.pop("sources", [])
        if unknown := (page.keys() - nothing.keys()) | (set(cited) - sources.keys()):
            raise BadPage(f"{folder}/{path.name}: there is no {', '.join(sorted(unknown))}.")
        if folder == "articles":  # what an article is about has no order; a drug's tick list has
            page |= {link: sorted(page.get(link, [])) for link in ("symptoms", "drugs")}
        page |= {
            "slug": path.stem,
            "is_published": True,
            "references": "\n".join(sources[key] for key in cited),
        }
        yield {name: tidy(value) for name, value in (nothing | review | page).items()}


def translations_in(root: Path, folder: str) -> dict[str, dict[str, dict[str, str]]]:
    """The translations of one folder's pages: slug, then language, then texts. Raises BadPage."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for language in Language:
        for slug, texts in Files(root, language, folder).read(KINDS[folder].words):
            found.setdefault(slug, {})[language.value] = texts
    return found


def content_of(page: Published) -> Content:
    """A row in the shape that `read` gives a file, so that the two can be compared."""
    columns = {name: field.value_from_object(page) for name, field in columns_of(type(page)).items()}
    return {name: tidy(value) for name, value in (columns | _links(page)).items()}


def _load_page(model: type[Published], row: Published | None, content: Content) -> Outcome:
    if row is None:
        _write(model(), content)
        return Outcome.MADE
    current = content_of(row)
    if digest(current) != row.shipped_digest:
        return Outcome.KEPT
    if current == content:
        return Outcome.UNCHANGED
    _write(row, content)
    return Outcome.UPDATED


def _write(page: Published, content: Content) -> None:
    fill(page, content)
    page.shipped_digest = digest(content)
    page.save()
    link(page, content)


def fill(page: Published, content: Content) -> None:
    """Put into a row what `content` says, and save nothing. Raises BadPage for an unknown cytokine."""
    for name in columns_of(type(page)):
        setattr(page, name, content[name])
    if isinstance(page, Drug):
        page.cytokine = _cytokine(content["cytokine"])


def link(page: Published, content: Content) -> None:
    """Tie a saved row to the symptoms and drugs that `content` names. Raises BadPage for unknown ones."""
    match page:
        case Drug():
            _write_tick_list(page, content["symptoms"])
        case Article():
            page.symptoms.set(_with_codes(Symptom.objects.all(), content["symptoms"]))
            page.drugs.set(_with_codes(Drug.objects.all(), content["drugs"]))


def _load_translations(files: Files, model: type[Published], pages: list[Content]) -> Iterator[Outcome]:
    kind: Any = translation_of(model)
    known = {page["slug"]: _identity(page) for page in pages}
    found = list(files.read(model.words))
    if not found:
        return
    rows = {_identity(vars(row)): row for row in model._default_manager.all()}
    own = {row.page_id: row for row in kind.objects.filter(language=files.language)}
    for slug, content in found:
        if slug not in known:
            raise BadPage(f"{files.name_of(slug)}: there is no such page in English.")
        page = rows[known[slug]]
        row = own.get(page.pk) or kind(page=page, language=files.language)
        yield _load_translation(row, content)


def _load_translation(row: Translation, content: Content) -> Outcome:
    shipped = _EMPTY_REVIEW | dict.fromkeys((*row.words, STAMP), "") | content | {"is_published": True}
    current = {name: tidy(getattr(row, name)) for name in shipped}
    if row.pk is None:
        outcome = Outcome.MADE
    elif digest(current) != row.shipped_digest:
        return Outcome.KEPT
    elif current == shipped:
        return Outcome.UNCHANGED
    else:
        outcome = Outcome.UPDATED
    for name, value in shipped.items():
        setattr(row, name, value)
    row.shipped_digest = digest(shipped)
    row.save()
    return outcome


def translation_of(model: type[Published]) -> type[Translation]:
    """The model of a kind's translations."""
    kind: Any = next(each for each in model._meta.related_objects if each.name == "translations")
    return cast(type[Translation], kind.related_model)


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


def _links(page: Published) -> Content:
    match page:
        case Drug():
            in_order = page.drug_symptoms.order_by("order").values_list("symptom__code", flat=True)
            return {"cytokine": page.cytokine.slug if page.cytokine else "", "symptoms": [*in_order]}
        case Article():
            return {
                "symptoms": [*page.symptoms.order_by("code").values_list("code", flat=True)],
                "drugs": [*page.drugs.order_by("code").values_list("code", flat=True)],
            }
    return {}


def columns_of(model: type[Published]) -> dict[str, models.Field]:
    """What a page says of itself, but for what it is linked to."""
    return {
        field.name: field
        for field in model._meta.concrete_fields
        if field.name not in BOOKKEEPING and not field.is_relation
    }


def empty(model: type[Published]) -> Content:
    """A page of which nothing has been said."""
    columns = {name: field.get_default() for name, field in columns_of(model).items()}
    return columns | dict(NO_LINKS.get(model, {}))


def _identity(content: Mapping[str, Any]) -> str:
    """What a page is known by for good: its code where it has one, else its address."""
    identity: str = content.get("code") or content["slug"]
    return identity
