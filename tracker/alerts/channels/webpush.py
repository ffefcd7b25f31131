"""Push messages to browsers (RFC 8030), encrypted to the browser and signed with our VAPID key (RFC 8292)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import requests
from py_vapid import VapidException
from pywebpush import WebPushException, webpush

from tracker.alerts.channels import NotSent, Receipt, Refused
from tracker.alerts.channels.http import ends

GONE = (404, 410)
KEPT_FOR = 4 * 60 * 60  # seconds that the push service keeps it for a phone that is off


@dataclass(frozen=True, slots=True)
class Push:
    """One message to one browser. A later one of the same `topic` takes its place while the phone is off."""

    endpoint: str
    p256dh: str
    auth: str
    body: Mapping[str, str]
    topic: str
    private_key: str
    contact: str


def send(push: Push) -> Receipt:
    """Refused means that the push service has forgotten the browser: it gets no message any more."""
    try:
        response = webpush(
            {"endpoint": push.endpoint, "keys": {"p256dh": push.p256dh, "auth": push.auth}},
            data=json.dumps(push.body),
            vapid_private_key=push.private_key,
            vapid_claims={"sub": push.contact},
            headers={"Urgency": "high", "Topic": push.topic},
            ttl=KEPT_FOR,
            requests_session=ends(requests.Session()),
        )
    except WebPushException as error:
        status = getattr(error.response, "status_code", None)
        words = f"HTTP {status}" if status else type(error).__name__
        raise Refused(words) if status in GONE else NotSent(words) from error
    except (requests.RequestException, VapidException, OSError, ValueError, TypeError) as error:
        raise NotSent(type(error).__name__) from error
    status = response.status_code if isinstance(response, requests.Response) else ""
    return Receipt(f"HTTP {status}")
