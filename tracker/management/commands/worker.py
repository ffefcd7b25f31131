"""`manage.py worker`: tells the care team, from the moment it starts until it is asked to stop.

Any number may run. It survives restarts of the database and of the mail server; `kill -9` loses nothing.
"""

import logging
import os
import socket
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection
from django.utils import timezone

from config.processes import Stop
from tracker.alerts import escalate, watch
from tracker.alerts.deliver import Delivery

logger = logging.getLogger(__name__)

POLL = 1.0  # seconds between looks when there is nothing to do
BEAT_EVERY = 5.0  # seconds
LONGEST_PAUSE = 10.0  # seconds between tries to reach the database


class Command(BaseCommand):
    help = "Send alerts and escalate flags that nobody answers, until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")

    def handle(self, *args: Any, once: bool = False, **options: Any) -> None:
        worker = Worker(f"{socket.gethostname()}-{os.getpid()}")
        if once:
            worker.work_off()
            return
        with Stop() as stop:
            worker.run(stop)


class Worker:
    """Escalates, sends and gives signs of life, a turn at a time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.delivery = Delivery()
        self._next_beat = 0.0  # by the monotonic clock
        self._is_known = False

    def run(self, stop: Stop) -> None:
        """Turn after turn, whatever the database does; on `stop`, finish the messages in hand."""
        logger.info("worker %s started", self.name)
        pause = POLL
        while not stop.asked or self.delivery.is_busy:
            try:
                close_old_connections()
                self.turn(stopping=stop.asked is not None)
            except DatabaseError as error:
                logger.warning("worker %s: database trouble (%s)", self.name, type(error).__name__)
                connection.close()
                pause = min(pause * 2, LONGEST_PAUSE)
                if stop.asked:  # what was sent and could not be marked is sent again by another worker
                    break
                time.sleep(pause)
            else:
                pause = POLL
                self.rest(POLL)
        self.delivery.close()
        logger.info("worker %s stopped", self.name)

    def turn(self, *, stopping: bool = False) -> None:
        """Everything that is due now."""
        self.beat()
        self.delivery.collect(timezone.now())
        if not stopping:
            escalate.due(timezone.now())
            self.delivery.begin(timezone.now())

    def work_off(self) -> None:
        """Turns until nothing is left to do now; what failed waits for its next try."""
        self.turn()
        while self.delivery.is_busy:
            self.rest(POLL)
            self.turn()
        self.delivery.close()

    def rest(self, seconds: float) -> None:
        """Until a message has gone out or failed, or for `seconds`."""
        if self.delivery.is_busy:
            self.delivery.wait(seconds)
        else:
            time.sleep(seconds)

    def beat(self) -> None:
        if time.monotonic() < self._next_beat:
            return
        sign = watch.beat if self._is_known else watch.begin
        sign(self.name, timezone.now())
        self._is_known = True
        self._next_beat = time.monotonic() + BEAT_EVERY
