"""Turns EMAIL_URL, or EMAIL_PROVIDER and its ANYMAIL_ variables, into Django's MAILERS."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

# Seconds; well under the worker's lease, so that a hanging server cannot make a second worker send too.
SMTP_TIMEOUT = 15

SCHEMES = ("smtp", "smtp+tls", "smtp+ssl")

# Each with its class in config.mail_providers, and the options without which it sends nothing.
PROVIDERS: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "brevo": ("Brevo", ("api_key",)),
        "mailgun": ("Mailgun", ("api_key", "sender_domain")),
        "postal": ("Postal", ("api_key", "api_url")),
        "postmark": ("Postmark", ("server_token",)),
        "resend": ("Resend", ("api_key",)),
        "sparkpost": ("SparkPost", ("api_key",)),
    }
)
MORE_OPTIONS = ("api_url", "message_stream", "subaccount")
"""What some of them take beside: a region's address, Postmark's stream, SparkPost's subaccount."""

THIS_MACHINE = ("127.0.0.1", "localhost")


def mailers(
    url: str, folder: Path, provider: str = "", environment: Mapping[str, str] = MappingProxyType({})
) -> dict[str, dict[str, Any]]:
    """MAILERS for a provider or for `smtp+tls://user:password@host:587`, say; else mail goes into `folder`.

    Raises ImproperlyConfigured for another scheme or for options behind a "?". They would be dropped without
    a word, and with them, perhaps, the encryption.
    """
    if provider:
        if url:
            raise ImproperlyConfigured("Set EMAIL_URL or EMAIL_PROVIDER, not both: mail goes one way.")
        return {"default": _provider(provider, environment)}
    if not url:
        backend = "django.core.mail.backends.filebased.EmailBackend"
        return {"default": {"BACKEND": backend, "OPTIONS": {"file_path": folder}}}
    return {"default": _smtp(url)}


def _smtp(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or parts.query:
        raise ImproperlyConfigured(
            "EMAIL_URL must be smtp+tls://user:password@host:587 (STARTTLS), "
            "smtp+ssl://user:password@host:465 or smtp://host:25, with nothing behind it."
        )
    parsed = environ.Env.email_url_config(url)
    return {
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


def _provider(name: str, environment: Mapping[str, str]) -> dict[str, Any]:
    if name not in PROVIDERS:
        known = ", ".join(PROVIDERS)
        raise ImproperlyConfigured(f"EMAIL_PROVIDER is {name!r}; it must be one of {known}.")
    backend, needed = PROVIDERS[name]
    prefix = f"ANYMAIL_{name.upper()}_"
    given = {key: value for key, value in environment.items() if key.startswith(prefix) and value}
    if missing := [prefix + option.upper() for option in needed if prefix + option.upper() not in given]:
        raise ImproperlyConfigured(f"EMAIL_PROVIDER={name} needs {', '.join(missing)} in the environment.")
    options = {key.removeprefix(prefix).lower(): value for key, value in given.items()}
    _check_options(prefix, options, (*needed, *MORE_OPTIONS))
    return {"BACKEND": f"config.mail_providers.{backend}", "OPTIONS": options}


def _check_options(prefix: str, options: Mapping[str, str], known: tuple[str, ...]) -> None:
    if strangers := sorted(prefix + option.upper() for option in options if option not in known):
        raise ImproperlyConfigured(f"Nothing is known of {', '.join(strangers)}: look at its spelling.")
    parts = urlsplit(options.get("api_url", "https://"))
    if parts.scheme != "https" and parts.hostname not in THIS_MACHINE:
        raise ImproperlyConfigured(f"{prefix}API_URL must begin with https://, as the key goes there.")
