"""Session fixation: the key that somebody planted in a browser is worth nothing once its owner has come in.

test_attacks.py says so of a code by e-mail, an invitation and a code on paper.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import recovery
from accounts.models import User
from tests.carers import asked
from tests.signin.conftest import App, is_signed_in
from tests.signin.passkeys import Passkey
from tracker.models import Patient

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor_is_asked_for]

PASSWORD = "a long way to the ward"
ASK = "account_request_login_code"


def key(browser: Client) -> str:
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def opens(key: str, page: str) -> bool:
    """Whether whoever holds this key gets the page."""
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = key
    return bool(thief.get(page).status_code == 200)


def planted() -> tuple[Client, str]:
    """A browser with a session that somebody put there, nobody being signed in."""
    browser = Client()
    session = browser.session
    session["planted"] = True
    session.save()
    return browser, key(browser)


@pytest.fixture
def quick(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def by_password(browser: Client, user: User) -> None:
    browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


def by_app(browser: Client, user: User) -> None:
    app = App(user)
    by_password(browser, user)
    half = key(browser)
    browser.post(reverse("mfa_authenticate"), {"code": app.code})
    assert key(browser) != half, "the first step's key outlives the second"


def by_recovery_code(browser: Client, user: User) -> None:
    App(user)
    codes = recovery.make(user)
    by_password(browser, user)
    half = key(browser)
    browser.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert key(browser) != half, "the first step's key outlives the second"


def by_passkey(browser: Client, user: User) -> None:
    passkey = Passkey(user)
    browser.get(reverse("mfa_login_webauthn"), headers={"X-Requested-With": "XMLHttpRequest"})
    browser.post(reverse("mfa_login_webauthn"), {"credential": passkey.answer(browser, is_verified=True)})


@pytest.mark.parametrize("way", [by_password, by_app, by_recovery_code, by_passkey])
def test_the_key_changes_at_each_way_in(way: Callable[..., None], amira: User, quick: None) -> None:
    amira.set_password(PASSWORD)
    amira.save()
    browser, before = planted()
    way(browser, amira)
    assert is_signed_in(browser)
    assert key(browser) != before
    assert not opens(before, "/settings/")


def test_a_session_that_was_half_way_in_opens_nothing(amira: User, quick: None) -> None:
    """After the password, and before the second step."""
    App(amira)
    amira.set_password(PASSWORD)
    amira.save()
    browser, _before = planted()
    by_password(browser, amira)
    assert not is_signed_in(browser)
    for page in ("/team/", "/settings/", "/sign-in-and-devices/", "/today/"):
        assert not opens(key(browser), page)


def test_the_key_changes_for_a_carer_who_comes_by_a_link(rosa: Patient) -> None:
    browser, before = planted()
    _carer, token = asked(rosa, "ida@example.org")
    browser.post(reverse("carers:accept", args=[token]))
    assert is_signed_in(browser)
    assert key(browser) != before
    assert not opens(before, "/settings/")


def test_the_key_changes_with_a_new_password(amira: User, quick: None) -> None:
    """Of a link in a mail; and who was in with the old one is out."""
    amira.set_password(PASSWORD)
    amira.save()
    elsewhere = Client()
    elsewhere.force_login(amira)
    browser, before = planted()
    mail.outbox.clear()
    browser.post(reverse("account_reset_password"), {"email": amira.email})
    link = next(word for word in str(mail.outbox[0].body).split() if "/password/reset/key/" in word)
    form = browser.get(link, follow=True)
    words = {"password1": "another way to the ward", "password2": "another way to the ward"}
    browser.post(form.redirect_chain[-1][0], words)
    amira.refresh_from_db()
    assert amira.check_password("another way to the ward")
    assert not is_signed_in(elsewhere)
    assert not opens(before, "/settings/")


def test_signing_in_as_somebody_else_leaves_nothing_of_the_first(rosa: Patient, dev: Patient) -> None:
    browser = Client()
    browser.force_login(rosa.user)
    browser.get("/today/")
    session = browser.session
    session["left_behind"] = "of Rosa's"
    session.save()
    before = key(browser)
    browser.force_login(dev.user)
    assert key(browser) != before
    assert "left_behind" not in browser.session


def test_time_is_told_by_ours(rosa: Patient) -> None:
    """A key that nobody was given opens nothing, and is not taken for a session's."""
    made_up = "a" * 32
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = made_up
    browser.post(reverse(ASK), {"email": str(rosa.user.email)})
    assert key(browser) != made_up
    assert timezone.now()
