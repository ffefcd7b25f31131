"""How much anybody may send us, decided by what the request says of itself, before a byte of it is read.

One name for a limit is one row below. Bodies without a length (sent in chunks) are read by `offline:reports`
alone, which counts as it reads; to every other view Django gives nothing of them.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

TOO_LARGE = 413
FORM = 1_000_000
"""Bytes: the longest page of the library in three languages is a third of it."""
SHORT_FORM = 64_000
"""Bytes of what anybody may send who is not signed in; the longest is the answer of a passkey."""
A_PICTURE = 11_000_000
PAGES = 6_000_000
"""Bytes: a file of 10 and 5 MB, as education says in words, and the form around it."""

SHORT_FORMS = (
    *("account_", "mfa_", "alerts:", "carers:accept", "choose_language", "education:answer", "enter_code"),
    "invitations:accept",
)
"""Views, by how their names begin."""
READ_BY_THEMSELVES = ("browser_reports", "offline:reports")
"""Views that answer in a way of their own to what is too large."""
TAKE_FILES = {
    "admin:education_image_add": A_PICTURE,
    "admin:education_article_import": PAGES,
    "admin:education_cytokine_import": PAGES,
    "admin:education_drug_import": PAGES,
    "admin:education_symptom_import": PAGES,
}
"""The only views that a file may be sent to, by whoever is staff."""


def limit(view_name: str) -> int:
    """Bytes that a request to this view may have."""
    return TAKE_FILES.get(view_name) or (SHORT_FORM if view_name.startswith(SHORT_FORMS) else FORM)


class SmallEnough:
    """Answers 413 in words. Stands before whatever reads the form, which is first of all the CSRF check."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        name = _name(request)
        if name in READ_BY_THEMSELVES or length_of(request) <= limit(name):
            return None
        return render(request, "413.html", status=TOO_LARGE)


def _name(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name if match and match.view_name else ""


def length_of(request: HttpRequest) -> float:
    """Endless where it is no number that we understand: nobody who means well says so."""
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 20 else float("inf")


class FilesWhereWanted(FileUploadHandler):
    """The first of the upload handlers: a file that nobody asked for ends the request at its first byte."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        request = self.request
        if request is None or request.resolver_match is None:
            raise SkipFile  # the page that says so is being made already
        if _name(request) not in TAKE_FILES or not request.user.is_staff:
            raise BadRequest("a file that nobody asked for")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data  # for the next handler, which keeps it

    def file_complete(self, file_size: int) -> None:
        return None
