"""`manage.py worker`: tells the care team, from the moment it starts until it is asked to stop.

Any number may run. It survives restarts of the database and of the mail server; `kill -9` loses nothing.
"""

import datetime as dt
import logging
import os
import socket
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection
from django.utils import timezone

from accounts.audit import sealing
from config.database.role import refuse_a_stronger_role
from config.processes import Stop
from education.editions import publish_due
from tracker import anchoring, emergencies, silence, unread
from tracker.alerts import canary, escalate, overdue, reminders, watch
from tracker.alerts.deadman import DeadMan
from tracker.alerts.deliver import Delivery
from tracker.apart import apart
from tracker.offline import inbox
from tracker.retention import applying, erasing, housekeeping

logger = logging.getLogger(__name__)

POLL = 1.0  # seconds between looks when there is nothing to do
BUSY = 0.2  # seconds between looks while some messages are out and others may be due
BEAT_EVERY = 5.0  # seconds
DUTIES_EVERY = 15.0  # seconds: nothing among them is in such a hurry as an alert
PING_EVERY = 60.0  # seconds
SEAL_EVERY = 60.0  # seconds: no look is longer without its seal than this and what is waited for
RETAIN_EVERY = 3600.0  # seconds: what was kept for years may be kept for an hour more
LONGEST_PAUSE = 10.0  # seconds between tries to reach the database


class Command(BaseCommand):
    help = "Send alerts and escalate flags that nobody answers, until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")

    def handle(self, *args: Any, once: bool = False, **options: Any) -> None:
        if not settings.TESTING:  # there the owner does everything
            refuse_a_stronger_role(for_everybody=True)
        worker = Worker(f"{socket.gethostname()}-{os.getpid()}")
        if once:
            worker.work_off()
            return
        with Stop() as stop:
            worker.run(stop)


class Every:
    """Says yes when asked, and then no for so many seconds, by the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next = 0.0

    def is_due(self) -> bool:
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + self._seconds
        return True


class Worker:
    """Escalates, sends and gives signs of life, a turn at a time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.delivery = Delivery()
        self.dead_man = DeadMan(settings.DEADMAN_URL)
        self._beats, self._duties, self._pings = Every(BEAT_EVERY), Every(DUTIES_EVERY), Every(PING_EVERY)
        self._seals, self._retains = Every(SEAL_EVERY), Every(RETAIN_EVERY)
        self._is_known = False

    def run(self, stop: Stop) -> None:
        """Turn after turn, whatever the database does; on `stop`, finish the messages in hand."""
        logger.info("worker %s started", self.name)
        pause = POLL
        while not stop.asked or self.delivery.is_busy:
            try:
                close_old_connections()
                self.turn(stopping=stop.asked is not None)
                self.rest(POLL)
            except DatabaseError as error:
                logger.warning("worker %s: database trouble (%s)", self.name, type(error).__name__)
                connection.close()
                pause = min(pause * 2, LONGEST_PAUSE)
                if stop.asked:  # what was sent and could not be marked is sent again by another worker
                    break
                time.sleep(pause)
            else:
                pause = POLL
        self.delivery.close()
        self.dead_man.close()
        logger.info("worker %s stopped", self.name)

    def turn(self, *, stopping: bool = False) -> None:
        """Everything that is due now."""
        self.beat()
        self.delivery.collect(timezone.now())
        if not stopping:
            escalate.due(timezone.now())
            self.delivery.begin(timezone.now())
            self.do_duties(timezone.now())

    def work_off(self) -> None:
        """Turns until nothing is left to do now; what failed waits for its next try."""
        self.turn()
        while self.delivery.is_busy:
            self.rest(POLL)
            self.turn()
        self.delivery.close()

    def rest(self, seconds: float) -> None:
        """For `seconds`. While messages are out, only until they are written down, each as soon as may be."""
        if not self.delivery.is_busy:
            time.sleep(seconds)
        until = time.monotonic() + min(seconds, BUSY)
        while self.delivery.is_busy and (left := until - time.monotonic()) > 0:
            self.delivery.wait(left)
            self.delivery.collect(timezone.now())

    def do_duties(self, now: dt.datetime) -> None:
        """What is looked at now and then. One that fails must not keep the others from being done."""
        if not self._duties.is_due():
            return
        diary = (inbox.due, silence.due, unread.due, reminders.due, emergencies.due)
        duties = (*diary, overdue.due, publish_due, erasing.due)
        for duty in (*duties, *([canary.due] if settings.CANARY else [])):
            _do(duty.__module__, duty, now)
        if self._seals.is_due():
            for duty in (sealing.due, anchoring.due):
                _do(duty.__module__, duty, now)
        if self._retains.is_due():
            for duty in (applying.due, housekeeping.due):
                _do(duty.__module__, duty, now)
        if settings.DEADMAN_URL and self._pings.is_due() and not watch.problem(now):
            self.dead_man.ping()

    def beat(self) -> None:
        if not self._beats.is_due():
            return
        sign = watch.beat if self._is_known else watch.begin
        sign(self.name, timezone.now())
        self._is_known = True


@apart("%s failed")
def _do(_name: str, duty: Callable[[dt.datetime], object], now: dt.datetime) -> bool:
    duty(now)
    return True
