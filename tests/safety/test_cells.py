"""Tables for spreadsheets: no cell is a formula, and there is one place that writes them."""

import re

import pytest
from django.conf import settings

from tracker.exchange.cells import defused, line, table

ROOMS = ("accounts", "bench", "config", "education", "tracker")


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_cell_that_begins_like_a_formula_is_text(begin):
    assert defused(f"{begin}HYPERLINK(1)") == f"'{begin}HYPERLINK(1)"
    assert defused(begin) == f"'{begin}"


@pytest.mark.parametrize("number", ["-1", "-1.5", "-0,25", -3, -2.5, 0, "12"])
def test_a_negative_number_stays_one(number):
    assert defused(number) == str(number)


@pytest.mark.parametrize(
    "text", ["-1+1", "-1\n", "- 1", "--1", "-1e9", "-.5", "+34600123456", "-１", "-1|'x'!A1"]
)
def test_what_is_more_than_a_number_does_not(text):
    assert defused(text) == f"'{text}"


def test_headings_and_rows_go_through_it():
    assert table(["=a", "b"], [["@c", 1], ["d", "-2"]]) == "\ufeff'=a,b\r\n'@c,1\r\nd,-2\r\n"
    assert line(["a,b", '"']) == '"a,b",""""\r\n'


def test_nothing_else_of_ours_writes_such_a_file():
    writes = re.compile(r"\bcsv\.(writer|DictWriter)|\bimport csv\b|openpyxl|xlsxwriter|text/tab-separated")
    found = {
        str(path.relative_to(settings.BASE_DIR))
        for room in ROOMS
        for path in (settings.BASE_DIR / room).rglob("*.py")
        if writes.search(path.read_text())
    }
    assert found == {"tracker/exchange/cells.py"}
