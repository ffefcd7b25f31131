"""What there is to do for one editor: what waits for them, what they began, what we propose, what is late."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from education.documents import KINDS
from education.editing.page import PUBLISH
from education.models import Edition
from education.models.editions import Origin, State
from education.models.published import Published

MOST_OVERDUE = 50


@dataclass(frozen=True, slots=True)
class Item:
    """A draft, or a page that is late, with the address where it is seen to."""

    name: str
    kind: str
    url: str
    edition: Edition | None = None
    is_mine: bool = False
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Work:
    waiting: list[Item]
    mine: list[Item]
    drafts: list[Item]
    proposals: list[Item]
    scheduled: list[Item]
    overdue: list[Item]


def work_of(user: Any, today: dt.date) -> Work:
    """In as many queries as there are kinds, and two."""
    hand = Edition.writers.through.objects.filter(edition_id=OuterRef("pk"), user_id=user.pk)
    opened = Edition.objects.open().annotate(is_mine=Exists(hand)).order_by("saved_at")
    kinds = {
        kind for kind, model in KINDS.items() if user.has_perm(f"education.change_{model._meta.model_name}")
    }
    editions: list[Any] = [
        each for each in opened.select_related("submitted_by", "approved_by") if each.kind in kinds
    ]
    pages = _pages(editions)
    items = [_item(each, pages.get((each.kind, each.slug)), user) for each in editions]
    items = [item for item in items if item.url]

    def those(*states: str, ours: bool = True) -> list[Item]:
        return [
            item
            for item in items
            if item.edition is not None
            and item.edition.state in states
            and (item.edition.origin == Origin.EDITOR) is ours
        ]

    in_review = those(State.IN_REVIEW) + those(State.IN_REVIEW, ours=False)
    waiting = [item for item in in_review if not item.is_mine] if user.has_perm(PUBLISH) else []
    drafts = those(State.DRAFT)
    return Work(
        waiting=waiting,
        mine=[item for item in drafts + in_review if item.is_mine],
        drafts=[item for item in drafts if not item.is_mine],
        proposals=those(State.DRAFT, ours=False),
        scheduled=those(State.SCHEDULED) + those(State.SCHEDULED, ours=False),
        overdue=_overdue(kinds, today),
    )


def _item(edition: Any, page: Published | None, user: Any) -> Item:
    name = edition.content.get(KINDS[edition.kind].named_by) or edition.slug
    is_mine = edition.is_mine or edition.submitted_by_id == user.pk
    if page is None:
        return Item(name, edition.kind, "", edition)
    in_review = edition.state != State.DRAFT
    return Item(
        name=name,
        kind=str(page._meta.verbose_name),
        url=reverse("editing:review", args=[edition.pk]) if in_review else address_of(page, edition),
        edition=edition,
        is_mine=is_mine,
    )


def address_of(page: Published, edition: Edition | None = None) -> str:
    """The form of a page; of a draft that is not its editors' own, by its number."""
    address = reverse(f"admin:education_{page._meta.model_name}_change", args=[page.pk])
    return f"{address}?edition={edition.pk}" if edition and edition.origin != Origin.EDITOR else address


def _pages(editions: Iterable[Edition]) -> dict[tuple[str, str], Published]:
    slugs = defaultdict(set)
    for each in editions:
        slugs[each.kind].add(each.slug)
    return {
        (kind, page.slug): page
        for kind, wanted in slugs.items()
        for page in KINDS[kind]._default_manager.filter(slug__in=wanted).only("slug")
    }


def _overdue(kinds: Iterable[str], today: dt.date) -> list[Item]:
    found = [
        Item(str(page), str(page._meta.verbose_name), address_of(page), due_on=page.next_review_on)
        for kind in kinds
        for page in KINDS[kind].objects.published().overdue_for_review(today)[:MOST_OVERDUE]  # type: ignore[attr-defined]
    ]
    return sorted(found, key=lambda item: (item.due_on or dt.date.min, item.name))
