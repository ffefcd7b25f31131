"""What the figures of a cohort have in common: what each is made of, and where bars and numbers stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.team.cohort.cohort import Cohort
from tracker.team.cohort.figures import FEWEST, LAST_DAY, LAST_WEEK, Span
from tracker.team.cohort.slide import LINE, MUTED, PAPER, Slide

NOT_KNOWN = "#EEF1F1"
QUARTERS = tuple((quarter / 4, f"{25 * quarter} %") for quarter in range(5))
NUMBERS = 17  # size of the numbers under bars, where there are many


@dataclass(frozen=True, slots=True)
class Figure:
    """`slide` is None for a list. `notes` say how it is counted."""

    name: str
    title: str
    summary: str
    headings: Sequence[str]
    rows: Sequence[Sequence[object]]
    slide: Slide | None = None
    notes: Sequence[str] = ()


def subtitle(cohort: Cohort) -> str:
    count = len(cohort.patients)
    return ngettext(
        "%(drug)s · %(team)s · %(since)s to %(until)s · n = %(count)d patient",
        "%(drug)s · %(team)s · %(since)s to %(until)s · n = %(count)d patients",
        count,
    ) % {
        "drug": cohort.drug.name,
        "team": cohort.team.name,
        "since": date_format(cohort.since, "j M Y"),
        "until": date_format(cohort.until, "j M Y"),
        "count": count,
    }


def left_out(cohort: Cohort) -> str:
    if cohort.bars == "week":
        return _("Weeks later than week %(last)d are left out.") % {"last": LAST_WEEK}
    return _("Days later than day %(last)d are left out.") % {"last": LAST_DAY}


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def part(count: int, whole: int) -> str:
    """“12 (40 %)”; of few patients the number alone."""
    return (
        f"{count} ({percent(count / whole)})"
        if whole >= FEWEST
        else _("%(count)d of %(whole)d")
        % {
            "count": count,
            "whole": whole,
        }
    )


def columns(slide: Slide, spans: Sequence[Span]) -> Iterable[tuple[Span, float, float]]:
    """Where each bar stands, and how wide it is; bars stay slim where there are few."""
    step = min(slide.width / max(len(spans), 1), 160)
    width = 0.78 * step
    return [(span, slide.left + at * step + (step - width) / 2, width) for at, span in enumerate(spans)]


def lines[Row](slide: Slide, rows: Sequence[Row]) -> Iterable[tuple[Row, float, float]]:
    step = slide.height / max(len(rows), 1)
    height = 0.66 * step
    return [(row, slide.top + at * step, height) for at, row in enumerate(rows)]


def under(slide: Slide, span: Span, x: float, width: float, count: int) -> None:
    """The number of the week or day, and how many patients it has; every second one where it is tight."""
    if count > LAST_WEEK and span.number % 2 == 0:
        return
    slide.text(x + width / 2, slide.floor + 26, span.number, size=NUMBERS)
    slide.text(x + width / 2, slide.floor + 50, span.patients, size=NUMBERS, fill=MUTED)
    if span.number == 1 or x < slide.left + width:
        slide.text(slide.left - 12, slide.floor + 50, "n =", size=NUMBERS, fill=MUTED, anchor="end")


def too_few(slide: Slide, x: float, width: float) -> None:
    slide.box(x, slide.y(1), width, slide.height, PAPER, edge=LINE, dashed=True)
    slide.text(x + width / 2 + 6, slide.y(0.5), _("too few patients"), size=NUMBERS, fill=MUTED, turned=True)
