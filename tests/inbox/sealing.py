"""What static/js/seal.js does on a phone, in Python."""

import base64
import json
import os
import uuid
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils import timezone

from tests.inbox.conftest import ZERO
from tracker.models import Patient, SealingKey
from tracker.offline.seal import NONCE_BYTES, derived

GOOD_DAY = {"red_flag_answer": "no", "asked": "chills nausea"}


def text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def seal(plain: bytes, key: SealingKey) -> dict[str, str]:
    theirs = key.private.public_key()
    own = ec.generate_private_key(ec.SECP256R1())
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(derived(own.exchange(ec.ECDH(), theirs))).encrypt(nonce, plain, str(key.pk).encode())
    point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {"key": str(key.pk), "from": text(point), "nonce": text(nonce), "text": text(sealed)}


def filled_in(
    patient: Patient, told: dict[str, Any] | None = None, /, *, ago: Any = ZERO, id: str = "", **changed: Any
) -> bytes:
    """What is sealed of a check-in that was filled in `ago`."""
    named: dict[str, Any] = {"id": id or str(uuid.uuid4())} | (GOOD_DAY if told is None else told)
    pairs = [
        [name, each]
        for name, value in named.items()
        for each in (value if isinstance(value, list) else [value])
    ]
    plain = {
        "diary": str(patient.pk),
        "fields": pairs,
        "days_back": 0,
        "reported_at": (timezone.now() - ago).isoformat(),
    }
    return json.dumps(plain | changed).encode()


def sealed_body(patient: Patient, fields: dict[str, Any] | None = None, /, **options: Any) -> bytes:
    plain = filled_in(patient, fields, **options)
    return a_sealed(plain)


def a_sealed(plain: bytes, **changed: str) -> bytes:
    now = timezone.now()
    sealed = seal(plain, SealingKey.current(now)) | changed
    return json.dumps({"sealed": sealed, "sent_at": now.isoformat()}).encode()
