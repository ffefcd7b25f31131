"""The key that push services know us by (VAPID, RFC 8292)."""

import base64
import binascii
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.exceptions import ImproperlyConfigured

LENGTH = 32  # bytes of a private key on the curve P-256


@dataclass(frozen=True, slots=True)
class Vapid:
    """`private_key` and `public_key` as base64url; browsers subscribe with the public one.

    `contact` is where a push service writes to when we trouble it, a mailto: address. The web server, which
    sends nothing, may have the public key alone.
    """

    private_key: str
    public_key: str
    contact: str


def vapid(private_key: str, contact: str, public_key: str = "") -> Vapid | None:
    """None without a key: no push messages then. Raises ImproperlyConfigured."""
    if not private_key:
        return Vapid("", public_key, contact) if public_key else None
    found = public_of(private_key)
    if public_key not in ("", found):
        raise ImproperlyConfigured("VAPID_PUBLIC_KEY is not that of VAPID_PRIVATE_KEY.")
    return Vapid(private_key, found, contact)


def public_of(private_key: str) -> str:
    """Raises ImproperlyConfigured."""
    try:
        number = int.from_bytes(_decoded(private_key))
        key = ec.derive_private_key(number, ec.SECP256R1())
    except (ValueError, binascii.Error) as error:
        raise ImproperlyConfigured(
            "VAPID_PRIVATE_KEY must be 32 bytes as base64url: `manage.py make_vapid_key` makes one."
        ) from error
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _encoded(point)


def make_private_key() -> str:
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return _encoded(number.to_bytes(LENGTH))


def _decoded(text: str) -> bytes:
    found = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(found) != LENGTH:
        raise ValueError("not 32 bytes")
    return found


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
