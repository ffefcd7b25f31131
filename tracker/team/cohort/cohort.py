"""Everything that is known of one cohort, fetched once for all of its figures."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from accounts.models import CareTeam, User
from education.models import Drug
from tracker.team import report as reporting
from tracker.team.cohort import figures
from tracker.team.cohort.figures import FlagCount, Span, SymptomRow, Whole
from tracker.team.cohort.stretches import Stretch, days_in_treatment
from tracker.team.report import TeamReport


@dataclass(frozen=True)
class Cohort:
    """The team's patients on one drug, from `since` to `until`; what a figure needs is asked for then.

    Ten queries for all of them, however many patients, days and flags there are.
    """

    user: User
    team: CareTeam
    drug: Drug
    since: dt.date
    until: dt.date
    bars: str
    """“week” or “day”, of treatment."""
    least: int
    """The grade from which a symptom is counted."""
    now: dt.datetime

    @cached_property
    def stretches(self) -> Sequence[Stretch]:
        return days_in_treatment(self.user, self.team, self.drug, self.since, self.until)

    @property
    def patients(self) -> set[UUID]:
        return {stretch.patient for stretch in self.stretches}

    @cached_property
    def weeks(self) -> Sequence[Span]:
        return figures.by_week(self.stretches)

    @cached_property
    def spans(self) -> Sequence[Span]:
        """The bars of the first figure."""
        return self.weeks if self.bars == "week" else figures.by_day(self.stretches)

    @cached_property
    def symptoms(self) -> Sequence[SymptomRow]:
        return figures.by_symptom(self.stretches, self.least)

    @cached_property
    def whole(self) -> Whole:
        return figures.whole(self.stretches, self.weeks)

    @cached_property
    def flags(self) -> FlagCount:
        return figures.flags_raised(self.stretches, self.whole.reports, self.team.time_zone)

    @cached_property
    def answers(self) -> TeamReport:
        """How long the same flags waited, so far."""
        return reporting.of_flags(self.user, self.team, self.flags.all, self.now)

    def drawn(self, spans: Iterable[Span]) -> list[Span]:
        """As many as can be read."""
        last = figures.LAST_WEEK if self.bars == "week" else figures.LAST_DAY
        return [span for span in spans if span.number <= last]
