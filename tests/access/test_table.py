"""docs/access.csv says what everybody is answered everywhere, and it is so.

`python -m tests.access` writes it anew after a change, to be read line by line before it is committed;
`python -m tests.access team/reports/ privacy/` the lines of addresses that begin so.
"""

import os
import re
from collections.abc import Iterator

import pytest
from django.db import transaction

from accounts.models import User
from tests.access.addresses import addresses
from tests.access.table import METHODS, MUST_NOT_SEE, ROLES, read, update
from tests.access.walking import MAY_NAME, Quick, Seen, forbidden, walk
from tests.access.world import NAME, World

pytestmark = pytest.mark.django_db

LEADS_TO_SIGN_IN = ("accounts/logout/", "admin/logout/")
READING_WRITES = {
    "accounts_accessevent",  # that somebody looked
    "accounts_signedin",  # that somebody is there
    "cache",  # how often somebody asked
    "django_session",
    "education_pageread",  # how often a page is read
    "tracker_sealingkey",  # made when the first phone asks for it
    "tracker_shownpage",  # what a patient was given to read
}
WHOSE_DIARY = re.compile(r'<aside class="whose".*?</aside>', re.DOTALL)
"""A carer is told on every page whom they help."""
REFUSING_WRITES = {"cache", "django_session", "accounts_tries", "accounts_signedin"}


def test_every_address_stands_in_the_table_and_no_other() -> None:
    told = {route for route, _method in read()}
    there = set(addresses())
    assert not there - told, f"not in docs/access.csv; python -m tests.access writes it: {there - told}"
    assert not told - there, f"in docs/access.csv, and no address any more: {told - there}"
    assert set(read()) == {(route, method) for route in there for method in METHODS}


@pytest.mark.parametrize("role", ROLES)
def test_everybody_is_answered_as_the_table_says(role: str, world: World) -> None:
    expected, is_to_be_written = read(), "WRITE_ACCESS_TABLE" in os.environ
    only = os.environ.get("WRITE_ACCESS_TABLE", "").split() or [""]
    found: dict[tuple[str, str], str] = {}
    wrong: list[str] = []
    for seen in walk(world, role, only=only):
        told = expected.get((seen.route, seen.method), {}).get(role, "nothing")
        found[seen.route, seen.method] = seen.word
        if seen.word != told and not is_to_be_written:
            wrong.append(f"{seen}, but the table says {told}")
        wrong += [f"{seen}: {fault}" for fault in (*faults(seen, role), *unkept(seen, role, world))]
    if is_to_be_written:
        update(role, found)
    assert not wrong, f"{role}, {len(wrong)} of {len(found)}:\n" + "\n".join(wrong)


def unkept(seen: Seen, role: str, world: World) -> Iterator[str]:
    """Whoever is shown a patient's name has looked, and that is written down."""
    page = WHOSE_DIARY.sub("", seen.answer.body.decode(errors="ignore"))
    if role == "rosa" or NAME not in page:
        return
    looks = (told for tables, told in seen.answer.written.told if "accounts_accessevent" in tables)
    if not any(str(world.rosa.pk) in look for look in looks):
        yield "shows who she is, and keeps no look"


def test_whoever_may_no_longer_sign_in_is_nobody(world: World) -> None:
    amira = world.people["amira"]
    assert amira
    browser = Quick().signed_in(amira)
    with transaction.atomic():
        User.objects.filter(pk=amira.pk).update(is_active=False)
        team = {key: cells for key, cells in read().items() if key[0].startswith("team/patients/")}
        found = {
            (route, method): browser.undone(method, world.addresses[route]).word for route, method in team
        }
        transaction.set_rollback(True)
    assert found == {key: cells["nobody"] for key, cells in team.items()}


def faults(seen: Seen, role: str) -> list[str]:
    """What may not be in an answer, whatever the table says of it."""
    answer = seen.answer
    told = [f"shows {word!r}" for word in forbidden(seen, role) if word in answer.text]
    if answer.headers.get("X-Frame-Options") != "DENY" and answer.status != 400:
        told.append("may be framed")
    is_refused = answer.is_refused and seen.route not in LEADS_TO_SIGN_IN
    # Who may look at a diary or an account has looked, before the page says that this is not theirs to do.
    may_look = role not in MUST_NOT_SEE or seen.route.startswith(MAY_NAME.get(role, ("-",)))
    may_write = {*REFUSING_WRITES, "accounts_accessevent"} if may_look else REFUSING_WRITES
    if is_refused and (wrote := answer.written.tables - may_write):
        told.append(f"refused, and wrote {wrote}")
    if seen.method == "GET" and (wrote := answer.written.tables - READING_WRITES):
        told.append(f"only read, and wrote {wrote}")
    if answer.status >= 500:
        told.append("broke")
    return told
