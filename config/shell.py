"""What the pages that a phone keeps are made of: files that browsers fetch, templates, words."""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

BASE_DIR = Path(settings.BASE_DIR)
SCRIPTS_DIR = BASE_DIR / "static" / "js"
SHEETS = ("tokens", "base", "components", "forms", "patient")
SCRIPTS = (
    "check-in",
    "drafts",
    "error-summary",
    "kept-pages",
    "outbox",
    "patience",
    "seal",
    "store",
    "trusted/sidelight",
    "unsent",
)
FONTS = ("AtkinsonHyperlegible-Regular.ttf", "AtkinsonHyperlegible-Bold.ttf")
WRITTEN = (
    *("templates/base.html", "templates/ui/*", "templates/sidelight/*"),
    *("templates/tracker/patient/**/*", "templates/education/**/*"),
)
WORDS = ("locale/*/LC_MESSAGES/django.po", "tracker/triage/*.toml")


def files() -> Iterator[str]:
    """By the addresses that browsers fetch."""
    names = [
        *(f"css/{name}.css" for name in SHEETS),
        *(f"js/{name}.js" for name in SCRIPTS),
        *(f"js/check-in/{path.name}" for path in sorted((SCRIPTS_DIR / "check-in").glob("*.js"))),
        *(f"fonts/{name}" for name in FONTS),
        "icons/sidelight.svg",
    ]
    return map(static, names)


@cache
def digest() -> str:
    """Stands for all of it in this release."""
    found = hashlib.sha256("\n".join(files()).encode())
    for pattern in (*WRITTEN, *WORDS):
        for path in sorted(BASE_DIR.glob(pattern)):
            if path.is_file():
                found.update(path.read_bytes())
    return found.hexdigest()[:16]
