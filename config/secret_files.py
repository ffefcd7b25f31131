"""Secrets from files, as Docker and Kubernetes hand them out: SECRET_KEY_FILE names one with SECRET_KEY.

What is read stays out of `os.environ`, which the programs that we start would inherit.
"""

from collections.abc import Mapping, MutableMapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SECRETS = (
    *("SECRET_KEY", "SECRET_KEY_FALLBACKS", "ENCRYPTION_KEYS", "DATABASE_URL", "EMAIL_URL", "PHONE_URL"),
    *("VAPID_PRIVATE_KEY", "DEADMAN_URL", "AUDIT_ANCHOR_URL"),
)
OF_PROVIDERS = "ANYMAIL_"
"""All of these are secrets, or beside one."""
FILE = "_FILE"


def with_secret_files(environment: Mapping[str, str]) -> MutableMapping[str, str]:
    """The environment with each secret in place of the name of its file. Raises ImproperlyConfigured."""
    told = dict(environment)
    for named in sorted(environment):
        name = named.removesuffix(FILE)
        if named.endswith(FILE) and (name in SECRETS or name.startswith(OF_PROVIDERS)):
            path = told.pop(named)
            if path:
                told[name] = _read(name, path, environment)
    return told


def replaced(environment: Mapping[str, str], ours: Mapping[str, str]) -> dict[str, str]:
    """For a program that we start: `ours` in place of what the environment has, or names a file with."""
    named = {f"{name}{FILE}" for name in ours}
    return {**{name: value for name, value in environment.items() if name not in named}, **ours}


def _read(name: str, path: str, environment: Mapping[str, str]) -> str:
    """Without the line's end that editors put there."""
    if environment.get(name):
        raise ImproperlyConfigured(f"{name} and {name}{FILE} are both set: which of them counts? Remove one.")
    try:
        secret = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}{FILE}: {path} cannot be read.") from error
    if not secret or "\n" in secret:
        raise ImproperlyConfigured(f"{name}{FILE}: {path} must hold one line, the secret alone.")
    return secret
