"""Heat maps, readings and lines: four kinds of nothing stay apart, and gaps stay gaps."""

import datetime as dt

import pytest

from tests.triage.build import a_report
from tracker import charts
from tracker.charts import LoggedDay
from tracker.triage.grading import grades
from tracker.triage.readings import parse, parse_blood_pressure
from tracker.triage.report import Answer, Reading, Report
from tracker.triage.shown import Units

MONDAY = dt.date(2026, 11, 23)
WEEK = charts.calendar(MONDAY, 7)


def ago(days: int) -> dt.date:
    return MONDAY - dt.timedelta(days=days)


def test_a_calendar_ends_with_its_last_day():
    assert WEEK[0] == ago(6)
    assert WEEK[-1] == MONDAY


def test_none_skipped_not_asked_and_not_logged_are_four_things():
    report = a_report(nausea=Answer(), asked=("chills",))
    day = charts.logged_day(MONDAY, report, grades(report))
    assert day.cell("chills") == 0
    assert day.cell("nausea") == "skipped"
    assert day.cell("itching") == "not-asked"
    drawn = charts.heat_map({MONDAY: day}, WEEK, (), {})
    assert [row.cells[0] for row in drawn.rows] == [None]


def test_a_symptom_that_was_never_there_has_no_row():
    drawn = charts.heat_map({MONDAY: LoggedDay(MONDAY, {"nausea": 0, "chills": 1})}, WEEK, (), {})
    assert [row.code for row in drawn.rows] == ["chills"]


def test_the_worst_row_comes_first_in_the_readers_words():
    days = {MONDAY: LoggedDay(MONDAY, {"nausea": 1, "chills": 3})}
    drawn = charts.heat_map(days, WEEK, {MONDAY}, {"chills": "Shaking"})
    assert [row.label for row in drawn.rows] == ["Shaking", "Nausea"]
    assert [column.is_dose_day for column in drawn.columns] == [False] * 6 + [True]


def test_two_reports_of_a_day_keep_the_worse_grade_and_the_later_reading():
    first = LoggedDay(MONDAY, {"nausea": 3}, frozenset({"chills"}), {"pulse": 90})
    later = LoggedDay(MONDAY, {"nausea": 1, "chills": 2}, frozenset(), {"pulse": 80})
    assert charts.by_day([first, later]) == {
        MONDAY: LoggedDay(MONDAY, {"nausea": 3, "chills": 2}, frozenset(), {"pulse": 80})
    }


def test_a_trend_compares_the_last_days_with_those_before():
    def trend(*cells: charts.Cell) -> str:
        return charts.Row("nausea", "Nausea", cells).trend

    assert trend(3, 3, None, 1, 1) == "easing"
    assert trend(0, "not-asked", 2) == "worse"
    assert trend(1, 1, 1, 1) == "same"
    assert trend(0, 0, 1, 3, 2) == "mixed"  # on the last day it fell
    assert trend(2) == trend(None, "skipped") == "same"
    assert trend(*[0] * 19, 3, 3) == trend(*[3] * 10, *[0] * 10, 3) == "worse"


def test_the_worst_day_is_the_latest_of_equals():
    assert charts.Row("nausea", "Nausea", (2, 3, None, 3, "skipped")).worst_at == 3


def test_a_gap_breaks_the_line_and_a_lone_value_is_a_dot():
    line = charts.line([0, 4, None, 2], 0, 4, width=108, height=16)
    assert line.path == "M4.0 12.0L37.3 4.0"
    assert line.dots == "M4.0 12.0h0M37.3 4.0h0M104.0 8.0h0"


def test_a_line_without_values_or_with_one_is_no_error():
    assert charts.sparkline([]) == charts.sparkline([None] * 7) == charts.Line("", "")
    assert charts.sparkline([2]) == charts.Line("", "M4.0 16.0h0")


def test_blood_pressure_is_one_chart_of_two_lines_beside_the_usual():
    days = charts.by_day([LoggedDay(ago(1), readings={"systolic": 120, "diastolic": 80})])
    [chart] = charts.reading_charts(days, WEEK, {"systolic": 124, "diastolic": 78})
    assert (chart.label, chart.unit, chart.usual) == ("Blood pressure", "mmHg", "124/78")
    assert len(chart.lines) == 2
    assert chart.table == ((ago(1), "120/80"),)


def test_equal_values_and_an_unknown_usual_are_drawn():
    days = charts.by_day([LoggedDay(ago(each), readings={"temperature": 37.0}) for each in (2, 1)])
    [chart] = charts.reading_charts(days, WEEK, {})
    assert chart.usual_at is None
    assert chart.lowest == chart.highest == "37.0"


def test_a_reading_that_cannot_be_is_not_drawn():
    report = a_report()
    impossible = {"temperature": Reading(98.6, "C"), "pulse": Reading(None, "beats/min", "abc")}
    day = charts.logged_day(MONDAY, type(report)(readings=impossible), {})
    assert day.readings == {}


def test_a_sparkline_shows_the_worst_of_each_day():
    days = {MONDAY: LoggedDay(MONDAY, {"nausea": 1, "chills": 3}), ago(2): LoggedDay(ago(2))}
    assert charts.worst_grades(days, WEEK)[-3:] == (0, None, 3)


def test_a_chart_states_nothing_that_nobody_confirmed():
    top, bottom = parse_blood_pressure("80/120")
    swapped = Report(readings={"systolic": top, "diastolic": bottom})
    yesterday = charts.LoggedDay(ago(1), readings={"systolic": 122, "diastolic": 78})
    days = charts.by_day([yesterday, charts.logged_day(ago(0), swapped, {})])
    [chart] = charts.reading_charts(days, charts.calendar(ago(0), 2), {})
    assert chart.table == ((ago(1), "122/78"), (ago(0), "typed “80/120”, not confirmed"))
    assert (chart.latest, chart.latest_on, chart.highest) == ("122/78", ago(1), "122")


# --- Which way it goes --------------------------------------------------------------------------------------

SKIPPED: charts.Cell = "skipped"


@pytest.mark.parametrize(
    ("cells", "course"),
    [
        ((3, 3, 2, 1, 1), "easing"),
        ((1, 1, 2, 3), "worse"),
        ((2, 2, 2, 2), "same"),
        ((0, 0, 1, 3, 2), "mixed"),
        ((None, None, 2), "once"),
        ((2, None, None), "once"),  # two days without a word are no old word yet
        ((2, None, None, None), "old"),
        ((2, 3, "not-asked", "not-asked", "not-asked"), "old"),
        ((3, 2, 0), "easing"),  # one good day is no end
        ((3, 2, 0, 0), "gone"),
        ((3, 2, 0, None, 0), "gone"),
        ((2, 0, 0, 1), "back"),
        ((2, 0, None, 0, 1, 2), "back"),
        ((2, 0, 1, 1), "same"),  # one day without it was no end
        ((0, 0, 0, 2), "worse"),  # it was never there before
        ((2, 2, SKIPPED), "unclear"),
        ((SKIPPED,), "not-described"),
        ((0, SKIPPED, 0), "not-described"),
        ((2, SKIPPED, None, None, None), "old"),
    ],
)
def test_a_course_says_no_more_than_was_told(cells, course):
    assert charts.Row("chills", "Chills", cells).course == course


def test_it_came_back_on_the_first_day_of_its_last_stretch():
    row = charts.Row("chills", "Chills", (2, 0, 0, 1, None, 3))
    assert (row.back_at, row.last_at, row.heard_at) == (3, 5, 5)


# --- Units and limits ---------------------------------------------------------------------------------------


def fahrenheit_chart(*typed: str, **options) -> charts.ReadingChart:
    reports = [Report(readings={"temperature": parse("temperature", each)}) for each in typed]
    logged = [charts.logged_day(ago(len(typed) - 1 - at), each, {}) for at, each in enumerate(reports)]
    style = charts.Style(person=Units("F", "lb"))
    [chart] = charts.reading_charts(charts.by_day(logged), WEEK, {}, style=style, **options)
    return chart


def test_a_chart_speaks_the_readers_units_and_keeps_what_was_typed():
    chart = fahrenheit_chart("101.2 °F", "37.0")
    assert chart.unit == "°F"
    assert chart.table == ((ago(1), "101.2"), (ago(0), "98.6"))
    assert (chart.lowest, chart.highest, chart.latest) == ("98.6", "101.2", "98.6")


def test_the_limit_is_drawn_above_what_lies_below_it():
    chart = fahrenheit_chart("98.6 °F", limits={"temperature": 38.0, "pulse": 110})
    assert chart.limit == "100.4 °F"
    assert chart.limit_at
    assert float(chart.limit_at) < float(chart.lines[0].dots.removesuffix("h0").split()[1])


def test_the_later_reading_of_a_day_brings_its_own_words():
    first = LoggedDay(MONDAY, readings={"temperature": 38.4}, typed={"temperature": "101.2"})
    later = LoggedDay(MONDAY, readings={"temperature": 37.0}, typed={"temperature": "98.6"})
    assert first.joined(later).typed == {"temperature": "98.6"}
    assert later.joined(LoggedDay(MONDAY)).typed == {"temperature": "98.6"}
