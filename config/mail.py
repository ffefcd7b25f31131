"""Turns EMAIL_URL into Django's MAILERS."""

from pathlib import Path
from typing import Any

import environ

# Seconds; well under the worker's lease, so that a hanging server cannot make a second worker send too.
SMTP_TIMEOUT = 15


def mailers(url: str, folder: Path) -> dict[str, dict[str, Any]]:
    """MAILERS for `smtp://user:password@host:587/?tls=true`, say; without a URL, mail goes into `folder`."""
    if not url:
        backend = "django.core.mail.backends.filebased.EmailBackend"
        return {"default": {"BACKEND": backend, "OPTIONS": {"file_path": folder}}}
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
