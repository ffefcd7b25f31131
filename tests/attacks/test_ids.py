"""Whoever tries one id after another learns nothing: what is not theirs is answered as what is not there."""

import re
import uuid
from collections.abc import Iterator

import pytest

from tests.access.addresses import addresses
from tests.access.table import METHODS, read
from tests.access.walking import Answer, Quick
from tests.access.world import HEALTH, NAME, World

pytestmark = pytest.mark.django_db

STRANGERS = ("dev", "noor", "edith")
CHANGES = re.compile(
    r'nonce[-=]"?[^"\';]*|value="[^"]*"|<code>[0-9a-f-]{36}</code>'
    r"|(?m:^(?:X-Request-ID|Content-Length|Set-Cookie).*$)"
)
"""What differs between any two answers."""


def with_ids() -> Iterator[str]:
    """Those that strangers are refused, as they hold an id of Rosa's."""
    cells = read()
    for route, address in addresses().items():
        is_refused = any(cells[route, method][who] == "404" for who in STRANGERS for method in METHODS)
        if ("<uuid:" in route or "<int:" in route) and is_refused and not address.is_of_admin:
            yield route


def as_it_differs(answer: Answer, address: str) -> str:
    return CHANGES.sub("", answer.text).replace(address, "")


@pytest.mark.parametrize("who", STRANGERS)
def test_what_is_not_theirs_is_as_what_is_not_there(who: str, world: World) -> None:
    browser = Quick().signed_in(world.people[who])
    wrong, known, compared = [], addresses(), 0
    for route in with_ids():
        ours = world.addresses[route]
        nowhere = known[route].filled([_absent(each) for each in world.values[route]])
        for method in METHODS:
            theirs, nothing = browser.undone(method, ours), browser.undone(method, nowhere)
            if theirs.status == 200 or (theirs.status, theirs.word) == (302, nothing.word):
                continue  # the table says where they may
            compared += 1
            if as_it_differs(theirs, ours) != as_it_differs(nothing, nowhere):
                wrong.append(f"{method} /{route}: {theirs.word}, and {nothing.word} where nothing is")
            if any(word in theirs.text for word in (NAME, *HEALTH)):
                wrong.append(f"{method} /{route}: says something of Rosa")
    assert compared > 50
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", STRANGERS)
def test_numbers_around_rosas_lead_nowhere(who: str, world: World) -> None:
    browser = Quick().signed_in(world.people[who])
    known, wrong = addresses(), []
    for route in with_ids():
        if not route.startswith(("team/courses", "team/doses", "team/handover", "check-in/")):
            continue
        for step in (-2, -1, 1, 2, 10**9):
            tried = [abs(each + step) if isinstance(each, int) else each for each in world.values[route]]
            for method in METHODS:
                answer = browser.undone(method, known[route].filled(tried))
                if answer.status not in (404, 405):
                    wrong.append(f"{method} /{route} {step:+}: {answer.word}")
    assert not wrong, "\n".join(wrong)


def _absent(value: object) -> object:
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    return 987_654_321 if isinstance(value, int) else value
