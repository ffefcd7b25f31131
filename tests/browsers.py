"""Browsers that are signed in without the pages for it."""

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.test import Client

from accounts import second_factor
from accounts.models import User

NEVER = 32_503_680_000.0  # seconds: in the year 3000


def show_second_factor(browser: Client, user: User) -> None:
    """As if a passkey had been shown in this browser's session."""
    _show_second_factor(browser.session, user)


def show_second_factor_and_stay(browser: Client, user: User) -> None:
    """And however far a test's clock is put forward: that sessions of staff end has tests of its own."""
    session = browser.session
    session["began_at"] = session["seen_at"] = NEVER
    _show_second_factor(session, user)


def _show_second_factor(session: SessionBase, user: User) -> None:
    request = HttpRequest()
    request.session = session
    second_factor.count_as_shown(request, user, "test")
    session.save()
