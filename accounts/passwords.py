"""What whoever guesses a password of this site tries first: its own words, and what was stolen elsewhere."""

import hashlib
import logging
import os
import re
from bisect import bisect_left
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import CareTeam, User

WORDS = ("sidelight", "cytokine", "interferon", "interleukin", "hospital", "clinic", "oncology", "password")
"""Of this house; the names of care teams come from the database. docs/security/asvs.md points here."""
SHORT = 4
"""Letters: shorter words of a team's name are in any password."""
DIGITS = 40
LINE = re.compile(rb"[0-9A-F]{40}:[0-9]+\r?\n")
BEHIND_ALL = b"G"

logger = logging.getLogger(__name__)


class NoWordOfTheHouse:
    """Long passwords may hold one: refused is what has fewer than twelve characters beside them."""

    LEFT = 12

    def validate(self, password: str, user: User | None = None) -> None:
        rest = password.lower()
        for word in sorted({*WORDS, *_of_teams()}, key=len, reverse=True):
            rest = rest.replace(word, "")
        if rest != password.lower() and len(rest) < self.LEFT:
            raise ValidationError(self.get_help_text(), code="password_word_of_the_house")

    def get_help_text(self) -> str:
        return _("Do not build your password on the name of your team or of this site.")


def _of_teams() -> set[str]:
    names = CareTeam.objects.values_list("name", flat=True)
    return {word for name in names for word in name.lower().split() if len(word) >= SHORT}


class NotFromABreach:
    """Not in the list at BREACHED_PASSWORDS, where the site has one: nobody outside is asked.

    A line holds the SHA-1 of a password in capitals, a colon and how often it was found, in order of the
    hash: as "Pwned Passwords" can be had, of whose forty gigabytes some thirty-six lines are read.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        if settings.BREACHED_PASSWORDS and _is_listed(password):
            words = _("This password was stolen somewhere, and others try it. Choose another one.")
            raise ValidationError(words, code="password_from_a_breach")

    def get_help_text(self) -> str:
        return _("Do not take a password that you use elsewhere.")


def _is_listed(password: str) -> bool:
    """False where the list cannot be read, with a line in the log: nobody is kept from a new password."""
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    try:
        with Path(settings.BREACHED_PASSWORDS).open("rb") as lines:
            size = lines.seek(0, os.SEEK_END)
            place = bisect_left(range(size), digest, key=lambda place: _hash_from(lines, place))
            return _hash_from(lines, place) == digest
    except OSError:
        logger.exception("the list of breached passwords cannot be read")
        return False


def _hash_from(lines: IO[bytes], place: int) -> bytes:
    """Of the first line that begins at `place` or behind it; behind the last, what is greater than all."""
    lines.seek(max(place - 1, 0))
    if place:
        lines.readline()
    return lines.readline()[:DIGITS] or BEHIND_ALL


def list_is_in_order(**_options: Any) -> list[CheckMessage]:
    """A system check: what is no list, or cannot be read, is found before the site starts."""
    if not settings.BREACHED_PASSWORDS:
        return []
    try:
        with Path(settings.BREACHED_PASSWORDS).open("rb") as lines:
            first, second = lines.readline(), lines.readline()
    except OSError as error:
        return [Error(f"BREACHED_PASSWORDS cannot be read: {error.strerror}.", id="accounts.E001")]
    if LINE.match(first) and LINE.match(second) and first < second:
        return []
    words = "BREACHED_PASSWORDS is no list of a SHA-1 in capitals, a colon and a count, in order of the hash."
    return [Error(words, id="accounts.E002")]
