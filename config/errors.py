"""The pages a person sees when something breaks, or cannot be taken. None repeats what came in."""

import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import page_not_found

RETRY_AFTER = 60  # seconds
NOT_READ = {"image", "script", "style", "font", "manifest"}  # as Sec-Fetch-Dest says: fetched by a page


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler400`: 413 for what is too large, so that whoever sent it knows what to change."""
    is_large = isinstance(exception, RequestDataTooBig)
    page, status = ("413.html", 413) if is_large else ("400.html", 400)
    return HttpResponse(render_to_string(page), status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler404`: a page for whoever reads one, a line for a picture or an icon that is not there.

    The page holds forms, so it brings a CSRF cookie. A browser that asks for an icon on its own, before it
    has a cookie, would put that over the one of the page being read, whose forms would then be refused.
    """
    if request.headers.get("Sec-Fetch-Dest") in NOT_READ:
        return HttpResponse("not found\n", status=404, content_type="text/plain")
    return page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`: a database that cannot be reached is a 503, nothing saved; anything else a 500, unknown.

    Both pages are rendered without a request: whatever broke may have been a context processor.
    """
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return HttpResponse(
            render_to_string("503.html"), status=503, headers={"Retry-After": str(RETRY_AFTER)}
        )
    return HttpResponse(render_to_string("500.html"), status=500)
