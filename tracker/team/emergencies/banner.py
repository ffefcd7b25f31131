"""What stands on each page while a chart is open in an emergency: the session keeps it."""

import datetime as dt
from typing import Any, NamedTuple

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from config.database.asking import asking_about
from tracker.models import EmergencyAccess

KEY = "emergencies"


class Banner(NamedTuple):
    pk: str
    initials: str
    minutes: int


def begin(request: HttpRequest, opened: EmergencyAccess) -> None:
    kept = {**_kept(request), str(opened.pk): [opened.patient.initials, opened.ends_at.isoformat()]}
    request.session[KEY] = kept


def end(request: HttpRequest, pk: object) -> None:
    kept = {key: value for key, value in _kept(request).items() if key != str(pk)}
    if kept:
        request.session[KEY] = kept
    else:
        request.session.pop(KEY, None)


@receiver(user_logged_in)
def _signed_in(sender: Any, request: HttpRequest, user: User, **rest: Any) -> None:
    """The session in which a chart was opened has ended, and its hour goes on."""
    with asking_about(user.pk):
        for opened in user.emergency_accesses.in_force(timezone.now()).select_related("patient"):
            begin(request, opened)


def banners(request: HttpRequest, now: dt.datetime) -> list[Banner]:
    """Those whose hour is not over."""
    shown = []
    for pk, (initials, until) in _kept(request).items():
        ends_at = parse_datetime(until)
        if ends_at and now < ends_at:
            shown.append(Banner(pk, initials, minutes_left(ends_at, now)))
    return shown


def minutes_left(ends_at: dt.datetime, now: dt.datetime) -> int:
    """Whole minutes, the one that runs counted."""
    return max(0, -((now - ends_at) // dt.timedelta(minutes=1)))


def _kept(request: HttpRequest) -> dict[str, Any]:
    found = request.session.get(KEY, {})
    return found if isinstance(found, dict) else {}
