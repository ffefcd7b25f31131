"""What was measured, against the person's usual and the numbers from which it is flagged."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tracker import charts
from tracker.models.base import level_word
from tracker.team.chart.days import named
from tracker.team.chart.lines import Mark
from tracker.triage import thresholds
from tracker.triage.report import History, Level
from tracker.triage.rules import RuleSet
from tracker.triage.thresholds import Threshold
from tracker.triage.words import measure


@dataclass(frozen=True, slots=True)
class Measured:
    """One chart with the lines across it, and in one sentence what it shows."""

    chart: charts.ReadingChart
    marks: tuple[Mark, ...]
    summary: str
    table: tuple[tuple[str, str], ...]


def readings(
    days: Mapping[dt.date, charts.LoggedDay],
    names: Mapping[dt.date, str],
    rules: RuleSet,
    history: History,
) -> tuple[Measured, ...]:
    """A chart for each kind that was measured; where a level begins is worked out for those alone.

    `names` has the days of the chart, oldest first, and what its tables call them.
    """
    calendar = [*names]
    shown = [days[day] for day in calendar if day in days]
    across = {
        kind: near(thresholds.of_reading(kind, rules, history), values)
        for kind in charts.READINGS
        if (values := [day.readings[kind] for day in shown if kind in day.readings])
    }
    drawn = charts.reading_charts(
        days,
        calendar,
        history.usual,
        marks={kind: [each.at for each in found] for kind, found in across.items()},
    )
    return tuple(
        Measured(
            chart=each,
            marks=_marks(each, across.get(each.kind, ())),
            summary=summary(each),
            table=tuple((names[day], text) for day, text in each.table),
        )
        for each in drawn
    )


def near(found: Sequence[Threshold], values: Sequence[float]) -> tuple[Threshold, ...]:
    """What is worth a line: to either side the first, and the first that asks for a call today; the person's
    own; and each that a value has come to or gone past.
    """
    under = [each for each in reversed(found) if each.side in ("at_most", "below")]
    over = [each for each in found if each.side in ("from", "over")]
    wanted = {each for each in found if each.is_own}
    for side in (under, over):
        urgent = [each for each in side if each.level >= Level.URGENT]
        wanted |= {*side[:1], *urgent[:1]}
    wanted |= {each for each in under if min(values) <= each.at}
    wanted |= {each for each in over if max(values) >= each.at}
    return tuple(each for each in found if each in wanted)


def _marks(chart: charts.ReadingChart, across: Sequence[Threshold]) -> tuple[Mark, ...]:
    return tuple(
        Mark(y, in_words(chart.kind, each), each.level, each.is_own)
        for y, each in zip(chart.marks_at, across, strict=True)
    )


def in_words(kind: str, threshold: Threshold) -> str:
    """ "90 mmHg or less: urgent"."""
    said = {"value": measure(kind, threshold.at), "level": level_word(threshold.level)}
    words = {
        "from": _("%(value)s or more: %(level)s"),
        "over": _("over %(value)s: %(level)s"),
        "at_most": _("%(value)s or less: %(level)s"),
        "below": _("below %(value)s: %(level)s"),
    }
    return words[threshold.side] % said


def summary(chart: charts.ReadingChart) -> str:
    """The last, the usual and the ends, in one sentence."""
    said = {
        "latest": chart.latest,
        "unit": chart.unit,
        "day": named(chart.latest_on),
        "usual": chart.usual,
        "lowest": chart.lowest,
        "highest": chart.highest,
    }
    if chart.usual:
        return (
            _("Last: %(latest)s %(unit)s on %(day)s, usual: %(usual)s, from %(lowest)s to %(highest)s.")
            % said
        )
    return _("Last: %(latest)s %(unit)s on %(day)s, from %(lowest)s to %(highest)s.") % said
