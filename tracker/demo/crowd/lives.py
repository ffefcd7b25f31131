"""What came of a crowd's reports: findings, flags and how they were answered, notes and looks, as rows."""

import datetime as dt
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from accounts.models import AccessEvent, CareTeam, User
from tracker.demo.crowd.copying import Rows, text
from tracker.demo.crowd.people import Person, Stretch
from tracker.demo.crowd.sheets import Model, Sheet, as_copied
from tracker.demo.enrol import DOSE_TIME
from tracker.demo.history import ANSWERS, IS_LATE
from tracker.demo.schedules import SCHEDULES
from tracker.models import CheckIn, Dose, Finding, Flag, FlagEvent, NoteToRead, SilentDay
from tracker.models.flags import State
from tracker.models.policies import OUTCOME_MINUTES
from tracker.triage.report import Level

IS_GRAVE, IS_HARD, IS_AS_IT_COMES = 0.0004, 0.02, 0.12
"""How often there is a red flag, how often a day is hard, and how often nobody looks whether it is calm.

So about five reports in a hundred raise a flag.
"""
MEDIAN_MINUTES = {Level.EMERGENCY: 3, Level.URGENT: 11, Level.ROUTINE: 200}
"""Until somebody takes a flag; now and then it is much longer."""
SPREAD = 0.9  # of the logarithm
DONE_MEDIAN = 14  # minutes
READ_WITHIN = 20 * 60  # minutes until a note was read, at most
NEVER_READ = 0.002
DUE_AGAIN = dt.timedelta(hours=1)
"""When somebody is told again of a flag that was open when the crowd was made."""
JOINS = 3
"""A flag that is still open has at most so many reports."""
SILENT_AT = dt.time(20)
MINUTE = dt.timedelta(minutes=1)
type Kept = tuple[str, dt.date, dt.datetime, Sheet]
"""A report's key, day, moment and sheet."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What each sheet says to patients of one team, worked out when it is first wanted."""

    team: CareTeam
    said: dict[int, str] = field(default_factory=dict)
    """By the `id` of the sheet, which its model keeps."""

    def of(self, sheet: Sheet) -> str:
        if id(sheet) not in self.said:
            self.said[id(sheet)] = sheet.advice_of(self.team)
        return self.said[id(sheet)]


@dataclass(frozen=True, slots=True)
class Life:
    """One person, and where their rows go. `is_waiting`: their last reports are a flag that is not closed."""

    person: Person
    staff: Sequence[User]
    rules_version: str
    advice: Advice
    now: dt.datetime
    is_waiting: bool
    rows: Rows

    def live(self) -> int:
        """Write down everything; how many reports it were."""
        kept = list(self._reports())
        waiting = self._waiting(kept) if self.is_waiting else 0
        ends = [at for _id, _day, at, _sheet in kept[1:]] + [self.now]
        for place, (report, end) in enumerate(zip(kept, ends, strict=True)):
            self._keep(report)
            if report[3].level > Level.NONE and place < len(kept) - waiting:
                self._answered(report, end)
        if waiting:
            self._still_waits(kept[-waiting:])
        self._silent_days()
        self._doses()
        return len(kept)

    def _waiting(self, kept: list[Kept]) -> int:
        """Make flagged days of the last ones; how many."""
        some = min(self.chance.randint(1, JOINS), len(kept))
        for place in range(len(kept) - some, len(kept)):
            id, day, at, _sheet = kept[place]
            stretch = _stretch_of(self.person.stretches, day)
            is_grave = self.chance.random() < 0.08
            sheet = (
                stretch.model.grave if is_grave else stretch.model.flagged_day(_treatment_day(stretch, day))
            )
            kept[place] = (id, day, at, sheet)
        return some

    def _reports(self) -> Iterator[Kept]:
        chance, before = self.chance, dt.datetime.min.replace(tzinfo=dt.UTC)
        for day, stretch in _with_stretches(self.person):
            treatment_day = _treatment_day(stretch, day)
            sheet = _drawn(chance.random(), stretch.model, treatment_day)
            at = self._sent_at(day)
            if not before < at <= self.now:
                at = self._just_now(day, before)
            before = at
            yield self._id(), day, at, sheet

    def _sent_at(self, day: dt.date) -> dt.datetime:
        """In the evening, or the morning after."""
        chance, zone = self.chance, self.person.team.zone
        minute = MINUTE * chance.randrange(180)
        if chance.random() < IS_LATE:
            return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(7), zone) + minute
        return dt.datetime.combine(day, dt.time(17), zone) + minute

    def _just_now(self, day: dt.date, before: dt.datetime) -> dt.datetime:
        """Before now, somewhere since that day began and the report before came."""
        midnight = dt.datetime.combine(day, dt.time.min, self.person.team.zone)
        since = max(midnight, before)
        return since + self.chance.uniform(0.1, 0.95) * (self.now - since)

    def _keep(self, report: Kept) -> None:
        id, day, at, sheet = report
        patient, rows = self.person.patient, self.rows
        whose = (patient.team_id, patient.pk)
        rows.add(
            CheckIn, id, *whose, patient.user_id, "", CheckIn.Source.SEED.value, day, False, at, at,
            sheet.report, sheet.grades, int(sheet.level), self.rules_version, self.advice.of(sheet),
            sheet.checks,
        )  # fmt: skip
        for found in sheet.findings:
            rows.add(
                Finding, *whose, id, found.code, found.rule, self.rules_version, int(found.level),
                text(found.patient), text(found.team), as_copied(found.inputs), False,
            )  # fmt: skip
        if sheet.note:
            self._note(id, at)

    def _note(self, id: str, at: dt.datetime) -> None:
        read_at: dt.datetime | None = at + MINUTE * self.chance.randint(5, READ_WITHIN)
        if read_at is None or read_at > self.now or self.chance.random() < NEVER_READ:
            read_at = None
        due_at = at + dt.timedelta(hours=self.person.team.note_hours)
        by = self.chance.choice(self.staff).pk if read_at else None
        self.rows.add(NoteToRead, self._id(), *self._whose, id, due_at, read_at, by)

    def _answered(self, report: Kept, end: dt.datetime) -> None:
        """A flag of the past: raised, claimed, resolved before the next report came."""
        id, _day, at, sheet = report
        chance, rows, flag = self.chance, self.rows, self._id()
        claimed_at, done_at = self._times(sheet.level, at, end)
        by = chance.choice(self.staff).pk
        outcome, note = chance.choice(ANSWERS[sheet.level])
        rows.add(
            Flag, flag, *self._whose, id, "[]", int(sheet.level), State.RESOLVED.value, by, 1, at, at, 0,
            None, 0, outcome, done_at,
        )  # fmt: skip
        self._event(flag, FlagEvent.Kind.RAISED, at, id, level=int(sheet.level), told=[])
        self._event(flag, FlagEvent.Kind.CLAIMED, claimed_at, by=by)
        rows.add(AccessEvent, *self._whose, by, AccessEvent.What.FLAG.value, claimed_at)
        self._event(flag, FlagEvent.Kind.RESOLVED, done_at, by=by, note=note, outcome=outcome)

    def _times(self, level: Level, at: dt.datetime, end: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
        waited = MINUTE * (MEDIAN_MINUTES[level] * self.chance.lognormvariate(0, SPREAD))
        worked = MINUTE * (DONE_MEDIAN * self.chance.lognormvariate(0, SPREAD))
        claimed_at = min(at + waited, at + (end - at) * 0.6)
        return claimed_at, min(claimed_at + worked, claimed_at + (end - claimed_at) * 0.8)

    def _still_waits(self, joined: Sequence[Kept]) -> None:
        """One raised it, the others joined; a quarter of such flags is somebody's already."""
        chance, flag = self.chance, self._id()
        level, since, worst = Level.NONE, joined[0][2], joined[0][0]
        told: list[tuple[FlagEvent.Kind, Kept]] = []
        for report in joined:
            if report[3].level >= level:
                worst = report[0]
            if report[3].level > level:
                level, since = report[3].level, report[2]
            told.append((FlagEvent.Kind.JOINED if told else FlagEvent.Kind.RAISED, report))
        by = chance.choice(self.staff).pk if chance.random() < 0.25 else None
        last = joined[-1][2]
        claimed_at = last + (self.now - last) * chance.uniform(0.1, 0.9)
        due_at = claimed_at + MINUTE * OUTCOME_MINUTES[level] if by else self.now
        self.rows.add(
            Flag, flag, *self._whose, worst, "[]", int(level),
            (State.ACKNOWLEDGED if by else State.OPEN).value, by, len(joined), joined[0][2], since, 1,
            max(due_at, self.now + DUE_AGAIN), 0, "", None,
        )  # fmt: skip
        for kind, (id, _day, at, sheet) in told:
            self._event(flag, kind, at, id, level=int(sheet.level), told=[])
        if by:
            self._event(flag, FlagEvent.Kind.CLAIMED, claimed_at, by=by)

    def _event(
        self,
        flag: str,
        kind: FlagEvent.Kind,
        at: dt.datetime,
        check_in: str | None = None,
        *,
        by: int | None = None,
        note: str = "",
        **detail: object,
    ) -> None:
        written = json.dumps(detail)
        self.rows.add(FlagEvent, *self._whose, flag, kind.value, by, check_in, at, text(note), written)

    def _silent_days(self) -> None:
        zone = self.person.team.zone
        for day in self.person.missed:
            self.rows.add(SilentDay, *self._whose, day, 0, dt.datetime.combine(day, SILENT_AT, zone))

    def _doses(self) -> None:
        zone, today = self.person.team.zone, self.now.astimezone(self.person.team.zone).date()
        for stretch in self.person.stretches:
            schedule = SCHEDULES[stretch.model.drug.code]
            last = min(stretch.ended_on or today, today)
            for at in range((last - stretch.started_on).days + 1):
                given_at = dt.datetime.combine(stretch.started_on + dt.timedelta(days=at), DOSE_TIME, zone)
                if schedule.is_dose_day(at + 1) and given_at <= self.now:
                    self.rows.add(Dose, *self._whose, stretch.course.pk, given_at, True)

    @property
    def chance(self) -> Random:
        return self.person.chance

    @property
    def _whose(self) -> tuple[int, uuid.UUID]:
        return self.person.patient.team_id, self.person.patient.pk

    def _id(self) -> str:
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))


def _drawn(lot: float, model: Model, treatment_day: int | None) -> Sheet:
    """`lot` is from 0 to 1."""
    if lot < IS_GRAVE:
        return model.grave
    if lot < IS_GRAVE + IS_HARD:
        return model.hard_day(treatment_day)
    if lot < IS_GRAVE + IS_HARD + IS_AS_IT_COMES:
        return model.day(treatment_day)
    return model.calm_day(treatment_day)


def _with_stretches(person: Person) -> Iterator[tuple[dt.date, Stretch]]:
    """Each day that is reported, with the stretch that began last before it."""
    at = 0
    for day in person.logged:
        while at + 1 < len(person.stretches) and person.stretches[at + 1].started_on <= day:
            at += 1
        yield day, person.stretches[at]


def _stretch_of(stretches: Sequence[Stretch], day: dt.date) -> Stretch:
    return next((each for each in reversed(stretches) if each.started_on <= day), stretches[0])


def _treatment_day(stretch: Stretch, day: dt.date) -> int | None:
    """None: its course is over, and the next has not begun."""
    if stretch.ended_on and day > stretch.ended_on:
        return None
    return (day - stretch.started_on).days + 1
