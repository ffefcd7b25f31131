"""The pages a person sees when something breaks, or cannot be taken. None repeats what came in."""

import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

RETRY_AFTER = 60  # seconds


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler400`: 413 for what is too large, so that whoever sent it knows what to change."""
    is_large = isinstance(exception, RequestDataTooBig)
    page, status = ("413.html", 413) if is_large else ("400.html", 400)
    return HttpResponse(render_to_string(page), status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`: a database that cannot be reached is a 503, nothing saved; anything else a 500, unknown.

    Both pages are rendered without a request: whatever broke may have been a context processor.
    """
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return HttpResponse(
            render_to_string("503.html"), status=503, headers={"Retry-After": str(RETRY_AFTER)}
        )
    return HttpResponse(render_to_string("500.html"), status=500)
