"""A name for each request, by which what it did is found again: in looks, in the answer, at the proxy."""

import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]{7,63}")
"""What proxies make: UUIDs, hexadecimal numbers, ULIDs. Nothing that could break a line or a header."""

_current: ContextVar[str] = ContextVar("request_id", default="")


def current_id() -> str:
    """Of the request that is being answered; "" in a command or the worker."""
    return _current.get()


class RequestId:
    """Takes the proxy's name for a request where there is a proxy and it is well formed, else makes one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        named = _named(request)
        token = _current.set(named)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        response[HEADER] = named
        return response


def _named(request: HttpRequest) -> str:
    told = request.headers.get(HEADER, "") if settings.REQUEST_ID_FROM_PROXY else ""
    return told if WELL_FORMED.fullmatch(told) else str(uuid.uuid4())
