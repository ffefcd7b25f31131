"""A record as one line: JSON in production, for machines; words elsewhere, for whoever watches a terminal."""

import datetime as dt
import json
import logging
from typing import Any

from django.http import HttpRequest

from config import requests
from config.logs.failures import Failure, failures
from config.logs.words import words_of

type Told = dict[str, Any]


class Json(logging.Formatter):
    """`{"time": …, "level": …, "logger": …, "message": …, "request": …}`; what is not known is left out."""

    def format(self, record: logging.LogRecord) -> str:
        told = about(record)
        told["errors"] = [each.told() for each in of_error(record)]
        known = {name: value for name, value in told.items() if value not in (None, "", [])}
        return json.dumps(known, ensure_ascii=False, default=str, separators=(", ", ": "))


class Plain(logging.Formatter):
    """`12:03:41 INFO config.requests answered · GET /team/ 200 34 ms user 7 · 3f0a…`, errors below it."""

    def format(self, record: logging.LogRecord) -> str:
        told = about(record)
        head = f"{told['time'][11:19]} {told['level']} {told['logger']} {told['message']}"
        ms = f"{told['ms']} ms" if told["ms"] is not None else ""
        user = f"user {told['user']}" if told["user"] is not None else ""
        asked = " ".join(
            str(each) for each in (told["method"], told["route"], told["status"], ms, user) if each
        )
        line = " · ".join(filter(None, (head, asked, told["request"])))
        return "\n  ".join([line, *map(str, of_error(record))])


def about(record: logging.LogRecord) -> Told:
    """Everything of a record but its error. `time` is UTC, `ms` how long the answer took."""
    at = dt.datetime.fromtimestamp(record.created, dt.UTC)
    asked = requests.current()
    request = asked.request if asked else getattr(record, "request", None)
    name = asked.name if asked else getattr(request, "request_id", "")
    return {
        "time": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z",
        "level": record.levelname,
        "logger": record.name,
        "message": words_of(record),
        "request": name,
        **_of_request(request if isinstance(request, HttpRequest) else None),
        "status": getattr(record, "status_code", None),
        "ms": getattr(record, "ms", None),
        "pid": record.process,
    }


def of_error(record: logging.LogRecord) -> list[Failure]:
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    return failures(error) if error else []


def _of_request(request: HttpRequest | None) -> Told:
    """The route and never the address, which names a patient; nobody is looked up for this."""
    if request is None:
        return {"route": None, "method": None, "user": None}
    return {
        "route": requests.route_of(request),
        "method": requests.method_of(request),
        "user": requests.user_of(request),
    }
