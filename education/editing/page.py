"""Where one page stands, and what may be done with it now: by whom, and what is in the way."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Self

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from education import editions
from education.documents import KINDS
from education.editing.opened import Opened
from education.editing.words import label_of
from education.editions import Refused
from education.languages import Language
from education.models import Edition, Published
from education.models.editions import State

PUBLISH = "education.publish_edition"


@dataclass(frozen=True, slots=True)
class InTheWay:
    """One thing that an editor ought to see to: where, what, and whether it stops publishing."""

    text: str
    field: str
    label: str
    blocks: bool
    anchor: str
    """The field's id in the form."""

    @classmethod
    def of(cls, kind: str, field: str, text: str, blocks: bool) -> Self:
        """A language as a whole is found by its first field."""
        first = f".{KINDS[kind].words[0]}" if field.removeprefix("translations.") in Language.values else ""
        return cls(text, field, label_of(kind, field), blocks, f"id_{field}{first}")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the top of a page's form says."""

    edition: Edition | None
    version: int | None
    is_shown: bool
    was_shown: bool
    in_the_way: list[InTheWay]
    writers: list[str]
    others: list[Edition]
    """What else is open for this page: proposals, imports."""
    is_overtaken: bool
    may_publish: bool
    is_mine: bool

    @property
    def blocking(self) -> list[InTheWay]:
        return [each for each in self.in_the_way if each.blocks]

    @property
    def advice(self) -> list[InTheWay]:
        return [each for each in self.in_the_way if not each.blocks]

    @property
    def may_be_retired(self) -> bool:
        return self.is_shown and self.may_publish

    @property
    def waits_for_me(self) -> bool:
        return (
            self.edition is not None
            and self.edition.state in (State.IN_REVIEW, State.SCHEDULED)
            and self.may_publish
            and not self.is_mine
        )


def standing_of(page: Published, opened: Opened, user: Any, now: dt.datetime) -> Standing:
    edition = opened.edition
    there = Edition.objects.of(opened.kind, page.slug)
    newest = there.published().first()
    return Standing(
        edition=edition,
        version=newest.number if newest else None,
        is_shown=type(page)._default_manager.filter(pk=page.pk, is_published=True).exists(),
        was_shown=there.shown().exists(),
        in_the_way=in_the_way(opened, now),
        writers=[str(each) for each in edition.writers.all()] if edition else [],
        others=[each for each in there.open() if each != edition],
        is_overtaken=bool(edition and newest and newest.pk != edition.based_on_id),
        may_publish=user.has_perm(PUBLISH),
        is_mine=bool(edition and edition.was_written_by(user)),
    )


def in_the_way(opened: Opened, now: dt.datetime) -> list[InTheWay]:
    """Of a draft: all that stops it and all that is advised. Of a page without one: what its text has."""
    reasons = editions.reasons_against(opened.edition, now) if opened.edition else []
    said = editions.objections_to(opened.kind, opened.content, now)
    advised = [each for each in said if not (each.blocks and opened.edition)]
    return [
        *(InTheWay.of(opened.kind, each.field, str(each), True) for each in reasons),
        *(InTheWay.of(opened.kind, each.field, each.text, each.blocks) for each in advised),
    ]


def send_to_review(request: HttpRequest, draft: Edition) -> bool:
    """Ask for a second person, and say what came of it."""
    try:
        editions.submit(draft, by=request.user, now=timezone.now())
    except Refused as refused:
        tell_refusal(request, refused, draft)
        return False
    messages.success(request, _("It is in review: somebody else can publish it now."))
    return True


def tell_refusal(request: HttpRequest, refused: Refused, edition: Edition | None = None) -> None:
    """The page lists what is in the way of a draft; another reason is told by itself."""
    listed = editions.reasons_against(edition, timezone.now()) if edition else []
    for reason in refused.reasons:
        if reason not in listed:
            messages.error(request, str(reason))
    if listed:
        messages.error(request, _("It cannot go to readers yet: see the list of what is in the way."))


def page_of(edition: Edition) -> Published | None:
    return KINDS[edition.kind]._default_manager.filter(slug=edition.slug).first()
