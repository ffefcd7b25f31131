"""What browsers refused on our pages, as they report it (`report-to`, `report-uri`).

Anybody may send anything here, so that little of it is believed and less is kept: which directive, the origin
of what was refused, the route of the page, and the line of a file of ours. Never an address, which names a
patient's page, and never the sample that some browsers send of what stood there.
"""

import json
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt

from accounts.middleware import looks_nobody_up
from config.bodies import length_of
from config.headers import POLICY

logger = logging.getLogger(__name__)

NO_CONTENT = 204
LARGEST = 16 * 1024  # bytes
MOST_AT_ONCE = 20  # reports in one body
MOST_A_MINUTE = 30  # lines of one process, from everybody together
KINDS = ("application/csp-report", "application/reports+json")

_KNOWN = {*POLICY, "script-src-elem", "script-src-attr", "style-src-elem", "style-src-attr", "frame-src"}
_WORDS = ("eval", "inline", "self", "trusted-types-policy", "trusted-types-sink", "wasm-eval")
_SCHEMES = ("about", "blob", "data", "filesystem", "chrome-extension", "moz-extension")
_HOST = re.compile(r"[0-9a-z.-]{1,253}(:\d{1,5})?")
_FILE = re.compile(r"[\w./-]{1,120}", re.ASCII)


@dataclass
class Minute:
    """How many lines this minute of the monotonic clock has had; whoever comes after that is not heard."""

    clock: Callable[[], float] = time.monotonic
    begun_at: float = 0
    count: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def has_room(self) -> bool:
        with self.lock:
            if self.clock() - self.begun_at >= 60:
                self.begun_at, self.count = self.clock(), 0
            self.count += 1
            if self.count == MOST_A_MINUTE + 1:
                logger.warning("browser refused: more than %d times this minute", MOST_A_MINUTE)
            return self.count <= MOST_A_MINUTE


minute = Minute()


@looks_nobody_up
@login_not_required
@csrf_exempt  # browsers send no token, and nothing is done but a line in the log
def browser_reports(request: HttpRequest) -> HttpResponse:
    """204 to everybody, whatever they sent."""
    for report in _reports(request):
        if minute.has_room():
            logger.warning("%s", report)
    return HttpResponse(status=NO_CONTENT, headers={"Cache-Control": "no-store"})


def _reports(request: HttpRequest) -> Iterator[str]:
    if request.method != "POST" or request.content_type not in KINDS or length_of(request) > LARGEST:
        return
    try:
        told = json.loads(request.read(LARGEST))
    except (ValueError, RecursionError, OSError):  # no JSON, no text, nested without end, cut off
        return
    for each in (told if isinstance(told, list) else [told])[:MOST_AT_ONCE]:
        body = _body(each)
        if body is not None:
            yield line(body)


def _body(report: Any) -> dict[str, Any] | None:
    """Of either format; None of whatever else."""
    if not isinstance(report, dict):
        return None
    is_newer = report.get("type") == "csp-violation"
    found = report.get("body" if is_newer else "csp-report")
    return found if isinstance(found, dict) else None


def line(body: dict[str, Any]) -> str:
    """The same words for both formats, of which one has hyphens in its names."""
    directive = _text(body, "effectiveDirective", "effective-directive", "violated-directive").split(" ")[0]
    source = _text(body, "sourceFile", "source-file")
    number = body.get("lineNumber", body.get("line-number"))
    return (
        f"browser refused: {directive if directive in _KNOWN else 'something'}"
        f" blocked {_origin(_text(body, 'blockedURL', 'blocked-uri'))}"
        f" on {_route(_text(body, 'documentURL', 'document-uri'))}"
        f" from {_file(source)}:{number if type(number) is int and 0 <= number < 1_000_000 else '?'}"
    )


def _text(body: dict[str, Any], *names: str) -> str:
    found = next((body[name] for name in names if name in body), "")
    return found if isinstance(found, str) else ""


def _origin(address: str) -> str:
    """Scheme and host; a word of the specification; never more."""
    if address in _WORDS or address in _SCHEMES:
        return address
    try:
        parts = urlsplit(address)
    except ValueError:
        return "what cannot be read"
    if parts.scheme in _SCHEMES:
        return parts.scheme
    host = parts.netloc.lower()
    is_web = parts.scheme in ("http", "https", "ws", "wss") and _HOST.fullmatch(host)
    return f"{parts.scheme}://{host}" if is_web else "what cannot be read"


def _route(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).view_name or "a page without a name"
    except (Resolver404, ValueError):
        return "no page of ours"


def _file(address: str) -> str:
    """The path of a file of ours: one that is the same for everybody."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return "elsewhere"
    is_ours = path.startswith(settings.STATIC_URL) or path == "/service-worker.js"
    return path if is_ours and _FILE.fullmatch(path) else "elsewhere"
