"""A host that is not ours gets no page; a forged one gets into no link and no mail."""

import pytest
from django.core import mail
from django.urls import reverse

from tests.access.walking import Quick
from tests.access.world import EMAIL, World

pytestmark = pytest.mark.django_db

FORGED = [
    "evil.example",
    "testserver.evil.example",
    "evil.example:80",
    "testserver@evil.example",
    "testserver:80@evil.example",
    "evil.example#testserver",
    "evil.example/testserver",
    "testserver evil.example",
    "testserver,evil.example",
    "[::1]evil.example",
    "",
]
PAGES = ("/", "/today/", "/accounts/login/code/", "/learn/", "/admin/login/", "/offline/", "/nowhere/")
HEADERS = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Server": "evil.example",
    "X-Host": "evil.example",
    "X-Original-URL": "/admin/",
    "X-Rewrite-URL": "/admin/",
    "Forwarded": "for=1.2.3.4;host=evil.example;proto=https",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "4443",
}


@pytest.mark.parametrize("host", FORGED)
def test_another_host_gets_no_page(host: str, world: World) -> None:
    browser = Quick().signed_in(world.people["rosa"])
    answers = {page: browser.undone("GET", page, headers={"host": host}).status for page in PAGES}
    assert answers == dict.fromkeys(PAGES, 400)


def test_headers_of_proxies_change_no_page(world: World) -> None:
    """We are asked straight here: nobody set them but whoever asks."""
    for role in ("nobody", "rosa", "amira"):
        browser = Quick().signed_in(world.people[role])
        for page in PAGES:
            plain = browser.undone("GET", page)
            forged = browser.undone("GET", page, headers=HEADERS)
            assert "evil" not in forged.text
            assert forged.word == plain.word, (role, page)
            assert forged.headers.get("Location") == plain.headers.get("Location")


@pytest.mark.parametrize(
    ("name", "form"),
    [("account_request_login_code", {"email": EMAIL}), ("account_reset_password", {"email": EMAIL})],
)
def test_no_mail_carries_a_forged_host(name: str, form: dict[str, str], world: World) -> None:
    mail.outbox.clear()
    Quick().undone("POST", reverse(name), form, headers=HEADERS)
    [message] = mail.outbox
    assert "evil" not in str(message.message())
    mail.outbox.clear()
    Quick().undone("POST", reverse(name), form, headers={"host": "evil.example"})
    assert not mail.outbox


def test_an_invitation_carries_our_own_address(world: World) -> None:
    """From SITE_URL: it is often the worker that writes, and asks no request."""
    mail.outbox.clear()
    form = {"name": "Ida", "relation": "sister", "email": "ida@example.org", "scope": "report", "until": ""}
    answer = Quick().signed_in(world.people["rosa"]).undone("POST", "/carers/invite/", form, headers=HEADERS)
    assert answer.status == 302
    [message] = mail.outbox
    assert "evil" not in str(message.message())
    assert "http://localhost:8000/carers/invitations/" in str(message.body)
