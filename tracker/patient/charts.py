"""How somebody has been, in a few sentences. Values in, words out."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from tracker.charts import OLD_AFTER, Course, HeatMap, ReadingChart, Row, Style
from tracker.models import Patient
from tracker.patient.subjects import SUBJECTS
from tracker.triage.symptoms import LANGUAGE

SENTENCES_SHOWN = 3
NEEDS_WORDS: frozenset[Course] = frozenset({"worse", "back", "unclear"})
"""What is told of a symptom even where others were worse."""

# "many" is 1 or 2, as the English name of the symptom wants it. Where the name has another number in your
# language, choose words that suit both.
COURSE_WORDS: Mapping[Course, Any] = {
    "easing": ngettext_lazy(
        "%(symptom)s was worst on %(worst)s and is easing.",
        "%(symptom)s were worst on %(worst)s and are easing.",
        "many",
    ),
    "worse": ngettext_lazy(
        "%(symptom)s is getting worse. The worst day was %(worst)s.",
        "%(symptom)s are getting worse. The worst day was %(worst)s.",
        "many",
    ),
    "mixed": ngettext_lazy(
        "%(symptom)s goes up and down. The worst day was %(worst)s.",
        "%(symptom)s go up and down. The worst day was %(worst)s.",
        "many",
    ),
    "same": ngettext_lazy(
        "%(symptom)s is about the same. The worst day was %(worst)s.",
        "%(symptom)s are about the same. The worst day was %(worst)s.",
        "many",
    ),
    "gone": ngettext_lazy(
        "%(symptom)s was worst on %(worst)s. You last told us of it on %(last)s.",
        "%(symptom)s were worst on %(worst)s. You last told us of them on %(last)s.",
        "many",
    ),
    "back": _("%(symptom)s came back on %(back)s. The worst day was %(worst)s."),
    "old": ngettext_lazy(
        "%(symptom)s was worst on %(worst)s. We last heard about it on %(heard)s.",
        "%(symptom)s were worst on %(worst)s. We last heard about them on %(heard)s.",
        "many",
    ),
    "unclear": ngettext_lazy(
        "%(symptom)s was worst on %(worst)s. We do not know how bad it was on %(heard)s.",
        "%(symptom)s were worst on %(worst)s. We do not know how bad they were on %(heard)s.",
        "many",
    ),
    "once": _("You told us once of %(symptom)s, on %(worst)s. It takes more days to see where this goes."),
    "not-described": ngettext_lazy(
        "You told us of %(symptom)s on %(last)s. We do not know how bad it was.",
        "You told us of %(symptom)s on %(last)s. We do not know how bad they were.",
        "many",
    ),
}
BACK_AT_ITS_WORST = _("%(symptom)s came back on %(back)s, and that was the worst day.")

# At or over, over, below: as the rule of each of these limits has it.
LIMIT_WORDS = {
    "temperature": _("Call us if it is %(limit)s or more."),
    "pulse": _("Call us if it is over %(limit)s."),
    "spo2": _("Call us if it is below %(limit)s."),
}


def summary(heat_map: HeatMap) -> list[str]:
    """The worst symptom first, with its worst day and which way it goes; then what else cannot wait.

    At the end how much of these days is known: without that, a short list would read as a good time.
    """
    if not heat_map.days_logged:
        return [_no_check_in(len(heat_map.columns))]
    if heat_map.days_logged == 1:
        return [*_one_check_in(heat_map)]
    if not heat_map.rows:
        return [gettext("You told us of no side effects in these days."), *_known_days(heat_map)]
    days = [column.day for column in heat_map.columns]
    return [*(in_words(row, days) for row in told_of(heat_map.rows)), *_known_days(heat_map)]


def told_of(rows: Sequence[Row]) -> list[Row]:
    """The worst, and then those that have come or got worse; if none has, the next."""
    if not rows:
        return []
    first, *others = rows
    urgent = [row for row in others if row.course in NEEDS_WORDS]
    return [first, *(urgent or others[:1])][:SENTENCES_SHOWN]


def in_words(row: Row, days: Sequence[dt.date]) -> str:
    """One symptom: "Your chills were worst on 17 November and are easing." `days` are those of its cells."""
    subject = SUBJECTS[row.code]
    values = {
        "symptom": subject.words,
        "many": subject.many,
        "worst": _date(days[row.worst_at]),
        "last": _date(days[row.last_at]),
        "heard": _date(days[row.heard_at]),
        "back": _date(days[row.back_at]),
    }
    is_back_at_its_worst = row.course == "back" and row.back_at == row.worst_at
    words = BACK_AT_ITS_WORST if is_back_at_its_worst else COURSE_WORDS[row.course]
    return str(capfirst(words % values))


def style_for(patient: Patient) -> Style:
    """Charts in the person's own units, and in the language of the page."""
    return Style(person=patient.user, language=get_language() or LANGUAGE)


def reading_summary(chart: ReadingChart) -> str:
    """One kind of reading in words: the last, the ends, the usual, and from where on to call."""
    return " ".join(str(sentence) for sentence in _about(chart))


def _about(chart: ReadingChart) -> Iterator[str]:
    latest = chart.latest + ("%" if chart.kind == "spo2" else f" {chart.unit}")
    values = {
        "latest": latest,
        "day": _date(chart.latest_on),
        "lowest": chart.lowest,
        "highest": chart.highest,
        "usual": chart.usual,
        "limit": chart.limit,
    }
    yield gettext("The last one was %(latest)s, on %(day)s.") % values
    if chart.lowest != chart.highest and chart.is_paired:
        yield gettext("The upper number went from %(lowest)s to %(highest)s.") % values
    elif chart.lowest != chart.highest:
        yield gettext("The lowest was %(lowest)s, the highest %(highest)s.") % values
    if chart.usual:
        yield gettext("Your usual is %(usual)s.") % values
    if chart.limit:
        yield LIMIT_WORDS[chart.kind] % values


def _no_check_in(days: int) -> str:
    return ngettext(
        "There is no check-in in the last %(days)d day. What you send us shows here.",
        "There is no check-in in the last %(days)d days. What you send us shows here.",
        days,
    ) % {"days": days}


def _one_check_in(heat_map: HeatMap) -> Iterator[str]:
    """One report has a worst, and no way that it goes."""
    day = {"day": _date(heat_map.last_logged or heat_map.columns[-1].day)}
    if not heat_map.rows:
        yield gettext("There is one check-in here, of %(day)s. You told us of no side effects.") % day
        return
    worst = heat_map.rows[0]
    subject = SUBJECTS[worst.code]
    if worst.worst:
        words = ngettext(
            "%(symptom)s was the worst of what you told us on %(day)s.",
            "%(symptom)s were the worst of what you told us on %(day)s.",
            subject.many,
        )
        yield str(capfirst(words % {**day, "symptom": subject.words}))
    else:
        yield in_words(worst, [column.day for column in heat_map.columns])
    yield gettext("There is one check-in here. It takes more to see where things go.")


def _known_days(heat_map: HeatMap) -> Iterator[str]:
    days = len(heat_map.columns)
    values = {"logged": heat_map.days_logged, "days": days}
    if heat_map.days_logged < days:
        words = ngettext(
            "You checked in on %(logged)d of the last %(days)d day.",
            "You checked in on %(logged)d of the last %(days)d days.",
            days,
        )
        yield words % values
    last, today = heat_map.last_logged, heat_map.columns[-1].day
    if last and (today - last).days >= OLD_AFTER:
        yield gettext("Your last check-in here is of %(day)s.") % {"day": _date(last)}


def _date(day: dt.date) -> str:
    return date_format(day, "j F")
