"""Watching the watcher: is a worker alive, and are alerts going out in time?"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists
from django.utils.translation import gettext as _

from config.database.asking import Opening, opened
from tracker.alerts import canary
from tracker.models import Alert, Flag, Heartbeat, InboxItem
from tracker.models.flags import State
from tracker.rulebook.in_force import unreadable
from tracker.statement import Given, Statement

LATE = dt.timedelta(seconds=60)
FORGOTTEN_AFTER = dt.timedelta(days=1)


def begin(worker: str, now: dt.datetime) -> None:
    """A worker's first sign of life; those that have been silent for a day are not coming back."""
    Heartbeat.objects.filter(beat_at__lt=now - FORGOTTEN_AFTER).delete()
    beat(worker, now)


def beat(worker: str, now: dt.datetime) -> None:
    """A worker's sign of life."""
    Heartbeat.objects.update_or_create(worker=worker, defaults={"beat_at": now})


@opened(Opening.WATCH)
def problem(now: dt.datetime) -> str:
    """What is wrong with weighing or telling, in a sentence for the care team; "" when nothing is."""
    last: Any = next(iter(_SIGNS.run(late=now - LATE)), None)
    if last is None:
        return _("No worker has ever run: nobody is being told of flags.")
    if now - last.beat_at > settings.WORKER_SILENT_AFTER:
        return _("The worker is silent: nobody is being told of flags.")
    if last.alerts_late:
        return _("Alerts are over a minute late: look at the board for what waits.")
    if last.flags_late:
        return _("Flags wait over a minute too long for their next step: look at the board for what waits.")
    if last.reports_late:
        return _("Reports that phones sent wait to be weighed. The worker's log says why.")
    if settings.CANARY and canary.is_lost(now):
        return _("A test alert has not come back: alerts may not reach anybody. Look at the board.")
    if unreadable():
        return _("The rules in force cannot be read: reports are weighed by those that came with Sidelight.")
    return ""


def _signs() -> models.QuerySet[Heartbeat]:
    """The last sign of life, and whether something has waited since `late`: in one query."""
    late = Given("late", models.DateTimeField())
    # By when they were wanted: an alert that fails is due again and again, and never late.
    alerts = Alert.objects.waiting().filter(flag__state=State.OPEN, wanted_at__lte=late)
    reports = InboxItem.objects.waiting().filter(received_at__lte=late)
    flags = Flag.objects.filter(state=State.OPEN, next_due_at__lte=late)
    late_ones = {"alerts_late": alerts, "flags_late": flags, "reports_late": reports}
    return Heartbeat.objects.order_by("-beat_at").annotate(
        **{name: Exists(rows) for name, rows in late_ones.items()}
    )[:1]


_SIGNS = Statement(_signs)
"""Asked by every page of the team and every poll of a board."""
