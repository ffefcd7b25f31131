"""How each page is read: views, the share whom it helped, and what they missed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from education.languages import ENGLISH
from education.models import Kind, PageAnswer, PageRead, SearchEntry

MOST_COMMENTS = 100

type Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One page. `page_id` is None for one that readers cannot open any more."""

    kind: Kind
    slug: str
    name: str
    page_id: int | None
    views: int = 0
    helped: int = 0
    not_helped: int = 0

    @property
    def answers(self) -> int:
        return self.helped + self.not_helped

    @property
    def share(self) -> int | None:
        """Percent of the answers; None where there are none."""
        return round(100 * self.helped / self.answers) if self.answers else None

    @property
    def url(self) -> str:
        return self.kind.address(self.slug) if self.page_id else ""


@dataclass(frozen=True, slots=True)
class Comment:
    name: str
    answer: PageAnswer


def how_read(since: dt.date, language: str = "") -> tuple[list[Row], list[Comment]]:
    """Every published page, and others that were read, most read first; and the newest comments.

    In four queries. `language`: of readers, if not all.
    """
    only = Q(day__gte=since) & (Q(language=language) if language else Q())
    pages = _names()
    views = {
        (kind, slug): many
        for kind, slug, many in PageRead.objects.filter(only)
        .values_list("kind", "slug")
        .annotate(many=Sum("views"))
    }
    answers = {
        (kind, slug): (helped, not_helped)
        for kind, slug, helped, not_helped in PageAnswer.objects.filter(only)
        .values_list("kind", "slug")
        .annotate(yes=Count("id", filter=Q(helped=True)), no=Count("id", filter=Q(helped=False)))
    }
    rows = [_row(key, pages, views, answers) for key in dict.fromkeys([*pages, *views, *answers])]
    written = PageAnswer.objects.filter(only).exclude(missing="").order_by("-id")[:MOST_COMMENTS]
    comments = [Comment(pages.get((each.kind, each.slug), (each.slug, 0))[0], each) for each in written]
    return sorted(rows, key=lambda row: (-row.views, row.name)), comments


def least_helpful_first(rows: Sequence[Row]) -> list[Row]:
    """Those that nobody has said anything about come last."""
    return sorted(rows, key=lambda row: (row.share is None, row.share, -row.answers))


def _names() -> dict[Key, tuple[str, int]]:
    entries = SearchEntry.objects.filter(language=ENGLISH).values_list("kind", "slug", "name", "page_id")
    return {(kind, slug): (name, page_id) for kind, slug, name, page_id in entries}


def _row(
    key: Key,
    pages: dict[Key, tuple[str, int]],
    views: dict[Key, int],
    answers: dict[Key, tuple[int, int]],
) -> Row:
    kind, slug = key
    name, page_id = pages.get(key, (slug, None))
    helped, not_helped = answers.get(key, (0, 0))
    return Row(Kind(kind), slug, name, page_id, views.get(key, 0), helped, not_helped)
