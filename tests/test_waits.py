"""From what happened to flags to how long they waited."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.models import FlagEvent
from tracker.models.flags import TARGETS
from tracker.triage.report import Level
from tracker.waits import (
    ANSWERS,
    OPENS,
    Ending,
    Event,
    Figures,
    Wait,
    by_hour,
    by_level,
    for_an_answer,
    for_an_outcome,
    percentile,
)

Kind = FlagEvent.Kind
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
MADRID = ZoneInfo("Europe/Madrid")
FIRST = dt.datetime(2026, 11, 1, tzinfo=MADRID)
LAST = dt.datetime(2026, 12, 1, tzinfo=MADRID)
NOON = dt.datetime(2026, 11, 10, 12, tzinfo=MADRID)
OUTCOMES = {Level.EMERGENCY: HOUR, Level.URGENT: 4 * HOUR, Level.ROUTINE: 48 * HOUR}
FLAG = uuid.UUID(int=1)

RAISED_URGENT = (Kind.RAISED, 0, Level.URGENT)


def life(*steps, start=NOON, flag=FLAG):
    """(kind, minutes after `start`), and the level or who did it."""
    return [
        Event(
            flag,
            kind,
            start + minutes * MINUTE,
            level=next((each for each in rest if isinstance(each, Level)), None),
            by=next((each for each in rest if not isinstance(each, Level)), ""),
        )
        for kind, minutes, *rest in steps
    ]


def answers(events, since=FIRST, until=LAST):
    return for_an_answer(events, since, until, TARGETS)


def outcomes(events, since=FIRST, until=LAST):
    return for_an_outcome(events, since, until, OUTCOMES)


def in_short(waits):
    return [(wait.level.word, wait.waited // MINUTE, wait.ending) for wait in waits]


# --- Until somebody takes it --------------------------------------------------------------------------------


def test_a_flag_waits_from_raised_to_claimed():
    [wait] = answers(life(RAISED_URGENT, (Kind.CLAIMED, 12, "Amira"), (Kind.RESOLVED, 50, "Amira")))
    assert (wait.level, wait.waited, wait.by) == (Level.URGENT, 12 * MINUTE, "Amira")
    assert not wait.is_late


def test_resolved_unclaimed_it_was_answered_then():
    [wait] = answers(life(RAISED_URGENT, (Kind.RESOLVED, 20, "Ben")))
    assert (wait.waited, wait.by, wait.ending) == (20 * MINUTE, "Ben", Ending.DONE)


@pytest.mark.parametrize(("minutes", "late"), [(29, False), (30, False), (31, True)])
def test_late_is_longer_than_the_target(minutes, late):
    [wait] = answers(life(RAISED_URGENT, (Kind.CLAIMED, minutes)))
    assert wait.is_late is late
    assert wait.over_by == (MINUTE if late else dt.timedelta())


def test_opened_again_and_come_back_it_waits_anew():
    events = life(
        RAISED_URGENT,
        (Kind.CLAIMED, 5),
        (Kind.REOPENED, 60, Level.URGENT),
        (Kind.CLAIMED, 67),
        (Kind.CAME_BACK, 400),
        (Kind.CLAIMED, 409),
    )
    assert [wait.waited // MINUTE for wait in answers(events)] == [5, 7, 9]


def test_the_level_is_the_worst_that_was_reported_so_far():
    events = life(
        (Kind.RAISED, 0, Level.EMERGENCY),
        (Kind.CLAIMED, 5),
        (Kind.REOPENED, 60, Level.URGENT),
        (Kind.CLAIMED, 75),
    )
    assert in_short(answers(events)) == [("emergency", 5, Ending.DONE), ("emergency", 15, Ending.DONE)]


def test_getting_worse_begins_a_wait_of_its_own_and_ends_none():
    events = life(RAISED_URGENT, (Kind.JOINED, 60, Level.EMERGENCY), (Kind.CLAIMED, 65, "Amira"))
    urgent, emergency = answers(events)
    assert (urgent.level, urgent.over_by) == (Level.URGENT, 35 * MINUTE)
    assert (emergency.level, emergency.waited, emergency.is_late) == (Level.EMERGENCY, 5 * MINUTE, False)


@pytest.mark.parametrize("kind", sorted(set(Kind) - OPENS - ANSWERS))
def test_what_makes_nothing_worse_begins_nothing(kind):
    assert len(answers(life(RAISED_URGENT, (kind, 3, Level.ROUTINE), (Kind.CLAIMED, 9)))) == 1


def test_what_joins_a_claimed_flag_begins_nothing():
    assert len(answers(life(RAISED_URGENT, (Kind.CLAIMED, 1), (Kind.JOINED, 3, Level.ROUTINE)))) == 1


# --- Until there is an outcome ------------------------------------------------------------------------------


def test_an_outcome_is_waited_for_from_the_claim_whoever_takes_over():
    events = life(
        RAISED_URGENT, (Kind.CLAIMED, 10, "Amira"), (Kind.TAKEN_OVER, 200, "Ben"), (Kind.RESOLVED, 260, "Ben")
    )
    [wait] = outcomes(events)
    assert (wait.waited, wait.by, wait.over_by) == (250 * MINUTE, "Ben", 10 * MINUTE)


def test_a_claim_without_an_outcome_in_time_is_late_to_the_second():
    [wait] = outcomes(life(RAISED_URGENT, (Kind.CLAIMED, 0, "Amira"), (Kind.CAME_BACK, 240)))
    assert (wait.ending, wait.is_late, wait.over_by, wait.by) == (Ending.CAME_BACK, True, dt.timedelta(), "")


def test_a_claim_cut_short_by_a_worse_report_counts_only_when_it_was_late():
    def cut_short(minutes):
        return outcomes(life(RAISED_URGENT, (Kind.CLAIMED, 0), (Kind.REOPENED, minutes, Level.EMERGENCY)))

    assert cut_short(239) == []
    assert in_short(cut_short(241)) == [("urgent", 241, Ending.REOPENED)]


def test_resolved_unclaimed_there_was_no_claim_to_wait_from():
    assert outcomes(life(RAISED_URGENT, (Kind.RESOLVED, 5))) == []


# --- The period ---------------------------------------------------------------------------------------------


def test_what_is_not_over_at_the_end_counts_with_its_time_so_far():
    events = life(RAISED_URGENT, start=LAST - 40 * MINUTE)
    [wait] = answers(events)
    assert (wait.waited, wait.is_over, wait.is_late) == (40 * MINUTE, False, True)
    [claim] = outcomes([*events, *life((Kind.CLAIMED, 0), start=LAST - MINUTE)])
    assert (claim.waited, claim.ending) == (MINUTE, Ending.NOT_YET)


def test_a_wait_over_the_months_end_is_in_both_and_whole_in_the_second():
    events = life(RAISED_URGENT, (Kind.CLAIMED, 540), start=FIRST - 5 * MINUTE)
    october = answers(events, FIRST - 31 * 24 * HOUR, FIRST)
    assert in_short(october) == [("urgent", 5, Ending.NOT_YET)]
    assert in_short(answers(events)) == [("urgent", 540, Ending.DONE)]
    assert answers(events, LAST, LAST + HOUR) == []


def test_the_order_in_which_events_come_does_not_matter_between_flags():
    one, two = (
        life(RAISED_URGENT, (Kind.CLAIMED, 1)),
        life((Kind.RAISED, 0, Level.ROUTINE), (Kind.CLAIMED, 2), flag=uuid.UUID(int=2)),
    )
    mixed = [two[1], one[0], two[0], one[1]]
    assert in_short(answers(mixed)) == [("urgent", 1, Ending.DONE), ("routine", 2, Ending.DONE)]


# --- Figures ------------------------------------------------------------------------------------------------


def waits(*minutes, level=Level.URGENT, since=NOON):
    return [Wait(FLAG, level, since, since + each * MINUTE, TARGETS[level]) for each in minutes]


def test_median_and_ninetieth_are_times_that_were_waited():
    figures = Figures.of(waits(1, 2, 3, 4, 5, 6, 7, 8, 9, 100))
    assert (figures.median, figures.ninetieth, figures.late) == (5 * MINUTE, 9 * MINUTE, 1)


def test_of_nothing_there_is_no_median():
    figures = Figures.of([])
    assert (figures.count, figures.median, figures.ninetieth, figures.late_percent) == (0, None, None, 0)


def test_one_late_of_a_thousand_is_not_called_none():
    figures = Figures.of(waits(*[1] * 999, 60))
    assert (figures.in_time_percent, figures.late_percent) == (99, 1)


def test_every_level_has_its_figures_the_worst_first():
    counts = {level.word: each.count for level, each in by_level(waits(1, 2)).items()}
    assert counts == {"emergency": 0, "urgent": 2, "routine": 0}


def test_hours_are_of_the_teams_clock_on_either_side_of_a_change():
    before, after = (dt.datetime(2026, 10, day, 23, 30, tzinfo=dt.UTC) for day in (24, 25))
    found = by_hour([*waits(1, since=before), *waits(2, since=after)], MADRID)
    assert {hour: each[Level.URGENT].count for hour, each in found.items()} == {0: 1, 1: 1}


TIMES = st.lists(st.integers(0, 20_000).map(lambda minutes: minutes * MINUTE), min_size=1, max_size=30)
# A busy machine is no failure.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@unhurried
@given(TIMES, st.integers(1, 100))
def test_so_many_percent_lie_within_a_percentile_and_it_is_one_of_them(times, percent):
    times.sort()
    found = percentile(times, percent)
    assert found in times
    assert 100 * sum(each <= found for each in times) >= percent * len(times)
    assert 100 * sum(each < found for each in times) < percent * len(times)


STEPS = st.lists(
    st.tuples(st.sampled_from(Kind.values), st.integers(0, 60_000), st.sampled_from(Level)),
    max_size=12,
)


@unhurried
@given(STEPS)
def test_whatever_happened_nothing_waits_less_than_no_time_or_beyond_the_period(steps):
    events = life(RAISED_URGENT, *((kind, at, level) for kind, at, level in steps))
    for wait in [*answers(events), *outcomes(events)]:
        assert wait.since <= wait.until <= LAST
        assert wait.until >= FIRST


def test_a_claim_that_was_taken_back_has_answered_nothing():
    events = life(RAISED_URGENT, (Kind.CLAIMED, 5, "Amira"), (Kind.UNDONE, 5), (Kind.CLAIMED, 40, "Ben"))
    [wait] = answers(events)
    assert (wait.waited, wait.by, wait.is_late) == (40 * MINUTE, "Ben", True)
    [outcome] = outcomes([*events, *life((Kind.RESOLVED, 60, "Ben"))])
    assert outcome.waited == 20 * MINUTE


def test_a_hand_over_and_a_promise_begin_no_wait_anew():
    events = life(
        RAISED_URGENT,
        (Kind.CLAIMED, 10, "Amira"),
        (Kind.CALL_BACK, 20, "Amira"),
        (Kind.HANDED_OVER, 30, "Amira"),
        (Kind.RESOLVED, 70, "Ben"),
    )
    [wait] = outcomes(events)
    assert wait.waited == 60 * MINUTE
    assert len(answers(events)) == 1


def test_a_claim_that_another_clock_put_before_the_flag_was_raised_stops_no_report():
    events = life((Kind.CLAIMED, 0, None), (Kind.RAISED, 5, Level.URGENT))
    assert for_an_outcome(events, FIRST, LAST, OUTCOMES) == []
