"""What somebody may still take back: kept in their session, for some seconds."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from tracker.models import FlagEvent
from tracker.models.flags import UNDO_WITHIN
from tracker.team.access import CareTeamRequest, flags_of

KEY = "undo"


@dataclass(frozen=True, slots=True)
class Offer:
    """`what` was done to whom: "Claimed: Rosa Martín, Dev Patel"."""

    seconds: int
    what: str


def offer(request: CareTeamRequest, events: Iterable[FlagEvent], now: dt.datetime) -> None:
    """The last act takes the place of the one before."""
    until = now + UNDO_WITHIN
    request.session[KEY] = {"events": [event.pk for event in events], "until": until.isoformat()}


def offered(request: CareTeamRequest, now: dt.datetime) -> Offer | None:
    """None when there is nothing to take back any more."""
    kept = request.session.get(KEY)
    if not kept:
        return None
    left = dt.datetime.fromisoformat(kept["until"]) - now
    if left < dt.timedelta(seconds=1):
        return None
    events = list(
        FlagEvent.objects.filter(pk__in=kept["events"], flag__in=flags_of(request.user))
        .select_related("patient")
        .order_by("id")
    )
    if not events:
        return None
    who = dict.fromkeys(str(event.patient) for event in events)
    return Offer(int(left.total_seconds()), f"{events[-1].get_kind_display()}: {', '.join(who)}")


def take(request: CareTeamRequest) -> list[int]:
    """The events to take back, the last first; once."""
    kept = request.session.pop(KEY, None)
    return list(reversed(kept["events"])) if kept else []
