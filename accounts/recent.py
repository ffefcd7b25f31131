"""Before something that matters is done, whoever asks for it has proved who they are a short while ago."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts import kept_form, second_factor
from accounts.models import User

MINUTES = 15

type View = Callable[..., Any]
"""Of any kind: a page, a file, a method of the admin."""


def has_proved(request: HttpRequest, within: dt.timedelta = dt.timedelta(minutes=MINUTES)) -> bool:
    """Signing in counts; of staff, their second factor. The demonstration's personas have none to show."""
    if second_factor.came_by_the_door(request):
        return True
    ago = second_factor.proved_seconds_ago(request)
    return ago is not None and ago < within.total_seconds()


def proves(request: HttpRequest, user: User, method: str) -> None:
    """Written into the session: they have just proved who they are, by a code, say."""
    record_authentication(request, user, method=method, reauthenticated=True)


def recently_proved(minutes: int = MINUTES) -> Callable[[View], View]:
    """For views. Others are led to prove it, and then back; a form that they sent is kept meanwhile."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            if has_proved(request, dt.timedelta(minutes=minutes)) or not _can_prove(request.user):
                return view(request, *args, **kwargs)
            return _first_prove_it(request)

        return guarded

    return decorate


def _can_prove(user: User) -> bool:
    """A patient who came in with a code on paper has nothing else to show; their diary is still theirs."""
    return bool(user.email) or second_factor.has_one(user) or second_factor.works_here(user)


def _first_prove_it(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 -- every view that asks for proof asks to sign in first
    after = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("home")
    if typed := kept_form.keep(request, user, timezone.now()):
        request.session[kept_form.KEY] = typed
        after = reverse("kept_form")
    return redirect_to_login(after, reverse("account_reauthenticate"))
