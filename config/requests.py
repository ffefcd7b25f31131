"""A name for each request, by which what it did is found again: in looks, logs, the answer, at the proxy."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]{7,63}")
"""What proxies make: UUIDs, hexadecimal numbers, ULIDs. Nothing that could break a line or a header."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
NO_ROUTE = "no route"
OFTEN = frozenset({"healthz", "readyz", "static"})
"""Asked every few seconds, or a dozen times for each page: told only when it went wrong."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    name: str
    request: HttpRequest


_current: ContextVar[Asked | None] = ContextVar("request", default=None)


def current() -> Asked | None:
    """What is being answered; None in a command or the worker."""
    return _current.get()


def current_id() -> str:
    """Of the request that is being answered; "" in a command or the worker."""
    asked = current()
    return asked.name if asked else ""


class RequestId:
    """Takes the proxy's name for a request where there is a proxy and it is well formed, else makes one.

    As the outermost of all it sees what was answered in the end, and logs it: the one log of requests.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = Asked(_named(request), request)
        vars(request)["request_id"] = asked.name  # Django logs an answer when this has ended
        began = time.perf_counter()
        token = _current.set(asked)
        try:
            response = self.get_response(request)
            _log(request, response, time.perf_counter() - began)
        finally:
            _current.reset(token)
        response[HEADER] = asked.name
        return response


def _log(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    is_dull = route_of(request).lstrip("/") in OFTEN and response.status_code < 400
    about = {"status_code": response.status_code, "ms": round(seconds * 1000, 1)}
    logger.log(logging.DEBUG if is_dull else logging.INFO, "answered", extra=about)


def route_of(request: HttpRequest) -> str:
    """ "/team/patients/<uuid:pk>/" in place of an address."""
    if match := getattr(request, "resolver_match", None):
        return f"/{match.route}"
    return "static" if request.path_info.startswith(f"/{settings.STATIC_URL.lstrip('/')}") else NO_ROUTE


def method_of(request: HttpRequest) -> str:
    """Anybody may send any word in its place."""
    return request.method if request.method in METHODS else "another"


def user_of(request: HttpRequest) -> Any:
    """The key of whoever is signed in, if anything asked for it; for a log alone nobody is looked up."""
    user = vars(request).get("user")
    return getattr(vars(user).get("_wrapped", user) if user is not None else None, "pk", None)


def _named(request: HttpRequest) -> str:
    told = request.headers.get(HEADER, "") if settings.REQUEST_ID_FROM_PROXY else ""
    return told if WELL_FORMED.fullmatch(told) else str(uuid.uuid4())
