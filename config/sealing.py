"""What must be read back by us alone: secrets of second factors, forms under way, names in addresses.

Fernet (AES-128 in CBC mode, with an HMAC) under the keys of ENCRYPTION_KEYS: the first one seals, all of them
open, so that a new key is put in front and the old one stays until `manage.py seal_anew` has run.
"""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class NotOurs(Exception):
    """It was sealed with a key that is not here any more, or never was sealed by us."""


def make_key() -> str:
    return Fernet.generate_key().decode()


def check_keys(keys: list[str]) -> list[str]:
    """Raises ImproperlyConfigured, without a word of the key itself."""
    for place, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"ENCRYPTION_KEYS: number {place} is no key. docs/operations.md says how to make one."
            ) from error
    return keys


def _keyring() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])


def seal(text: str) -> str:
    return _keyring().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises NotOurs."""
    try:
        return _keyring().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise NotOurs from error


def seal_anew(sealed: str) -> str:
    """The same under the first key. Raises NotOurs."""
    try:
        return _keyring().rotate(sealed.encode()).decode()
    except InvalidToken as error:
        raise NotOurs from error
