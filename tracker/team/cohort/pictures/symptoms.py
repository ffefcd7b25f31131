"""Which symptoms were moderate or worse in which week, as a heat map."""

from django.utils.translation import gettext as _

from tracker.team.cohort.cohort import Cohort
from tracker.team.cohort.figures import FEWEST, LAST_WEEK, Cell
from tracker.team.cohort.forms import MODERATE
from tracker.team.cohort.pictures.common import NOT_KNOWN, NUMBERS, Figure, part, percent, subtitle
from tracker.team.cohort.slide import INK, LINE, MUTED, PAPER, Key, Slide
from tracker.triage.symptoms import SYMPTOMS

HEAT = (
    (0.75, "#0B5A68", PAPER),
    (0.5, "#2F7480", PAPER),
    (0.25, "#8FC3CA", INK),
    (0.1, "#D3E7E9", INK),
    (0, PAPER, INK),
)
"""From which share on a cell has which colour, and that of its number. One hue: it stays a scale in grey."""
SYMPTOMS_DRAWN = 13


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
    slide = Slide(title, subtitle(cohort), summary, _heat_keys(), left=330, bottom=120)
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
        "share": percent(worst.cells[week].share),
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
    return part(cell.bad, cell.asked) if cell else "–"
