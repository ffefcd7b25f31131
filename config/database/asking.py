"""For whom the database is asked: what row-level security decides by (`tracker.walls`).

A request asks for the person who is signed in, or for nobody. The worker and commands ask for no person: they
have database roles of their own. What a person may not see and a page has to find all the same, such as a
phone by its token, goes through an `Opening`, which names its few tables.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum

NOBODY = "nobody"


class Opening(StrEnum):
    """A named gap in the wall. `tracker.walls.openings` says which tables it shows."""

    ADMINISTRATION = "administration"
    CARER_LINK = "carer link"
    EMERGENCY = "emergency"
    PHONE_TOKEN = "phone token"  # noqa: S105 -- a name
    PRIVACY_OFFICE = "privacy office"
    PROVIDER = "provider"
    RECORDS = "records"
    TAKEN_ID = "taken id"
    TRIAL_OF_RULES = "trial of rules"
    TRANSFER = "transfer"
    USES = "uses"


@dataclass(frozen=True)
class Asker:
    """`user` is the key of whoever is signed in; None for a request of nobody."""

    user: int | None
    opening: Opening | None = None

    @property
    def named(self) -> tuple[str, str]:
        """As `sidelight.asker` and `sidelight.opening` say it to the database."""
        return NOBODY if self.user is None else str(self.user), self.opening or ""


_asker: ContextVar[Asker | None] = ContextVar("asker", default=None)


def asker() -> Asker | None:
    """None outside of requests."""
    return _asker.get()


@contextmanager
def asking_for(user: int | None) -> Iterator[None]:
    """Within, the database shows what this person may see; of the patients, nobody sees none."""
    token = _asker.set(Asker(user))
    try:
        yield
    finally:
        _asker.reset(token)


@contextmanager
def asking_about(user: int) -> Iterator[None]:
    """Within, what somebody's place here is, is asked in their own name: whoever signs in is nobody yet."""
    if _asker.get() is None:
        yield
        return
    with asking_for(user):
        yield


def open_for_the_rest(opening: Opening) -> None:
    """As `opened`, until the request has its answer, with what its templates look up."""
    asking = _asker.get()
    if asking is not None:
        _asker.set(replace(asking, opening=opening))


def while_opened[Part](opening: Opening, parts: Iterable[Part]) -> Iterator[Part]:
    """Of an answer that is still looked up while it is on its way."""
    with opened(opening):
        yield from parts


@contextmanager
def opened(opening: Opening) -> Iterator[None]:
    """Within, the opening's tables show every row to the request. Elsewhere it changes nothing."""
    asking = _asker.get()
    if asking is None:
        yield
        return
    token = _asker.set(replace(asking, opening=opening))
    try:
        yield
    finally:
        _asker.reset(token)
