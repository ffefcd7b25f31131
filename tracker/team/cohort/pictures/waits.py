"""How soon flags were answered, and which were not in time."""

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.templatetags.ui import MARKS, waiting
from tracker.team.cohort.cohort import Cohort
from tracker.team.cohort.figures import FEWEST
from tracker.team.cohort.pictures.common import NOT_KNOWN, NUMBERS, QUARTERS, Figure, lines, subtitle
from tracker.team.cohort.slide import BRAND, LINE, MUTED, PAPER, SMALL, Slide
from tracker.team.report import TeamReport
from tracker.waits import Figures


def answers(cohort: Cohort) -> Figure:
    told = cohort.answers
    title = _("Response times against their targets")
    rows = [(_("Answer"), *row) for row in told.answer_rows]
    rows += [(_("Outcome"), *row) for row in told.outcome_rows]
    summary = _answers_in_words(told.all_answers)
    slide = Slide(title, subtitle(cohort), summary, left=250, top=160)
    room = slide.width - 400
    slide.along(_("Share of waits within the target"), room)
    for share, label in QUARTERS:
        slide.line(slide.left + share * room, slide.top - 16, slide.left + share * room, slide.floor)
        slide.text(slide.left + share * room, slide.floor + 28, label, fill=MUTED)
    for (what, level, target, figures), y, height in lines(slide, rows):
        slide.text(slide.left - 16, y + height / 2 + 7, f"{what}: {MARKS[level].label}", anchor="end")
        in_time = figures.in_time_percent / 100
        if figures.count >= FEWEST:
            slide.box(slide.left, y, room, height, PAPER, edge=LINE)
            slide.box(slide.left, y, in_time * room, height, BRAND)
        else:
            slide.box(slide.left, y, room, height, NOT_KNOWN, edge=LINE, dashed=True)
        slide.text(
            slide.left + room + 16, y + height / 2 - 3, _in_time(figures, target), anchor="start", size=SMALL
        )
        slide.text(
            slide.left + room + 16,
            y + height / 2 + 20,
            _times(figures),
            anchor="start",
            size=NUMBERS,
            fill=MUTED,
        )
    return Figure(
        name="answers",
        title=title,
        summary=summary,
        notes=[
            _(
                "Every wait of the flags above, so far: for somebody to take the flag, and from the claim to "
                "an outcome. Median and 90th percentile are times that a patient waited."
            ),
        ],
        headings=[
            _("Waited for"),
            _("Level"),
            _("Target"),
            _("Waits"),
            _("Median"),
            _("90th percentile"),
            _("In time"),
            _("Not over yet"),
        ],
        rows=[
            [
                what,
                MARKS[level].label,
                waiting(target),
                figures.count,
                waiting(figures.median) if figures.median is not None else "–",
                waiting(figures.ninetieth) if figures.ninetieth is not None else "–",
                f"{figures.in_time_percent} %" if figures.count else "–",
                figures.not_over,
            ]
            for what, level, target, figures in rows
        ],
        slide=slide,
    )


def _answers_in_words(figures: Figures) -> str:
    if figures.median is None or figures.ninetieth is None:
        return _("No flag waited for an answer.")
    return ngettext(
        "%(count)d wait for an answer: median %(median)s, 90 %% in %(ninetieth)s, %(percent)d %% in time.",
        "%(count)d waits for an answer: median %(median)s, 90 %% in %(ninetieth)s, %(percent)d %% in time.",
        figures.count,
    ) % {
        "count": figures.count,
        "median": waiting(figures.median),
        "ninetieth": waiting(figures.ninetieth),
        "percent": figures.in_time_percent,
    }


def _in_time(figures: Figures, target: object) -> str:
    if figures.count < FEWEST:
        return _("n = %(count)d, too few for a share") % {"count": figures.count}
    return _("%(percent)d %% within %(target)s (n = %(count)d)") % {
        "percent": figures.in_time_percent,
        "target": waiting(target),  # type: ignore[arg-type]
        "count": figures.count,
    }


def _times(figures: Figures) -> str:
    if figures.median is None or figures.ninetieth is None:
        return ""
    return _("median %(median)s, 90 %% within %(ninetieth)s") % {
        "median": waiting(figures.median),
        "ninetieth": waiting(figures.ninetieth),
    }


def late(cohort: Cohort) -> Figure:
    told: TeamReport = cohort.answers
    count = len(told.late)
    return Figure(
        name="late",
        title=_("Over target"),
        summary=(
            ngettext(
                "%(count)d wait was longer than its target.",
                "%(count)d waits were longer than their targets.",
                count,
            )
            % {"count": count}
            if count
            else _("Nobody waited longer than the target.")
        ),
        headings=[
            _("Patient"),
            _("Level"),
            _("Waited for"),
            _("Since"),
            _("Waited"),
            _("Over by"),
            _("Answered by"),
        ],
        rows=[
            [
                each.flag.patient,
                MARKS[each.wait.level].label,
                each.what,
                localtime(each.wait.since, cohort.team.zone).isoformat(" ", "minutes"),
                waiting(each.wait.waited),
                waiting(each.wait.over_by),
                each.answered_by,
            ]
            for each in told.late
        ],
    )
