"""When somebody reads reports: a week that repeats by a clock on the wall, without its holidays."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

A_DAY = dt.timedelta(days=1)
A_MINUTE = dt.timedelta(minutes=1)
A_WEEK = 7  # days


@dataclass(frozen=True, slots=True)
class Hours:
    """Open on `days` (1 is Monday) from `begins` until `ends`, but not on `holidays`; never without days."""

    zone: ZoneInfo
    days: Collection[int]
    begins: dt.time
    ends: dt.time
    holidays: Collection[dt.date] = ()

    def is_open(self, at: dt.datetime) -> bool:
        """Whether somebody reads at `at` (an aware moment)."""
        local = at.astimezone(self.zone)
        return self.opens_on(local.date()) and self.begins <= local.time() < self.ends

    def opens_on(self, day: dt.date) -> bool:
        """Whether somebody reads at some hour of `day`."""
        return day.isoweekday() in self.days and day not in self.holidays

    def is_lost_to_holiday(self, day: dt.date) -> bool:
        """Whether a holiday takes away a day on which somebody would read."""
        return day.isoweekday() in self.days and day in self.holidays

    def opens_next(self, now: dt.datetime) -> dt.datetime | None:
        """The first moment after `now` at which somebody begins to read; None when that is never."""
        return self._next(self.closes_next(now) or now, opening=True)

    def closes_next(self, now: dt.datetime) -> dt.datetime | None:
        """The moment at which those who read at `now` stop; None when nobody does."""
        return self._next(now, opening=False) if self.is_open(now) else None

    def _next(self, after: dt.datetime, *, opening: bool) -> dt.datetime | None:
        if not self.days:
            return None
        first = after.astimezone(self.zone).date()
        for number in range(A_WEEK * (len(self.holidays) + 3)):  # a holiday may take a week's only day
            for at in self._edges(first + number * A_DAY):
                if at > after and self.is_open(at) == opening:
                    return at
        return None

    def _edges(self, day: dt.date) -> Iterator[dt.datetime]:
        """Every moment of `day`, in order, at which it may open or close.

        On the two days a year on which the clocks change an hour is left out or comes twice, and with it an
        edge: every minute may be one.
        """
        if not self.opens_on(day):
            return
        start, end = self._instant(day, dt.time.min), self._instant(day + A_DAY, dt.time.min)
        if end - start == A_DAY:
            yield self._instant(day, self.begins)
            yield self._instant(day, self.ends)
            return
        while start <= end:
            yield start
            start += A_MINUTE

    def _instant(self, day: dt.date, time: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, time, self.zone).astimezone(dt.UTC)
