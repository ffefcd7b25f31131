"""Changing the key under which secrets lie."""

from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from config.sealing import NotOurs, seal_anew

SECRETS = ("secret", "hashed", "seed")
"""Of an app, of recovery codes, and of those that no key opened when they were to be hashed."""


@dataclass
class Done:
    sealed: int = 0
    lost: list[int] = field(default_factory=list)
    """Ids of those people whose secret could not be opened."""


def seal_everything_anew() -> Done:
    """One row after the other, each under a lock: a code that is used meanwhile stays used."""
    done = Done()
    for pk in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if row is None:
                continue  # taken away meanwhile
            try:
                row.data = _sealed_anew(row.data)
            except NotOurs:
                done.lost.append(row.user_id)
                continue
            row.save(update_fields=["data"])
            done.sealed += 1
    return done


def _sealed_anew(data: dict[str, Any]) -> dict[str, Any]:
    return {name: seal_anew(value) if name in SECRETS else value for name, value in data.items()}
