"""Browsers that are signed in without the pages for it."""

from django.http import HttpRequest
from django.test import Client

from accounts import second_factor
from accounts.models import User

NEVER = 32_503_680_000.0  # seconds: in the year 3000


def show_second_factor(browser: Client, user: User) -> None:
    """As if a passkey had been shown in this browser's session."""
    request = HttpRequest()
    request.session = browser.session
    second_factor.count_as_shown(request, user, "test")
    request.session.save()


def keep_signed_in(browser: Client) -> None:
    """However far a test's clock is put forward: that sessions of staff end has tests of its own."""
    session = browser.session
    session["began_at"] = session["seen_at"] = NEVER
    session.save()
