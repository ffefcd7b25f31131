"""The only place that writes tables for spreadsheets: every cell of every file goes through `defused`."""

import csv
import io
import re
from collections.abc import Iterable

BYTE_ORDER_MARK = "\ufeff"
"""Tells Excel that the file is UTF-8."""
FORMULA = tuple("=+-@\t\r\n")
NEGATIVE = re.compile(r"-\d+([.,]\d+)?", re.ASCII)
"""What begins like a formula and is none: a change of -1.5 stays a number that can be added up. Not so with a
plus: +34600123456 is a phone, and a spreadsheet would take its plus away."""


def defused(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula, whatever a name begins with."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) and not NEGATIVE.fullmatch(text) else text


def line(cells: Iterable[object]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([defused(cell) for cell in cells])
    return written.getvalue()


def table(headings: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    """A whole file."""
    return BYTE_ORDER_MARK + line(headings) + "".join(map(line, rows))
