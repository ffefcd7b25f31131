"""What a draft would have made of real check-ins: replayed beside the rules in force, and counted.

Each report is weighed with what was known when it came. Nothing is written but the count.
"""

import datetime as dt
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Self
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from tracker.history import Known, earlier_reports, history, known_as_json, standing
from tracker.models import CheckIn, DryRun, Patient, RuleSet
from tracker.rulebook.in_force import in_force
from tracker.triage.assess import Assessment, assess
from tracker.triage.report import History, Level
from tracker.triage.rules import RuleSet as TriageRules
from tracker.triage.rules import parse

DAYS = (7, 14, 28, 60)
SECONDS = 20.0
"""How long a page may take; what is not replayed by then is left out, and said."""
CHUNK = 100
"""Reports between two looks at the clock."""


@dataclass
class Moved:
    """Of one patient's reports, how many are flagged by the draft alone, no more, or at another level."""

    gained: int = 0
    lost: int = 0
    raised: int = 0
    lowered: int = 0

    def add(self, now: Level, then: Level) -> None:
        if not now and then:
            self.gained += 1
        elif now and not then:
            self.lost += 1
        elif then > now:
            self.raised += 1
        elif then < now:
            self.lowered += 1

    def __bool__(self) -> bool:
        return any(asdict(self).values())


@dataclass
class Count:
    """Reports by level, `now` by the rules in force and `then` by the draft; rules that held; patients."""

    now: list[int] = field(default_factory=lambda: [0] * len(Level))
    then: list[int] = field(default_factory=lambda: [0] * len(Level))
    rules_now: Counter[str] = field(default_factory=Counter)
    rules_then: Counter[str] = field(default_factory=Counter)
    patients: defaultdict[UUID, Moved] = field(default_factory=lambda: defaultdict(Moved))
    oldest: dt.datetime | None = None

    def add(self, check_in: CheckIn, now: Assessment, then: Assessment) -> None:
        self.now[now.level] += 1
        self.then[then.level] += 1
        self.rules_now.update(each.rule for each in now.findings if not each.muted)
        self.rules_then.update(each.rule for each in then.findings if not each.muted)
        self.patients[check_in.patient_id].add(now.level, then.level)
        self.oldest = min(self.oldest or check_in.received_at, check_in.received_at)

    @property
    def reports(self) -> int:
        return sum(self.now)

    def as_json(self) -> dict[str, Any]:
        rules = sorted(self.rules_now.keys() | self.rules_then.keys())
        return {
            "reports": self.reports,
            "oldest": self.oldest.isoformat() if self.oldest else None,
            "now": self.now,
            "then": self.then,
            "rules": {code: [self.rules_now[code], self.rules_then[code]] for code in rules},
            "patients": {str(pk): asdict(moved) for pk, moved in self.patients.items() if moved},
        }


def dry_run(draft: RuleSet, *, days: int, by: User, now: dt.datetime, seconds: float = SECONDS) -> DryRun:
    """Replay the check-ins of the last `days` days, the newest first, and keep the count.

    Whoever changes the draft meanwhile makes the result an old one: it carries the revision it was made of.
    """
    against = RuleSet.objects.current()
    revision = draft.revision
    rules = in_force(against.pk if against else None), parse(draft.as_data())
    check_ins = CheckIn.objects.current().filter(received_at__gt=now - dt.timedelta(days=days))
    check_ins = check_ins.filter(received_at__lte=now).order_by("-received_at", "pk")
    count = replay(check_ins, *rules, seconds=seconds)
    result = count.as_json() | {"of": check_ins.count()}
    return DryRun.objects.create(
        rule_set=draft, revision=revision, against=against, days=days, run_by=by, run_at=now, result=result
    )


def replay(check_ins: QuerySet[CheckIn], now: TriageRules, then: TriageRules, *, seconds: float) -> Count:
    """Weigh each report by both sets, in the order given, until the time is over."""
    count, deadline = Count(), time.monotonic() + seconds
    for chunk in _chunks(check_ins):
        for check_in, known in _with_history(chunk):
            told, at = check_in.told, check_in.received_at
            count.add(check_in, assess(told, known, now, at), assess(told, known, then, at))
        if time.monotonic() > deadline:
            break
    return count


def _chunks(check_ins: QuerySet[CheckIn]) -> Iterator[list[CheckIn]]:
    """By key: a report that comes meanwhile moves nothing."""
    keys = list(check_ins.values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        yield list(CheckIn.objects.filter(pk__in=keys[start : start + CHUNK]))


def _with_history(check_ins: Iterable[CheckIn]) -> Iterator[tuple[CheckIn, History]]:
    """Each report with what it was compared with when it came; a patient's reports are read once."""
    of_patient: defaultdict[UUID, list[CheckIn]] = defaultdict(list)
    for each in check_ins:
        of_patient[each.patient_id].append(each)
    for pk, theirs in of_patient.items():
        first = min(theirs, key=lambda each: each.day)
        reports = earlier_reports(pk, _Then.read(pk, first.received_at).known.courses, first.day)
        for check_in in theirs:
            then = _Then.read(pk, check_in.received_at)
            yield check_in, then.history(check_in, reports)


@dataclass(frozen=True, slots=True)
class _Then:
    """A patient with the limits, mutes and flags of a moment; plan and usual readings are those of today."""

    patient: Patient
    known: Known

    @classmethod
    def read(cls, pk: UUID, moment: dt.datetime) -> Self:
        row = Patient.objects.select_related("team").annotate(**known_as_json(moment)).get(pk=pk)
        return cls(row, Known.of(row))

    def history(self, check_in: CheckIn, reports: Iterable[CheckIn]) -> History:
        """The reports that stood when this one came, without it and what it corrects."""
        then = check_in.received_at
        before = [each for each in reports if each.received_at <= then and each.pk != check_in.pk]
        others = [each for each in standing(before) if each.pk != check_in.amends_id]
        return history(self.patient, self.known, others, day=check_in.day, now=then)
