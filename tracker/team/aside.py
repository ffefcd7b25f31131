"""What came from a patient's phone and could not be weighed, for a nurse to read."""

from dataclasses import dataclass
from typing import Any

from django.db.models import BinaryField, Func, IntegerField
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from tracker.models import CheckIn, Flag, InboxItem
from tracker.models.inbox import Outcome
from tracker.offline import filled
from tracker.offline.envelope import Unreadable
from tracker.offline.text import readable
from tracker.team import told
from tracker.triage import document
from tracker.triage.grading import grades

SHOWN_BYTES = 4000
SHOWN = 20
"""The newest; a phone that sends nonsense all day says nothing new with every piece of it."""


@dataclass(frozen=True, slots=True)
class Aside:
    """`told` is there where it could be read and only came too late; `text` otherwise."""

    item: InboxItem
    words: str
    text: str
    shown: int
    size: int
    told: told.Told | None

    @property
    def is_cut(self) -> bool:
        return self.shown < self.size


def of_flag(flag: Flag, user: User) -> list[Aside]:
    """Newest first. Only the beginning of each is fetched."""
    items: Any = InboxItem.objects.visible_to(user).filter(flag=flag).select_related("device__user")
    items = items.defer("raw").annotate(
        beginning=Func("raw", 1, SHOWN_BYTES, function="substring", output_field=BinaryField()),
        size=Func("raw", function="octet_length", output_field=IntegerField()),
    )
    return [_aside(each, flag) for each in items.order_by("-received_at")[:SHOWN]]


def _aside(item: Any, flag: Flag) -> Aside:
    late = _late(item, flag) if item.outcome == Outcome.TOO_LATE else None
    words = str(Outcome(item.outcome).label)
    if late:
        day = date_format(late.check_in.day, "j F")
        words = _("A report of %(day)s came too late to be weighed") % {"day": day}
    if late or b'"sealed"' not in item.beginning:
        raw, size = bytes(item.beginning), item.size
    else:  # the whole is needed to open it
        opened = filled.in_the_open(bytes(item.raw))
        raw, size = opened[:SHOWN_BYTES], len(opened)
    return Aside(item, words, readable(raw), len(raw), size, late)


def _late(item: InboxItem, flag: Flag) -> told.Told | None:
    """As a report would be shown. None when a later version of this program reads less than it did then."""
    try:
        sent = filled.read(bytes(item.raw))
        day = filled.day_of(sent, flag.patient, item.received_at)
        report = filled.report_of(sent, item, item.received_at)
    except Unreadable:
        return None
    return told.told(
        CheckIn(
            id=item.pk,
            team_id=flag.team_id,
            patient=flag.patient,
            source=CheckIn.Source.OFFLINE,
            day=day,
            reported_at=item.received_at - sent.age,
            received_at=item.received_at,
            report=document.write(report),
            grades=grades(report),
        )
    )
