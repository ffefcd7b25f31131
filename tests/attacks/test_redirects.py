"""Wherever a form or an address says where to go next, nobody is led to another site."""

import re

import pytest
from django.urls import reverse

from tests.access.walking import Answer, Quick
from tests.access.world import World

pytestmark = pytest.mark.django_db

AWAY = [
    "https://evil.example/",
    "http://evil.example",
    "//evil.example/",
    "///evil.example",
    "////evil.example//",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "\thttps://evil.example",
    "https:evil.example",
    "https:///evil.example",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    "javascript:alert('evil')",
    "data:text/html,evil",
    "%2f%2fevil.example",
    "/%09/evil.example",
]

# Address → who asks there, and what makes the form a good one.
PLACES: dict[str, tuple[str, dict[str, str]]] = {
    "account_request_login_code": ("nobody", {"email": "rosa@example.org"}),
    "account_login": ("nobody", {"login": "rosa@example.org", "password": "a long way home"}),
    "account_logout": ("rosa", {}),
    "account_reset_password": ("nobody", {"email": "rosa@example.org"}),
    "account_reauthenticate": ("rosa", {}),
    "send_proof_code": ("rosa", {}),
    "set_up_second_factor": ("amira", {}),
    "choose_language": ("rosa", {"language": "en"}),
    "mfa_authenticate": ("nobody", {}),
    "mfa_login_webauthn": ("nobody", {}),
    "admin:login": ("nobody", {}),
    "admin:logout": ("ada", {}),
    "kept_form": ("rosa", {}),
    "enter_code": ("nobody", {"code": "1234"}),
    "home": ("rosa", {}),
    "account_signup": ("nobody", {}),
    "account_set_password": ("rosa", {}),
}
ELSEWHERE = re.compile(r"\s*(?:[a-z]+:|[/\\\s]{2,})", re.IGNORECASE)
NAMES = ("next", "back", "return", "return_to", "redirect", "url")


def is_led_away(answer: Answer) -> bool:
    """By a header, by a link, by a form's address; the vector may stand on the page as text."""
    goes_to = [answer.headers.get(name, "") for name in ("Location", "HX-Redirect", "Refresh")]
    goes_to += re.findall(r'(?:href|action|src)="([^"]*)"', answer.body.decode(errors="ignore"))
    return any(ELSEWHERE.match(each) and "evil" in each for each in goes_to)


@pytest.mark.parametrize("name", PLACES)
def test_nobody_is_led_to_another_site(name: str, world: World) -> None:
    who, form = PLACES[name]
    browser, address = Quick().signed_in(world.people[who]), reverse(name)
    led = []
    for away in AWAY:
        fields = dict.fromkeys(NAMES, away)
        for method, answer in (
            ("GET", browser.undone("GET", address, fields)),
            ("POST", browser.undone("POST", address, form | fields)),
            ("POST", browser.undone("POST", address, form, query_params=fields)),
        ):
            if is_led_away(answer):
                led.append(f"{method} {address} {away!r}: {answer.headers.get('Location')}")
    assert not led, "\n".join(led)


BUTTONS = ["team/notes/<uuid:pk>/read/", "team/flags/<uuid:pk>/claim/", "team/notes/read/"]


@pytest.mark.parametrize("route", BUTTONS)
def test_the_way_back_from_a_button_stays_on_the_teams_pages(route: str, world: World) -> None:
    browser = Quick().signed_in(world.people["amira"])
    for away in (*AWAY, "/admin/", "/today/"):
        answer = browser.undone("POST", world.addresses[route], {"next": away})
        assert answer.headers.get("Location", "/team/").startswith("/team/"), (away, answer.headers)


@pytest.mark.parametrize("away", AWAY)
def test_the_page_that_asked_by_htmx_is_one_of_ours(away: str, world: World) -> None:
    """Signed out while a page polls: the way back is taken from a header."""
    browser = Quick().signed_in(world.people["amira"])
    session = browser.session
    session["seen_at"] = 0
    session.save()
    headers = {"HX-Request": "true", "HX-Current-URL": away.replace("\t", "%09")}
    answer = browser.undone("GET", "/team/", headers=headers)
    assert answer.status == 401
    assert "evil" not in answer.headers["HX-Redirect"]


def test_where_somebody_wanted_to_go_is_a_path_of_ours(world: World) -> None:
    browser = Quick()
    for address in ("//evil.example/today/", "/\\evil.example/team/", "/today//evil.example"):
        answer = browser.undone("GET", "/today/", QUERY_STRING=f"next={address}")
        assert answer.headers["Location"].startswith("/accounts/login/code/?next=/today/")
