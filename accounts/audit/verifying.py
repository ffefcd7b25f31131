"""Finds what was changed, taken away, moved or put in between, and says of which rows."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction

from accounts.audit import chain, sealing
from accounts.models import AuditAnchor, AuditSeal, UnsealedEvent

AT_ONCE = 10_000
"""Events that are read together, of as many seals as hold so many."""
LATE = dt.timedelta(hours=1)
"""By how much the clocks of several machines, and a transaction that takes long, may make a row late."""

IN_TWO_SEALS = """
    SELECT event_id, min(number), max(number) FROM accounts_auditseal, unnest(event_ids) AS event_id
     GROUP BY event_id HAVING count(*) > 1 ORDER BY event_id
"""
# By EXCEPT, which reads each table once whatever the planner thinks of their sizes: a join took minutes.
IN_NONE = """
    SELECT id FROM accounts_accessevent
    EXCEPT (
        SELECT unnest(event_ids) FROM accounts_auditseal UNION ALL SELECT event_id FROM accounts_unsealedevent
    )
    ORDER BY 1
"""
GONE_BEFORE_THE_SEAL = """
    SELECT event_id FROM accounts_unsealedevent EXCEPT SELECT id FROM accounts_accessevent ORDER BY 1
"""


@dataclass
class Found:
    """What there is, and in plain words what is wrong with it."""

    seals: int = 0
    events: int = 0
    waiting: int = 0
    head: str = ""
    faults: list[str] = field(default_factory=list)


def verify(anchors: Iterable[str] = ()) -> Found:
    """Reads everything, as of one moment. `anchors` are as `manage.py audit anchor` told them."""
    with _of_one_moment():
        reader = _Reader()
        for seal, events in _seals():
            reader.read(seal, events)
        found = reader.found
        found.waiting = UnsealedEvent.objects.count()
        found.faults += _beside_the_seals()
        for ours in AuditAnchor.objects.order_by("day"):
            found.faults += reader.against(str(ours), f"the anchor of {ours.day}")
        for anchor in anchors:
            found.faults += reader.against(anchor, f"the anchor {anchor}")
    return found


class _Reader:
    """Goes along the chain from its beginning."""

    def __init__(self) -> None:
        self.found = Found()
        self._hashes: dict[int, str] = {}
        self._last: AuditSeal | None = None
        self._emptied_at: dt.datetime | None = None
        self._next_sequence = 1

    def read(self, seal: AuditSeal, events: Mapping[int, chain.Event]) -> None:
        if self._last and _left_nothing(self._last, seal):
            self._emptied_at = self._last.sealed_at
        faults = [*self._place(seal), *self._rows(seal, events), *self._moments(seal, events)]
        self.found.faults += faults
        self.found.seals += 1
        self.found.events += len(seal.event_ids)
        self.found.head = str(seal)
        self._hashes[seal.number] = seal.hash
        self._next_sequence = seal.first_sequence + len(seal.event_ids)
        self._last = seal

    def against(self, anchor: str, name: str) -> Iterator[str]:
        """`anchor` is a hash, or a seal's number and its hash with a colon between them."""
        number, _colon, wanted = anchor.strip().lower().rpartition(":")
        known = self._hashes.get(int(number)) if number.isdecimal() else None
        if wanted not in self._hashes.values() or (known is not None and known != wanted):
            yield f"No seal is as {name} has it: the end of the record was cut off, or it was made anew."

    def _place(self, seal: AuditSeal) -> Iterator[str]:
        before = self._last.number if self._last else 0
        if seal.number != before + 1:
            yield f"{_seals_in_words(before + 1, seal.number - 1)} missing."
        elif seal.previous_hash != (self._last.hash if self._last else chain.NOTHING):
            yield f"Seal {seal.number} does not follow the one before it: one of the two was changed."
        elif seal.first_sequence != self._next_sequence:
            yield f"Seal {seal.number} does not begin where the one before it ends."

    def _rows(self, seal: AuditSeal, events: Mapping[int, chain.Event]) -> Iterator[str]:
        links = chain.apart(bytes(seal.links))
        if not _is_whole(seal, links):
            yield f"Seal {seal.number} was changed."
        for place, (pk, before, after) in enumerate(zip(seal.event_ids, links, links[1:], strict=False)):
            event = events.get(pk)
            where = f"place {seal.first_sequence + place}, seal {seal.number}"
            if event is None:
                yield f"Event {pk} was taken away ({where})."
            elif chain.follow(before, event) != after:
                yield f"Event {pk} was changed, or moved from its place ({where})."

    def _moments(self, seal: AuditSeal, events: Mapping[int, chain.Event]) -> Iterator[str]:
        """Not long before the last seal after which nothing waited, nor after this one."""
        since = self._emptied_at - LATE if self._emptied_at else None
        for pk in seal.event_ids:
            event = events.get(pk)
            if event and ((since and event.at < since) or event.at > seal.sealed_at + LATE):
                at = event.at.isoformat(timespec="seconds")
                yield f"Event {pk} gives {at} as its time, and was not written then (seal {seal.number})."


def _left_nothing(seal: AuditSeal, following: AuditSeal) -> bool:
    """A backlog is sealed as several seals, one after the other: what is in the last waited all the while."""
    return len(seal.event_ids) < sealing.AT_ONCE and seal.sealed_at != following.sealed_at


def _is_whole(seal: AuditSeal, links: Sequence[bytes]) -> bool:
    count = len(seal.event_ids)
    head = chain.Head(seal.number, seal.sealed_at, seal.first_sequence, count, seal.previous_hash)
    return len(links) == count + 1 and links[0] == chain.opening(head) and links[-1].hex() == seal.hash


def _seals_in_words(first: int, last: int) -> str:
    return f"Seal {first} is" if first == last else f"Seals {first} to {last} are"


def _beside_the_seals() -> Iterator[str]:
    for pk, first, last in _asked(IN_TWO_SEALS):
        yield f"Event {pk} stands twice, in seals {first} and {last}."
    for (pk,) in _asked(IN_NONE):
        yield f"Event {pk} was put in behind the seals: none holds it, and it does not wait for one."
    for (pk,) in _asked(GONE_BEFORE_THE_SEAL):
        yield f"Event {pk} was taken away before it was sealed."


def _asked(sql: str) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows: list[tuple[int, ...]] = cursor.fetchall()
    return rows


@contextmanager
def _of_one_moment() -> Iterator[None]:
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _seals() -> Iterator[tuple[AuditSeal, Mapping[int, chain.Event]]]:
    """In order, each with all events of its part."""
    part: list[AuditSeal] = []
    for seal in AuditSeal.objects.order_by("number").iterator(chunk_size=200):
        part.append(seal)
        if sum(len(each.event_ids) for each in part) >= AT_ONCE:
            yield from _with_events(part)
            part = []
    yield from _with_events(part)


def _with_events(seals: Sequence[AuditSeal]) -> Iterator[tuple[AuditSeal, Mapping[int, chain.Event]]]:
    events = sealing.read([pk for seal in seals for pk in seal.event_ids])
    for seal in seals:
        yield seal, events
