"""Opening what a phone sealed to our public key; static/js/seal.js is the other half.

Ephemeral ECDH on P-256, HKDF-SHA256 and AES-256-GCM, which every browser's WebCrypto has. What was sealed
says which key it was sealed to, so that keys can be renewed while reports still lie on phones.
"""

import base64
import binascii
import uuid
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PARTS = frozenset({"key", "from", "nonce", "text"})
PURPOSE = b"sidelight report 1"
KEY_BYTES, NONCE_BYTES = 32, 12

type PrivateKeys = Callable[[uuid.UUID], ec.EllipticCurvePrivateKey | None]
"""The private key with an id; None for an id that we never had."""


class CannotOpen(ValueError):
    """Why, in a sentence."""


def opened(sealed: Any, keys: PrivateKeys) -> bytes:
    """The bytes that were sealed. Raises CannotOpen, and nothing else whatever `sealed` is."""
    if not isinstance(sealed, dict) or sealed.keys() != PARTS:
        raise CannotOpen("What was sealed lacks a part, or has one that we do not know.")
    private = keys(_id(sealed["key"]))
    if private is None:
        raise CannotOpen("It was sealed to a key that we do not have.")
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(private.curve, _bytes(sealed["from"]))
        shared = private.exchange(ec.ECDH(), point)
        nonce = _bytes(sealed["nonce"])
        return AESGCM(derived(shared)).decrypt(nonce, _bytes(sealed["text"]), sealed["key"].encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("It was sealed, and cannot be opened.") from error


def derived(shared: bytes) -> bytes:
    """The key of AES-256-GCM from what both sides know."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=PURPOSE).derive(shared)


def _id(value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except (AttributeError, TypeError, ValueError) as error:
        raise CannotOpen("It does not say which key it was sealed to.") from error


def _bytes(value: Any) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, binascii.Error) as error:
        raise ValueError("no base64") from error
