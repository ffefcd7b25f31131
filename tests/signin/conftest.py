"""A second step, as a person shows it: an app that shows codes."""

import re
import time
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.browsers import show_second_factor


class App:
    """On a phone: shows six digits every 30 seconds."""

    def __init__(self, user: User, secret: str = "") -> None:
        self.secret = secret or generate_totp_secret()
        if not secret:
            TOTP.activate(user, self.secret)

    @property
    def code(self) -> str:
        return self.ahead(0)

    def ahead(self, steps: int) -> str:
        return str(format_hotp_value(hotp_value(self.secret, int(time.time()) // 30 + steps)))

    @property
    def wrong(self) -> str:
        shown = {self.ahead(steps) for steps in range(-2, 3)}
        return next(f"{code:06}" for code in range(10) if f"{code:06}" not in shown)


@pytest.fixture
def app() -> Callable[[User], App]:
    return App


def come_in(browser: Client, user: User, **data: str):
    """By a code by e-mail; returns the answer to it."""
    mail.outbox.clear()
    browser.post(reverse("account_request_login_code"), {"email": user.email, **data})
    code = re.search(r"^\d{6}$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    return browser.post(reverse("account_confirm_login_code"), {"code": code.group(), **data})


def sign_in(browser: Client, user: User) -> None:
    """With a second factor, in a session that ends as sessions do."""
    browser.force_login(user)
    show_second_factor(browser, user)


def is_signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def secrets_of(user: User) -> str:
    return str(list(Authenticator.objects.filter(user=user).values_list("data", flat=True)))
