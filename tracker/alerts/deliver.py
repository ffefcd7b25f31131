"""Sends what is queued: leases alerts, hands them to their channel, and writes down what came of it.

A lease is committed before anything is sent, and the result after. A worker that dies in between loses
nothing: its leases end, and somebody else sends. The price is that a message may arrive twice.
"""

import datetime as dt
import logging
import uuid
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from tracker.alerts import queue
from tracker.alerts.channels import email
from tracker.models import Alert, Flag
from tracker.models.flags import State

logger = logging.getLogger(__name__)

# Longer than a send takes: a server that says nothing for config.mail.SMTP_TIMEOUT ends it. One that answers
# each step just in time may outlast the lease; then a second copy goes out, under the same Message-ID.
LEASE = dt.timedelta(seconds=60)
FIRST_RETRY = dt.timedelta(seconds=5)
LAST_RETRY = dt.timedelta(seconds=60)
SENDERS = 8


def cancel_answered(now: dt.datetime) -> int:
    """Drop the unsent alerts of flags that somebody has taken; returns how many."""
    # Without a join, so that PostgreSQL looks again at a row that another worker has leased meanwhile.
    taken = Flag.objects.exclude(state=State.OPEN)
    return queue.cancel(Alert.objects.unsent(now).filter(flag__in=taken), "somebody has the flag", now)


def lease(now: dt.datetime, limit: int) -> list[Alert]:
    """Take up to `limit` due alerts of open flags for ourselves, the worst first."""
    with transaction.atomic():
        alerts = list(
            Alert.objects.due(now)
            .filter(flag__state=State.OPEN)
            .select_related("flag__team", "patient")
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("-level", "due_at")[:limit]
        )
        ours = uuid.uuid4()
        Alert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(
            state=Alert.State.LEASED, lease=ours, leased_until=now + LEASE, attempts=F("attempts") + 1
        )
    for alert in alerts:
        alert.lease = ours
        alert.attempts += 1
    return alerts


def mail_for(alert: Alert) -> email.Mail:
    """The level, initials, a link, and times by the team's clock: nothing of the patient's health."""
    flag = alert.flag
    context = {
        "alert": alert,
        "flag": flag,
        "initials": "".join(f"{letter}." for letter in alert.patient.initials),
        "link": settings.SITE_URL + reverse("team:flag", args=[flag.pk]),
    }
    with timezone.override(flag.team.zone):
        return email.Mail(
            key=str(alert.pk),
            to=alert.address,
            subject=render_to_string("email/alert_subject.txt", context).strip(),
            body=render_to_string("email/alert.txt", context),
        )


def mark_accepted(alert: Alert, now: dt.datetime) -> None:
    """The channel has taken it. A lease that has ended since is left to whoever holds the alert now."""
    marked = _ours(alert).update(
        state=Alert.State.ACCEPTED, accepted_at=now, lease=None, leased_until=None, last_error=""
    )
    if marked:
        logger.info("alert %s of flag %s handed over, attempt %d", alert.pk, alert.flag_id, alert.attempts)
    else:
        logger.warning("alert %s of flag %s handed over after its lease", alert.pk, alert.flag_id)


def mark_failed(alert: Alert, reason: str, now: dt.datetime) -> None:
    """Back into the queue, to be tried a little later each time; never given up while it matters."""
    again_at = now + pause_after(alert.attempts)
    _ours(alert).update(
        state=Alert.State.QUEUED, due_at=again_at, lease=None, leased_until=None, last_error=reason
    )
    logger.warning(
        "alert %s of flag %s not sent, attempt %d: %s", alert.pk, alert.flag_id, alert.attempts, reason
    )


def pause_after(attempts: int) -> dt.timedelta:
    """How long to wait after so many tries: 5, 10, 20, 40, then always 60 seconds."""
    return min(FIRST_RETRY * (1 << min(attempts - 1, 10)), LAST_RETRY)


def _ours(alert: Alert) -> QuerySet[Alert]:
    return Alert.objects.filter(pk=alert.pk, lease=alert.lease)


class Delivery:
    """Sends several messages at once, so that one slow or silent mail server holds nothing else up.

    Only the caller's thread touches the database: the senders get a message and give a result.
    """

    def __init__(self, senders: int = SENDERS) -> None:
        self._pool = ThreadPoolExecutor(senders, thread_name_prefix="sender")
        self._senders = senders
        self._sending: dict[Future[None], Alert] = {}

    @property
    def is_busy(self) -> bool:
        return bool(self._sending)

    def begin(self, now: dt.datetime) -> None:
        """Lease what is due, no more than can be sent at once, and start sending it."""
        cancel_answered(now)
        free = self._senders - len(self._sending)
        for alert in lease(now, free) if free else ():
            self._start(alert, now)

    def wait(self, seconds: float) -> None:
        """Until a message has gone out or failed, `seconds` at the most."""
        wait(self._sending, timeout=seconds, return_when=FIRST_COMPLETED)

    def collect(self, now: dt.datetime) -> None:
        """Write down what came of messages. What cannot be written now is kept for the next call."""
        for future in [future for future in self._sending if future.done()]:
            alert = self._sending[future]
            if error := future.exception():
                mark_failed(alert, _reason(error), now)
            else:
                mark_accepted(alert, now)
            del self._sending[future]

    def close(self) -> None:
        """Start nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _start(self, alert: Alert, now: dt.datetime) -> None:
        try:
            mail = mail_for(alert)
        except (InterfaceError, OperationalError):
            raise
        except Exception as error:  # one alert that cannot be worded must not stop the others
            logger.exception("alert %s of flag %s cannot be worded", alert.pk, alert.flag_id)
            mark_failed(alert, _reason(error), now)
        else:
            self._sending[self._pool.submit(email.send, mail)] = alert


def _reason(error: BaseException) -> str:
    """Safe to keep: an unexpected error's words may repeat the message."""
    return str(error) if isinstance(error, email.NotSent) else type(error).__name__
