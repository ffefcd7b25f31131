"""How long flags waited: for somebody to take them, and then for an outcome. Values in, values out.

A flag that gets worse while it waits begins a second wait, at the worse level; the first goes on, so that
neither is measured against the other's target. An outcome is waited for from the claim: taking over from a
colleague does not begin it again, since the patient has waited all the while.
"""

import datetime as dt
import math
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from operator import attrgetter

from tracker.models import FlagEvent
from tracker.models.flags import without_undone
from tracker.triage.report import Level

Kind = FlagEvent.Kind
OPENS = frozenset({Kind.RAISED, Kind.REOPENED, Kind.CAME_BACK})
ANSWERS = frozenset({Kind.CLAIMED, Kind.RESOLVED})
LEVELS = (Level.EMERGENCY, Level.URGENT, Level.ROUTINE)

type Targets = Mapping[Level, dt.timedelta]


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a flag's life. `level` is that of the news it brought, None where it brought none."""

    flag: uuid.UUID
    kind: str
    at: dt.datetime
    level: int | None = None
    by: str = ""


class Ending(Enum):
    DONE = auto()
    CAME_BACK = auto()  # claimed, and no outcome in time
    REOPENED = auto()  # claimed, and something worse was reported before there was an outcome
    NOT_YET = auto()


@dataclass(frozen=True, slots=True)
class Wait:
    """From `since` to `until`: its end, or the end of the period where it was not over. `by` ended it."""

    flag: uuid.UUID
    level: Level
    since: dt.datetime
    until: dt.datetime
    target: dt.timedelta
    ending: Ending = Ending.DONE
    by: str = ""

    @property
    def waited(self) -> dt.timedelta:
        return self.until - self.since

    @property
    def is_over(self) -> bool:
        return self.ending != Ending.NOT_YET

    @property
    def is_late(self) -> bool:
        return self.waited > self.target or self.ending == Ending.CAME_BACK

    @property
    def over_by(self) -> dt.timedelta:
        return max(self.waited - self.target, dt.timedelta())


@dataclass(frozen=True, slots=True)
class Figures:
    """What some waits come to. Median and 90th percentile are times that somebody waited, none in between.

    Both are None without waits. Waits that were not over count with their time so far.
    """

    count: int
    late: int
    not_over: int
    median: dt.timedelta | None
    ninetieth: dt.timedelta | None

    @classmethod
    def of(cls, waits: Collection[Wait]) -> "Figures":
        times = sorted(wait.waited for wait in waits)
        return cls(
            count=len(times),
            late=sum(wait.is_late for wait in waits),
            not_over=sum(not wait.is_over for wait in waits),
            median=percentile(times, 50),
            ninetieth=percentile(times, 90),
        )

    @property
    def in_time_percent(self) -> int:
        """Rounded down: 100 means every one. 100 too where there was none."""
        return 100 * (self.count - self.late) // self.count if self.count else 100

    @property
    def late_percent(self) -> int:
        """Rounded up: 0 means none."""
        return 100 - self.in_time_percent


def for_an_answer(
    events: Iterable[Event], since: dt.datetime, until: dt.datetime, targets: Targets
) -> list[Wait]:
    """Every wait for somebody to take a flag, or to resolve it unclaimed, of which a part lies in the period.

    `events` are all those of the flags from their beginning, in any order. A wait that reaches into two
    periods counts in both: nothing is lost at midnight of the first.
    """
    return _in_period(events, since, until, lambda life: _unanswered(life, until, targets))


def for_an_outcome(
    events: Iterable[Event], since: dt.datetime, until: dt.datetime, targets: Targets
) -> list[Wait]:
    """The same from claim to outcome. Cut short by a worse report it counts only if it was late by then."""
    return _in_period(events, since, until, lambda life: _claimed(life, until, targets))


def by_level(waits: Collection[Wait]) -> dict[Level, Figures]:
    """All levels, the worst first."""
    return {level: Figures.of([wait for wait in waits if wait.level == level]) for level in LEVELS}


def by_hour(waits: Iterable[Wait], zone: dt.tzinfo) -> dict[int, dict[Level, Figures]]:
    """By the hour of the clock of `zone` at which they began; hours in which none did are left out."""
    hours: dict[int, list[Wait]] = {}
    for wait in waits:
        hours.setdefault(wait.since.astimezone(zone).hour, []).append(wait)
    return {hour: by_level(hours[hour]) for hour in sorted(hours)}


def percentile(times: list[dt.timedelta], percent: int) -> dt.timedelta | None:
    """The shortest of these sorted times within which so many percent of them lie."""
    return times[math.ceil(len(times) * percent / 100) - 1] if times else None


def _in_period(
    events: Iterable[Event],
    since: dt.datetime,
    until: dt.datetime,
    waits_of: Callable[[list[Event]], Iterator[Wait]],
) -> list[Wait]:
    """The sort is stable: what happened at the same moment stays in the order in which it was written.

    A claim that was taken back has answered nothing: the wait goes on from where it began.
    """
    lives: dict[uuid.UUID, list[Event]] = defaultdict(list)
    for event in sorted((event for event in events if event.at < until), key=attrgetter("at")):
        lives[event.flag].append(event)
    found = (wait for life in lives.values() for wait in waits_of(without_undone(life)))
    return sorted((wait for wait in found if wait.until >= since), key=attrgetter("since"))


def _unanswered(life: Iterable[Event], until: dt.datetime, targets: Targets) -> Iterator[Wait]:
    begun: list[tuple[dt.datetime, Level]] = []
    for event, level, is_worse in _levels(life):
        if event.kind in OPENS or (is_worse and begun):
            begun.append((event.at, level))
        elif event.kind in ANSWERS:
            for at, then in begun:
                yield Wait(event.flag, then, at, event.at, targets[then], by=event.by)
            begun = []
        last = event
    for at, then in begun:
        yield Wait(last.flag, then, at, until, targets[then], Ending.NOT_YET)


def _claimed(life: Iterable[Event], until: dt.datetime, targets: Targets) -> Iterator[Wait]:
    endings = {
        Kind.RESOLVED: Ending.DONE,
        Kind.CAME_BACK: Ending.CAME_BACK,
        Kind.REOPENED: Ending.REOPENED,
    }
    claimed: Wait | None = None
    for event, level, _is_worse in _levels(life):
        if event.kind == Kind.CLAIMED and level:  # without one, two clocks did not agree
            claimed = Wait(event.flag, level, event.at, until, targets[level], Ending.NOT_YET)
        elif claimed and event.kind in endings:
            ending = endings[Kind(event.kind)]
            ended = replace(claimed, until=event.at, ending=ending, by=event.by)
            if ending != Ending.REOPENED or ended.is_late:
                yield ended
            claimed = None
    if claimed:
        yield claimed


def _levels(life: Iterable[Event]) -> Iterator[tuple[Event, Level, bool]]:
    """Each event with the flag's level from then on, and whether the event has made it worse."""
    level = Level.NONE
    for event in life:
        before = level
        level = Level(max(level, event.level or level))
        yield event, level, level > before
