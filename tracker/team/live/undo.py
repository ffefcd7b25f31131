"""What somebody may still take back: kept in their session, for some seconds."""

import datetime as dt
from collections.abc import Iterable

from tracker.models import FlagEvent
from tracker.models.flags import UNDO_WITHIN
from tracker.team.access import CareTeamRequest

KEY = "undo"


def offer(request: CareTeamRequest, events: Iterable[FlagEvent], now: dt.datetime) -> None:
    """The last act takes the place of the one before."""
    until = now + UNDO_WITHIN
    request.session[KEY] = {"events": [event.pk for event in events], "until": until.isoformat()}


def seconds_left(request: CareTeamRequest, now: dt.datetime) -> int:
    """0 when there is nothing to take back any more."""
    offered = request.session.get(KEY)
    if not offered:
        return 0
    left = dt.datetime.fromisoformat(offered["until"]) - now
    return max(0, int(left.total_seconds()))


def take(request: CareTeamRequest) -> list[int]:
    """The events to take back, the last first; once."""
    offered = request.session.pop(KEY, None)
    return list(reversed(offered["events"])) if offered else []
