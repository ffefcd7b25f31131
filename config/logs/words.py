"""Which words of a record may stand in a log.

Our own calls hold fixed words and ids: tests/logs/test_our_calls.py reads every one of them. Others put into
their messages what they have in hand: an address, a header, a row. Of theirs only those words stay that stand
in their own source, and numbers.
"""

import linecache
import logging
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.middleware import csrf

from config.logs.failures import place

OURS = ("accounts", "config", "education", "tracker")
LEFT_OUT = "…"
WITHHELD = "words withheld"
# It starts and stops processes and never sees a request: "Worker (pid:7) was sent SIGKILL!"
KNOWS_NO_REQUEST = ("gunicorn/arbiter.py",)
LONGEST_CALL = 8  # lines
CSRF_REASONS = frozenset(
    value for name, value in vars(csrf).items() if name.startswith("REASON_") and "%" not in value
)


def words_of(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] in OURS:
        return _with(record, _ours)
    if place(record.pathname) in KNOWS_NO_REQUEST:
        return _with(record, _of_one_line)
    if record.name.startswith("django."):
        return _of_django(record) or _of_others(record)
    return _of_others(record)


def _of_django(record: logging.LogRecord) -> str:
    """Django's own put addresses, and what it refused, into their words; what it answered says enough."""
    group, _dot, kind = record.name.removeprefix("django.").partition(".")
    if group == "security" and kind:
        reasons = [each for each in record.args or () if isinstance(each, str) and each in CSRF_REASONS]
        return " ".join([f"refused: {kind}", *(f"({each})" for each in reasons)])
    status: Any = getattr(record, "status_code", None)
    return HTTPStatus(status).phrase if status in HTTPStatus else ""


def _of_others(record: logging.LogRecord) -> str:
    if not _stands_in_source(record):
        return f"{WITHHELD} ({place(record.pathname)}:{record.lineno})"
    return _with(record, _others) if record.args else str(record.msg)


def _stands_in_source(record: logging.LogRecord) -> bool:
    """Whether it was logged with fixed words, and not with words that were put together before."""
    first = record.lineno - 1
    call = "".join(linecache.getlines(record.pathname)[first : first + LONGEST_CALL])
    return any(f"{quote}{record.msg}{quote}" in call for quote in "\"'")


def _with(record: logging.LogRecord, allowed: Any) -> str:
    args = record.args
    try:
        if isinstance(args, Mapping):
            return str(record.msg) % {name: allowed(value) for name, value in args.items()}
        return str(record.msg) % tuple(map(allowed, args)) if args else str(record.msg)
    except (TypeError, ValueError, KeyError):  # %d of what was left out
        return str(record.msg)


def _of_one_line(value: Any) -> Any:
    """It formats a traceback by itself, with the error's words."""
    return LEFT_OUT if "\n" in str(value) else _ours(value)


def _ours(value: Any) -> Any:
    return type(value).__name__ if isinstance(value, BaseException) else value


def _others(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | uuid.UUID):
        return value
    return type(value).__name__ if isinstance(value, BaseException) else LEFT_OUT
