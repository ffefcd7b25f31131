"""How somebody has been, in a sentence or two. Values in, words out."""

import datetime as dt
from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.charts import HeatMap, Row

SENTENCES_SHOWN = 2
TREND_WORDS = {
    "easing": _("%(symptom)s: worst on %(day)s, and easing."),
    "worse": _("%(symptom)s: getting worse. The worst day was %(day)s."),
    "mixed": _("%(symptom)s: up and down. The worst day was %(day)s."),
    "same": _("%(symptom)s: about the same. The worst day was %(day)s."),
}


def summary(heat_map: HeatMap) -> list[str]:
    """The worst symptoms first, each with its worst day and which way it goes."""
    if not heat_map.days_logged:
        return [gettext("There is nothing here yet. It fills up as you check in.")]
    if not heat_map.rows:
        return [gettext("You told us of no side effects in these days.")]
    days = [column.day for column in heat_map.columns]
    return [_sentence(row, days) for row in heat_map.rows[:SENTENCES_SHOWN]]


def _sentence(row: Row, days: Sequence[dt.date]) -> str:
    return TREND_WORDS[row.trend] % {
        "symptom": row.label,
        "day": date_format(days[row.worst_at], "j F"),
    }
