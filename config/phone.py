"""Turns PHONE_URL into a provider of text messages and calls."""

from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from tracker.alerts.channels.phone import Provider
from tracker.alerts.channels.twilio import Twilio


def provider(url: str) -> Provider | None:
    """For `twilio://ACCOUNT:TOKEN@api.twilio.com/+34600123456`, the last part being the number that calls.

    `twilio+http://` is for one on this machine, in tests. None without a URL. Raises ImproperlyConfigured.
    """
    if not url:
        return None
    parts = urlsplit(url)
    scheme, _, plain = parts.scheme.partition("+")
    sender = unquote(parts.path.strip("/"))
    if scheme != "twilio" or plain not in ("", "http") or not (parts.username and parts.password and sender):
        raise ImproperlyConfigured("PHONE_URL must be twilio://ACCOUNT:TOKEN@api.twilio.com/+34600123456.")
    port = f":{parts.port}" if parts.port else ""
    return Twilio(
        account=unquote(parts.username),
        token=unquote(parts.password),
        sender=sender,
        address=f"{plain or 'https'}://{parts.hostname}{port}",
    )
