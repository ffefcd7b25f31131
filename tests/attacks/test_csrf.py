"""Another site's page makes somebody's browser send a form: nothing is done."""

import pytest
from django.test import Client

from tests.access.addresses import addresses
from tests.access.walking import Quick
from tests.access.world import World

pytestmark = pytest.mark.django_db

TOKENLESS = {
    "alerts/canary/": "signed by ourselves",
    "alerts/phone/<uuid:pk>/<int:attempt>/": "signed by the provider",
    "browser-reports/": "is sent by browsers themselves, and answered alike whatever it holds",
    "offline/reports/": "shows a phone's token, which no browser adds by itself",
}
"""What no cookie opens, and why."""
SENT_AGAIN = "Please send that again"


def test_no_address_takes_a_post_without_the_token_of_our_own_page(world: World) -> None:
    strict = Quick(enforce_csrf_checks=True).signed_in(world.people["sara"])
    taken = set()
    for route, address in world.addresses.items():
        answer = strict.undone("POST", address)
        if answer.status != 403 or SENT_AGAIN not in answer.text:
            taken.add(route)
    assert taken == set(TOKENLESS)


@pytest.mark.parametrize("route", TOKENLESS)
def test_what_needs_no_token_of_a_page_lets_nobody_in_by_a_cookie(route: str, world: World) -> None:
    answers = {
        role: Quick(enforce_csrf_checks=True)
        .signed_in(world.people[role])
        .undone("POST", world.addresses[route])
        .status
        for role in ("nobody", "rosa", "sara")
    }
    assert len(set(answers.values())) == 1, answers
    assert answers["nobody"] in (204, 401, 403, 404)


@pytest.mark.parametrize("origin", ["https://evil.example", "http://testserver.evil.example", "null"])
def test_the_token_is_worth_nothing_on_another_site(origin: str, world: World) -> None:
    strict = Quick(enforce_csrf_checks=True).signed_in(world.people["rosa"])
    strict._kept["csrftoken"] = token = "a" * 32
    form = {"csrfmiddlewaretoken": token, "name": "Rosa"}
    ours = strict.undone("POST", "/settings/name/", form, headers={"Origin": "http://testserver"})
    theirs = strict.undone("POST", "/settings/name/", form, headers={"Origin": origin})
    assert (ours.status, theirs.status) == (302, 403)
    assert not theirs.written.tables


@pytest.mark.parametrize("wanted", ["image", "script", "style", "font", "manifest"])
def test_an_icon_that_is_not_there_leaves_the_token_of_the_page(wanted: str, client: Client) -> None:
    fetched = client.get("/favicon.ico", headers={"Sec-Fetch-Dest": wanted})
    assert (fetched.status_code, fetched.text, len(fetched.cookies)) == (404, "not found\n", 0)
    read = client.get("/no-such-page/", headers={"Sec-Fetch-Dest": "document"})
    assert read.status_code == 404
    assert {"csrftoken"} == set(read.cookies)


def test_every_address_that_acts_is_walked() -> None:
    assert len(addresses()) > 500
