"""A page as a PDF, where the optional extra is installed (requirements-pdf.txt, and the library pango).

What makes it fetches nothing: it gets our own static files and no other address, neither from the network nor
from this machine's disk.
"""

import logging
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.utils._os import safe_join

logger = logging.getLogger(__name__)

# Addresses have to begin with something. Nobody can own a host of this name (RFC 6761); it is never asked.
HERE = "http://sidelight.invalid"
TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".ttf": "font/ttf"}


class NoPdf(Exception):
    """The extra is not installed, or its library is missing on this machine."""


class Refused(ValueError):
    """An address that is none of our static files."""


def is_installed() -> bool:
    """Whether the button is worth showing. That pango is there too is known once somebody presses it."""
    return find_spec("weasyprint") is not None


def make_pdf(html: str, paper: str) -> bytes:
    """`html` as our pages are, `paper` "A4" or "Letter". Raises NoPdf."""
    weasyprint = _weasyprint()
    fetcher = _fetcher()
    size = weasyprint.CSS(string=f"@page {{ size: {paper} }}", url_fetcher=fetcher)
    page = weasyprint.HTML(string=html, base_url=f"{HERE}/", url_fetcher=fetcher)
    return bytes(page.write_pdf(stylesheets=[size], pdf_tags=True))


def read_static(url: str) -> tuple[bytes, str]:
    """The static file at an address of the page, and its type. Raises Refused for everything else."""
    parts, static = urlsplit(url), urlsplit(settings.STATIC_URL).path
    name = unquote(parts.path).removeprefix(static)
    if f"{parts.scheme}://{parts.netloc}" != HERE or not unquote(parts.path).startswith(static):
        raise Refused(url)
    kind = TYPES.get(Path(name).suffix)
    path = _found(name) or _collected(name)
    if not (kind and path):
        raise Refused(url)
    return path.read_bytes(), kind


def _collected(name: str) -> Path | None:
    try:
        path = Path(safe_join(settings.STATIC_ROOT, name))
    except SuspiciousFileOperation:
        return None
    return path if path.is_file() else None


def _found(name: str) -> Path | None:
    """Where names are as they were written, as in tests: what was collected may be older."""
    try:
        path = finders.find(name)
    except SuspiciousFileOperation:
        return None
    return Path(path) if path else None


@cache
def _fetcher() -> Any:
    urls: Any = _weasyprint().urls

    class OnlyOurFiles(urls.URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            content, kind = read_static(url)
            return urls.URLFetcherResponse(url, content, {"Content-Type": kind})

    return OnlyOurFiles()


def _weasyprint() -> Any:
    """Imported when it is needed: it is large, and looks for pango as it loads."""
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        logger.warning("no PDF can be made: %s", type(error).__name__)
        raise NoPdf from error
    return weasyprint
