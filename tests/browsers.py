"""Browsers that are signed in without the pages for it."""

from django.http import HttpRequest
from django.test import Client

from accounts import second_factor
from accounts.models import User


def show_second_factor(browser: Client, user: User) -> None:
    """As if a passkey had been shown in this browser's session."""
    request = HttpRequest()
    request.session = browser.session
    second_factor.count_as_shown(request, user, "test")
    request.session.save()
