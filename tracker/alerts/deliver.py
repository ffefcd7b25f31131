"""Sends what is queued: leases messages, hands them to their channel, and writes down what came of it.

A lease is committed before anything is sent, and the result after. A worker that dies in between loses
nothing: its leases end, and somebody else sends. The price is that a message may arrive twice.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from tracker.alerts import outcome, queue
from tracker.alerts.channels import NotSent, Receipt, Refused
from tracker.alerts.messages import Send, prepare
from tracker.apart import log_where
from tracker.models import Alert, AlertEvent, Channel, Flag, Notice
from tracker.models.alerts import OutgoingQuerySet
from tracker.models.flags import State

logger = logging.getLogger(__name__)

# Longer than a send takes: every channel ends what hangs (config.mail.SMTP_TIMEOUT, channels.http.WHOLE).
# A mail server that answers each step just in time may outlast it; then a second copy goes out by that name.
LEASE = dt.timedelta(seconds=60)
SENDERS = 4
"""Messages of one channel that are sent at once: those of a silent provider hold up no other channel.

Within a channel they do: all clinics' webhooks share these, and one clinic's silent address delays those of
the others by as long as a send may take.
"""

type Row = Alert | Notice
type Room = Callable[[str], int]
"""How many more messages of a channel can be sent now."""


def cancel_answered(now: dt.datetime) -> int:
    """Drop the unsent alerts of flags that somebody has taken; returns how many."""
    # Without a join, so that PostgreSQL looks again at a row that another worker has leased meanwhile.
    taken = Flag.objects.exclude(state=State.OPEN)
    return queue.cancel(Alert.objects.unsent(now).filter(flag__in=taken), "somebody has the flag", now)


def drop_expired(now: dt.datetime) -> int:
    """Notices that would come too late: yesterday's reminder is none."""
    return (
        Notice.objects.unsent(now)
        .filter(expires_at__lte=now)
        .update(state=Notice.State.CANCELLED, lease=None, leased_until=None)
    )


def lease_alerts(now: dt.datetime, room: Room) -> list[Alert]:
    """Take due alerts of open flags for ourselves, as many of a channel as there is room, the worst first."""
    due = (
        Alert.objects.due(now)
        .filter(flag__state=State.OPEN)
        .select_related("flag__team", "patient", "recipient")
    )
    with transaction.atomic():
        leased = _lease(due.order_by("-level", "due_at"), now, room)
        AlertEvent.objects.bulk_create(
            AlertEvent(
                team_id=each.team_id,
                patient_id=each.patient_id,
                alert=each,
                kind=AlertEvent.Kind.LEASED,
                at=now,
            )
            for each in leased
        )
    return leased


def lease_notices(now: dt.datetime, room: Room) -> list[Notice]:
    due = Notice.objects.due(now).select_related("recipient")
    with transaction.atomic():
        return _lease(due.order_by("due_at"), now, room)


def _lease[R: Row](due: OutgoingQuerySet[R], now: dt.datetime, room: Room) -> list[R]:
    locked = due.select_for_update(skip_locked=True, of=("self",))
    channels = due.order_by().values_list("channel", flat=True).distinct()
    rows = [row for channel in channels for row in locked.filter(channel=channel)[: room(channel)]]
    if not rows:
        return []
    ours = uuid.uuid4()
    due.model._default_manager.filter(pk__in=[row.pk for row in rows]).update(
        state=Alert.State.LEASED, lease=ours, leased_until=now + LEASE, attempts=F("attempts") + 1
    )
    for row in rows:
        row.lease = ours
        row.attempts += 1
    return rows


class Delivery:
    """Sends several messages at once, so that one slow or silent provider holds nothing else up.

    Only the caller's thread touches the database: the senders get a message and give a result.
    """

    def __init__(self, senders: int = SENDERS) -> None:
        self._pool = ThreadPoolExecutor(senders * len(Channel), thread_name_prefix="sender")
        self._senders = senders
        self._sending: dict[Future[Receipt], Row] = {}

    @property
    def is_busy(self) -> bool:
        return bool(self._sending)

    def begin(self, now: dt.datetime) -> None:
        """Lease what is due, no more than can be sent at once, and start sending it: alerts first."""
        cancel_answered(now)
        drop_expired(now)
        self._start_all(lease_alerts(now, self._room), now)
        self._start_all(lease_notices(now, self._room), now)

    def wait(self, seconds: float) -> None:
        """Until a message has gone out or failed, `seconds` at the most."""
        wait(self._sending, timeout=seconds, return_when=FIRST_COMPLETED)

    def collect(self, now: dt.datetime) -> None:
        """Write down what came of messages. What cannot be written now is kept for the next call.

        All at once: whatever is not written yet when a worker is killed is sent twice.
        """
        done = [future for future in self._sending if future.done()]
        if not done:
            return
        with transaction.atomic():
            for future in done:
                _write_down(self._sending[future], future.exception() or future.result(), now)
        for future in done:
            del self._sending[future]

    def close(self) -> None:
        """Start nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _room(self, channel: str) -> int:
        return self._senders - sum(row.channel == channel for row in self._sending.values())

    def _start_all(self, rows: Iterable[Row] | Sequence[Row], now: dt.datetime) -> None:
        for row in rows:
            if send := _prepared(row, now):
                self._sending[self._pool.submit(send)] = row


def _prepared(row: Row, now: dt.datetime) -> Send | None:
    """None when it cannot even be worded: that must not stop the others."""
    try:
        return prepare(row, now)
    except (InterfaceError, OperationalError):
        raise
    except Exception as error:
        if not isinstance(error, NotSent):
            log_where(logger, "message %s cannot be worded", row, error)
        _write_down(row, error, now)
        return None


def _write_down(row: Row, came_of_it: Receipt | BaseException, now: dt.datetime) -> None:
    """What cannot be written, though the database is there, is left: its lease ends, and it is sent again."""
    try:
        _mark(row, came_of_it, now)
    except (InterfaceError, OperationalError):
        raise
    except Exception as error:
        log_where(logger, "what came of message %s cannot be kept", row, error)


def _mark(row: Row, came_of_it: Receipt | BaseException, now: dt.datetime) -> None:
    match came_of_it:
        case Receipt():
            outcome.accepted(row, came_of_it, now)
        case Refused():
            outcome.failed_for_good(row, str(came_of_it), now)
        case NotSent():
            outcome.failed_for_now(row, str(came_of_it), now)
        case unexpected:  # its own words may repeat the message
            outcome.failed_for_now(row, type(unexpected).__name__, now)
