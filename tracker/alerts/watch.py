"""Watching the watcher: is a worker alive, and are alerts going out in time?"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from tracker.alerts import canary
from tracker.models import Heartbeat
from tracker.rulebook.in_force import unreadable

LATE = dt.timedelta(seconds=60)
FORGOTTEN_AFTER = dt.timedelta(days=1)


def begin(worker: str, now: dt.datetime) -> None:
    """A worker's first sign of life; those that have been silent for a day are not coming back."""
    Heartbeat.objects.filter(beat_at__lt=now - FORGOTTEN_AFTER).delete()
    beat(worker, now)


def beat(worker: str, now: dt.datetime) -> None:
    """A worker's sign of life."""
    Heartbeat.objects.update_or_create(worker=worker, defaults={"beat_at": now})


def problem(now: dt.datetime) -> str:
    """What is wrong with weighing or telling, in a sentence for the care team; "" when nothing is.

    Asked by every page of the team and every poll of a board.
    """
    last_beat, alerts, flags, reports = _waits_since(now - LATE)
    if last_beat is None:
        return _("No worker has ever run: nobody is being told of flags.")
    if now - last_beat > settings.WORKER_SILENT_AFTER:
        return _("The worker is silent: nobody is being told of flags.")
    if alerts:
        return _("Alerts are over a minute late: look at the board for what waits.")
    if flags:
        return _("Flags wait over a minute too long for their next step: look at the board for what waits.")
    if reports:
        return _("Reports that phones sent wait to be weighed. The worker's log says why.")
    if settings.CANARY and canary.is_lost(now):
        return _("A test alert has not come back: alerts may not reach anybody. Look at the board.")
    if unreadable():
        return _("The rules in force cannot be read: reports are weighed by those that came with Sidelight.")
    return ""


def _waits_since(late: dt.datetime) -> Any:
    """The last sign of life, and whether alerts, flags and reports have waited since `late`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM walls.waits_since(%s)", [late])
        return cursor.fetchone()
