"""What charts are drawn from: symptoms by day, readings, the points of a line. Values in, values out."""

from tracker.charts.days import Cell, LoggedDay, by_day, calendar, logged_day
from tracker.charts.lines import WORST_GRADE, Line, line, sparkline
from tracker.charts.readings import READINGS, ReadingChart, Style, reading_charts
from tracker.charts.symptoms import OLD_AFTER, Course, HeatMap, Row, heat_map, worst_grades

__all__ = [
    "OLD_AFTER",
    "READINGS",
    "WORST_GRADE",
    "Cell",
    "Course",
    "HeatMap",
    "Line",
    "LoggedDay",
    "ReadingChart",
    "Row",
    "Style",
    "by_day",
    "calendar",
    "heat_map",
    "line",
    "logged_day",
    "reading_charts",
    "sparkline",
    "worst_grades",
]
