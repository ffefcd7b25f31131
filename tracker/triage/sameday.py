"""Several reports of one day, taken as one: what was told earlier still stands until it is told otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .report import Answer, EarlierToday, Reading, Report, ToldDose

READINGS_STAND = 6.0
"""Hours for which a reading stands when it is not measured again. Our own choice: on a ward, whoever is not
quite well is measured again after four to six hours (NEWS2; general knowledge, to be reviewed)."""

NOTES_READ = 20_000
"""Characters of earlier notes that are read again, newest first: as many as one note may have."""

URINE = "hours_since_urine"
_PRESSURE = frozenset({"systolic", "diastolic"})


@dataclass(frozen=True, slots=True)
class Standing:
    """A report with what stands from earlier that day.

    `told_at` says when each of that was told ("09:12"), by the parts of evidence: symptoms, readings,
    red_flags, hours_since_urine. `notes` are earlier reports with a note, newest first.
    """

    report: Report
    told_at: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    notes: tuple[EarlierToday, ...] = ()


def standing(report: Report, today: Sequence[EarlierToday]) -> Standing:
    """`today` runs newest first. Where several say something, the newest wins.

    A symptom that is not ticked again says nothing: the question is about the last 24 hours, and who adds to
    a report does not repeat it. Nor does "none of these right now" undo a serious sign of the morning. Both
    are taken back by a correction.
    """
    told_at: dict[str, dict[str, str]] = {}
    for each in today:
        report = _filled(report, each, told_at)
    return Standing(report, told_at, tuple(_with_notes(today)))


def whole_day(reports: Sequence[Report]) -> Report:
    """All that was told on a day that is over; `reports` runs newest first."""
    return standing(reports[0], [EarlierToday(each) for each in reports[1:]]).report


def told_of_doses(today: Iterable[EarlierToday]) -> dict[str, ToldDose]:
    """What was said last of each drug; `today` runs newest first."""
    told: dict[str, ToldDose] = {}
    for each in today:
        told = {**each.report.doses, **told}
    return told


def stands(earlier: EarlierToday) -> bool:
    """Whether what was measured then still says how the person is."""
    return earlier.hours_ago <= READINGS_STAND


def _filled(report: Report, earlier: EarlierToday, told_at: dict[str, dict[str, str]]) -> Report:
    """The report with what it does not say itself; the time of whatever was taken goes into `told_at`."""

    def taken(part: str, codes: Iterable[str]) -> None:
        told_at.setdefault(part, {}).update(dict.fromkeys(codes, earlier.at))

    then = earlier.report
    answers = dict(_answers(report, then))
    readings = dict(_readings(report, earlier))
    red_flags = then.red_flags - report.red_flags
    hours = report.hours_since_urine
    if hours is None and then.hours_since_urine is not None and stands(earlier):
        hours = then.hours_since_urine
        taken(URINE, (URINE,))
    taken("symptoms", answers)
    taken("readings", readings)
    taken("red_flags", red_flags)
    return replace(
        report,
        answers={**report.answers, **answers},
        asked=report.asked | then.asked,
        red_flags=report.red_flags | red_flags,
        readings={**report.readings, **readings},
        hours_since_urine=hours,
        confirmed=report.confirmed | then.confirmed.intersection(answers),
    )


def _answers(report: Report, then: Report) -> Iterator[tuple[str, Answer]]:
    """The symptoms that were there then, and that the report leaves out or does not describe."""
    for code, answer in then.answers.items():
        now = report.answers.get(code)
        if answer.worst != 0 and (now is None or (not now.answered() and answer.answered())):
            yield code, answer


def _readings(report: Report, earlier: EarlierToday) -> Iterator[tuple[str, Reading]]:
    """Those that could be read and were not measured again; a blood pressure is one measurement."""
    measured = {kind for kind, reading in report.readings.items() if reading.best is not None}
    measured |= _PRESSURE if measured & _PRESSURE else frozenset()
    for kind, reading in earlier.report.readings.items():
        if stands(earlier) and kind not in measured and reading.best is not None:
            yield kind, reading


def _with_notes(today: Iterable[EarlierToday]) -> Iterator[EarlierToday]:
    room = NOTES_READ
    for each in today:
        room -= len(each.report.note)
        if each.report.note.strip() and room >= 0:
            yield each
