"""What is shipped for a page that its editors have changed: never written over it, but put before them.

Three wordings meet: what was shipped before, what the page says, and what is shipped now. What only we
changed goes into the proposal; where both changed something, the page's own wording stays in it and the other
is named beside it.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from education.documents import Document, documents, name_of
from education.editions import record
from education.merging import merged, same
from education.models import Edition, Published
from education.models.editions import Origin, State


@dataclass(frozen=True, slots=True)
class Shipped:
    """A page as it is shipped now. `is_news`: some of it was never shipped to this edited page before."""

    document: Document
    is_edited: bool
    is_news: bool


@dataclass(frozen=True, slots=True)
class _Known:
    """What was kept of the pages of one kind, by their addresses."""

    published: Mapping[str, Edition]
    shipped: Mapping[str, Document]
    proposed: Mapping[str, Edition]

    @classmethod
    def of(cls, kind: str) -> "_Known":
        editions = Edition.objects.filter(kind=kind).order_by("pk")
        return cls(
            published={each.slug: each for each in editions.published()},
            shipped={
                slug: shipped or {}
                for slug, shipped in editions.filter(shipped__isnull=False).values_list("slug", "shipped")
            },
            proposed={each.slug: each for each in editions.open().filter(origin=Origin.SHIPPED)},
        )


def edited(model: type[Published]) -> frozenset[str]:
    """The addresses of pages whose readers see something else than was shipped last: their editors' own."""
    known = _Known.of(name_of(model))
    return frozenset(
        slug
        for slug, version in known.published.items()
        if slug in known.shipped and not same(version.content, known.shipped[slug])
    )


def keep_up(model: type[Published], shipped: Mapping[str, Shipped], now: dt.datetime) -> int:
    """Make versions of what was loaded and propose what could not be; how many proposals that made."""
    known, proposed = _Known.of(name_of(model)), 0
    rows = {_identity(row): row for row in model._default_manager.filter(is_published=True)}
    told = documents(rows.values())
    for identity, row in rows.items():
        news = shipped.get(identity)
        published = known.published.get(row.slug)
        before = known.shipped.get(row.slug)
        is_news = news is not None and news.is_edited and _is_news(news, before)
        if published is None or not same(published.content, told[row.pk]):
            is_ours = news is not None and not news.is_edited
            origin = Origin.SHIPPED if is_ours else Origin.EDITOR
            published = record(
                row,
                told[row.pk],
                origin=origin,
                now=now,
                shipped=news.document if news and not is_news else None,
            )
        if news and is_news:
            _propose(row.slug, known, told[row.pk], news.document, published, now)
            proposed += 1
    return proposed


def _is_news(news: Shipped, before: Document | None) -> bool:
    return news.is_news if before is None else not same(before, news.document)


def _propose(
    slug: str, known: _Known, ours: Document, theirs: Document, published: Edition, now: dt.datetime
) -> None:
    open_ = _still_open(known.proposed.get(slug))
    if open_ is not None:
        together = merged(open_.shipped, open_.content, theirs)
        open_.content, open_.conflicts = together.content, open_.conflicts | together.conflicts
        open_.shipped, open_.revision, open_.saved_at = theirs, open_.revision + 1, now
        open_.back_to_draft()
        open_.save()
        return
    together = merged(known.shipped.get(slug), ours, theirs)
    says_nothing = not together.conflicts and same(together.content, ours)
    Edition.objects.create(
        kind=published.kind,
        slug=slug,
        origin=Origin.SHIPPED,
        state=State.DISCARDED if says_nothing else State.DRAFT,
        content=together.content,
        conflicts=together.conflicts,
        shipped=theirs,
        based_on=published,
        made_at=now,
        saved_at=now,
        ended_at=now if says_nothing else None,
    )


def _still_open(proposal: Edition | None) -> Edition | None:
    """As an editor may have left it since it was read; the page is locked by whoever loads."""
    return proposal and Edition.objects.open().select_for_update().filter(pk=proposal.pk).first()


def _identity(page: Published) -> str:
    return getattr(page, "code", "") or page.slug
