"""Markdown files become drafts: all of them or, if one cannot, none.

Reading files is apart from writing: `changes_in` says what the files want, `apply` makes drafts of it, which
take the same way to readers as what an editor types.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from education.documents import (
    KINDS,
    TRANSLATIONS,
    Document,
    blank,
    document,
    page_from,
    translation_of,
    write,
    write_translations,
)
from education.editions import Refused, begin
from education.files import Fault, PageFile, Unreadable, read
from education.models import Cytokine, Drug, Published, Symptom, Translation
from education.models.editions import Origin
from education.translated import STAMP, fingerprint

NOW = "now"
"""In place of a fingerprint: somebody has compared the two, and the translation says what the page says."""
_LINKED: Mapping[str, tuple[Any, str]] = {
    "cytokine": (Cytokine, "slug"),
    "symptoms": (Symptom, "code"),
    "drugs": (Drug, "code"),
}


class Imported(StrEnum):
    """What became of a page's files."""

    MADE = "new"
    CHANGED = "changed"
    UNCHANGED = "the same as before"


@dataclass(frozen=True, slots=True)
class Change:
    """One page as it is to be: its whole document. Translations that were not sent stay as they are."""

    folder: str
    content: Document
    page: Published | None
    """The page as it is; None for a new one."""
    files: Mapping[str, PageFile] = field(default_factory=dict)
    """By language, "" for the page's own."""

    @property
    def model(self) -> type[Published]:
        return KINDS[self.folder]


def import_files(files: Mapping[str, bytes], *, by: User, now: dt.datetime) -> Counter[Imported]:
    """Make drafts of the pages in these files. Raises Unreadable, and then nothing has changed."""
    with transaction.atomic():
        return apply(changes_in(files), by=by, now=now)


def changes_in(files: Mapping[str, bytes]) -> list[Change]:
    """What the files want, in the order in which pages can be written. Raises Unreadable."""
    grouped: dict[tuple[str, str], dict[str, PageFile]] = {}
    for each in read(files):
        grouped.setdefault((each.folder, each.slug), {})[each.language] = each
    changes: list[Change] = []
    faults: list[Fault] = []
    for (folder, slug), own in grouped.items():
        page = KINDS[folder]._default_manager.filter(slug=slug).first()
        if "" in own or page is not None:
            changes.append(Change(folder, _content(folder, slug, page, own), page, own))
        else:
            text = _("There is no page of this address that it could translate.")
            faults += [each.fault("", text) for each in own.values()]
    if faults:
        raise Unreadable(faults)
    return sorted(changes, key=lambda change: [*KINDS].index(change.folder))


def _content(folder: str, slug: str, page: Published | None, own: Mapping[str, PageFile]) -> Document:
    """A file says all of a page: what it leaves out is empty."""
    model = KINDS[folder]
    before: Document = document(page) if page is not None else {TRANSLATIONS: {}}
    content = blank(model) | own[""].values if "" in own else dict(before)
    content |= {"slug": slug, TRANSLATIONS: dict(before[TRANSLATIONS])}
    if folder == "articles":  # what an article is about has no order; a drug's tick list has
        content |= {name: sorted(content[name]) for name in ("symptoms", "drugs")}
    for language, texts in own.items():
        if language:
            content[TRANSLATIONS][language] = _texts(model, content, texts.values)
    return content


def _texts(model: type[Published], english: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    nothing = dict.fromkeys((*model.words, "reviewed_by", STAMP), "")
    texts = nothing | {"reviewed_on": None, "next_review_on": None, "is_published": False} | dict(values)
    if texts[STAMP] == NOW:
        texts[STAMP] = fingerprint(english, texts, model.words)
    return texts


# --- Writing ------------------------------------------------------------------------------------------------


@transaction.atomic
def apply(changes: Sequence[Change], *, by: User, now: dt.datetime) -> Counter[Imported]:
    """Make drafts of pages as they are to be. Raises Unreadable, with every fault, and makes none."""
    tally: Counter[Imported] = Counter()
    faults: list[Fault] = []
    for change in changes:
        try:
            with transaction.atomic():
                tally[_apply(change, by, now)] += 1
        except Unreadable as bad:
            faults += bad.faults
    if faults:
        raise Unreadable(faults)
    return tally


def _apply(change: Change, by: User, now: dt.datetime) -> Imported:
    page = change.page
    if page is not None and document(page) == change.content:
        return Imported.UNCHANGED
    _check(change)
    outcome = Imported.CHANGED if page is not None else Imported.MADE
    page = page or _made(change)
    try:
        begin(page, by=by, now=now, content=change.content, origin=Origin.IMPORTED, note=_("Imported."))
    except Refused as refused:
        text = _("An earlier file of this page is still a draft. Publish or discard that one first.")
        raise Unreadable([next(iter(change.files.values())).fault("", text)]) from refused
    act = ADDITION if outcome is Imported.MADE else CHANGE
    LogEntry.objects.log_actions(by.pk, [page], act, change_message=_("Imported."), single_object=True)
    return outcome


def _made(change: Change) -> Published:
    """A page that is not there yet has to be, for a draft to be of it; no reader sees it."""
    page = change.model()
    write(page, change.content)
    write_translations(page, change.content)
    return page


def _check(change: Change) -> None:
    """Everything that a form would refuse, at the line where it stands. Raises Unreadable."""
    page = page_from(change.folder, change.content, pk=change.page.pk if change.page else None)
    if (file := change.files.get("")) is not None:
        if faults := [*_unknown(file, change.content), *_moved(file, change)]:
            raise Unreadable(faults)
        _clean(page, file, without=["cytokine"])
    kind = translation_of(change.model)
    for language, file in change.files.items():
        if language:
            texts = change.content[TRANSLATIONS][language]
            row = kind(
                language=language, **{name: texts[name] or None for name in texts if name.endswith("_on")}
            )
            for name in (*kind.words, "reviewed_by", STAMP):
                setattr(row, name, texts[name])
            untold = [name for name in kind.words[1:] if not texts[name]]
            _clean(row, file, without=["page", *untold])


def _unknown(file: PageFile, content: Mapping[str, Any]) -> Iterator[Fault]:
    for name, (model, key) in _LINKED.items():
        said = content.get(name) or []
        wanted = [said] if isinstance(said, str) else said
        there = {*model._default_manager.filter(**{f"{key}__in": wanted}).values_list(key, flat=True)}
        for each in dict.fromkeys(wanted):
            if each not in there:
                text = _("There is no %(kind)s “%(name)s”.")
                values = {"kind": model._meta.verbose_name, "name": each}
                yield file.fault(name, text % values)
            elif wanted.count(each) > 1:
                yield file.fault(name, _("“%(name)s” stands here twice.") % {"name": each})


def _moved(file: PageFile, change: Change) -> Iterator[Fault]:
    """A code is for good, and so is the address of a page."""
    code = change.content.get("code")
    if code is None:
        return
    model: Any = change.model
    if change.page is not None:
        if getattr(change.page, "code", "") != code:
            yield file.fault("code", _("The code of a page can never be changed."))
    elif other := model.objects.filter(code=code).first():
        text = _("The page %(address)s has this code already.") % {"address": other.slug}
        yield file.fault("code", text)


def _clean(row: Published | Translation, file: PageFile, *, without: Sequence[str]) -> None:
    try:
        row.full_clean(exclude=without)
    except ValidationError as error:
        told = [(name, text) for name, texts in error.message_dict.items() for text in texts]
        raise Unreadable([file.fault(name, _about(row, name, text)) for name, text in told]) from error


def _about(row: Published | Translation, name: str, text: str) -> str:
    columns = {each.name for each in row._meta.get_fields()}
    return f"“{name}”: {text}" if name in columns else text
