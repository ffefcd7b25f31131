"""Who is on call at a moment, whatever the clocks do."""

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tracker.alerts.rota import Exchange, Rota, Slot

MADRID, LONDON = ZoneInfo("Europe/Madrid"), ZoneInfo("Europe/London")
NEW_YORK, LORD_HOWE = ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")
AMIRA, BEN, SARA = 1, 2, 3
MONDAY, TUESDAY, SATURDAY, SUNDAY = 1, 2, 6, 7
HOUR = dt.timedelta(hours=1)
NOON, SIX, TEN_PM = dt.time(12), dt.time(6), dt.time(22)


def every_day(person: int, starts: dt.time, ends: dt.time) -> tuple[Slot, ...]:
    return tuple(Slot(person, day, starts, ends) for day in range(MONDAY, SUNDAY + 1))


def at(zone: ZoneInfo, text: str, fold: int = 0) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


DAY_AND_NIGHT = (*every_day(AMIRA, SIX, TEN_PM), *every_day(BEN, TEN_PM, SIX))


class TestAWeekThatRepeats:
    rota = Rota(
        MADRID, (Slot(AMIRA, MONDAY, dt.time(8), dt.time(18)), Slot(BEN, MONDAY, dt.time(18), dt.time(8)))
    )

    @pytest.mark.parametrize(
        ("moment", "on_call"),
        [
            ("2026-11-23T07:59:59", set()),
            ("2026-11-23T08:00", {AMIRA}),
            ("2026-11-23T17:59:59", {AMIRA}),
            ("2026-11-23T18:00", {BEN}),
            ("2026-11-24T00:00", {BEN}),
            ("2026-11-24T07:59:59", {BEN}),
            ("2026-11-24T08:00", set()),
            ("2026-11-30T08:00", {AMIRA}),
        ],
    )
    def test_a_shift_begins_at_its_minute_and_has_ended_at_its_end(
        self, moment: str, on_call: set[int]
    ) -> None:
        assert self.rota.on_call(at(MADRID, moment)) == on_call

    def test_the_teams_clock_counts_and_not_the_servers(self) -> None:
        assert self.rota.on_call(dt.datetime(2026, 11, 23, 7, 0, tzinfo=dt.UTC)) == {AMIRA}  # 08:00 in Madrid

    def test_two_at_once_are_both_on_call(self) -> None:
        both = Rota(MADRID, (*every_day(AMIRA, SIX, TEN_PM), *every_day(BEN, NOON, TEN_PM)))
        assert both.on_call(at(MADRID, "2026-11-23T13:00")) == {AMIRA, BEN}

    def test_a_shift_that_ends_when_it_begins_lasts_a_day(self) -> None:
        rota = Rota(MADRID, (Slot(AMIRA, SATURDAY, NOON, NOON),))
        assert rota.on_call(at(MADRID, "2026-11-29T11:59")) == {AMIRA}
        assert rota.on_call(at(MADRID, "2026-11-29T12:00")) == set()

    def test_the_leap_day_is_a_day_like_others(self) -> None:
        rota = Rota(MADRID, (Slot(AMIRA, TUESDAY, SIX, TEN_PM),))
        assert rota.on_call(at(MADRID, "2028-02-29T12:00")) == {AMIRA}


class TestHolidays:
    rota = Rota(
        MADRID,
        (Slot(AMIRA, 5, SIX, TEN_PM), Slot(BEN, SUNDAY, SIX, SIX)),
        holidays=frozenset({dt.date(2026, 12, 25)}),  # a Friday
    )

    def test_sundays_people_are_on_call(self) -> None:
        assert self.rota.on_call(at(MADRID, "2026-12-25T12:00")) == {BEN}
        assert self.rota.on_call(at(MADRID, "2026-12-18T12:00")) == {AMIRA}

    def test_a_shift_that_began_on_the_holiday_goes_on_into_the_next_day(self) -> None:
        assert self.rota.on_call(at(MADRID, "2026-12-26T05:00")) == {BEN}


class TestSwaps:
    def swapped(self, person: int, instead_of: int | None) -> Rota:
        when = at(MADRID, "2026-11-23T10:00"), at(MADRID, "2026-11-23T14:00")
        return Rota(MADRID, every_day(AMIRA, SIX, TEN_PM), (Exchange(person, instead_of, *when),))

    def test_one_is_on_call_in_the_place_of_another_for_those_hours_alone(self) -> None:
        rota = self.swapped(BEN, instead_of=AMIRA)
        hours = ("09:59", "10:00", "13:59", "14:00")
        told = [rota.on_call(at(MADRID, f"2026-11-23T{hour}")) for hour in hours]
        assert told == [{AMIRA}, {BEN}, {BEN}, {AMIRA}]

    def test_one_may_come_beside_whoever_is_there(self) -> None:
        assert self.swapped(BEN, None).on_call(at(MADRID, "2026-11-23T12:00")) == {AMIRA, BEN}

    def test_in_the_place_of_somebody_who_is_not_there_one_is_on_call_all_the_same(self) -> None:
        assert self.swapped(BEN, instead_of=SARA).on_call(at(MADRID, "2026-11-23T12:00")) == {AMIRA, BEN}

    def test_a_later_swap_is_laid_over_an_earlier_one(self) -> None:
        day = at(MADRID, "2026-11-23T00:00"), at(MADRID, "2026-11-24T00:00")
        rota = Rota(
            MADRID,
            every_day(AMIRA, SIX, TEN_PM),
            (Exchange(BEN, AMIRA, *day), Exchange(SARA, BEN, *day)),
        )
        assert rota.on_call(at(MADRID, "2026-11-23T12:00")) == {SARA}


CLOCK_CHANGES = [
    pytest.param(zone, day, id=f"{zone.key} {day}")
    for zone, days in {
        LONDON: ("2026-03-29", "2026-10-25"),
        NEW_YORK: ("2026-03-08", "2026-11-01"),
        LORD_HOWE: ("2026-10-04", "2026-04-05"),  # by half an hour
    }.items()
    for day in days
]


@pytest.mark.parametrize(("zone", "day"), CLOCK_CHANGES)
class TestClockChanges:
    def test_somebody_is_on_call_at_every_minute_and_nobody_twice(self, zone: ZoneInfo, day: str) -> None:
        rota = Rota(zone, DAY_AND_NIGHT)
        start = at(zone, f"{day}T00:00").astimezone(dt.UTC) - 12 * HOUR
        for minute in range(48 * 60):
            assert len(rota.on_call(start + dt.timedelta(minutes=minute))) == 1

    def test_the_night_shift_is_as_long_as_the_night(self, zone: ZoneInfo, day: str) -> None:
        rota = Rota(zone, DAY_AND_NIGHT)
        before = dt.date.fromisoformat(day) - dt.timedelta(days=1)
        start = dt.datetime.combine(before, TEN_PM, zone).astimezone(dt.UTC)
        end = at(zone, f"{day}T06:00").astimezone(dt.UTC)
        assert end - start != 8 * HOUR
        [spell] = rota.spells(start, end)
        assert spell == (start, end, frozenset({BEN}))

    def test_a_change_of_shift_in_the_hour_that_is_twice_or_never_leaves_no_gap(
        self, zone: ZoneInfo, day: str
    ) -> None:
        half_past_one = dt.time(1, 45)
        rota = Rota(zone, (*every_day(AMIRA, NOON, half_past_one), *every_day(BEN, half_past_one, NOON)))
        start = at(zone, f"{day}T00:00").astimezone(dt.UTC)
        for minute in range(6 * 60):
            assert len(rota.on_call(start + dt.timedelta(minutes=minute))) == 1


class TestSpells:
    def test_they_run_from_edge_to_edge_without_a_gap(self) -> None:
        rota = Rota(MADRID, DAY_AND_NIGHT)
        since = at(MADRID, "2026-11-23T00:00").astimezone(dt.UTC)
        until = since + 24 * HOUR
        spells = list(rota.spells(since, until))
        assert [people for _start, _end, people in spells] == [{BEN}, {AMIRA}, {BEN}]
        assert (spells[0][0], spells[-1][1]) == (since, until)
        assert all(one[1] == other[0] for one, other in pairwise(spells))

    def test_a_swap_is_an_edge(self) -> None:
        since = at(MADRID, "2026-11-23T08:00").astimezone(dt.UTC)
        swap = Exchange(BEN, AMIRA, since + HOUR, since + 2 * HOUR)
        rota = Rota(MADRID, every_day(AMIRA, SIX, TEN_PM), (swap,))
        spells = list(rota.spells(since, since + 3 * HOUR))
        assert [people for _start, _end, people in spells] == [{AMIRA}, {BEN}, {AMIRA}]
