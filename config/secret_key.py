"""A secret key for demos and tests, made once and kept beside their database."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def kept_secret_key(folder: Path) -> str:
    """The key in `folder`, made on first use and readable by its owner alone."""
    path = folder / "secret-key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = path.with_suffix(f".{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(64))
        with suppress(FileExistsError):  # another start was quicker: its key is ours too
            path.hardlink_to(made)
        made.unlink()
    return path.read_text()
