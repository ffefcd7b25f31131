"""What a phone sends: one report, and by its own clock when it was filled in and when it is sent.

Our own pages send the check-in as it was filled in, sealed on the phone (tracker.offline.seal):

    {"sealed": {"key": "7c1e…", "from": "BGa…", "nonce": "q9…", "text": "x0…"},
     "sent_at": "2026-11-20T19:30:00.000Z"}

and what was sealed is

    {"diary": "5f0a…", "fields": [["id", "0d4c…"], ["red_flag_answer", "no"], …], "days_back": 0,
     "reported_at": "2026-11-20T08:00:00.000Z"}

Others may send a report as a document of `tracker.triage.document`, not sealed:

    {"id": "0d4c…", "report": {"version": 1, …}, "reported_at": "…", "sent_at": "…"}

A phone's clock may be years off: only the difference of its two times is believed.
"""

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any, NoReturn

from tracker.offline import seal
from tracker.triage import document
from tracker.triage.report import Report

KEYS = frozenset({"id", "report", "reported_at", "sent_at"})
SEALED_KEYS = frozenset({"sealed", "sent_at"})
FILLED_KEYS = frozenset({"diary", "fields", "days_back", "reported_at"})
LONGEST_AGE = dt.timedelta(days=90)
"""Our own choice: no phone keeps a report for longer. A larger difference is a clock put right in between."""
NO_TIME = dt.timedelta()
MOST_DAYS_BACK = 366


class Unreadable(ValueError):
    """Why nobody but a person can read it, in a sentence."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A check-in as it was filled in: the form's fields, for the diary with this id."""

    diary: uuid.UUID
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Envelope:
    """`age` is how long the report lay on the phone; zero where its times make no sense.

    `days_back`: it tells of so many days before the one on which it was filled in.
    """

    id: uuid.UUID
    told: Report | Filled
    age: dt.timedelta
    days_back: int = 0


def read(raw: bytes, keys: seal.PrivateKeys) -> Envelope:
    """Raises Unreadable, and nothing else whatever the bytes are."""
    told = _object(raw)
    if "sealed" in told:
        return _filled(told, keys)
    _refuse_strangers(told, KEYS)
    try:
        report = document.read(told.get("report"))
    except document.InvalidReport as error:
        raise Unreadable(str(error)) from error
    return Envelope(_id(told.get("id")), report, _age(told.get("reported_at"), told.get("sent_at")))


def in_the_open(raw: bytes, keys: seal.PrivateKeys) -> bytes:
    """What was sealed, for a person to look at; the bytes themselves where nothing can be opened."""
    try:
        return seal.opened(_object(raw)["sealed"], keys)
    except (KeyError, Unreadable, seal.CannotOpen):
        return raw


def _filled(told: dict[str, Any], keys: seal.PrivateKeys) -> Envelope:
    _refuse_strangers(told, SEALED_KEYS)
    try:
        inner = _object(seal.opened(told["sealed"], keys))
    except seal.CannotOpen as error:
        raise Unreadable(str(error)) from error
    _refuse_strangers(inner, FILLED_KEYS)
    fields = _fields(inner.get("fields"))
    return Envelope(
        id=_id(dict(fields).get("id")),
        told=Filled(_id(inner.get("diary")), fields),
        age=_age(inner.get("reported_at"), told.get("sent_at")),
        days_back=_days_back(inner.get("days_back")),
    )


def _refuse_strangers(told: dict[str, Any], known: frozenset[str]) -> None:
    if strange := told.keys() - known:
        raise Unreadable(f"It has a part that we do not know: {ascii(min(strange))[:60]}.")


def _fields(value: Any) -> tuple[tuple[str, str], ...]:
    if isinstance(value, list) and all(_is_field(each) for each in value):
        return tuple((name, text) for name, text in value)
    raise Unreadable("Its fields are not pairs of a name and a text.")


def _is_field(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(part, str) for part in value)


def _days_back(value: Any) -> int:
    if type(value) is int and 0 <= value <= MOST_DAYS_BACK:
        return value
    raise Unreadable("It does not say which day it is about.")


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
