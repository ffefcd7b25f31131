"""What every answer carries."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import add_never_cache_headers

from config.headers import REPORTS


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


class InTheirLanguage:
    """Speaks the language that whoever is signed in has chosen, whatever this browser asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without a session nobody is looked up: a monitor has none, a phone's queue shows a token instead.
        # A browser that reports sends its cookie, and is answered as nobody.
        has_session = (
            settings.SESSION_COOKIE_NAME in request.COOKIES
            and "Authorization" not in request.headers
            and request.path != REPORTS
        )
        if has_session and request.user.is_authenticated and request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language  # as LocaleMiddleware sets it
        return self.get_response(request)


class RefuseUnreadable:
    """Answers 400 to what no browser sends and what would break us further in.

    Django decodes addresses and forms in whatever charset a request names, even one that makes characters
    which PostgreSQL cannot store, or no text at all; an address or a quoted cookie may hold a NUL.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8")
        has_nul = "%00" in request.META["QUERY_STRING"] or any(
            "\0" in each for each in request.COOKIES.values()
        )
        if has_nul or charset.lower() not in ("utf-8", "utf8"):
            raise BadRequest
        return self.get_response(request)
