"""Sixty days of a patient with the diary, made through the one write path with its times passed in."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from accounts.models import User
from tracker import checkins
from tracker.demo.habits import Habit, Moment, read
from tracker.demo.incidents import Expected, Handling, Incident
from tracker.models import CheckIn, Dose, Flag, Mute, Patient
from tracker.models.flags import Outcome
from tracker.triage.report import Level, Report

DAYS = 60
LOGS_ON_A_WORKING_DAY = 0.84
LOGS_AT_A_WEEKEND = 0.66
IS_LATE = 0.05
"""How often a day is only told about on the next morning."""

# Minutes until somebody takes a flag, and until they are done with it: from, to.
CLAIMED_AFTER = {Level.EMERGENCY: (1, 4), Level.URGENT: (3, 13), Level.ROUTINE: (20, 90)}
DONE_AFTER = (4, 25)

ANSWERS: Mapping[Level, tuple[tuple[str, str], ...]] = {
    Level.ROUTINE: (
        (Outcome.ADVISED, "Told what helps. Will say if it gets worse."),
        (Outcome.CALLED, "Feels better already."),
        (Outcome.NOT_NEEDED, "As expected after the dose; has been told before."),
    ),
    Level.URGENT: (
        (Outcome.CALLED, "Talked it through. Measures again tonight and calls if it is no better."),
        (Outcome.ADVISED, "Rest and fluids. We call again tomorrow."),
        (Outcome.SENT_IN, "Seen in the day unit, home again in the evening."),
    ),
    Level.EMERGENCY: ((Outcome.SENT_IN, "Ambulance was called. Kept overnight, home the next day."),),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One report to be sent: for which day, at which moment, saying what."""

    day: dt.date
    at: dt.datetime
    report: Report
    handling: Handling | None = None
    is_incident: bool = False


@dataclass(frozen=True, slots=True)
class Diary:
    """A patient, how they report, and everything drawn by lot, from one seed a person."""

    patient: Patient
    habit: Habit
    now: dt.datetime
    chance: Random
    staff: Mapping[str, User]
    """The team's people who answer, by persona."""
    until: dt.datetime
    """Ordinary reports were sent before this, so that what they raised has been answered."""

    def live(self, incident: Incident | None) -> None:
        """Send every report in its order, and answer what it raised before the next one is sent."""
        entries = list(self._entries(incident))
        ends = [entry.at for entry in entries[1:]] + [self.now]
        for entry, end in zip(entries, ends, strict=True):
            flag = self._send(entry)
            if flag is not None and flag.is_unresolved:
                self._answer(flag, entry, end)

    def _entries(self, incident: Incident | None) -> Iterator[Entry]:
        """Ordinary days, oldest first; after an incident there are none."""
        until = self.now - incident.ago if incident else self.until
        moments = self._moments()
        yesterday: dict[str, int] = {}
        for day, at in self._days_logged(until):
            report = self.habit.ordinary_day(moments[day], yesterday, self.chance)
            yesterday = {code: answer.worst or 0 for code, answer in report.answers.items()}
            yield Entry(day, at, report)
        if incident:
            at = self.now - incident.ago
            day = self.patient.today(at)
            report = self.habit.ordinary_day(moments[day], yesterday, self.chance)
            yield Entry(day, at, _with(report, incident), incident.handling, is_incident=True)

    def _moments(self) -> dict[dt.date, Moment]:
        """Where in treatment the patient is on each of the days."""
        zone = self.patient.zone
        courses = sorted(self.patient.courses.all(), key=lambda course: course.started_on)
        given = Dose.objects.filter(patient=self.patient).values_list("given_at", flat=True)
        doses = sorted({moment.astimezone(zone).date() for moment in given})
        today = self.patient.today(self.now)
        moments = {}
        for day in (today - dt.timedelta(days=ago) for ago in range(DAYS + 1)):
            started = [course for course in courses if course.started_on <= day]
            had = [dose for dose in doses if dose <= day]
            moments[day] = Moment(
                treatment_day=started[-1].treatment_day(day) if started else 0,
                days_since_dose=(day - had[-1]).days if had else None,
            )
        return moments

    def _days_logged(self, until: dt.datetime) -> Iterator[tuple[dt.date, dt.datetime]]:
        """Each day told about before `until`, and when: most days in the evening, some the morning after."""
        zone = self.patient.zone
        for ago in range(DAYS, -1, -1):
            day = self.patient.today(self.now) - dt.timedelta(days=ago)
            likely = LOGS_ON_A_WORKING_DAY if day.isoweekday() <= 5 else LOGS_AT_A_WEEKEND
            logged, late = self.chance.random() < likely, self.chance.random() < IS_LATE
            minute = dt.timedelta(minutes=self.chance.randrange(240), seconds=self.chance.randrange(60))
            opens = (day + dt.timedelta(days=1), dt.time(7)) if late else (day, dt.time(17))
            at = dt.datetime.combine(*opens, zone) + minute
            if logged and at < until:
                yield day, at

    def _send(self, entry: Entry) -> Flag | None:
        return checkins.submit(
            patient_id=self.patient.pk,
            report=entry.report,
            id=uuid.UUID(int=self.chance.getrandbits(128), version=4),
            by=self._teller(entry),
            day=entry.day,
            reported_at=entry.at - dt.timedelta(seconds=2),
            now=entry.at,
            source=CheckIn.Source.SEED,
        ).flag

    def _teller(self, entry: Entry) -> User:
        """On every third ordinary day a carer reports, if there is one; that is no matter of chance."""
        helps = not entry.is_incident and entry.day.toordinal() % 3 == 0
        carers = self.patient.carers.in_force(entry.at).select_related("user") if helps else ()
        return next((each.user for each in carers if each.user), self.patient.user)

    def _answer(self, flag: Flag, entry: Entry, end: dt.datetime) -> None:
        """As the incident's script has it, or as such flags are answered on most days."""
        handling = entry.handling
        if entry.is_incident and handling is None:
            return
        level = Level(flag.level)
        if handling is None:
            outcome, note = self.chance.choice(ANSWERS[level])
            who = self.chance.choice(sorted(self.staff))
            handling = Handling(who, self.chance.randint(*CLAIMED_AFTER[level]), outcome, note)
        self._handle(flag, handling, entry.at, end)

    def _handle(self, flag: Flag, handling: Handling, at: dt.datetime, end: dt.datetime) -> None:
        claimed_at = min(at + dt.timedelta(minutes=handling.after), at + (end - at) / 3)
        by = self.staff[handling.by]
        flag.claim(by=by, now=claimed_at)
        if not handling.outcome:
            return
        done_at = claimed_at + dt.timedelta(minutes=self.chance.randint(*DONE_AFTER))
        done_at = min(done_at, claimed_at + (end - claimed_at) / 2)
        flag.resolve(by=by, outcome=handling.outcome, note=handling.note, seen=flag.reports, now=done_at)
        if handling.expected:
            self._mute(flag, handling.expected, by, done_at)

    def _mute(self, flag: Flag, expected: Expected, by: User, at: dt.datetime) -> None:
        """Every rule that reported it; until then, counted from the patient's today."""
        until = self.patient.today(self.now) + dt.timedelta(days=expected.days)
        for finding in flag.findings:
            if finding.code == expected.finding:
                Mute.of(finding, by=by, until=until, reason=expected.reason, now=at)


def _with(report: Report, incident: Incident) -> Report:
    """An ordinary day's report, with what was not ordinary."""
    return replace(
        report,
        answers={**report.answers, **incident.answers},
        readings={**report.readings, **read(incident.typed)},
        red_flags=incident.red_flags,
        red_flag_answer="yes" if incident.red_flags else "no",
        note=incident.note or report.note,
    )


def asked_about(patient: Patient) -> Sequence[str]:
    """The symptom codes of the patient's tick list, in its order."""
    drug = patient.courses.all()[0].drug
    return [each.symptom.code for each in drug.drug_symptoms.select_related("symptom")]
