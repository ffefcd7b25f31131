"""Turns EMAIL_URL into Django's MAILERS."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

# Seconds; well under the worker's lease, so that a hanging server cannot make a second worker send too.
SMTP_TIMEOUT = 15

SCHEMES = ("smtp", "smtp+tls", "smtp+ssl")


def mailers(url: str, folder: Path) -> dict[str, dict[str, Any]]:
    """MAILERS for `smtp+tls://user:password@host:587`, say; without a URL, mail goes into `folder`.

    Raises ImproperlyConfigured for another scheme or for options behind a "?". They would be dropped without
    a word, and with them, perhaps, the encryption.
    """
    if not url:
        backend = "django.core.mail.backends.filebased.EmailBackend"
        return {"default": {"BACKEND": backend, "OPTIONS": {"file_path": folder}}}
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or parts.query:
        raise ImproperlyConfigured(
            "EMAIL_URL must be smtp+tls://user:password@host:587 (STARTTLS), "
            "smtp+ssl://user:password@host:465 or smtp://host:25, with nothing behind it."
        )
    parsed = environ.Env.email_url_config(url)
    return {
        "default": {
            "BACKEND": parsed["EMAIL_BACKEND"],
            "OPTIONS": {
                "host": parsed["EMAIL_HOST"],
                "port": parsed["EMAIL_PORT"],
                "username": parsed["EMAIL_HOST_USER"],
                "password": parsed["EMAIL_HOST_PASSWORD"],
                "use_tls": parsed.get("EMAIL_USE_TLS", False),
                "use_ssl": parsed.get("EMAIL_USE_SSL", False),
                "timeout": SMTP_TIMEOUT,
            },
        }
    }
