"""Methods that no page of ours is asked with, and headers and fields that would change a method."""

import pytest

from tests.access.table import read
from tests.access.walking import Quick
from tests.access.world import World

pytestmark = pytest.mark.django_db

OTHERS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "BREW")
IN_DISGUISE = {
    "HTTP_X_HTTP_METHOD_OVERRIDE": "POST",
    "HTTP_X_HTTP_METHOD": "POST",
    "HTTP_X_METHOD_OVERRIDE": "POST",
    "QUERY_STRING": "_method=POST&_HttpMethod=POST",
}


@pytest.mark.parametrize("role", ["nobody", "sara"])
def test_every_address_is_asked_with_get_head_or_post_alone(role: str, world: World) -> None:
    browser = Quick().signed_in(world.people[role])
    wrong = []
    for place, (route, address) in enumerate(world.addresses.items()):
        method = OTHERS[place % len(OTHERS)]  # each meets the same door: they take turns
        answer = browser.undone(method, address)
        if answer.status != 405 or answer.body or answer.written.tables:
            wrong.append(f"{method} /{route}: {answer.word}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("method", OTHERS)
def test_each_of_the_other_methods_is_refused(method: str, world: World) -> None:
    browser = Quick().signed_in(world.people["ada"])
    for route in ("accounts/logout/", "admin/logout/", "today/", "sign-in-and-devices/app/remove/"):
        assert browser.undone(method, world.addresses[route]).status == 405, route


def test_a_get_stays_a_get_whatever_it_says_it_is(world: World) -> None:
    """What only acts refuses it, disguised or not."""
    browser = Quick().signed_in(world.people["sara"])
    acts = [route for (route, method), cells in read().items() if method == "GET" and cells["sara"] == "405"]
    assert len(acts) > 10
    wrong = []
    for route in acts:
        answer = browser.undone("GET", world.addresses[route], **IN_DISGUISE)
        if answer.status != 405 or answer.written.tables:
            wrong.append(f"/{route}: {answer.word}")
    assert not wrong, "\n".join(wrong)


def test_a_post_stays_a_post(world: World) -> None:
    """Rosa's note is not deleted, but read, as the address says."""
    browser = Quick().signed_in(world.people["amira"])
    for route in ("team/notes/<uuid:pk>/read/", "team/flags/<uuid:pk>/claim/"):
        plain = browser.undone("POST", world.addresses[route])
        headers = {"X-HTTP-Method-Override": "DELETE"}
        disguised = browser.undone("POST", world.addresses[route], {"_method": "DELETE"}, headers=headers)
        assert (disguised.word, disguised.written.tables) == (plain.word, plain.written.tables)
        assert not any("DELETE FROM" in each for each in disguised.written.values)


def test_head_is_get_without_a_body(world: World) -> None:
    """And shows those no more who may not GET."""
    wrong = []
    for role in ("noor", "amira"):
        browser = Quick().signed_in(world.people[role])
        for (route, method), cells in read().items():
            if method == "GET" and route.startswith(("team/", "privacy/", "today/", "messages/")):
                answer = browser.undone("HEAD", world.addresses[route])
                if answer.word != cells[role] or answer.body:
                    wrong.append(f"{role} HEAD /{route}: {answer.word}, GET {cells[role]}")
    assert not wrong, "\n".join(wrong)
