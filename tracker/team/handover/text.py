"""A hand-over as plain text, to be pasted into what a ward writes elsewhere."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from config.templatetags.ui import waiting
from tracker.models.base import level_word
from tracker.team.handover.made import HandOver, Part


def as_text(made: HandOver) -> str:
    return "\n".join(_lines(made))


def _lines(made: HandOver) -> Iterator[str]:
    yield _("Hand-over, %(team)s, %(since)s to %(now)s") % {
        "team": made.team,
        "since": _at(made.since),
        "now": _at(made.now),
    }
    yield from _part(
        _("To the next shift"), (f"{each.words} ({each.by}, {_at(each.at)})" for each in made.words)
    )
    yield from _part(_("Open"), map(_open, made.open.lines), made.open)
    yield from _part(_("Due"), (f"{_at(each.at)} {each.patient}: {each.what}" for each in made.due))
    yield from _part(
        _("Silent"), (f"{row.patient}: {'; '.join(row.why)}" for row in made.silent.lines), made.silent
    )
    yield from _part(
        _("Notes to read"),
        (f"{row.note.patient}: {_at(row.note.due_at)}" for row in made.unread.lines),
        made.unread,
    )
    yield from _part(
        _("Messages"),
        (f"{each.patient}: {_at(each.due_at)}" for each in made.messages.lines),
        made.messages,
    )
    yield from _part(
        _("Resolved"),
        (f"{each.patient}: {each.get_outcome_display()} ({each.owner})" for each in made.resolved.lines),
        made.resolved,
    )
    yield from _part(
        _("Called"),
        (f"{each.patient}: {each.get_outcome_display()} ({each.by})" for each in made.calls.lines),
        made.calls,
    )


def _part(title: str, lines: Iterable[str], part: Part | None = None) -> Iterator[str]:
    """Nothing at all for an empty one."""
    written = [f"- {each}" for each in lines]
    if part and part.more:
        written.append(_("- and %(more)d more") % {"more": part.more})
    if written:
        yield from ["", title, *written]


def _open(row: object) -> str:
    flag = row.flag  # type: ignore[attr-defined]
    reasons = [*flag.silence, *(each.words for each in row.reasons)]  # type: ignore[attr-defined]
    return _("%(level)s: %(patient)s, %(why)s, waiting %(time)s, %(owner)s") % {
        "level": capfirst(level_word(flag.level)),
        "patient": flag.patient,
        "why": "; ".join(reasons) or "–",
        "time": waiting(row.waiting),  # type: ignore[attr-defined]
        "owner": flag.owner or _("unclaimed"),
    }


def _at(at: dt.datetime) -> str:
    return date_format(localtime(at), "D j M, H:i")
