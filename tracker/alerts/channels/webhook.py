"""A clinic's own address that is told too, signed in the manner of the Standard Webhooks specification."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass

from tracker.alerts.channels import NotSent, Receipt, Refused
from tracker.alerts.channels.http import post

GONE = 410


@dataclass(frozen=True, slots=True)
class Event:
    """`key` is the same when the same is sent again; `sent_at` are seconds since 1970."""

    key: str
    url: str
    secret: str
    sent_at: int
    body: Mapping[str, str]


def send(event: Event) -> Receipt:
    content = json.dumps(event.body, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": event.key,
        "webhook-timestamp": str(event.sent_at),
        "webhook-signature": "v1," + signature(event.secret, event.key, str(event.sent_at), content),
    }
    answer = post(event.url, headers=headers, data=content)
    if answer.is_success:
        return Receipt(str(answer))
    raise Refused(str(answer)) if answer.status == GONE else NotSent(str(answer))


def signature(secret: str, key: str, sent_at: str, content: bytes) -> str:
    """Base64 of HMAC-SHA256 over "key.time.content"; `secret` is "whsec_" and base64."""
    signed = f"{key}.{sent_at}.".encode() + content
    made = hmac.new(_bytes(secret), signed, hashlib.sha256)
    return base64.b64encode(made.digest()).decode()


def is_signed(secret: str, key: str, sent_at: str, content: bytes, given: str) -> bool:
    """Whether one of the signatures that came with it, separated by spaces, is ours."""
    ours = "v1," + signature(secret, key, sent_at, content)
    return any(hmac.compare_digest(ours.encode(), each.encode()) for each in given.split())


def _bytes(secret: str) -> bytes:
    text = secret.removeprefix("whsec_")
    return base64.urlsafe_b64decode(text.replace("+", "-").replace("/", "_") + "=" * (-len(text) % 4))
