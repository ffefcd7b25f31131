"""Reports that many people of a crowd send alike: weighed once by triage, and copied as often as wanted.

To weigh a million reports takes an hour. So some people of each drug live through its days once, as the
demonstration's people do (`habits`), and everybody in the crowd takes after one of them.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from random import Random

from accounts.models import CareTeam
from education.models import Drug
from tracker.demo.habits import HABITS, Habit, Moment, answer
from tracker.demo.people import Usual
from tracker.demo.schedules import SCHEDULES, Schedule
from tracker.triage import document
from tracker.triage.advice import Advice
from tracker.triage.assess import Finding, assess
from tracker.triage.grading import grades
from tracker.triage.report import History, Level, PastDay, Report, Treatment
from tracker.triage.rules import RuleSet
from tracker.triage.symptoms import SYMPTOMS

LONGEST = 84  # days of a course without cycles; later days are like the last four weeks of it
REPEATS = 28
REMEMBERED = 3  # days that triage hears of beside the report
EVENING = 9  # hours from the usual dose to the usual report
STRENGTHS = (0.6, 0.85, 1.1, 1.35)
"""How hard a drug is on those who take after somebody."""
LIVES = 4
"""How many there are of each strength: so that the bad days of a crowd do not fall on the same days."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One report and what triage made of it, as text that PostgreSQL's COPY takes."""

    report: str
    grades: str
    level: Level
    checks: str
    findings: tuple[Finding, ...]
    note: bool
    advice: Advice

    def advice_of(self, team: CareTeam) -> str:
        """With the team's numbers, as in the hours when somebody answers."""
        filled = self.advice.fill(
            emergency_number=team.emergency_number,
            team_phone=team.phone,
            line_24h=team.line_24h,
            crisis_line=team.crisis_line,
            is_open=True,
        )
        return as_copied(asdict(filled))


type Day = tuple[Report, History]


@dataclass(frozen=True, slots=True)
class Model:
    """Somebody whom a part of the crowd takes after: a report for each treatment day, and one if it is hard.

    Each is weighed when it is first wanted.
    """

    drug: Drug
    usual: Usual
    ordinary: Sequence[Day]
    hard: Sequence[Day]
    """The last of them is the one with a red flag."""
    rules: RuleSet
    now: dt.datetime
    weighed: dict[int, Sheet] = field(default_factory=dict)
    """By the `id` of the day, which is kept as long as the model."""

    def day(self, treatment_day: int | None) -> Sheet:
        """None: between two courses."""
        return self._sheet(self.ordinary[self._at(treatment_day)])

    def calm_day(self, treatment_day: int | None) -> Sheet:
        """One that raises no flag: that day's, or else the next that does not."""
        at = self._at(treatment_day)
        sheets = (self._sheet(day) for day in (*self.ordinary[at:], *self.ordinary[:at]))
        return next((each for each in sheets if each.level == Level.NONE), self.day(treatment_day))

    def hard_day(self, treatment_day: int | None) -> Sheet:
        return self._sheet(self.hard[self._at(treatment_day)])

    def flagged_day(self, treatment_day: int | None) -> Sheet:
        """A hard one that raises a flag: that day's, or else the next that does."""
        at = self._at(treatment_day)
        sheets = (self._sheet(day) for day in (*self.hard[at:], *self.hard[:at]))
        return next((each for each in sheets if each.level > Level.NONE), self.grave)

    @property
    def grave(self) -> Sheet:
        """A day with a red flag."""
        return self._sheet(self.hard[-1])

    def _sheet(self, day: Day) -> Sheet:
        if id(day) not in self.weighed:
            self.weighed[id(day)] = _weighed(*day, self.rules, self.now)
        return self.weighed[id(day)]

    def _at(self, treatment_day: int | None) -> int:
        days = len(self.ordinary)
        return days - 1 if treatment_day is None else _at(treatment_day, days)


def models_of(drug: Drug, asked: Sequence[str], rules: RuleSet, now: dt.datetime, seed: str) -> list[Model]:
    """Some for each strength. The same seed makes the same."""
    chances = [
        (strength, f"{seed} {drug.code} {strength} {life}") for strength in STRENGTHS for life in range(LIVES)
    ]
    return [
        _model(drug, asked, strength, rules, now, Random(chance))  # noqa: S311 -- invented
        for strength, chance in chances
    ]


def as_copied(value: object) -> str:
    """JSON as a field of COPY's text: a backslash is written twice; JSON itself escapes tabs and lines."""
    return json.dumps(value, ensure_ascii=False, default=str).replace("\\", "\\\\")


def _at(treatment_day: int, days: int) -> int:
    """Past the end the last four weeks come again, so that weekly doses stay on their days."""
    at = treatment_day - 1
    if at < days:
        return at
    repeats = min(REPEATS, days)
    return days - repeats + (at - days) % repeats


def _model(
    drug: Drug, asked: Sequence[str], strength: float, rules: RuleSet, now: dt.datetime, chance: Random
) -> Model:
    usual = _usual(chance)
    habit = Habit(drug.code, asked, drug.readings, drug.asks_urine, usual, strength)
    ordinary = list(_life(habit, chance))
    hard = [(_made_hard(report, habit, chance), history) for report, history in _life(habit, chance)]
    report, history = ordinary[0]
    grave = (replace(report, red_flags=frozenset({"chest_pain"})), history)
    return Model(drug, usual, ordinary, [*hard, grave], rules, now)


def _life(habit: Habit, chance: Random) -> Iterator[Day]:
    """Every day of a course, with what was known of the days before."""
    schedule = SCHEDULES[habit.drug]
    yesterday: dict[str, int] = {}
    past: list[tuple[Report, bool]] = []
    for day in range(1, (schedule.cycle or LONGEST) + 1):
        since = _days_since_dose(schedule, day)
        report = habit.ordinary_day(Moment(day, since), yesterday, chance)
        yield report, _history(habit, day, since, past)
        yesterday = {code: each.worst or 0 for code, each in report.answers.items()}
        past = [(report, since == 0), *past][:REMEMBERED]


def _days_since_dose(schedule: Schedule, day: int) -> int:
    return next(ago for ago in range(day) if schedule.is_dose_day(day - ago))


def _history(habit: Habit, day: int, since: int, past: Sequence[tuple[Report, bool]]) -> History:
    return History(
        treatments=(Treatment(habit.drug, day, since * 24.0 + EVENING),),
        usual={kind: float(value) for kind, value in asdict(habit.usual).items()},
        days=tuple(PastDay(ago, report, dose_day) for ago, (report, dose_day) in enumerate(past, start=1)),
        days_since_chemo=day if SCHEDULES[habit.drug].after_chemo else None,
        dose_day=since == 0,
    )


def _made_hard(report: Report, habit: Habit, chance: Random) -> Report:
    """One of the symptoms that the drug is known for is severe, now and then very severe."""
    code = chance.choice([code for code in HABITS[habit.drug] if code in habit.asked] or list(habit.asked))
    severity = chance.choice((3, 3, 3, 4)) if "presence" not in SYMPTOMS[code].attributes else 1
    return replace(report, answers={**report.answers, code: answer(code, severity, chance)})


def _weighed(report: Report, history: History, rules: RuleSet, now: dt.datetime) -> Sheet:
    written = document.write(report)
    document.read(written)  # raises for what the site would refuse
    made = assess(report, history, rules, now)
    return Sheet(
        report=as_copied(written),
        grades=as_copied(grades(report)),
        level=made.level,
        checks=as_copied([asdict(check) for check in made.checks]),
        findings=made.findings,
        note=bool(report.note),
        advice=made.advice,
    )


def _usual(chance: Random) -> Usual:
    systolic = chance.randint(114, 138)
    return Usual(
        systolic,
        systolic - chance.randint(40, 52),
        pulse=chance.randint(62, 82),
        spo2=chance.randint(96, 99),
        temperature=round(chance.uniform(36.3, 36.8), 1),
        weight=round(chance.uniform(52, 94), 1),
    )


type Models = Mapping[str, Sequence[Model]]
"""By the code of their drug."""
