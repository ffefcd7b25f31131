"""Who needs a second factor, and who has shown it in this session.

Everybody who works here: members of care teams, editors, reviewers, admins. Patients may have a passkey;
their e-mail alone lets them in too, as a lost phone must not keep an unwell person out.
"""

import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest

from accounts.models import User

METHOD = "mfa"
"""As allauth names, in a session's record, a passkey, an app's code or a recovery code that was accepted."""
DOOR = "door"
"""Signed in by the demonstration's one click. Counts in the demonstration and nowhere else."""
FACTORS = (Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP)


def works_here(user: User) -> bool:
    """Asks at most once for each object, and never of admins."""
    if user.is_staff or user.is_superuser:
        return True
    known: bool | None = getattr(user, "_works_here", None)
    if known is None:
        roles = Q(memberships__isnull=False) | Q(groups__isnull=False)
        known = user._works_here = User.objects.filter(roles, pk=user.pk).exists()  # type: ignore[attr-defined]
    return known


def has_one(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def is_last(authenticator: Authenticator) -> bool:
    others = Authenticator.objects.filter(user=authenticator.user_id, type__in=FACTORS)
    return authenticator.type in FACTORS and not others.exclude(pk=authenticator.pk).exists()


def is_shown(request: HttpRequest) -> bool:
    """In this session, by whoever is signed in now."""
    return bool(_shown(request))


def count_as_shown(request: HttpRequest, user: User, how: str) -> None:
    """For what is as good: a factor that was just set up, or the demonstration's door."""
    record_authentication(request, user, METHOD, type=how)


def proved_seconds_ago(request: HttpRequest) -> float | None:
    """How long ago they last proved who they are; by their second factor, if they
    work here and have one. None: never.
    """
    user = _user(request)
    records, shown = get_authentication_records(request, user), _shown(request)
    if user and works_here(user) and (shown or has_one(user)):
        records = shown
    return time.time() - max(record["at"] for record in records) if records else None


def came_by_the_door(request: HttpRequest) -> bool:
    return settings.DEMO and any(record.get("type") == DOOR for record in _shown(request))


def _shown(request: HttpRequest) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = get_authentication_records(request, _user(request))
    shown = [record for record in records if record.get("method") == METHOD]
    return [record for record in shown if settings.DEMO or record.get("type") != DOOR]


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
