"""Notes that a person has to read, whatever the rules made of them: what a rule read is marked."""

import datetime as dt
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from django.utils.formats import time_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from tracker.models import AlreadyRead, NoteToRead
from tracker.models.notes import NoteToReadQuerySet
from tracker.team.access import of_teams_of
from tracker.team.why import quotes


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One unread note; `over_by` is None until its deadline has passed."""

    note: NoteToRead
    words: SafeString
    words_before: list[str]
    over_by: dt.timedelta | None


def unread(user: User) -> NoteToReadQuerySet:
    return of_teams_of(NoteToRead.objects.all(), user).unread().worst_first()


def with_reports(notes: NoteToReadQuerySet) -> NoteToReadQuerySet:
    """With what `rows` needs, in two queries."""
    return notes.select_related("patient__team", "check_in__reported_by").prefetch_related(
        "check_in__findings"
    )


def rows(notes: Iterable[NoteToRead], now: dt.datetime) -> list[NoteRow]:
    """For notes `with_reports`."""
    return [row(note, note.words_before, now) for note in notes]


def row(note: NoteToRead, words_before: list[str], now: dt.datetime) -> NoteRow:
    """For a note with its report and that report's findings."""
    return NoteRow(
        note,
        marked(note.words, (words for each in note.check_in.findings.all() for words in quotes(each))),
        words_before,
        now - note.due_at if note.is_overdue(now) else None,
    )


def read_all(notes: Iterable[NoteToRead], *, by: User, now: dt.datetime) -> None:
    """Those that a colleague has read in the meantime stay that colleague's."""
    for note in notes:
        with suppress(AlreadyRead):
            note.read(by=by, now=now)


def who_was_quicker(note: NoteToRead) -> str:
    at = time_format(localtime(note.read_at), "H:i")
    return _("%(who)s read this at %(time)s.") % {"who": note.read_by, "time": at}


def marked(text: str, read: Iterable[str]) -> SafeString:
    """The text, safe to print, with the passages that a rule read marked."""
    passages = sorted({words for words in read if words.strip()}, key=len, reverse=True)
    if not passages:
        return format_html("{}", text)
    parts = re.split(f"({'|'.join(map(re.escape, passages))})", text, flags=re.IGNORECASE)
    # Splitting by one group gives what is between the passages at even places, and the passages at odd ones.
    return format_html_join(
        "",
        "{}",
        ((format_html("<mark>{}</mark>", part) if place % 2 else part,) for place, part in enumerate(parts)),
    )
