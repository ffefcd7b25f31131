"""A moment as staff read it, by the clock of their team."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.timezone import localtime


def in_short(moment: dt.datetime, now: dt.datetime) -> str:
    """“14:30”, with the day where it is another: “Sun 14:30”."""
    at = localtime(moment)
    return date_format(at, "H:i" if at.date() == localtime(now).date() else "D H:i")
