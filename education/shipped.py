"""The pages that come with Sidelight: one TOML file each under `content/`, named by its address.

Loading makes what is missing and brings up to date what nobody has touched. A page that an editor changed is
the editor's from then on: what we ship later is proposed to them (`education.proposals`). To tell them apart,
each row keeps a digest of what it was shipped with. The same goes for translations, which lie in a folder for
each language.
"""

import datetime as dt
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from education import proposals
from education.documents import (
    KINDS,
    TRANSLATIONS,
    Document,
    columns_of,
    contents_of,
    no_links,
    plain,
    translation_of,
    write,
)
from education.languages import Language
from education.models import Published, Translation
from education.translated import REVIEW, STAMP, BadPage, Files
from education.wording import digest, tidy

CONTENT = Path(__file__).parent / "content"

_EMPTY_REVIEW = dict.fromkeys(REVIEW) | {"reviewed_by": ""}
__all__ = [
    "CONTENT",
    "KINDS",
    "BadPage",
    "Outcome",
    "digest",
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
    PROPOSED = "proposed to its editors"


@dataclass(slots=True)
class _Loaded:
    """One page as it was shipped, with its translations, and what an editor has made of it."""

    document: Document
    is_edited: bool = False
    is_news: bool = False
    """Whether something was shipped that an edited page does not have."""

    def note(self, outcome: Outcome, shipped: Content, digest_before: str) -> None:
        if outcome == Outcome.KEPT:
            self.is_edited = True
            self.is_news |= digest(shipped) != digest_before


@dataclass(slots=True)
class _Folder:
    """The pages of one kind that were loaded, by their identity."""

    name: str
    model: type[Published]
    pages: dict[str, _Loaded] = field(default_factory=dict)


@transaction.atomic
def load(root: Path = CONTENT, now: dt.datetime | None = None) -> Counter[tuple[str, Outcome]]:
    """Loads every file under `root`; all of it or, if one page cannot be, none. `now` dates the versions."""
    tally: Counter[tuple[str, Outcome]] = Counter()
    for name, model in KINDS.items():
        folder = _Folder(name, model)
        for outcome in _load_pages(root, folder):
            tally[name, outcome] += 1
        for language in Language:
            for outcome in _load_translations(Files(root, language, name), folder):
                tally[f"{language}/{name}", outcome] += 1
        shipped = {
            identity: proposals.Shipped(each.document, each.is_edited, each.is_news)
            for identity, each in folder.pages.items()
        }
        if proposed := proposals.keep_up(model, shipped, now or timezone.now()):
            tally[name, Outcome.PROPOSED] += proposed
    return tally


def read(root: Path, folder: str) -> Iterator[Content]:
    """The pages of one folder with all their fields; what a file leaves out has the model's default.

    Raises BadPage, naming the file, for what is no TOML, and for a field or a source that does not exist.
    """
    review, sources = _parsed(root / "review.toml", root), _parsed(root / "sources.toml", root)
    nothing = _empty(KINDS[folder])
    for path in sorted((root / folder).glob("*.toml")):
        page = _parsed(path, root)
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


def _parsed(path: Path, root: Path) -> Content:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadPage(f"{path.relative_to(root)} cannot be read: {error}") from error


def translations_in(root: Path, folder: str) -> dict[str, dict[str, dict[str, str]]]:
    """The translations of one folder's pages: slug, then language, then texts. Raises BadPage."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for language in Language:
        for slug, texts in Files(root, language, folder).read(KINDS[folder].words):
            found.setdefault(slug, {})[language.value] = texts
    return found


def _load_pages(root: Path, folder: _Folder) -> Iterator[Outcome]:
    rows = {_identity(vars(row)): row for row in folder.model.held()}
    contents = contents_of(rows.values())
    for content in read(root, folder.name):
        row = rows.get(_identity(content))
        try:
            outcome = _load_page(folder.model, row, content, contents.get(row.pk) if row else None)
        except BadPage as bad:
            raise BadPage(f"{folder.name}/{content['slug']}.toml: {bad}") from bad
        loaded = folder.pages[_identity(content)] = _Loaded(_document(content))
        loaded.note(outcome, content, row.shipped_digest if row else "")
        yield outcome


def _load_page(
    model: type[Published], row: Published | None, content: Content, current: Content | None
) -> Outcome:
    if row is None or current is None:
        _write(model(), content)
        return Outcome.MADE
    if digest(current) != row.shipped_digest:
        return Outcome.KEPT
    if current == content:
        return Outcome.UNCHANGED
    _write(row, content)
    return Outcome.UPDATED


def _write(page: Published, content: Content) -> None:
    page.shipped_digest = digest(content)
    write(page, content)


def _document(content: Content) -> Document:
    own = {name: plain(value) for name, value in content.items() if name != "is_published"}
    return own | {TRANSLATIONS: {}}


def _load_translations(files: Files, folder: _Folder) -> Iterator[Outcome]:
    kind: Any = translation_of(folder.model)
    found = list(files.read(folder.model.words))
    if not found:
        return
    edited = proposals.edited(folder.model)
    known = {loaded.document["slug"]: identity for identity, loaded in folder.pages.items()}
    rows = {_identity(vars(row)): row for row in folder.model._default_manager.all()}
    own = {row.page_id: row for row in kind.objects.filter(language=files.language)}
    for slug, texts in found:
        if slug not in known:
            raise BadPage(f"{files.name_of(slug)}: there is no such page in English.")
        page, loaded = rows[known[slug]], folder.pages[known[slug]]
        row = own.get(page.pk) or kind(page=page, language=files.language)
        content = _EMPTY_REVIEW | dict.fromkeys((*row.words, STAMP), "") | texts | {"is_published": True}
        digest_before = row.shipped_digest
        is_edited = loaded.is_edited or page.slug in edited
        outcome = _load_translation(row, content, is_edited=is_edited)
        loaded.document[TRANSLATIONS][files.language] = {n: plain(value) for n, value in content.items()}
        loaded.note(outcome, content, digest_before)
        yield outcome


def _load_translation(row: Translation, shipped: Content, *, is_edited: bool) -> Outcome:
    """`is_edited`: the page is its editors' own, and with it what they did not translate, or took away."""
    current = {name: tidy(getattr(row, name)) for name in shipped}
    if row.pk is not None and digest(current) != row.shipped_digest:
        return Outcome.KEPT
    if current == shipped and row.pk is not None:
        return Outcome.UNCHANGED
    if is_edited:
        return Outcome.KEPT
    outcome = Outcome.MADE if row.pk is None else Outcome.UPDATED
    for name, value in shipped.items():
        setattr(row, name, value)
    row.shipped_digest = digest(shipped)
    row.save()
    return outcome


def _empty(model: type[Published]) -> Content:
    """A page of which nothing has been said."""
    columns = {name: field.get_default() for name, field in columns_of(model).items()}
    return columns | no_links(model)


def _identity(content: Mapping[str, Any]) -> str:
    """What a page is known by for good: its code where it has one, else its address."""
    identity: str = content.get("code") or content["slug"]
    return identity
