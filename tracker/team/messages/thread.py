"""What a patient and the team wrote to each other, as the team sees it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from tracker.alerts import written
from tracker.alerts.reminders import devices_of
from tracker.models import CannedReply, Flag, Message, Patient
from tracker.models.messages import MessageQuerySet
from tracker.team.access import of_teams_of
from tracker.team.messages.forms import ReplyForm
from tracker.team.notes import marked
from tracker.team.why import quotes

SHOWN = 3
"""On a chart and on a flag, unless more are unread; the page of messages has all."""
ALL = 100
"""Of one patient on their page; the rest is in the admin and in the patient's own copy."""
LISTED = 25
"""Of those that wait to be read."""


@dataclass(frozen=True, slots=True)
class Row:
    """One message. `over_by` is None until its deadline has passed; `is_answered` by one of the team."""

    message: Message
    words: SafeString
    over_by: dt.timedelta | None
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """The end of a thread, newest first, with a form to answer in; `flag` is what the page is about."""

    patient: Patient
    flag: Flag | None
    rows: Sequence[Row]
    is_cut: bool
    form: ReplyForm | None
    tells: str

    @property
    def is_unread(self) -> bool:
        return any(row.message.due_at and row.message.read_at is None for row in self.rows)


@dataclass(frozen=True, slots=True)
class ToRead:
    """The first of those that wait to be read, and how many there are in all."""

    rows: Sequence[Row]
    many: int


def of_teams(user: User) -> MessageQuerySet:
    return of_teams_of(Message.objects.all(), user)


def unread(user: User) -> MessageQuerySet:
    return of_teams(user).to_team().unread().worst_first()


def to_read(user: User, now: dt.datetime) -> ToRead:
    """For the list of what waits: two queries, and one where a rule found something."""
    waiting = _with_words(unread(user))
    return ToRead(_rows(waiting[:LISTED], now), waiting.count())


def talk(
    patient: Patient,
    user: User,
    now: dt.datetime,
    *,
    flag: Flag | None = None,
    form: ReplyForm | None = None,
    shown: int = SHOWN,
) -> Talk:
    """With the form that was answered wrongly, if any, as it was filled in."""
    found = _with_words(of_teams(user).filter(patient=patient).newest_first())
    messages = list(found[: shown + 1])
    if len(messages) > shown and any(each.due_at and not each.read_at for each in messages[shown:]):
        shown = ALL  # an answer has read all that was unread: it has to be on the page
        messages = list(found[: shown + 1])
    last = next((each.pk for each in messages if not each.is_from_team), None)
    if last is None and len(messages) > shown:
        last = last_of(patient, user)
    has_left = patient.has_left(patient.today(now))
    return Talk(
        patient=patient,
        flag=flag,
        rows=_rows(messages[:shown], now),
        is_cut=len(messages) > shown,
        form=None if has_left else form or _form(patient, last, flag),
        tells=_how_they_are_told(patient),
    )


def canned_for(patient: Patient) -> list[CannedReply]:
    """Those of the patient's language first."""
    language = patient.user.language or patient.language
    return list(CannedReply.objects.filter(team=patient.team_id).in_order(language))


def last_of(patient: Patient, user: User) -> UUID | None:
    """The patient's last message; what a form that is shown again has on its page."""
    theirs = of_teams(user).filter(patient=patient).to_team().newest_first()
    return theirs.values_list("pk", flat=True).first()


def who_was_quicker(message: Message) -> str:
    at = date_format(localtime(message.read_at), "H:i")
    return _("%(who)s read this at %(time)s.") % {"who": message.read_by, "time": at}


def _form(patient: Patient, last: UUID | None, flag: Flag | None) -> ReplyForm:
    initial = {"seen": last, "flag": flag and flag.pk}
    return ReplyForm(initial=initial, canned=canned_for(patient), has_asked=last is not None)


def _how_they_are_told(patient: Patient) -> str:
    name = {"name": patient.name}
    way = written.way_of(patient)
    if not way:
        return _("%(name)s has not asked to be told, and sees it when they look. Call if it matters.") % name
    if devices_of(patient, way):
        return _("%(name)s is told on their phone, without a word of what you write.") % name
    return _("%(name)s is told by e-mail, without a word of what you write.") % name


def _with_words(messages: MessageQuerySet) -> MessageQuerySet:
    related = messages.select_related("patient__team", "author", "read_by", "check_in")
    return related.prefetch_related("check_in__findings")


def _rows(messages: Iterable[Message], now: dt.datetime) -> list[Row]:
    """Newest first, or of several patients: then none is answered."""
    rows = []
    is_answered = False
    for message in messages:
        is_answered = is_answered or message.answers_id is not None
        over = now - message.due_at if message.due_at and message.is_overdue(now) else None
        rows.append(Row(message, _marked(message), over, is_answered and not message.is_from_team))
    return rows


def _marked(message: Message) -> SafeString:
    """With the passages that a rule read marked."""
    found = message.check_in.findings.all() if message.check_in else ()
    return marked(message.body, (words for each in found for words in quotes(each)))
