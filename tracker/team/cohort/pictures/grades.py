"""The worst grade of each week or day in treatment, as stacked bars."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from config.templatetags.ui import GRADE_WORDS
from tracker.team.cohort.cohort import Cohort
from tracker.team.cohort.figures import FEWEST, GRADES, Span
from tracker.team.cohort.forms import MODERATE
from tracker.team.cohort.pictures.common import (
    NOT_KNOWN,
    QUARTERS,
    Figure,
    columns,
    left_out,
    part,
    percent,
    subtitle,
    too_few,
    under,
)
from tracker.team.cohort.slide import INK, MUTED, Key, Slide

GRADE_FILLS = ("#FFFFFF", "#FBE3A0", "#F2A53A", "#C4481C", "#74102E")


def worst_grades(cohort: Cohort) -> Figure:
    spans = cohort.drawn(cohort.spans)
    by_week = cohort.bars == "week"
    title = _("Worst grade by week of treatment") if by_week else _("Worst grade by treatment day")
    summary = _worst_in_words(spans, by_week=by_week)
    keys = [Key(f"{grade} {GRADE_WORDS[grade][1]}", GRADE_FILLS[grade]) for grade in GRADES]
    slide = Slide(title, subtitle(cohort), summary, [*keys, Key(_("Not known"), NOT_KNOWN, MUTED)])
    slide.scale(_("Share of patients"), QUARTERS)
    slide.along(_("Week of treatment") if by_week else _("Treatment day"))
    for span, x, width in columns(slide, spans):
        under(slide, span, x, width, len(spans))
        if span.is_few:
            too_few(slide, x, width)
        else:
            _stack(slide, span, x, width)
    return Figure(
        name="grades",
        title=title,
        summary=summary,
        notes=[
            _(
                "Each patient counts once in a bar: with the worst grade of any symptom that they reported "
                "in it. The grade is 0 to 4 as the patient chose it, and no CTCAE grade."
            ),
            _(
                "Not known: nothing was reported, or nothing that says how bad it was. That is not “none”. "
                "No share is drawn of fewer than %(fewest)d patients."
            )
            % {"fewest": FEWEST},
            left_out(cohort),
        ],
        headings=[
            _("Week of treatment") if by_week else _("Treatment day"),
            _("Patients in treatment"),
            *(f"{grade} {GRADE_WORDS[grade][1]}" for grade in GRADES),
            _("Not known"),
        ],
        rows=[
            [
                span.number,
                span.patients,
                *(part(each, span.patients) for each in (*span.worst.values(), span.not_known)),
            ]
            for span in spans
        ],
        slide=slide,
    )


def _worst_in_words(spans: Sequence[Span], *, by_week: bool) -> str:
    told = [span for span in spans if not span.is_few]
    if not told:
        return _("Never were there %(fewest)d patients or more: no share is drawn.") % {"fewest": FEWEST}
    first, last = told[0], told[-1]
    values = {
        "first": first.number,
        "first_share": percent(first.at_least(MODERATE) / first.patients),
        "first_n": first.patients,
        "last": last.number,
        "last_share": percent(last.at_least(MODERATE) / last.patients),
        "last_n": last.patients,
    }
    if by_week:
        return (
            _(
                "At worst moderate or more: %(first_share)s of %(first_n)d patients in week %(first)d, "
                "%(last_share)s of %(last_n)d in week %(last)d."
            )
            % values
        )
    return (
        _(
            "At worst moderate or more: %(first_share)s of %(first_n)d patients on day %(first)d, "
            "%(last_share)s of %(last_n)d on day %(last)d."
        )
        % values
    )


def _stack(slide: Slide, span: Span, x: float, width: float) -> None:
    """The worst lie at the foot, so that what matters begins at one line in every bar."""
    at = 0.0
    for grade in reversed(GRADES):
        share = span.share(grade)
        if share:
            slide.box(x, slide.y(at + share), width, share * slide.height, GRADE_FILLS[grade], edge=INK)
        at += share
    if span.not_known:
        rest = span.not_known / span.patients
        slide.box(x, slide.y(1), width, rest * slide.height, NOT_KNOWN, edge=MUTED, dashed=True)
