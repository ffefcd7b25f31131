"""The body of a request, read up to a limit and no further, whether it says its length or not."""

from typing import Any

from django.http import HttpRequest
from django.http.request import RawPostDataException, UnreadablePostError

LARGEST = 256 * 1024
"""Bytes. A full report is a few thousand; the longest note is eighty thousand."""
BEGINNING = 16 * 1024
"""Bytes that are kept of a larger one: enough for a person to see what it is."""


class TooLarge(Exception):
    """Longer than LARGEST; `beginning` is what was read of it."""

    def __init__(self, beginning: bytes) -> None:
        self.beginning = beginning[:BEGINNING]
        super().__init__("the body is too large")


class CutShort(Exception):
    """Less came than was announced, or nothing at all: whoever sent it has it still."""


def read(request: HttpRequest) -> bytes:
    """Raises TooLarge and CutShort."""
    length = _length(request)
    if length is not None and length > LARGEST:
        raise TooLarge(_read(request, BEGINNING))
    raw = _read(request, LARGEST + 1 if length is None else length)
    if len(raw) > LARGEST:
        raise TooLarge(raw)
    if not raw or (length is not None and len(raw) < length):
        raise CutShort
    return raw


def _length(request: HttpRequest) -> int | None:
    """What the request says of itself; None when it comes in chunks."""
    if _comes_in_chunks(request):
        return None
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 20 else 0


def _comes_in_chunks(request: HttpRequest) -> bool:
    """The server says that its stream ends by itself; Django reads nothing of a body without a length."""
    return not request.META.get("CONTENT_LENGTH") and bool(request.META.get("wsgi.input_terminated"))


def _read(request: HttpRequest, most: int) -> bytes:
    stream: Any = request.META["wsgi.input"] if _comes_in_chunks(request) else request
    parts: list[bytes] = []
    left = most
    try:
        while left and (part := stream.read(left)):
            parts.append(part)
            left -= len(part)
    except (OSError, RawPostDataException, UnreadablePostError) as error:
        raise CutShort from error
    return b"".join(parts)
