"""Watching the watcher: is a worker alive, and are alerts going out in time?"""

import datetime as dt

from django.conf import settings

from tracker.models import Alert, Heartbeat

LATE = dt.timedelta(seconds=60)


def beat(worker: str, now: dt.datetime) -> None:
    """A worker's sign of life."""
    Heartbeat.objects.update_or_create(worker=worker, defaults={"beat_at": now})


def problem(now: dt.datetime) -> str:
    """What is wrong with the telling of alerts, in a sentence for the care team; "" when nothing is."""
    last = Heartbeat.objects.order_by("-beat_at").values_list("beat_at", flat=True).first()
    if last is None:
        return "No worker has ever run: nobody is being told of flags."
    if now - last > settings.WORKER_SILENT_AFTER:
        return "The worker is silent: nobody is being told of flags."
    if Alert.objects.due(now - LATE).exists():
        return "Alerts are over a minute late."
    return ""
