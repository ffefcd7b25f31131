"""A passkey from setting up to signing in, with an authenticator that Chromium plays."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import expect

from accounts import limits
from accounts.models import User
from tests.conftest import DESK, PHONE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.second_factor_is_asked_for,
]

OpenPage = Callable[..., Any]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def with_authenticator(page: Any) -> None:
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def come_in(page: Any, user: User, look: Callable[[], None] = lambda: None) -> None:
    """`look` is called where the code is asked for."""
    page.get_by_label("Your e-mail address").fill(user.email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code from the e-mail").wait_for()
    look()
    code = re.search(r"^\d{6}$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    page.get_by_label("Code from the e-mail").fill(code.group())
    page.get_by_role("button", name="Sign in").click()


def looked_at(page: Any, assert_accessible: Callable[..., None]) -> None:
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert page.evaluate(FITS), page.url
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert_accessible(page)


def test_a_nurse_sets_one_up_signs_out_and_signs_in_with_it_alone(
    amira: User, open_page: OpenPage, assert_accessible: Callable[..., None]
) -> None:
    page = open_page("/team/", DESK)
    with_authenticator(page)
    come_in(page, amira, lambda: looked_at(page, assert_accessible))
    expect(page.get_by_role("heading", name="One more step before you work here")).to_be_visible()
    looked_at(page, assert_accessible)
    page.get_by_role("link", name="Add a passkey").click()
    looked_at(page, assert_accessible)
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    looked_at(page, assert_accessible)
    page.goto("/sign-in-and-devices/")
    looked_at(page, assert_accessible)
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("heading", name="Sign in").wait_for()
    looked_at(page, assert_accessible)

    for _try in range(6):  # somebody guesses codes meanwhile: a passkey does not mind
        limits.may_try(limits.MAILED, amira.email)
        limits.may_try(limits.SECOND_STEP, amira.pk)
    page.goto("/accounts/login/code/?next=/team/patients/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(re.compile(r"\d/team/patients/$"))

    page.context.clear_cookies(name="sessionid")
    page.goto("/team/")
    limits.proved(limits.MAILED, amira.email)
    come_in(page, amira)
    page.get_by_role("heading", name="Second step").wait_for()
    looked_at(page, assert_accessible)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile(r"\d/team/$"))
    page.goto(reverse("account_reauthenticate") + "?next=/team/notes/")
    looked_at(page, assert_accessible)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile(r"\d/team/notes/$"))
