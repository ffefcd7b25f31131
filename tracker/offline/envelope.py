"""What a phone sends: one report, and by its own clock when it was filled in and when it is sent.

    {"id": "0d4c…", "report": {"version": 1, …}, "reported_at": "2026-11-20T08:00:00.000Z",
     "sent_at": "2026-11-20T19:30:00.000Z"}

`report` is a document of `tracker.triage.document`. A phone's clock may be years off: only the difference
of its two times is believed.
"""

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any, NoReturn

from tracker.triage import document
from tracker.triage.report import Report

KEYS = frozenset({"id", "report", "reported_at", "sent_at"})
LONGEST_AGE = dt.timedelta(days=90)
"""Our own choice: no phone keeps a report for longer. A larger difference is a clock put right in between."""
NO_TIME = dt.timedelta()


class Unreadable(ValueError):
    """Why nobody but a person can read it, in a sentence."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """`age` is how long the report lay on the phone; zero where its times make no sense."""

    id: uuid.UUID
    report: Report
    age: dt.timedelta


def read(raw: bytes) -> Envelope:
    """Raises Unreadable, and nothing else whatever the bytes are."""
    told = _object(raw)
    if strange := told.keys() - KEYS:
        raise Unreadable(f"It has a part that we do not know: {ascii(min(strange))[:60]}.")
    try:
        report = document.read(told.get("report"))
    except document.InvalidReport as error:
        raise Unreadable(str(error)) from error
    return Envelope(_id(told.get("id")), report, _age(told.get("reported_at"), told.get("sent_at")))


def _object(raw: bytes) -> dict[str, Any]:
    try:
        told = json.loads(raw.decode(), parse_constant=_no_number, object_pairs_hook=_each_once)
    except UnicodeDecodeError as error:
        raise Unreadable("It is not UTF-8.") from error
    except RecursionError as error:
        raise Unreadable("It is nested too deeply.") from error
    except Unreadable:
        raise
    except ValueError as error:  # no JSON, or a number of thousands of digits
        raise Unreadable("It is not JSON.") from error
    if not isinstance(told, dict):
        raise Unreadable("It is not an object with named parts.")
    return told


def _no_number(word: str) -> NoReturn:
    raise Unreadable(f"{word} is no number.")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a part that comes twice, one would be lost without a word."""
    told = dict(pairs)
    if len(told) != len(pairs):
        raise Unreadable("A part of it comes twice.")
    return told


def _id(value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except (AttributeError, TypeError, ValueError) as error:
        raise Unreadable("It has no id that could be read.") from error


def _age(reported_at: Any, sent_at: Any) -> dt.timedelta:
    try:
        age = dt.datetime.fromisoformat(sent_at) - dt.datetime.fromisoformat(reported_at)
    except (TypeError, ValueError, OverflowError):
        return NO_TIME
    return age if NO_TIME <= age <= LONGEST_AGE else NO_TIME
