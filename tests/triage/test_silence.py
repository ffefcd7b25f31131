"""Days without a report, and flags that nobody answered."""

from dataclasses import replace

import pytest

from tests.triage.build import a_day, a_history, a_report, assessed
from tracker.triage.report import History, Level, OpenFlag, PastDay, Report

SENT = a_report(asked=("nausea",))
NOTHING = Report()
"""What stands for a day that did not come."""


def after(days_ago: int, level: Level | None, *flags: OpenFlag) -> History:
    """The last report was so many days ago, and that serious."""
    day = replace(a_day(days_ago, asked=("nausea",)), level=level)
    return replace(a_history(days=(day,)), open_flags=flags)


def codes(report: Report, history: History) -> set[str]:
    return {each.code for each in assessed(report, history).findings}


def checks(report: Report, history: History) -> list[str]:
    return [each.code for each in assessed(report, history).checks]


def test_one_missed_day_of_a_person_who_was_well_is_nothing() -> None:
    assert assessed(SENT, after(2, Level.NONE)).level == Level.NONE
    assert checks(SENT, after(2, Level.NONE)) == []
    assert assessed(SENT, after(2, None)).level == Level.NONE


def test_two_missed_days_are_routine() -> None:
    assert assessed(SENT, after(3, Level.NONE)).level == Level.ROUTINE
    assert codes(SENT, after(3, Level.NONE)) == {"missed_logs"}
    assert checks(SENT, after(3, Level.NONE)) == ["missed_reports"]


def test_a_first_report_has_missed_nothing() -> None:
    assert assessed(SENT, a_history()).findings == ()


@pytest.mark.parametrize("level", [Level.URGENT, Level.EMERGENCY])
def test_a_missed_day_after_a_serious_one_is_urgent(level: Level) -> None:
    told = assessed(SENT, after(2, level))
    assert told.level == Level.URGENT
    assert [each.code for each in told.findings] == ["missed_logs_after_severe"]
    assert [each.question for each in told.checks] == [
        "We have no report of yesterday. Did something keep you from it?"
    ]


def test_a_serious_day_followed_by_a_report_is_no_silence() -> None:
    assert assessed(SENT, after(1, Level.EMERGENCY)).level == Level.NONE


def test_a_report_that_tells_nothing_counts_as_a_missed_day() -> None:
    assert assessed(NOTHING, after(1, Level.URGENT)).level == Level.URGENT
    assert assessed(NOTHING, after(1, Level.NONE)).level == Level.NONE
    assert assessed(NOTHING, after(2, Level.NONE)).level == Level.ROUTINE


def test_silence_after_a_serious_day_that_somebody_has_seen_is_routine() -> None:
    seen = OpenFlag(2, Level.URGENT, acknowledged=True)
    told = assessed(SENT, after(2, Level.URGENT, seen))
    assert told.level == Level.ROUTINE
    assert [each.code for each in told.findings] == ["missed_logs_after_severe"]
    assert told.findings[0].team.endswith("the urgent flag of 2 days ago was answered")


def test_a_serious_flag_that_nobody_answered_is_urgent() -> None:
    waiting = OpenFlag(1, Level.URGENT, acknowledged=False)
    assert assessed(SENT, after(1, Level.URGENT, waiting)).level == Level.URGENT
    assert codes(SENT, after(1, Level.URGENT, waiting)) == {"unacknowledged_alert"}


def test_unanswered_and_silent_is_told_as_both() -> None:
    waiting = OpenFlag(3, Level.EMERGENCY, acknowledged=False)
    assert codes(NOTHING, after(3, Level.EMERGENCY, waiting)) >= {
        "missed_logs_after_severe",
        "unacknowledged_alert",
    }


@pytest.mark.parametrize(
    "flag",
    [
        OpenFlag(1, Level.ROUTINE, acknowledged=False),
        OpenFlag(0, Level.URGENT, acknowledged=False),
        OpenFlag(1, Level.URGENT, acknowledged=True),
    ],
)
def test_a_routine_a_new_or_an_acknowledged_flag_is_not_overdue(flag: OpenFlag) -> None:
    assert assessed(SENT, after(1, Level.NONE, flag)).level == Level.NONE


def test_the_team_reads_how_long_it_is_silent() -> None:
    told = assessed(NOTHING, after(3, Level.URGENT, OpenFlag(3, Level.URGENT, acknowledged=False)))
    assert [each.team for each in told.findings][:2] == [
        "No report for 3 days; the last report, 3 days ago, was urgent; "
        "nobody has answered the urgent flag of 3 days ago",
        "Nobody has answered the urgent flag of 3 days ago",
    ]


def test_a_day_that_did_not_come_is_today_and_one_before_a_report_yesterday() -> None:
    (found,) = assessed(NOTHING, after(1, Level.URGENT)).findings
    assert found.team == "No report today; yesterday’s report was urgent"
    told = [each.team for each in assessed(SENT, after(2, Level.URGENT)).findings]
    assert told == ["No report yesterday; the last report, 2 days ago, was urgent"]


def test_an_earlier_report_of_the_same_day_is_no_missed_day() -> None:
    today = PastDay(0, SENT, level=Level.NONE)
    assert assessed(SENT, replace(a_history(), days=(today,))).level == Level.NONE
