"""Who is on call at a moment: a week that repeats by the team's clock, its holidays, and the swaps."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

A_DAY = dt.timedelta(days=1)
SUNDAY = 7


@dataclass(frozen=True, slots=True)
class Slot:
    """Every week on `weekday` (1 is Monday) from `starts` until `ends`: the next day, if that is no later."""

    person: int
    weekday: int
    starts: dt.time
    ends: dt.time

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        return cls(
            value["person"],
            value["weekday"],
            dt.time.fromisoformat(value["starts"]),
            dt.time.fromisoformat(value["ends"]),
        )

    def on(self, day: dt.date, zone: dt.tzinfo) -> tuple[dt.datetime, dt.datetime]:
        """The instants at which it begins and ends when it begins on `day`.

        By the wall clock: a night in which the clocks go back is an hour longer, one in which they go forward
        an hour shorter. A time that comes twice is the first of the two, for the end of one shift and the
        beginning of the next alike.
        """
        last_day = day if self.ends > self.starts else day + A_DAY
        return _instant(day, self.starts, zone), _instant(last_day, self.ends, zone)


@dataclass(frozen=True, slots=True)
class Exchange:
    """From `starts_at` until `ends_at` `person` is on call in the place of `instead_of`, or beside others."""

    person: int
    instead_of: int | None
    starts_at: dt.datetime
    ends_at: dt.datetime

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        return cls(
            value["person"],
            value["instead_of"],
            dt.datetime.fromisoformat(value["starts_at"]),
            dt.datetime.fromisoformat(value["ends_at"]),
        )

    def holds(self, at: dt.datetime) -> bool:
        return self.starts_at <= at < self.ends_at


@dataclass(frozen=True, slots=True)
class Rota:
    """`exchanges` in the order in which they were made: a later one is laid over the earlier."""

    zone: dt.tzinfo
    slots: Sequence[Slot] = ()
    exchanges: Sequence[Exchange] = ()
    holidays: frozenset[dt.date] = frozenset()

    def on_call(self, at: dt.datetime) -> frozenset[int]:
        """The people on call at `at` (an aware moment)."""
        today = at.astimezone(self.zone).date()
        people = {
            slot.person
            for day in (today - A_DAY, today)
            for slot in self._slots_of(day)
            if _within(at, slot.on(day, self.zone))
        }
        for exchange in self.exchanges:
            if exchange.holds(at):
                people = (people - {exchange.instead_of}) | {exchange.person}
        return frozenset(people)

    def changes(self, since: dt.datetime, until: dt.datetime) -> list[dt.datetime]:
        """`since`, and every later moment before `until` at which somebody comes on call or goes."""
        edges = {since}
        edges.update(edge for edge in self._edges(since, until) if since < edge < until)
        return sorted(edges)

    def spells(
        self, since: dt.datetime, until: dt.datetime
    ) -> Iterator[tuple[dt.datetime, dt.datetime, frozenset[int]]]:
        """The stretches of time from `since` to `until` in which the same people are on call, in order."""
        for start, end in pairwise([*self.changes(since, until), until]):
            yield start, end, self.on_call(start)

    def _edges(self, since: dt.datetime, until: dt.datetime) -> Iterator[dt.datetime]:
        day = since.astimezone(self.zone).date() - A_DAY
        while day <= until.astimezone(self.zone).date():
            for slot in self._slots_of(day):
                yield from slot.on(day, self.zone)
            day += A_DAY
        for exchange in self.exchanges:
            yield from (exchange.starts_at, exchange.ends_at)

    def _slots_of(self, day: dt.date) -> Iterator[Slot]:
        weekday = SUNDAY if day in self.holidays else day.isoweekday()
        return (slot for slot in self.slots if slot.weekday == weekday)


def _instant(day: dt.date, time: dt.time, zone: dt.tzinfo) -> dt.datetime:
    return dt.datetime.combine(day, time, zone).astimezone(dt.UTC)


def _within(at: dt.datetime, span: tuple[dt.datetime, dt.datetime]) -> bool:
    return span[0] <= at < span[1]
