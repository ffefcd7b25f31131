"""A page as an editor opens it: the draft that is worked on or, without one, what the page says now."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from education.documents import Document, blank, document, kind_of
from education.models import Edition, Published
from education.models.editions import Origin

LONG_NUMBER = 18  # digits; no row has one


@dataclass(frozen=True, slots=True)
class Opened:
    """`token` stands for the wording that was opened: another one, and somebody has saved since."""

    kind: str
    content: Document
    edition: Edition | None
    token: str

    @property
    def origin(self) -> str:
        return self.edition.origin if self.edition else Origin.EDITOR


def opened(page: Published, *, edition_pk: int | None = None, lock: bool = False) -> Opened:
    """The draft of this number, if it is open, else the editors' own draft, else the page.

    With `lock`, nobody else begins or saves a draft of this page before the transaction ends.
    """
    if lock:
        type(page).held().get(pk=page.pk)
    edition = _draft(page, edition_pk)
    if edition is not None:
        return Opened(edition.kind, edition.content, edition, f"{edition.pk}.{edition.revision}")
    content = document(page)
    return Opened(kind_of(page), content, None, _fingerprint(content))


def opened_blank(kind: str, model: type[Published]) -> Opened:
    """A page that is not there yet."""
    return Opened(kind, blank(model) | {"translations": {}}, None, "")


def number_in(named: str) -> int | None:
    """The draft that an address names."""
    return int(named) if named.isdecimal() and len(named) < LONG_NUMBER else None


def _draft(page: Published, edition_pk: int | None) -> Edition | None:
    drafts = Edition.objects.of(kind_of(page), page.slug).open()
    if edition_pk is not None and (asked := drafts.filter(pk=edition_pk).first()):
        return asked
    return drafts.filter(origin=Origin.EDITOR).first()


def _fingerprint(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:16]
