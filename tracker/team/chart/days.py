"""What days are called. A chart of twelve weeks names several hundred, and Django works each out anew."""

import datetime as dt
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language

KEPT = 4_096
"""Days of about a year and a half, in each of our forms and languages."""


def named(day: dt.date, form: str = "j F") -> str:
    """In the reader's language. Not for a moment, whose day goes by somebody's clock."""
    return _named(day, form, get_language())


@lru_cache(maxsize=KEPT)
def _named(day: dt.date, form: str, language: str) -> str:
    return date_format(day, form)
