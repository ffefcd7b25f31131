"""The way of a page to its readers: draft, in review, published, retired. The one place that writes pages.

Each act locks the page, then the edition, and asks whether it still stands where the act begins, so that of
two people who press at once one is told what the other did. `write` of `education.documents` is called here
and where shipped pages are loaded, and nowhere else.
"""

import datetime as dt
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Self

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from education import known
from education.checks import Objection, objections
from education.documents import (
    KINDS,
    TRANSLATIONS,
    document,
    kind_of,
    page_from,
    translations_from,
    write,
    write_translations,
)
from education.merging import BETWEEN, merged
from education.models import Published, Translation
from education.models.editions import OPEN, Edition, Origin, State
from education.translated import BadPage

logger = logging.getLogger(__name__)


class Reason(str):
    """Why something cannot be done, and the field that it is about: "body", "" for the whole page."""

    __slots__ = ("field",)
    field: str

    def __new__(cls, text: str, field: str = "") -> Self:
        reason = super().__new__(cls, text)
        reason.field = field
        return reason


class Refused(Exception):
    """An act that cannot be done, with the reasons as an editor may read them."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = tuple(each if isinstance(each, Reason) else Reason(each) for each in reasons)
        super().__init__(" ".join(reasons))


class ChangedMeanwhile(Refused):
    """Somebody else saved the draft since it was opened."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else has saved this draft since you opened it."))


# --- Drafts -------------------------------------------------------------------------------------------------


def current(page: Published) -> Edition | None:
    """The version that readers see; None for a page that was never published by this way."""
    return Edition.objects.of(kind_of(page), page.slug).published().first()


def draft_of(page: Published, origin: str = Origin.EDITOR) -> Edition | None:
    """What somebody works on now, if anybody does."""
    return Edition.objects.of(kind_of(page), page.slug).open().filter(origin=origin).first()


@transaction.atomic
def begin(
    page: Published,
    *,
    by: Any,
    now: dt.datetime,
    content: Mapping[str, Any] | None = None,
    origin: str = Origin.EDITOR,
    note: str = "",
) -> Edition:
    """A new draft, of what the page says now or of `content`. Raises Refused while another one is open."""
    row = _lock(page)
    if draft_of(row, origin):
        raise Refused(_("Somebody works on a draft of this page already."))
    edition = Edition.objects.create(
        kind=kind_of(row),
        slug=row.slug,
        origin=origin,
        content=dict(content) if content is not None else document(row),
        based_on=current(row),
        note=note,
        made_at=now,
        saved_at=now,
    )
    if content is not None:
        edition.writers.add(by)
    return edition


@transaction.atomic
def keep(
    edition: Edition, content: Mapping[str, Any], *, by: Any, now: dt.datetime, note: str | None = None
) -> Edition:
    """Save a draft. One that was in review, or approved, goes back to being a draft.

    `edition` is as the editor opened it: raises ChangedMeanwhile when its revision is not the newest.
    """
    held = _held(edition, *OPEN)
    if held.revision != edition.revision:
        raise ChangedMeanwhile
    held.content, held.revision, held.saved_at = dict(content), held.revision + 1, now
    if note is not None:
        held.note = note
    held.back_to_draft()
    held.save()
    held.writers.add(by)
    return held


@transaction.atomic
def decided(edition: Edition, *paths: str) -> Edition:
    """An editor has looked at what two sides said of these fields, and the draft says what it is to say."""
    held = _held(edition, *OPEN)
    held.conflicts = {path: value for path, value in held.conflicts.items() if path not in paths}
    held.save(update_fields=["conflicts"])
    return held


@transaction.atomic
def discard(edition: Edition, *, by: Any, now: dt.datetime) -> None:
    held = _held(edition, *OPEN)
    held.state, held.ended_at, held.ended_by = State.DISCARDED, now, by
    held.publish_at = held.approved_by = None
    held.save()


@transaction.atomic
def restore(edition: Edition, page: Published, *, by: Any, now: dt.datetime) -> Edition:
    """A new draft that says what an old version said. It takes the same way to readers as any other."""
    note = _("Restores version %(number)d.") % {"number": edition.number}
    return begin(page, by=by, now=now, content=edition.content, note=note)


@transaction.atomic
def catch_up(edition: Edition, *, now: dt.datetime) -> Edition:
    """Bring into a draft what was published since it was begun. What both changed is left to be decided."""
    held = _held(edition, *OPEN)
    newest = Edition.objects.of(held.kind, held.slug).published().first()
    if newest is None or newest.pk == held.based_on_id:
        return held
    base = held.based_on.content if held.based_on else None
    together = merged(base, held.content, newest.content)
    held.content, held.conflicts = together.content, held.conflicts | together.conflicts
    held.based_on, held.revision, held.saved_at = newest, held.revision + 1, now
    held.back_to_draft()
    held.save()
    return held


# --- To readers ---------------------------------------------------------------------------------------------


@transaction.atomic
def submit(edition: Edition, *, by: Any, now: dt.datetime) -> Edition:
    """Ask a second person to look. Raises Refused with every reason why it cannot be published yet."""
    held = _held(edition, State.DRAFT)
    _require_ready(held, now)
    held.state, held.submitted_by, held.submitted_at = State.IN_REVIEW, by, now
    held.save()
    return held


@transaction.atomic
def send_back(edition: Edition, *, by: Any, now: dt.datetime, note: str) -> Edition:
    """What is in review needs more work; the note says what."""
    held = _held(edition, State.IN_REVIEW, State.SCHEDULED)
    _send_back(held, f"{by}: {note}", now=now)
    return held


@transaction.atomic
def publish(edition: Edition, *, by: Any, now: dt.datetime, at: dt.datetime | None = None) -> Edition:
    """A second person has looked: readers see it now, or from `at`. Raises Refused."""
    held = _held(edition, State.IN_REVIEW)
    if held.was_written_by(by):
        raise Refused(_("Somebody else has to publish this: you wrote it."))
    _require_ready(held, now)
    held.approved_by = by
    if at is not None and at > now:
        held.state, held.publish_at = State.SCHEDULED, at
        held.save()
        return held
    return _go_live(held, now)


def publish_due(now: dt.datetime) -> int:
    """Publish what waited for its day; how many. One that cannot be is a draft again and says why."""
    waiting = Edition.objects.filter(state=State.SCHEDULED, publish_at__lte=now).order_by("publish_at")
    return sum(_publish_due(edition, now) for edition in waiting)


def _publish_due(edition: Edition, now: dt.datetime) -> bool:
    try:
        with transaction.atomic():
            held = _held(edition, State.SCHEDULED)
            if held.publish_at is None or held.publish_at > now:
                return False  # another day was chosen since it was looked for
            _require_ready(held, now)
            _go_live(held, now)
    except Refused as refused:
        logger.warning("page %s/%s was not published on its day", edition.kind, edition.slug)
        _not_on_its_day(edition, *refused.reasons, now=now)
        return False
    except Exception:  # whatever is wrong with this one, the others go out
        logger.exception("page %s/%s was not published on its day", edition.kind, edition.slug)
        _not_on_its_day(
            edition, _("It could not be published on its day: something in it is wrong."), now=now
        )
        return False
    return True


@transaction.atomic
def _not_on_its_day(edition: Edition, *reasons: str, now: dt.datetime) -> None:
    held = Edition.objects.select_for_update().get(pk=edition.pk)
    if held.state == State.SCHEDULED:  # or else another worker was quicker
        _send_back(held, *reasons, now=now)


@transaction.atomic
def retire(page: Published, *, by: Any, now: dt.datetime) -> None:
    """Take a page away from readers. What they were shown can still be read where it was kept for them.

    What was on its way to them is a draft again: it must not bring the page back by itself.
    """
    row = _lock(page)
    if not row.is_published:
        raise Refused(_("Readers do not see this page now."))
    newest = current(row) or record(row, document(row), origin=Origin.EDITOR, now=now)
    newest.state, newest.ended_at, newest.ended_by = State.RETIRED, now, by
    newest.save()
    row.is_published = False
    row.save(update_fields=["is_published", "updated_at"])
    on_their_way = Edition.objects.of(newest.kind, newest.slug).filter(
        state__in=(State.IN_REVIEW, State.SCHEDULED)
    )
    for each in on_their_way.select_for_update():
        _send_back(each, _("The page was taken away from readers. To publish this brings it back."), now=now)


def record(
    page: Published,
    content: Mapping[str, Any],
    *,
    origin: str,
    now: dt.datetime,
    shipped: Mapping[str, Any] | None = None,
) -> Edition:
    """Keep what a published row says as its newest version: for rows that were written past the drafts."""
    edition = Edition(
        kind=kind_of(page),
        slug=page.slug,
        origin=origin,
        content=dict(content),
        shipped=shipped,
        made_at=now,
        saved_at=now,
    )
    return _number(edition, now)


# --- Within -------------------------------------------------------------------------------------------------


def reasons_against(edition: Edition, now: dt.datetime) -> list[Reason]:
    """Why readers cannot be shown this yet; empty when they can."""
    reasons = [*_unsettled(edition)]
    reasons += [
        Reason(each.text, each.field)
        for each in objections_to(edition.kind, edition.content, now)
        if each.blocks
    ]
    return [*reasons, *_refused_by_the_row(edition, {reason.field for reason in reasons})]


def objections_to(kind: str, content: Mapping[str, Any], now: dt.datetime) -> list[Objection]:
    """What an editor ought to see of a page before it is published, whether or not it stops that."""
    today = timezone.localdate(now)
    return objections(kind, content, today=today, known=known.now())


def _unsettled(edition: Edition) -> Iterator[Reason]:
    for path in edition.conflicts:
        yield Reason(_("Decide first what is to stand where two wordings differ."), path)
    newest = Edition.objects.of(edition.kind, edition.slug).published().first()
    if newest is not None and newest.pk != edition.based_on_id:
        yield Reason(_("Another version was published since this draft was begun. Bring it in first."))


def _refused_by_the_row(edition: Edition, told: Collection[str]) -> Iterator[Reason]:
    """What the columns and constraints of a published page refuse, but for fields that are `told` already."""
    candidate = page_from(edition.kind, edition.content, pk=_row(edition).pk)
    candidate.is_published = True
    yield from _refused_by(candidate, exclude=["cytokine", *told])
    for row in translations_from(edition.kind, edition.content):
        untold = [name for name in row.words if not getattr(row, name)]  # is shown in English
        place = BETWEEN.join((TRANSLATIONS, row.language))
        named = [each.removeprefix(place + BETWEEN) for each in told if each.startswith(place + BETWEEN)]
        yield from _refused_by(row, exclude=["page", *untold, *named], place=place)


def _refused_by(row: Published | Translation, *, exclude: Iterable[str], place: str = "") -> Iterator[Reason]:
    try:
        row.full_clean(exclude=exclude)
    except ValidationError as error:
        for name, texts in error.message_dict.items():
            field = BETWEEN.join(filter(None, [place, "" if name == NON_FIELD_ERRORS else name]))
            yield from (Reason(text, field) for text in texts)


def _require_ready(edition: Edition, now: dt.datetime) -> None:
    if reasons := reasons_against(edition, now):
        raise Refused(*reasons)


def _go_live(edition: Edition, now: dt.datetime) -> Edition:
    page = _lock(_row(edition))
    page.is_published = True
    try:
        write(page, edition.content)
    except BadPage as bad:
        raise Refused(str(bad)) from bad
    write_translations(page, edition.content)
    edition.publish_at = None
    return _number(edition, now)


def _number(edition: Edition, now: dt.datetime) -> Edition:
    """Make it the version that is published, and end the one before."""
    versions = Edition.objects.of(edition.kind, edition.slug)
    versions.published().update(state=State.REPLACED, ended_at=now)
    last: int = versions.aggregate(last=Max("number"))["last"] or 0
    edition.state, edition.number, edition.published_at = State.PUBLISHED, last + 1, now
    edition.save()
    return edition


def locked(edition: Edition) -> Edition:
    """The edition as it is now, and nobody else changes it or its page before the transaction ends.

    The page comes first, always and everywhere: two who lock in another order wait for each other for ever.
    """
    _lock(_row(edition))
    return Edition.objects.select_for_update().get(pk=edition.pk)


def _held(edition: Edition, *states: str) -> Edition:
    """The edition, locked, if it still stands where the act begins."""
    held = locked(edition)
    if held.state not in states:
        raise Refused(_("This is now: %(state)s.") % {"state": held.get_state_display()})
    return held


def _send_back(held: Edition, *notes: str, now: dt.datetime) -> None:
    """A draft again, with a word why. Whoever has it open is told, and reads the note before saving."""
    held.note = "\n\n".join(filter(None, [held.note, *notes]))
    held.revision, held.saved_at = held.revision + 1, now
    held.back_to_draft()
    held.save()


def _row(edition: Edition) -> Published:
    page = KINDS[edition.kind]._default_manager.filter(slug=edition.slug).first()
    if page is None:
        raise Refused(_("There is no such page any more."))
    return page


def _lock(page: Published) -> Published:
    """The page's row, so that what is published of one page comes one after the other."""
    return type(page).held().get(pk=page.pk)
