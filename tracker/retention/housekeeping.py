"""What runs out by itself and is nobody's record: sessions, the forms in them, tries, how pages were read.

No schedule of a team says how long: a form that was kept is of use for an hour, and goes with its session.
"""

import datetime as dt

from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import SignedIn, Tries
from accounts.models.tries import KEPT_FOR
from education.models import PageAnswer, PageRead, reading

AT_ONCE = 5000


def due(now: dt.datetime) -> int:
    """Take away what nobody can use any more; returns how many rows."""
    old = Session.objects.filter(expire_date__lt=now).order_by("expire_date").values("pk")[:AT_ONCE]
    done = Session.objects.filter(pk__in=old).delete()[0]
    done += SignedIn.objects.filter(ends_at__lt=now).delete()[0]
    for kind in (PageAnswer, PageRead):
        done += kind.objects.filter(day__lt=timezone.localdate(now) - reading.KEPT_FOR).delete()[0]
    return done + Tries.objects.filter(last_at__lt=now - KEPT_FOR).delete()[0]
