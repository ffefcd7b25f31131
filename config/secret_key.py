"""Secrets for demos and tests, made once and kept beside their database."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def kept_secret_key(folder: Path) -> str:
    """Django's key in `folder`."""
    return kept(folder / "secret-key", lambda: secrets.token_urlsafe(64))


def kept(path: Path, make: Callable[[], str]) -> str:
    """The secret in the file, made on first use and readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_suffix(f".{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(make())
        with suppress(FileExistsError):  # another start was quicker: its secret is ours too
            path.hardlink_to(made)
        made.unlink()
    return path.read_text()
