"""What is tried at the door: to learn who is known, to get into a session, to lead people away."""

import re
import sys

import pytest
from django.conf import settings as site
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import invitations
from accounts.models import Tries, User
from accounts.models.invitations import VALID_FOR
from tests.signin.conftest import come_in, is_signed_in

pytestmark = pytest.mark.django_db

KNOWN, STRANGER = "amira@example.org", "eminent@example.org"  # as long as each other
ASK, ENTER, PASSWORD = "account_request_login_code", "account_confirm_login_code", "account_login"


@pytest.fixture
def quick(settings, monkeypatch):
    monkeypatch.setattr("accounts.models.tries.SWEEP_EVERY", 10**12)  # else one in many tries does more
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


# --- Who is known? ------------------------------------------------------------------------------------------


def seen(browser: Client, name: str, data: dict[str, str]) -> tuple:
    """All that somebody outside can tell of an answer, and how much work it was for us."""
    with CaptureQueriesContext(connection) as asked:
        answer = browser.post(reverse(name), data)
    text = re.sub(r'value="[^"]*"|nonce="[^"]*"', "", answer.text).replace(KNOWN, "").replace(STRANGER, "")
    cookies = {(key, value["max-age"]) for key, value in answer.cookies.items()}
    own = [each["sql"] for each in asked if '"cache"' not in each["sql"] and "SAVEPOINT" not in each["sql"]]
    return answer.status_code, answer.get("Location"), text, cookies, len(own)


@pytest.mark.parametrize("step", ["code", "wrong code", "password", "reset"])
def test_known_and_unknown_addresses_look_alike(amira, quick, step):
    """The same status, words, cookies and number of queries; the cache asks as it likes."""
    found = []
    for address in (KNOWN, STRANGER):
        browser = Client()
        browser.get(reverse(ASK))
        if step == "password":
            found.append(seen(browser, PASSWORD, {"login": address, "password": "guess"}))
        elif step == "reset":
            found.append(seen(browser, "account_reset_password", {"email": address}))
        elif step == "code":
            found.append(seen(browser, ASK, {"email": address}))
        else:
            browser.post(reverse(ASK), {"email": address})
            found.append(seen(browser, ENTER, {"code": "000000"}))
    assert found[0] == found[1]


class Hands:
    """Takes what a page hands on to be sent."""

    def submit(self, *work: object) -> None: ...


def work(browser: Client, name: str, data: dict[str, str]) -> int:
    """Calls of functions for one answer, Python's own and those in C: a busy machine does not change them."""
    made = 0

    def heard(_frame: object, event: str, _function: object) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    sys.setprofile(heard)
    try:
        browser.post(reverse(name), data)
    finally:
        sys.setprofile(None)
    return made


@pytest.mark.parametrize("step", ["code", "wrong code", "password", "reset"])
def test_known_and_unknown_addresses_are_the_same_work(amira, quick, step, settings, monkeypatch):
    """To 1,000 calls of some ten thousand, which are tenths of a millisecond.

    `bench.sign_in` asks the clock, which needs a machine with nothing else to do.
    """
    settings.MAIL_AT_ONCE = False
    monkeypatch.setattr("accounts.post._hands", Hands)  # it is sent half a second later, by another thread
    calls: dict[str, list[int]] = {KNOWN: [], STRANGER: []}
    for _time in range(3):  # the first of each fills what is kept for later
        for address in (KNOWN, STRANGER):
            browser = Client()
            browser.get(reverse(ASK))
            Tries.objects.all().delete()
            cache.clear()
            if step == "password":
                did = work(browser, PASSWORD, {"login": address, "password": "guess"})
            elif step == "reset":
                did = work(browser, "account_reset_password", {"email": address})
            elif step == "code":
                did = work(browser, ASK, {"email": address})
            else:
                browser.post(reverse(ASK), {"email": address})
                did = work(browser, ENTER, {"code": "000000"})
            calls[address].append(did)
    assert abs(min(calls[KNOWN]) - min(calls[STRANGER])) < 1_000, calls


def test_a_wrong_password_is_hashed_as_often_for_anybody(amira, client, monkeypatch):
    from django.contrib.auth.hashers import PBKDF2PasswordHasher as Hasher

    done = []

    def encode(self, password, salt, iterations=None):
        done.append(password)
        return f"pbkdf2_sha256$1${salt}${len(password)}"

    monkeypatch.setattr(Hasher, "encode", encode)
    monkeypatch.setattr(Hasher, "must_update", lambda self, encoded: False)
    monkeypatch.setattr(Hasher, "harden_runtime", lambda self, password, encoded: None)
    User.objects.create_user("ben@example.org", "a long way to the ward", name="Ben")
    for address in ("ben@example.org", KNOWN, STRANGER):  # with a password, without one, unknown
        done.clear()
        client.post(reverse(PASSWORD), {"login": address, "password": "guess"})
        assert len(done) == 2, address


def test_an_unknown_address_gets_no_mail(client):
    client.post(reverse(ASK), {"email": STRANGER})
    client.post(reverse("account_reset_password"), {"email": STRANGER})
    assert not mail.outbox


def test_a_link_for_a_new_password_works_once(client, amira, quick):
    client.post(reverse("account_reset_password"), {"email": KNOWN})
    (link,) = re.findall(r"https?://[^/]+(/\S+)", str(mail.outbox[-1].body))
    new = {"password1": "a long way to the ward", "password2": "a long way to the ward"}
    form = client.get(link, follow=True)
    client.post(form.request["PATH_INFO"], new)
    amira.refresh_from_db()
    assert amira.check_password("a long way to the ward")
    assert "This link no longer works" in Client().get(link, follow=True).text


def test_a_page_does_not_wait_for_the_mail_that_it_sends(client, amira, settings, monkeypatch):
    """Nor does it fail with it: a mail server in trouble would say who is known."""
    from accounts import post

    settings.MAIL_AT_ONCE = False
    handed_on = []

    class Hands:
        def submit(self, run, work, message):
            handed_on.append((work, message))

    monkeypatch.setattr(post, "_hands", Hands)
    assert client.post(reverse(ASK), {"email": KNOWN}).status_code == 302
    assert not mail.outbox
    [(work, message)] = handed_on
    monkeypatch.setattr(post, "PAUSE", 0)
    monkeypatch.setattr(type(message), "send", lambda self: 1 / 0)
    work(message)  # says it in the log, and nothing of whose it was


# --- Somebody else's session --------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["code", "invitation", "paper"])
def test_a_session_that_was_there_before_is_worth_nothing_after(way, rosa, amira, ada, team):
    """Session fixation: the key that an attacker planted is not the key of who signs in."""
    browser = Client()
    browser.get(reverse(ASK))
    browser.post(reverse(ASK), {"email": STRANGER})
    planted = browser.cookies[site.SESSION_COOKIE_NAME].value
    now = timezone.now()
    if way == "code":
        browser.post(reverse("account_logout"))
        planted = browser.cookies[site.SESSION_COOKIE_NAME].value
        come_in(browser, rosa.user)
    elif way == "invitation":
        _invitation, token = invitations.invite_patient(rosa.user, team, by=amira, now=now)
        browser.post(reverse("invitations:accept", args=[token]))
    else:
        _invitation, _token, code = invitations.print_code(rosa.user, team, by=amira, now=now)
        browser.post(reverse("enter_code"), {"code": code})
    assert is_signed_in(browser)
    assert browser.cookies[site.SESSION_COOKIE_NAME].value != planted
    attacker = Client()
    attacker.cookies[site.SESSION_COOKIE_NAME] = planted
    assert not is_signed_in(attacker)


def test_signing_out_ends_the_session_itself(rosa, client):
    come_in(client, rosa.user)
    stolen = client.cookies[site.SESSION_COOKIE_NAME].value
    client.post(reverse("account_logout"))
    thief = Client()
    thief.cookies[site.SESSION_COOKIE_NAME] = stolen
    assert thief.get("/today/").status_code == 302


# --- Led away -----------------------------------------------------------------------------------------------

AWAY = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "https:evil.example",
    "\thttps://evil.example",
    "javascript:alert(1)",
    "http://testserver@evil.example/",
]


@pytest.mark.parametrize("away", AWAY)
def test_nobody_is_led_to_another_site(away, rosa, client):
    answer = come_in(client, rosa.user, next=away)
    assert answer["Location"] == "/"
    proved = client.post(reverse("send_proof_code"), {"next": away})
    assert "evil" not in proved["Location"]
    out = client.post(reverse("account_logout"), {"next": away})
    assert "evil" not in out["Location"]


@pytest.mark.parametrize("name", ["mfa_login_webauthn", "account_login", ASK, "account_logout", "enter_code"])
def test_every_form_at_the_door_wants_its_token(name, amira):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse(name), {"email": KNOWN}).status_code == 403


@pytest.mark.parametrize(
    "name",
    ["mfa_add_webauthn", "mfa_activate_totp", "account_reauthenticate", "sign_out_elsewhere", "kept_form"],
)
def test_and_so_does_every_form_of_who_is_signed_in(name, amira):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(amira)
    assert strict.post(reverse(name), {}).status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver:80@evil.example"])
def test_another_host_gets_no_page_and_no_mail(host, amira):
    answer = Client().post(reverse(ASK), {"email": KNOWN}, headers={"Host": host})
    assert answer.status_code == 400
    assert not mail.outbox


def test_a_forwarded_host_changes_no_link(rosa, client, mailoutbox):
    client.post(
        reverse("account_reset_password"), {"email": KNOWN}, headers={"X-Forwarded-Host": "evil.example"}
    )
    assert "evil" not in "".join(str(message.body) for message in mailoutbox)


# --- Invitations --------------------------------------------------------------------------------------------


def test_an_invitation_works_once_and_ends(rosa, amira, team):
    now = timezone.now()
    _invitation, token = invitations.invite_patient(rosa.user, team, by=amira, now=now)
    address = reverse("invitations:accept", args=[token])
    assert len(token) >= 43  # 256 bits of `secrets`
    assert Client().get(address).status_code == 200
    assert Client().post(address).status_code == 302
    assert Client().post(address).status_code == 404
    _again, late = invitations.invite_patient(rosa.user, team, by=amira, now=now)
    with pytest.raises(invitations.NotUsable):
        invitations.usable(late, now + VALID_FOR)


def test_an_invitation_into_a_team_lets_nobody_past_the_second_step(ada, team, app):
    nia = User.objects.create_user("nia@example.org", name="Nia Blake")
    app(nia)
    _invitation, token = invitations.invite(
        email="nia@example.org", name="", team=team, role="nurse", by=ada, now=timezone.now()
    )
    browser = Client()
    browser.post(reverse("invitations:accept", args=[token]))
    assert browser.get("/team/")["Location"].startswith("/sign-in-and-devices/prove/")
