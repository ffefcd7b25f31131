"""How often a code or a password may be tried: so seldom that guessing leads nowhere.

Counted for a person or an address, whatever it comes from; a passkey cannot be guessed, and is never counted
against anybody. Who is locked out by somebody else's guesses signs in with theirs.
"""

import datetime as dt
import logging
from dataclasses import dataclass

from django.utils import timezone

from accounts.models.tries import Limit, Tries, key_of

log = logging.getLogger(__name__)

FIVE_MINUTES = dt.timedelta(minutes=5)

PASSWORD = Limit("password", 5, FIVE_MINUTES)
"""Of an address, known to us or not. Apart from the codes: whoever guesses one kind leaves the other open."""
MAILED = Limit("mailed", 5, FIVE_MINUTES, a_day=30)
"""Codes by e-mail, of an address. They are short: without a limit by day they would be guessed some day."""
SECOND_STEP = Limit("second-step", 5, FIVE_MINUTES, a_day=30)
"""Codes of an app, recovery codes and codes that prove who somebody is, of a person."""
MAIL = Limit("mail", 3, FIVE_MINUTES)
"""Codes by e-mail that prove who somebody is."""
ONCE = Limit("once", 1, FIVE_MINUTES)
"""A code of an app that was accepted."""


@dataclass(frozen=True)
class _Try:
    limit: Limit
    whose: str

    @property
    def by_id(self) -> str:
        """Tells one person's tries from another's in a log, and names nobody."""
        return key_of(self.limit, self.whose)[:8]


def may_try(limit: Limit, whose: object) -> bool:
    tried = _Try(limit, str(whose).strip().lower())
    is_allowed = Tries.objects.allow(limit, tried.whose, timezone.now())
    if is_allowed:
        log.info("a try was made: %s, by %s", limit.name, tried.by_id)
    else:
        log.warning("a try was refused: %s, by %s", limit.name, tried.by_id)
    return is_allowed


def proved(limit: Limit, whose: object) -> None:
    tried = _Try(limit, str(whose).strip().lower())
    log.info("a try was right: %s, by %s", limit.name, tried.by_id)
    Tries.objects.forget(limit, tried.whose)
