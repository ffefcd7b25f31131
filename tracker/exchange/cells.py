"""Cells of a table that a spreadsheet will open."""

BYTE_ORDER_MARK = "\ufeff"
"""Tells Excel that the file is UTF-8."""
FORMULA = tuple("=+-@\t\r\n")


def defused(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula, whatever a name begins with."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
