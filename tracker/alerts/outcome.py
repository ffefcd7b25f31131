"""What became of a message, written down: handed over, delivered, opened, failed for now or for good."""

import datetime as dt
import logging
import uuid

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import PushDevice, User
from tracker.alerts.channels import Receipt
from tracker.models import Alert, AlertEvent, Channel, EscalationStep, Flag, Notice
from tracker.models.alerts import SENT, WAITING, State
from tracker.models.flags import State as FlagState

logger = logging.getLogger(__name__)

FIRST_RETRY = dt.timedelta(seconds=5)
LAST_RETRY = dt.timedelta(seconds=60)
NOTICE_HELD = dt.timedelta(days=7)
Kind = AlertEvent.Kind

type Row = Alert | Notice


def accepted(row: Row, receipt: Receipt, now: dt.datetime) -> None:
    """Whoever carries it has taken it. A lease that has ended since (its time, a report) stays ended."""
    with transaction.atomic():
        marked = _ours(
            row,
            state=State.ACCEPTED,
            accepted_at=now,
            provider_id=receipt.provider_id,
            last_error="",
        )
        if isinstance(row, Alert):
            row.record(Kind.ACCEPTED, now=now, answer=receipt.answer)
    if marked:
        logger.info("message %s handed over, attempt %d", row.pk, row.attempts)
    else:
        logger.warning("message %s handed over after its lease", row.pk)


def failed_for_now(row: Row, reason: str, now: dt.datetime) -> None:
    """Back into the queue, to be tried a little later each time; never given up while it matters."""
    with transaction.atomic():
        if _ours(row, state=State.QUEUED, due_at=now + pause_after(row.attempts), last_error=reason):
            if isinstance(row, Alert):
                row.record(Kind.FAILED_FOR_NOW, now=now, answer=reason)
            logger.warning("message %s not sent, attempt %d: %s", row.pk, row.attempts, reason)


def failed_for_good(row: Row, reason: str, now: dt.datetime) -> None:
    """No use in trying this address again. If that leaves nobody of a round, the next step need not wait."""
    with transaction.atomic():
        if _ours(row, state=State.FAILED, last_error=reason):
            logger.warning("message %s failed for good: %s", row.pk, reason)
            if row.channel == Channel.PUSH:
                _retire(row.address, now)
            if isinstance(row, Alert):
                row.record(Kind.FAILED_FOR_GOOD, now=now, answer=reason)
                _next_step_if_nobody_is_reached(row, now)


def delivered(pk: uuid.UUID, attempt: int, answer: str, now: dt.datetime) -> None:
    """The provider says that it arrived."""
    with transaction.atomic():
        if alert := _reported(pk, attempt):
            _end(alert, state=State.DELIVERED, accepted_at=alert.accepted_at or now)
            alert.record(Kind.DELIVERED, now=now, answer=answer)


def opened(flag: Flag, by: User, now: dt.datetime) -> None:
    """Somebody looks at the flag that they were told of: so whatever told them arrived."""
    for alert in Alert.objects.filter(
        flag=flag, recipient=by, state__in=(State.ACCEPTED, State.DELIVERED)
    ).select_for_update():
        alert.state = State.OPENED
        alert.save(update_fields=["state"])
        alert.record(Kind.OPENED, now=now)


def undelivered(pk: uuid.UUID, attempt: int, answer: str, now: dt.datetime) -> None:
    """The provider took it and could not deliver it: nobody picked up, or the phone is off for too long."""
    with transaction.atomic():
        if alert := _reported(pk, attempt):
            _end(alert, state=State.FAILED, accepted_at=None, last_error=answer)
            alert.record(Kind.FAILED_FOR_GOOD, now=now, answer=answer)
            _next_step_if_nobody_is_reached(alert, now)


def pause_after(attempts: int) -> dt.timedelta:
    """How long to wait after so many tries: 5, 10, 20, 40, then always 60 seconds."""
    return min(FIRST_RETRY * (1 << min(attempts - 1, 10)), LAST_RETRY)


def _ours(row: Row, **values: object) -> bool:
    """Ends our lease with these values; false when the lease is not ours any more."""
    rows = type(row)._default_manager.filter(pk=row.pk, lease=row.lease)
    return bool(rows.update(lease=None, leased_until=None, **values))


def _end(alert: Alert, **values: object) -> None:
    """By the provider's word, whoever holds the lease: their own mark then finds none, changes nothing."""
    Alert.objects.filter(pk=alert.pk).update(lease=None, leased_until=None, **values)


def _reported(pk: uuid.UUID, attempt: int) -> Alert | None:
    """What a provider reports of, locked. Its report may be quicker than our own mark.

    One of an earlier try is not believed: that one may have been sent again since, by another name.
    """
    on_its_way = Alert.objects.filter(state__in=(State.LEASED, State.ACCEPTED))
    return on_its_way.filter(pk=pk, attempts=attempt).select_for_update(no_key=True).first()


def _next_step_if_nobody_is_reached(alert: Alert, now: dt.datetime) -> None:
    others = Alert.objects.filter(
        flag=alert.flag_id, round=alert.round, recipient__isnull=False, state__in=(*WAITING, *SENT)
    )
    if not others.exists():
        _hurry(alert, now)


def _hurry(alert: Alert, now: dt.datetime) -> None:
    """The next step at once. The last one, which comes again, as its policy says: its addresses are the same.

    They are others when a push device was retired, whose owner is now told in another way.
    """
    flags = Flag.objects.filter(pk=alert.flag_id, state=FlagState.OPEN, rounds=alert.round)
    to_come = EscalationStep.objects.filter(
        policy__team=OuterRef("team"), policy__level=OuterRef("level"), position__gte=OuterRef("step")
    )
    if flags.filter(Exists(to_come)).exists():
        flags.filter(next_due_at__gt=now).update(next_due_at=now)
    elif alert.channel == Channel.PUSH:
        again_at = max(now, alert.created_at + LAST_RETRY)
        flags.filter(next_due_at__gt=again_at).update(next_due_at=again_at)


def _retire(device: str, now: dt.datetime) -> None:
    """Its owner, if they have an address, learns by e-mail that it gets no more messages."""
    found = PushDevice.objects.in_use().select_related("user").filter(pk=device).first()
    if found is None:
        return
    PushDevice.objects.filter(pk=found.pk).update(retired_at=now)
    if not found.user.email:
        return
    Notice.objects.bulk_create(
        [
            Notice(
                recipient=found.user,
                kind=Notice.Kind.DEVICE_RETIRED,
                about=str(found.pk),
                channel=Channel.EMAIL,
                address=found.user.email,
                created_at=now,
                wanted_at=now,
                due_at=now,
                expires_at=now + NOTICE_HELD,
            )
        ],
        ignore_conflicts=True,
    )
