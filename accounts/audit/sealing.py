"""Puts access events under a seal, some at a time, long after whoever wrote them has gone on.

A chain has one end, and whoever adds to it has to wait for whoever does so already: were it done with each
look, every page of every patient would wait for every other. So looks are written unchained, each with a
marker beside it, and this one act, alone by a lock that no page asks for, chains what has been committed.
What commits late still has its marker, and comes into the next seal.
"""

import datetime as dt

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from accounts.audit import chain
from accounts.models import AccessEvent, AuditSeal, UnsealedEvent

AT_ONCE = 5000
"""Events of one seal: what is read into memory together."""
ALONE = 0x5EA1
"""The key of the lock that a sealer holds until it commits."""

READ = """
    SELECT id, team_id, patient_id, actor_id, what, purpose, request_id, at
      FROM accounts_accessevent WHERE id = ANY(%s) ORDER BY id
"""


def due(now: dt.datetime) -> int:
    """Seal what waits; returns how many. Of two who do so at once, the second does nothing."""
    sealed = 0
    while many := _seal(now):
        sealed += many
        if many < AT_ONCE:
            break
    return sealed


@transaction.atomic
def _seal(now: dt.datetime) -> int:
    if not _is_alone():
        return 0
    events = _waiting()
    if not events:
        return 0
    last = AuditSeal.objects.order_by("-number").first()
    head = chain.Head(
        number=last.number + 1 if last else 1,
        sealed_at=now,
        first_sequence=last.first_sequence + len(last.event_ids) if last else 1,
        size=len(events),
        previous_hash=last.hash if last else chain.NOTHING,
    )
    made = chain.links(head, events)
    ids = [event.id for event in events]
    AuditSeal.objects.create(
        number=head.number,
        sealed_at=now,
        first_sequence=head.first_sequence,
        event_ids=ids,
        previous_hash=head.previous_hash,
        links=b"".join(made),
        hash=made[-1].hex(),
    )
    UnsealedEvent.objects.filter(pk__in=ids).delete()
    return len(ids)


def _waiting() -> list[chain.Event]:
    """In the order of their keys. A marker without its event stays: it tells of a row that was taken away."""
    marked = UnsealedEvent.objects.filter(Exists(AccessEvent.objects.filter(pk=OuterRef("pk"))))
    ids = list(marked.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    return [*read(ids).values()]


def read(ids: list[int]) -> dict[int, chain.Event]:
    """Those of these events that are there, by key."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [ids])  # as one array: thousands of parameters take the server long to read
        return {row[0]: chain.Event._make(row) for row in cursor.fetchall()}


def _is_alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ALONE])
        [[taken]] = cursor.fetchall()
    return bool(taken)
