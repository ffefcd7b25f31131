"""What is known of each day.

*None*, *skipped*, *not asked* and *not logged* stay four different things here: a grade of 0, "skipped",
"not-asked" and None, as the template tag `grade` takes them.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from tracker.triage.report import Report
from tracker.triage.units import LIMITS

type Cell = int | Literal["skipped", "not-asked"] | None


@dataclass(frozen=True, slots=True)
class LoggedDay:
    """What is known of one day: grades 0–4, what was ticked without detail, readings in the unit we keep.

    `typed` has the words behind the readings, `doubtful` those of readings that may mean another number,
    while nobody has said which.
    """

    day: dt.date
    grades: Mapping[str, int] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    readings: Mapping[str, float] = field(default_factory=dict)
    doubtful: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def worst(self) -> int:
        return max(self.grades.values(), default=0)

    def cell(self, code: str) -> Cell:
        if code in self.grades:
            return self.grades[code]
        return "skipped" if code in self.skipped else "not-asked"

    def joined(self, later: "LoggedDay") -> "LoggedDay":
        """Two reports of one day: the worse grade of each symptom, the later of each reading."""
        codes = self.grades.keys() | later.grades.keys()
        grades = {code: max(self.grades.get(code, 0), later.grades.get(code, 0)) for code in codes}
        skipped = (self.skipped | later.skipped) - codes
        readings = {kind: value for kind, value in self.readings.items() if kind not in later.doubtful}
        doubtful = {kind: typed for kind, typed in self.doubtful.items() if kind not in later.readings}
        return LoggedDay(
            self.day,
            grades,
            skipped,
            {**readings, **later.readings},
            {**doubtful, **later.doubtful},
            {**self.typed, **later.typed},
        )


def logged_day(day: dt.date, report: Report, grades: Mapping[str, int]) -> LoggedDay:
    """One report as charts see it. A reading that no living person can have is left out.

    So is one that nobody has confirmed: a chart states facts.
    """
    doubtful = {kind: each.typed for kind, each in report.readings.items() if each.is_doubtful}
    values = {kind: each.best for kind, each in report.readings.items() if kind not in doubtful}
    return LoggedDay(
        day=day,
        grades=grades,
        skipped=frozenset(report.answers.keys() - grades.keys()),
        readings={
            kind: value
            for kind, value in values.items()
            if value is not None and LIMITS[kind].possible(value)
        },
        doubtful=doubtful,
        typed={kind: report.readings[kind].typed for kind in values},
    )


def by_day(reports: Iterable[LoggedDay]) -> dict[dt.date, LoggedDay]:
    """The days that were logged. `reports` runs from the oldest to the newest."""
    days: dict[dt.date, LoggedDay] = {}
    for report in reports:
        known = days.get(report.day)
        days[report.day] = known.joined(report) if known else report
    return days


def calendar(until: dt.date, days: int) -> tuple[dt.date, ...]:
    """The last `days` days, oldest first, `until` among them."""
    return tuple(until - dt.timedelta(days=ago) for ago in reversed(range(days)))
