"""How much was reported, and how much of it was flagged."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.templatetags.ui import MARKS
from tracker.team.cohort.cohort import Cohort
from tracker.team.cohort.figures import LAST_WEEK
from tracker.team.cohort.pictures.common import (
    NUMBERS,
    QUARTERS,
    Figure,
    columns,
    lines,
    percent,
    subtitle,
    too_few,
    under,
)
from tracker.team.cohort.slide import BRAND, Slide
from tracker.triage.report import Level

LEVEL_FILLS: Mapping[Level, str] = MappingProxyType(
    {Level.EMERGENCY: "#74102E", Level.URGENT: "#C4481C", Level.ROUTINE: "#F2A53A"}
)


def completion(cohort: Cohort) -> Figure:
    spans = [span for span in cohort.weeks if span.number <= LAST_WEEK]
    whole = cohort.whole
    title = _("Days reported, by week of treatment")
    summary = (
        _("No day in treatment was expected to be reported.")
        if whole.completion is None
        else _("Reported on %(reported)s of %(expected)s days in treatment: %(share)s.")
        % {
            "reported": number_format(whole.reported, force_grouping=True),
            "expected": number_format(whole.expected, force_grouping=True),
            "share": percent(whole.completion),
        }
    )
    slide = Slide(title, subtitle(cohort), summary)
    slide.scale(_("Share of days"), QUARTERS)
    slide.along(_("Week of treatment"))
    for span, x, width in columns(slide, spans):
        under(slide, span, x, width, len(spans))
        if span.is_few:
            too_few(slide, x, width)
            continue
        slide.box(x, slide.y(span.completion), width, span.completion * slide.height, BRAND)
        slide.text(x + width / 2, slide.y(span.completion) - 8, f"{100 * span.completion:.0f}", size=NUMBERS)
    return Figure(
        name="completion",
        title=title,
        summary=summary,
        notes=[
            _(
                "Days with a report, of the days in treatment on which one was expected: enrolled, not "
                "paused, and not after leaving. A request to be called is no report of a day."
            ),
            _("Weeks later than week %(last)d are left out.") % {"last": LAST_WEEK},
        ],
        headings=[
            _("Week of treatment"),
            _("Patients in treatment"),
            _("Days expected"),
            _("Days reported"),
            _("Share"),
        ],
        rows=[
            [span.number, span.patients, span.expected, span.reported, percent(span.completion)]
            for span in spans
        ],
        slide=slide,
    )


def flags(cohort: Cohort) -> Figure:
    count = cohort.flags
    title = _("Flags per 100 reports")
    rates = {level: count.per_hundred(level) for level in count.flags}
    reports = number_format(count.reports, force_grouping=True)
    if not count.reports:
        summary = _("There was no report.")
    else:
        summary = _(
            "Flags per 100 reports: emergency %(emergency)s, urgent %(urgent)s, routine %(routine)s "
            "(%(reports)s reports)."
        ) % {
            **{level.word: _rate(rate) for level, rate in rates.items()},
            "reports": reports,
        }
    slide = Slide(title, subtitle(cohort), summary, left=220)
    most = max([rate for rate in rates.values() if rate], default=1.0)
    slide.along(_("Flags per 100 reports (n = %(reports)s reports)") % {"reports": reports})
    for (level, rate), y, height in lines(slide, list(rates.items())):
        slide.text(slide.left - 16, y + height / 2 + 8, MARKS[level].label, anchor="end", bold=True)
        width = (rate or 0) / most * (slide.width - 220)
        slide.box(slide.left, y, width, height, LEVEL_FILLS[level])
        raised = len(count.flags[level])
        words = ngettext("%(rate)s (%(flags)d flag)", "%(rate)s (%(flags)d flags)", raised) % {
            "rate": _rate(rate),
            "flags": raised,
        }
        slide.text(slide.left + width + 14, y + height / 2 + 8, words, anchor="start", size=22)
    return Figure(
        name="flags",
        title=title,
        summary=summary,
        notes=[
            _("Flags that were raised on days in treatment, by the level that each came to."),
            _(
                "A report that joins an open flag raises none. A silence or an unread note can raise one "
                "without a report."
            ),
        ],
        headings=[_("Level"), _("Flags"), _("Reports"), _("Per 100 reports")],
        rows=[
            [MARKS[level].label, len(count.flags[level]), count.reports, _rate(rate)]
            for level, rate in rates.items()
        ],
        slide=slide,
    )


def _rate(rate: float | None) -> str:
    """With two places below one: of a rare flag something has to be left."""
    return "–" if rate is None else number_format(rate, 2 if 0 < rate < 1 else 1)
