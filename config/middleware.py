"""What every answer carries."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseForbidden,
    HttpResponseNotAllowed,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import add_never_cache_headers

from config.database.asking import Opening, asking_for, open_for_the_rest
from config.headers import REPORTS

METHODS = ("GET", "HEAD", "POST")
BY_TOKEN = (REPORTS, "/offline/reports/")
"""Where a session means nothing: the views that are marked with `looks_nobody_up`."""
FOR_PROGRAMS = (*BY_TOKEN, "/alerts/phone/", "/alerts/canary/")
"""A browser's reports, a phone's queue, a provider's word on a call, our own test flag."""


class PrivateUnlessPublic:
    """Forbids any cache to keep a page that was made for somebody who is signed in.

    A shared phone's back button must not show the last person's symptoms.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # In this order: who has a header of their own may not want their session looked up at all.
        if not response.has_header("Cache-Control") and request.user.is_authenticated:
            add_never_cache_headers(response)  # includes no-store
        return response


class AsThemselves:
    """Whoever is signed in is spoken to in the language that they have chosen, and asks for themselves.

    What a request asks of the database it asks for this one person: `config.database.asking`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Without a session nobody is looked up: a monitor has none. What a phone sends by its token, and a
        # browser by itself, may bring one along.
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES and request.path not in BY_TOKEN
        user = request.user if has_session and request.user.is_authenticated else None
        if user and user.language:
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language  # as LocaleMiddleware sets it
        asker = user.pk if user else None
        with asking_for(asker):
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = _asking(asker, cast(Iterable[bytes], response.streaming_content))
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """The admin's pages, which keep each look, show any record to whoever may look it up there."""
        match = request.resolver_match
        if match and match.route.startswith("admin/") and request.user.has_perm("tracker.view_patient"):
            open_for_the_rest(Opening.ADMINISTRATION)


def _asking(user: int | None, content: Iterable[bytes]) -> Iterator[bytes]:
    """What is still looked up while the answer is on its way."""
    with asking_for(user):
        yield from content


class NoOpenSecrets:
    """Refuses plain HTTP where programs ask: led to HTTPS, they would not notice that they sent it openly."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_open = settings.SECURE_SSL_REDIRECT and not request.is_secure()
        if is_open and request.path_info.startswith(FOR_PROGRAMS):
            return HttpResponseForbidden("HTTPS only", content_type="text/plain")
        return self.get_response(request)


class RefuseUnreadable:
    """Answers 400 to what no browser sends and what would break us further in.

    Django decodes addresses and forms in whatever charset a request names, even one that makes characters
    which PostgreSQL cannot store, or no text at all; an address or a quoted cookie may hold a NUL. A method
    that no page of ours is asked with is answered 405: Django's own views would take a PUT for a POST.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        charset = (request.content_params or {}).get("charset", "utf-8")
        has_nul = "%00" in request.META["QUERY_STRING"] or any(
            "\0" in each for each in request.COOKIES.values()
        )
        if has_nul or charset.lower() not in ("utf-8", "utf8"):
            raise BadRequest
        return self.get_response(request)
