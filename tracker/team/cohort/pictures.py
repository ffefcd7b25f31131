"""The figures of a cohort: each with its title, one sentence, its picture and its table."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.templatetags.ui import GRADE_WORDS, MARKS, waiting
from tracker.team.cohort.cohort import Cohort
from tracker.team.cohort.figures import FEWEST, GRADES, LAST_DAY, LAST_WEEK, Cell, Span
from tracker.team.cohort.forms import MODERATE
from tracker.team.cohort.slide import BRAND, INK, LINE, MUTED, PAPER, SMALL, Key, Slide
from tracker.team.report import TeamReport
from tracker.triage.report import Level
from tracker.triage.symptoms import SYMPTOMS
from tracker.waits import Figures

GRADE_FILLS = ("#FFFFFF", "#FBE3A0", "#F2A53A", "#C4481C", "#74102E")
NOT_KNOWN = "#EEF1F1"
LEVEL_FILLS: Mapping[Level, str] = MappingProxyType(
    {Level.EMERGENCY: "#74102E", Level.URGENT: "#C4481C", Level.ROUTINE: "#F2A53A"}
)
HEAT = (
    (0.75, "#0B5A68", PAPER),
    (0.5, "#2F7480", PAPER),
    (0.25, "#8FC3CA", INK),
    (0.1, "#D3E7E9", INK),
    (0, PAPER, INK),
)
"""From which share on a cell has which colour, and that of its number. One hue: it stays a scale in grey."""
SYMPTOMS_DRAWN = 13
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


def figure(cohort: Cohort, name: str) -> Figure:
    """Raises KeyError for a name that is none."""
    return FIGURES[name](cohort)


# --- Worst grades -------------------------------------------------------------------------------------------


def worst_grades(cohort: Cohort) -> Figure:
    spans = cohort.drawn(cohort.spans)
    by_week = cohort.bars == "week"
    title = _("Worst grade by week of treatment") if by_week else _("Worst grade by treatment day")
    summary = _worst_in_words(spans, by_week=by_week)
    keys = [Key(f"{grade} {GRADE_WORDS[grade][1]}", GRADE_FILLS[grade]) for grade in GRADES]
    slide = Slide(title, _subtitle(cohort), summary, [*keys, Key(_("Not known"), NOT_KNOWN, MUTED)])
    slide.scale(_("Share of patients"), QUARTERS)
    slide.along(_("Week of treatment") if by_week else _("Treatment day"))
    for span, x, width in _columns(slide, spans):
        _under(slide, span, x, width, len(spans))
        if span.is_few:
            _too_few(slide, x, width)
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
            _left_out(cohort),
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
                *(_part(each, span.patients) for each in (*span.worst.values(), span.not_known)),
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
        "first_share": _percent(first.at_least(MODERATE) / first.patients),
        "first_n": first.patients,
        "last": last.number,
        "last_share": _percent(last.at_least(MODERATE) / last.patients),
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


# --- Symptoms by week ---------------------------------------------------------------------------------------


def symptoms_by_week(cohort: Cohort) -> Figure:
    moderate = cohort.least == MODERATE
    title = (
        _("Symptoms moderate or worse: % of patients, by week of treatment")
        if moderate
        else _("Symptoms severe or worse: % of patients, by week of treatment")
    )
    spans = [span for span in cohort.weeks if span.number <= LAST_WEEK]
    weeks = [span.number for span in spans]
    rows = cohort.symptoms[:SYMPTOMS_DRAWN]
    summary = _symptoms_in_words(cohort)
    slide = Slide(title, _subtitle(cohort), summary, _heat_keys(), left=330, bottom=120)
    height = min(slide.height / max(len(rows), 1), 56)
    width = slide.width / max(len(weeks), 1)
    for line, row in enumerate(rows):
        y = slide.top + line * height
        slide.text(slide.left - 14, y + height / 2 + 7, SYMPTOMS[row.code].label, anchor="end")
        for at, week in enumerate(weeks):
            _heat_cell(slide, row.cells.get(week, Cell()), (slide.left + at * width, y), (width, height))
    for at, week in enumerate(weeks):
        slide.text(slide.left + (at + 0.5) * width, slide.top - 12, week, fill=MUTED)
    slide.text(slide.left - 14, slide.top - 12, _("Week of treatment"), anchor="end", fill=MUTED)
    foot = slide.top + len(rows) * height + 24
    slide.text(slide.left - 14, foot, _("Patients in treatment, n ="), anchor="end", fill=MUTED)
    for at, span in enumerate(spans):
        slide.text(slide.left + (at + 0.5) * width, foot, span.patients, size=NUMBERS, fill=MUTED)
    return Figure(
        name="symptoms",
        title=title,
        summary=summary,
        notes=[
            _(
                "A number is the share, in percent, of the patients who were asked about the symptom in that "
                "week and whose worst grade of it was as bad or worse then, as is usual with PRO-CTCAE."
            ),
            _(
                "Who was not asked, or did not report, does not count as well. No share is drawn of fewer "
                "than %(fewest)d patients."
            )
            % {"fewest": FEWEST},
            _("The picture has the %(drawn)d symptoms with the highest shares, the table has all.")
            % {"drawn": SYMPTOMS_DRAWN},
        ],
        headings=[_("Symptom"), *(_("Week %(week)d") % {"week": week} for week in weeks)],
        rows=[
            [SYMPTOMS[row.code].label, *(_cell_in_words(row.cells.get(week)) for week in weeks)]
            for row in cohort.symptoms
        ],
        slide=slide,
    )


def _symptoms_in_words(cohort: Cohort) -> str:
    drawn = [row for row in cohort.symptoms if row.peak]
    if not drawn:
        return _("No symptom was that bad in a week with %(fewest)d patients or more.") % {"fewest": FEWEST}
    worst = drawn[0]
    week = max(
        (week for week, cell in worst.cells.items() if not cell.is_few),
        key=lambda week: worst.cells[week].share,
    )
    return _("Most widespread: %(symptom)s, with %(share)s of %(asked)d patients asked in week %(week)d.") % {
        "symptom": SYMPTOMS[worst.code].label.lower(),
        "share": _percent(worst.cells[week].share),
        "asked": worst.cells[week].asked,
        "week": week,
    }


def _heat_cell(slide: Slide, cell: Cell, at: tuple[float, float], size: tuple[float, float]) -> None:
    (x, y), (width, height) = at, size
    middle = (x + width / 2, y + height / 2 + 6)
    if cell.is_few:
        slide.box(x + 1, y + 1, width - 2, height - 2, NOT_KNOWN, edge=LINE, dashed=True)
        slide.text(*middle, "–", size=NUMBERS, fill=MUTED)
        return
    fill, ink = next((fill, ink) for least, fill, ink in HEAT if cell.share >= least)
    slide.box(x + 1, y + 1, width - 2, height - 2, fill, edge=LINE)
    slide.text(*middle, f"{100 * cell.share:.0f}", size=NUMBERS, fill=ink)


def _heat_keys() -> list[Key]:
    words = [_("75 % or more"), _("50 to 74 %"), _("25 to 49 %"), _("10 to 24 %"), _("under 10 %")]
    keys = [Key(word, fill) for word, (_least, fill, _ink) in zip(words, HEAT, strict=True)]
    return [*reversed(keys), Key(_("fewer than %(fewest)d asked") % {"fewest": FEWEST}, NOT_KNOWN, MUTED)]


def _cell_in_words(cell: Cell | None) -> str:
    return _part(cell.bad, cell.asked) if cell else "–"


# --- Completion ---------------------------------------------------------------------------------------------


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
            "share": _percent(whole.completion),
        }
    )
    slide = Slide(title, _subtitle(cohort), summary)
    slide.scale(_("Share of days"), QUARTERS)
    slide.along(_("Week of treatment"))
    for span, x, width in _columns(slide, spans):
        _under(slide, span, x, width, len(spans))
        if span.is_few:
            _too_few(slide, x, width)
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
            [span.number, span.patients, span.expected, span.reported, _percent(span.completion)]
            for span in spans
        ],
        slide=slide,
    )


# --- Flags --------------------------------------------------------------------------------------------------


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
    slide = Slide(title, _subtitle(cohort), summary, left=220)
    most = max([rate for rate in rates.values() if rate], default=1.0)
    slide.along(_("Flags per 100 reports (n = %(reports)s reports)") % {"reports": reports})
    for (level, rate), y, height in _lines(slide, list(rates.items())):
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


# --- Answers ------------------------------------------------------------------------------------------------


def answers(cohort: Cohort) -> Figure:
    told = cohort.answers
    title = _("Response times against their targets")
    rows = [(_("Answer"), *row) for row in told.answer_rows]
    rows += [(_("Outcome"), *row) for row in told.outcome_rows]
    summary = _answers_in_words(told.all_answers)
    slide = Slide(title, _subtitle(cohort), summary, left=250, top=160)
    room = slide.width - 400
    slide.along(_("Share of waits within the target"), room)
    for share, label in QUARTERS:
        slide.line(slide.left + share * room, slide.top - 16, slide.left + share * room, slide.floor)
        slide.text(slide.left + share * room, slide.floor + 28, label, fill=MUTED)
    for (what, level, target, figures), y, height in _lines(slide, rows):
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


# --- Over target --------------------------------------------------------------------------------------------


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


FIGURES: Mapping[str, Callable[[Cohort], Figure]] = MappingProxyType(
    {
        "grades": worst_grades,
        "symptoms": symptoms_by_week,
        "completion": completion,
        "flags": flags,
        "answers": answers,
        "late": late,
    }
)


# --- What they have in common -------------------------------------------------------------------------------


def _subtitle(cohort: Cohort) -> str:
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


def _left_out(cohort: Cohort) -> str:
    if cohort.bars == "week":
        return _("Weeks later than week %(last)d are left out.") % {"last": LAST_WEEK}
    return _("Days later than day %(last)d are left out.") % {"last": LAST_DAY}


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _part(count: int, whole: int) -> str:
    """“12 (40 %)”; of few patients the number alone."""
    return (
        f"{count} ({_percent(count / whole)})"
        if whole >= FEWEST
        else _("%(count)d of %(whole)d")
        % {
            "count": count,
            "whole": whole,
        }
    )


def _columns(slide: Slide, spans: Sequence[Span]) -> Iterable[tuple[Span, float, float]]:
    """Where each bar stands, and how wide it is; bars stay slim where there are few."""
    step = min(slide.width / max(len(spans), 1), 160)
    width = 0.78 * step
    return [(span, slide.left + at * step + (step - width) / 2, width) for at, span in enumerate(spans)]


def _lines[Row](slide: Slide, rows: Sequence[Row]) -> Iterable[tuple[Row, float, float]]:
    step = slide.height / max(len(rows), 1)
    height = 0.66 * step
    return [(row, slide.top + at * step, height) for at, row in enumerate(rows)]


def _under(slide: Slide, span: Span, x: float, width: float, count: int) -> None:
    """The number of the week or day, and how many patients it has; every second one where it is tight."""
    if count > LAST_WEEK and span.number % 2 == 0:
        return
    slide.text(x + width / 2, slide.floor + 26, span.number, size=NUMBERS)
    slide.text(x + width / 2, slide.floor + 50, span.patients, size=NUMBERS, fill=MUTED)
    if span.number == 1 or x < slide.left + width:
        slide.text(slide.left - 12, slide.floor + 50, "n =", size=NUMBERS, fill=MUTED, anchor="end")


def _too_few(slide: Slide, x: float, width: float) -> None:
    slide.box(x, slide.y(1), width, slide.height, PAPER, edge=LINE, dashed=True)
    slide.text(x + width / 2 + 6, slide.y(0.5), _("too few patients"), size=NUMBERS, fill=MUTED, turned=True)
