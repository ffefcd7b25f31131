"""Notes that a person has to read, whatever the rules made of them: what a rule read is marked."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db.models import Prefetch
from django.utils.formats import time_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from tracker.models import AlreadyRead, Finding, Flag, NoteToRead
from tracker.models.notes import NoteToReadQuerySet
from tracker.team.access import of_teams_of
from tracker.team.found import found
from tracker.team.treatment import in_words, with_courses
from tracker.team.why import quotes
from tracker.triage.report import Level

AT_ONCE = 100  # notes that one press may read; a page shows fewer
CORRECTED_WITHIN = dt.timedelta(days=7)  # a report is corrected within two days, its correction again


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One unread note; `over_by` is None until its deadline has passed. `found`: what the reader made of it.

    `after` is the key of the next one in the list, None for the last.
    """

    note: NoteToRead
    words: SafeString
    words_before: list[str]
    over_by: dt.timedelta | None
    left: dt.timedelta
    found: list[str] = field(default_factory=list)
    treatment: str = ""
    after: UUID | None = None

    @property
    def is_serious(self) -> bool:
        """Of an urgent report or an emergency: read before all others, whatever the deadline."""
        return self.note.check_in.level >= Level.URGENT

    @property
    def language(self) -> str:
        """What it is written in, as far as we know."""
        writer = self.note.check_in.reported_by.language if self.note.check_in.is_by_another else ""
        return writer or self.note.patient.language


def unread(user: User) -> NoteToReadQuerySet:
    return of_teams_of(NoteToRead.objects.all(), user).unread().worst_first()


def chosen(notes: NoteToReadQuerySet, user: User, show: str) -> NoteToReadQuerySet:
    """What `show` asks for: "mine", of patients whose flag the user has, or a team (a key); else all."""
    if show == "mine":
        mine = Flag.objects.unresolved().filter(owner=user)
        return notes.filter(patient__in=mine.values("patient"))
    is_team = show in {key for key, _name in choices(user)[2:]}
    return notes.filter(patient__team=int(show)) if is_team else notes


def choices(user: User) -> list[tuple[str, str]]:
    """What may be chosen to see, with the words for it; a team alone needs no choosing."""
    teams = sorted((each.team for each in user.memberships.all()), key=lambda team: team.name)
    of_teams = [(str(team.pk), team.name) for team in teams] if len(teams) > 1 else []
    return [("", _("All my teams")), ("mine", _("Mine")), *of_teams]


def with_reports(notes: NoteToReadQuerySet) -> NoteToReadQuerySet:
    """With what `rows` needs, in five queries."""
    findings = Finding.objects.select_related("check_in", "mute")
    return notes.select_related("patient__team", "check_in__reported_by").prefetch_related(
        Prefetch("check_in__findings", findings), with_courses("patient__courses")
    )


def rows(notes: Iterable[NoteToRead], now: dt.datetime) -> list[NoteRow]:
    """For notes `with_reports`; one query more where some were corrected."""
    shown = list(notes)
    before = _words_before(shown)
    following = [note.pk for note in shown[1:]] + [None] * bool(shown)
    return [
        replace(
            row(note, _read_of(note), before.get(note.pk, []), now),
            found=found(note),
            treatment=in_words(note.patient.courses.all(), note.patient.today(now)),
            after=after,
        )
        for note, after in zip(shown, following, strict=True)
    ]


def row(note: NoteToRead, read: Iterable[str], words_before: list[str], now: dt.datetime) -> NoteRow:
    """What every page needs of a note with its report; `read` has the words that rules read in it."""
    return NoteRow(
        note,
        marked(note.words, read),
        words_before,
        now - note.due_at if note.is_overdue(now) else None,
        note.due_at - now,
    )


def _read_of(note: NoteToRead) -> Iterator[str]:
    return (words for each in note.check_in.findings.all() for words in quotes(each))


def _words_before(notes: Iterable[NoteToRead]) -> Mapping[UUID, list[str]]:
    """What `NoteToRead.words_before` says of each, for all of them at once."""
    corrected = [note for note in notes if note.check_in.amends_id]
    if not corrected:
        return {}
    since = min(note.check_in.received_at for note in corrected) - CORRECTED_WITHIN
    earlier = NoteToRead.objects.filter(
        patient__in=[note.patient_id for note in corrected],
        check_in__amendments__isnull=False,
        check_in__received_at__gte=since,
    )
    by_report: dict[UUID | None, NoteToRead] = {
        each.check_in_id: each for each in earlier.select_related("check_in")
    }
    return {note.pk: list(dict.fromkeys(replaced(note, by_report))) for note in corrected}


def replaced(note: NoteToRead, by_report: Mapping[UUID | None, NoteToRead]) -> Iterator[str]:
    """Newest first, up to one that somebody had read."""
    earlier = by_report.get(note.check_in.amends_id)
    while earlier and not earlier.read_at:
        if earlier.words != note.words:
            yield earlier.words
        earlier = by_report.get(earlier.check_in.amends_id)


def read_all(notes: Iterable[NoteToRead], *, by: User, now: dt.datetime) -> None:
    """Those that a colleague has read in the meantime stay that colleague's."""
    for note in notes:
        with suppress(AlreadyRead):
            note.read(by=by, now=now)


def read_several(keys: Iterable[str], *, by: User, now: dt.datetime) -> int:
    """Those of the keys that are unread notes of the user's teams, in one act; how many there were."""
    known = [key for key in keys if _is_key(key)][:AT_ONCE]
    wanted = of_teams_of(NoteToRead.objects.filter(pk__in=known), by)
    unread = NoteToRead.objects.filter(pk__in=wanted.values("pk"), read_at=None)
    return unread.update(read_at=now, read_by=by)


def _is_key(word: str) -> bool:
    with suppress(ValueError):
        return bool(UUID(word))
    return False


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
