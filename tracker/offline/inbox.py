"""The inbox: bytes are kept first and read second, and what cannot be read becomes a person's to look at.

`keep` commits what came. `settle` makes a report of it, or a flag. A crash between the two loses nothing: the
phone sends the same bytes again, or the worker takes up what waits. Both may be at it at once.
"""

import datetime as dt
import logging
import uuid
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from tracker import checkins, raising
from tracker.again import again_if_it_clashed
from tracker.apart import apart, log_where
from tracker.models import CheckIn, FlagEvent, InboxItem, OfflineDevice, Patient
from tracker.models.flags import State
from tracker.models.inbox import Outcome
from tracker.offline import filled
from tracker.offline.envelope import Envelope, Filled, Unreadable
from tracker.triage.report import Level, Report

logger = logging.getLogger(__name__)

NEW_AN_HOUR = 600
"""Of one device. Somebody who fills in ten a minute is no person; what was kept before is not counted."""
LEFT_TO_THE_WEB = dt.timedelta(seconds=15)
"""So long the process that kept it may still be at it."""
AT_ONCE = 100
"""How many the worker settles before it looks at its alerts again."""
A_DAY = dt.timedelta(days=1)
WHY_MAX = 500

KINDS = {
    Outcome.UNREADABLE: FlagEvent.Kind.UNREADABLE,
    Outcome.TOO_LATE: FlagEvent.Kind.TOO_LATE,
    Outcome.TOO_LARGE: FlagEvent.Kind.TOO_LARGE,
}


class TooMany(Exception):
    """The device sent more than a person can within an hour."""


def keep(device: OfflineDevice, raw: bytes, now: dt.datetime) -> tuple[InboxItem, bool]:
    """The row of these bytes, and whether it is new; committed when this returns, unless the caller holds it.

    `device` comes with `new_items`. Raises TooMany, never for what was kept before.
    """
    if known := InboxItem.objects.same_as(device.patient_id, raw):
        return known, False
    if device.new_items >= NEW_AN_HOUR:  # type: ignore[attr-defined]  # annotated
        raise TooMany
    return _kept(device, raw, now)


def settle(item: InboxItem, now: dt.datetime) -> checkins.Submitted | None:
    """Make a report of what was kept, or a flag for a person to look at it. Once: settled again, it stays.

    Returns what came of a report that was not settled before. Raises what says that the database is in
    trouble, and nothing else: then it waits.
    """
    if item.is_settled:
        return None
    try:
        return _submit(item, filled.read(bytes(item.raw)), now)
    except Unreadable as error:
        _set_aside(item, Outcome.UNREADABLE, Level.URGENT, str(error), now)
    except (InterfaceError, OperationalError):
        raise
    except Exception as error:
        log_where(logger, "inbox item %s cannot be weighed", item, error)
        why = _("The program could not weigh it. Its log says why.")
        _set_aside(item, Outcome.UNREADABLE, Level.URGENT, why, now)
    return None


def due(now: dt.datetime) -> int:
    """Settle what was kept and left, oldest first; returns how many."""
    left = InboxItem.objects.waiting().filter(received_at__lte=now - LEFT_TO_THE_WEB)
    items = left.select_related("device__user", "patient__team").order_by("received_at")[:AT_ONCE]
    return sum(_settle(item, now) for item in items)


@apart("inbox item %s cannot be settled")
def _settle(item: InboxItem, now: dt.datetime) -> bool:
    settle(item, now)
    return True


@transaction.atomic
def too_large(device: OfflineDevice, beginning: bytes, now: dt.datetime) -> None:
    """Flag a report that is too large to be read; its beginning is kept. Once a day while nobody answers."""
    patient = Patient.objects.select_for_update(no_key=True).get(pk=device.patient_id)
    large = InboxItem.objects.filter(patient=patient, outcome=Outcome.TOO_LARGE)
    if large.filter(received_at__gt=now - A_DAY).exclude(flag__state=State.RESOLVED).exists():
        return
    item, is_new = _kept(device, beginning, now)
    if is_new:
        _tell(item, patient, Outcome.TOO_LARGE, Level.URGENT, now)


def _kept(device: OfflineDevice, raw: bytes, now: dt.datetime) -> tuple[InboxItem, bool]:
    """A row and whether it is new: of the same bytes that were sent twice at once, one is first."""
    item = InboxItem.of(device, raw, now)
    try:
        with transaction.atomic():
            item.save(force_insert=True)
    except IntegrityError:
        if known := InboxItem.objects.same_as(device.patient_id, raw):
            return known, False
        raise
    return item, True


# --- What becomes of it -------------------------------------------------------------------------------------


def _submit(item: InboxItem, sent: Envelope, now: dt.datetime) -> checkins.Submitted | None:
    """Its time is ours: when it came, less the time that it lay on the phone. None: it came too late."""
    report = filled.report_of(sent, item, now)
    try:
        return _keep_report(item, sent, report, now)
    except checkins.DayNotAccepted as late:
        typed_by_another = item.device.user_id != item.patient.user_id
        report = replace(report, by_another=typed_by_another)
        level = _level_of_a_late_one(item.patient, report, late.day, now)
        why = _("It is of %(day)s.") % {"day": late.day.isoformat()}
        _set_aside(item, Outcome.TOO_LATE, level, why, now, age=sent.age)
        return None


@again_if_it_clashed
def _keep_report(item: InboxItem, sent: Envelope, report: Report, now: dt.datetime) -> checkins.Submitted:
    """The report and what it settles, together. Sent again past midnight, it stays of its day."""
    details: dict[str, Any] = {
        "patient_id": item.patient_id,
        "report": report,
        "by": item.device.user,
        "day": None,
        "days_back": sent.days_back if isinstance(sent.told, Filled) else None,
        "reported_at": item.received_at - sent.age,
        "now": now,
        "source": CheckIn.Source.OFFLINE,
        "came_at": item.received_at,  # who was thanked then is not refused later
    }
    with transaction.atomic():
        try:
            kept = checkins.submit(id=sent.id, **details)
        except checkins.IdTaken:
            # Somebody else's report has the id. Always the same instead: sending again is harmless.
            kept = checkins.submit(id=uuid.uuid5(sent.id, str(item.patient_id)), **details)
        item.settle(Outcome.CHECK_IN, now=now, check_in=kept.check_in, age=sent.age)
    return kept


def _level_of_a_late_one(patient: Patient, report: Report, day: dt.date, now: dt.datetime) -> Level:
    """How soon to look at what came too late: today, when the rules would have said so or worse."""
    weighed = checkins.weigh(patient, report, day=day, now=now)
    return Level.URGENT if weighed.level >= Level.URGENT else Level.ROUTINE


@again_if_it_clashed
def _set_aside(
    item: InboxItem, outcome: Outcome, level: Level, why: str, now: dt.datetime, **told: Any
) -> None:
    with transaction.atomic():
        patient = Patient.objects.select_for_update(no_key=True).get(pk=item.patient_id)
        if InboxItem.objects.waiting().filter(pk=item.pk).exists():
            _tell(item, patient, outcome, level, now, why=why[:WHY_MAX], **told)
        else:  # another was quicker
            item.see_what_came_of_it()


def _tell(
    item: InboxItem, patient: Patient, outcome: Outcome, level: Level, now: dt.datetime, **told: Any
) -> None:
    """Within a transaction that holds the patient."""
    news = raising.News(
        team_id=patient.team_id,
        patient_id=patient.pk,
        level=level,
        kind=KINDS[outcome],
        detail={"inbox": str(item.pk)},
    )
    flag = raising.tell(patient, news, now)
    item.settle(outcome, now=now, flag=flag, **told)
