"""How long a session lives: its marks, and what the clock says to them.

Whoever works here is signed out after 15 minutes in which nothing was done, and after 12 hours in any case.
Patients stay signed in for 30 days after their last visit, as they come back unwell, and with one hand; but
for a year at most.
"""

import datetime as dt
import logging
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.backends.base import SessionBase
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import SignedIn, User
from accounts.reach.browsers import name_of
from accounts.second_factor import FACTORS, works_here

log = logging.getLogger(__name__)
IDLE = dt.timedelta(minutes=15)
LONGEST = dt.timedelta(hours=12)
A_YEAR = dt.timedelta(days=365)
MARK_EVERY = {True: dt.timedelta(seconds=30), False: dt.timedelta(hours=1)}
"""By whether they work here: so a visit is written down without a write for every page."""

WORKS, BEGAN, SEEN = "works_here", "began_at", "seen_at"


def begin(session: SessionBase, user: User, now: dt.datetime) -> None:
    session[WORKS] = works_here(user)
    session[BEGAN] = session[SEEN] = now.timestamp()


def is_of_staff(session: SessionBase, user: User) -> bool:
    """Who is given a role while signed in is staff from then on."""
    if not session.get(WORKS) and works_here(user):
        session[WORKS] = True
    return bool(session.get(WORKS))


def is_over(session: SessionBase, now: dt.datetime) -> bool:
    """A session of staff without marks is older than the marks are; a patient's gets them at a visit."""
    if not session.get(WORKS):
        return bool(now.timestamp() - session.get(BEGAN, now.timestamp()) >= A_YEAR.total_seconds())
    began, seen = session.get(BEGAN, 0), session.get(SEEN, 0)
    at = now.timestamp()
    return bool(at - began >= LONGEST.total_seconds() or at - seen >= IDLE.total_seconds())


def mark(request: HttpRequest, user: User, now: dt.datetime) -> None:
    """Somebody is there: written down when it has not been for a while."""
    session = request.session
    every = MARK_EVERY[bool(session.get(WORKS))]
    if now.timestamp() - session.get(SEEN, 0) < every.total_seconds():
        return
    session.setdefault(BEGAN, now.timestamp())
    session[SEEN] = now.timestamp()
    write_down(request, user, now)


def write_down(request: HttpRequest, user: User, now: dt.datetime) -> None:
    """On the person's list of devices."""
    session = request.session
    if not session.session_key:
        session.save()
    began = dt.datetime.fromtimestamp(session[BEGAN], dt.UTC)
    SignedIn.objects.update_or_create(
        session_key=session.session_key,
        defaults={"user": user, "seen_at": now, "ends_at": _end(session, began, now)},
        create_defaults={
            "user": user,
            "device": name_of(request.headers.get("User-Agent", "")),
            "started_at": min(began, now),
            "seen_at": now,
            "ends_at": _end(session, began, now),
        },
    )


def renew_key(request: HttpRequest) -> None:
    """Who has proved once more who they are goes on under another key: the one before is worth nothing."""
    before = request.session.session_key
    request.session.cycle_key()
    SignedIn.objects.filter(session_key=before).update(session_key=request.session.session_key)


def _end(session: SessionBase, began: dt.datetime, now: dt.datetime) -> dt.datetime:
    if session.get(WORKS):
        return min(began + LONGEST, now + IDLE)
    return min(began + A_YEAR, now + dt.timedelta(seconds=session.get_expiry_age()))


@receiver(user_logged_in)
def _signed_in(sender: Any, request: HttpRequest, user: User, **rest: Any) -> None:
    now = timezone.now()
    SignedIn.objects.filter(user=user, ends_at__lt=now).delete()  # their sessions have ended by themselves
    begin(request.session, user, now)
    write_down(request, user, now)
    log.info("signed in: person %s", user.pk)


@receiver(user_logged_out)
def _signed_out(sender: Any, request: HttpRequest, user: User | None = None, **rest: Any) -> None:
    if user:
        log.info("signed out: person %s", user.pk)
    SignedIn.objects.filter(session_key=request.session.session_key).delete()


def end_elsewhere(request: HttpRequest, user: User) -> int:
    """Signs this person out everywhere but in this browser."""
    others = SignedIn.objects.filter(user=user).exclude(session_key=request.session.session_key)
    ended: int = others.end()
    return ended


@receiver(password_changed)
@receiver(password_set)
@receiver(password_reset)
def _has_a_new_password(sender: Any, request: HttpRequest, user: User, **rest: Any) -> None:
    """Django has ended the sessions elsewhere, and given this one a new key."""
    end_elsewhere(request, user)
    if request.user == user:
        write_down(request, user, timezone.now())


@receiver(authenticator_removed)
def _has_one_factor_less(
    sender: Any, request: HttpRequest, user: User, authenticator: Any, **rest: Any
) -> None:
    """A passkey or an app that is taken away may be in other hands, and what it opened is shut."""
    if authenticator.type in FACTORS:
        end_elsewhere(request, user)
