"""Recovery codes: for the day on which a phone is lost. Shown once, when they are made; we keep hashes.

allauth keeps a seed, of which whoever has it makes the codes again. Ours lie in a row of its table that it
takes for one with no codes left (`migrated_codes`): PBKDF2 with a salt for each set, and sealed, so that with
the database alone nobody even begins to guess.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Self

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts.models import User
from config.sealing import NotOurs, seal, unseal

KEY = "recovery_codes"
COUNT = 10
DIGITS = 16
"""53 bits, typed on the keys that phones show for numbers. We take thirty tries a day; to whoever has the
hashes and the key to them it is millions of years of a processor.
"""
DIGITS_BEFORE = 8
"""As allauth made them, until they were hashed."""


@dataclass
class Kept:
    """What is left of a set: a code that was used is gone from it."""

    salt: str
    rounds: int
    hashes: list[str]

    @classmethod
    def of(cls, codes: Iterable[str]) -> Self:
        kept = cls(secrets.token_hex(16), settings.RECOVERY_CODE_ROUNDS, [])
        kept.hashes = [kept.hashed(code) for code in codes]
        return kept

    @classmethod
    def read(cls, row: Authenticator) -> Self:
        """Raises NotOurs."""
        return cls(**json.loads(unseal(row.data["hashed"]))) if "hashed" in row.data else cls("", 1, [])

    def as_data(self) -> dict[str, object]:
        return {"migrated_codes": [], "hashed": seal(json.dumps(asdict(self)))}

    def hashed(self, code: str) -> str:
        return hashlib.pbkdf2_hmac("sha256", code.encode(), bytes.fromhex(self.salt), self.rounds).hex()

    def take(self, code: str) -> bool:
        """Looks at all of them, found or not."""
        typed, before = self.hashed(code), len(self.hashes)
        self.hashes = [each for each in self.hashes if not constant_time_compare(each, typed)]
        return len(self.hashes) < before


def make(user: User) -> list[str]:
    """New ones, in the place of those that there were. Nobody can ask for them a second time."""
    codes = [f"{secrets.randbelow(10**DIGITS):0{DIGITS}}" for _code in range(COUNT)]
    data = Kept.of(codes).as_data()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two tabs: one set after the other
        _rows(user).delete()
        Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data=data)
    return codes


@transaction.atomic
def use(user: User, typed: str) -> Authenticator | None:
    """Once: two browsers with the same code wait for each other. Raises NotOurs."""
    code = normalize_user_code(typed)
    if len(code) not in (DIGITS, DIGITS_BEFORE):
        return None  # of an app: nothing is hashed for it
    row = _rows(user).select_for_update().first()
    if row is None:
        return None
    kept = Kept.read(row)
    if not kept.take(code):
        return None
    row.data, row.user = kept.as_data(), user
    row.save(update_fields=["data"])
    return row


def left(user: User) -> int:
    """None of those that no key opens."""
    row = _rows(user).first()
    try:
        return len(Kept.read(row).hashes) if row else 0
    except NotOurs:
        return 0


def has_some(user: User) -> bool:
    return _rows(user).exists()


# --- From the answer in which they are made to the page that shows them -------------------------------------


def carry(request: HttpRequest, codes: list[str]) -> None:
    """Sealed, in the session of whoever made them."""
    request.session[KEY] = seal(json.dumps(codes))


def shown_once(request: HttpRequest) -> list[str]:
    """In fours, as on a bank card; nothing when they were shown before."""
    try:
        codes: list[str] = json.loads(unseal(request.session.pop(KEY, "")))
    except NotOurs:
        return []
    return [" ".join(code[start : start + 4] for start in range(0, len(code), 4)) for code in codes]


def _rows(user: User) -> QuerySet[Authenticator]:
    rows: QuerySet[Authenticator] = Authenticator.objects.filter(
        user=user, type=Authenticator.Type.RECOVERY_CODES
    )
    return rows
