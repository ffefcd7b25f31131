"""What a seal is made of: values in, hashes out.

Each link is the SHA-256 of the link before it and of one event in one fixed spelling. The first link of a
seal is made of its head, which names the seal before it. So every event rests on all that came before.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

LINK = 32  # bytes
SPELLING = 1
"""Stands in each head. A new column of access events needs a new spelling beside the old one."""
NOTHING = "0" * 2 * LINK
"""What the first seal follows."""


class Event(NamedTuple):
    """An access event, column by column, in the order in which it is spelt."""

    id: int
    team_id: int | None
    patient_id: UUID | None
    actor_id: int
    what: str
    purpose: str
    request_id: str
    at: dt.datetime


class Head(NamedTuple):
    """What a seal says of itself."""

    number: int
    sealed_at: dt.datetime
    first_sequence: int
    size: int
    previous_hash: str


def spelt(event: Event) -> bytes:
    """The same bytes for the same event, whatever reads it."""
    patient = event.patient_id and event.patient_id.hex
    return _json([*event[:2], patient, *event[3:7], _moment(event.at)])


def opening(head: Head) -> bytes:
    """The first link of a seal."""
    return hashlib.sha256(
        _json([SPELLING, head.number, _moment(head.sealed_at), head.first_sequence, head.size])
        + bytes.fromhex(head.previous_hash)
    ).digest()


def follow(link: bytes, event: Event) -> bytes:
    """The link of an event after `link`."""
    return hashlib.sha256(link + spelt(event)).digest()


def links(head: Head, events: Iterable[Event]) -> list[bytes]:
    """One of the head and one of each event. The last is the seal's hash."""
    made = [opening(head)]
    for event in events:
        made.append(follow(made[-1], event))
    return made


def apart(joined: bytes) -> Sequence[bytes]:
    """The links as they were before they were joined for keeping."""
    return [joined[start : start + LINK] for start in range(0, len(joined), LINK)]


def _moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _json(values: list[object]) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode()
