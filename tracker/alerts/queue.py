"""Who is to be told of a flag: the rows that the worker sends. Written with the flag, in its transaction."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Q

from tracker.alerts.reach import Address, Reach
from tracker.models import Alert, AlertEvent, Flag
from tracker.models.alerts import SENT, AlertQuerySet, State
from tracker.models.flags import TARGETS
from tracker.triage.report import Level

BUNDLE = dt.timedelta(minutes=3)
"""Somebody who was told of a patient hears of the same again no sooner, unless it has become more serious."""


def tell(flag: Flag, told: Collection[Address], now: dt.datetime) -> None:
    """Queue one alert an address for the flag's current round; two people may share a phone.

    What still waits to go to the same address about the same patient is taken back: this round's message says
    all that it would have said. Whoever had a message about this patient within the last minutes, no less
    serious, gets this one when those minutes are over.
    """
    if not told:
        return
    addresses = {(each.channel, each.address): each for each in reversed([*told])}
    earlier = _earlier(flag, now)
    _take_back([each for each in earlier if each.state == State.QUEUED], addresses.keys(), now)
    left_alone = {
        (each.channel, each.address): each.accepted_at + BUNDLE
        for each in earlier
        if each.accepted_at and each.level >= flag.level
    }
    Alert.objects.bulk_create(
        _alert(flag, each, left_alone.get(place, now), now) for place, each in addresses.items()
    )


def _alert(flag: Flag, to: Address, wanted_at: dt.datetime, now: dt.datetime) -> Alert:
    return Alert(
        team_id=flag.team_id,
        patient_id=flag.patient_id,
        flag=flag,
        recipient_id=to.user,
        channel=to.channel,
        address=to.address,
        level=flag.level,
        round=flag.rounds,
        created_at=now,
        wanted_at=wanted_at,
        due_at=wanted_at,
    )


def first_step(flag: Flag, now: dt.datetime, *, at_once: bool = False) -> Sequence[Address]:
    """Set the flag to the beginning of its ladder; returns whom to tell now.

    A routine flag first waits its time, unless `at_once`. Where the first step reaches nobody, the worker
    takes the next one at once.
    """
    flag.step = 0
    if flag.level == Level.ROUTINE and not at_once:
        flag.next_due_at = now + TARGETS[Level.ROUTINE]
        return []
    reach = Reach.of(flag.team_id, now)
    ladder = reach.ladder(Level(flag.level))
    reached = reach.told(ladder[0], now) if ladder else []
    if reached:
        flag.step = ladder[0].position + 1
        flag.rounds += 1
        flag.next_due_at = now + ladder[0].pause
    else:
        flag.next_due_at = now
    return reached


def _earlier(flag: Flag, now: dt.datetime) -> list[Alert]:
    """What waits to tell somebody about this patient, and what did a moment ago, oldest first."""
    lately = Q(state__in=SENT, accepted_at__gt=now - BUNDLE)
    waiting = Q(state=State.QUEUED)
    return list(Alert.objects.filter(lately | waiting, patient=flag.patient_id).order_by("accepted_at"))


def _take_back(queued: Collection[Alert], places: Collection[tuple[str, str]], now: dt.datetime) -> None:
    """What is leased is on its way, and is left to go."""
    stale = [each.pk for each in queued if (each.channel, each.address) in places]
    if stale:
        cancel(Alert.objects.filter(pk__in=stale, state=State.QUEUED), "a newer message took its place", now)


def cancel(alerts: AlertQuerySet, why: str, now: dt.datetime) -> int:
    """Write off alerts that nobody needs any more; those in another worker's hands are passed over."""
    with transaction.atomic():
        rows = list(alerts.select_for_update(skip_locked=True, of=("self",)))
        Alert.objects.filter(pk__in=[each.pk for each in rows]).update(
            state=State.CANCELLED, lease=None, leased_until=None
        )
        AlertEvent.objects.bulk_create(
            AlertEvent(
                team_id=each.team_id,
                patient_id=each.patient_id,
                alert=each,
                kind=AlertEvent.Kind.CANCELLED,
                at=now,
                answer=why,
            )
            for each in rows
        )
    return len(rows)
