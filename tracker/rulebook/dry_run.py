"""What a draft would have made of real check-ins: replayed beside the rules in force, and counted.

Each report is weighed with what was known when it came. Nothing is written but the count. A run goes in steps
of a few seconds, so that no request waits for all of it; between two steps it is plain data.
"""

import datetime as dt
import math
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from config.database.asking import Opening, opened
from tracker.checkins import history_then
from tracker.models import CheckIn, DryRun, RuleSet
from tracker.rulebook.draft import ChangedMeanwhile
from tracker.rulebook.in_force import in_force
from tracker.rulebook.worked import MissedCase, newly_missed
from tracker.triage.assess import Assessment, assess
from tracker.triage.report import Level
from tracker.triage.rules import parse

DAYS = (7, 14, 28, 60)


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

    def add(self, check_in: CheckIn, now: Assessment, then: Assessment) -> None:
        self.now[now.level] += 1
        self.then[then.level] += 1
        self.rules_now.update(each.rule for each in now.findings if not each.muted)
        self.rules_then.update(each.rule for each in then.findings if not each.muted)
        self.patients[check_in.patient_id].add(now.level, then.level)

    @property
    def reports(self) -> int:
        return sum(self.now)

    def as_json(self) -> dict[str, Any]:
        rules = sorted(self.rules_now.keys() | self.rules_then.keys())
        return {
            "reports": self.reports,
            "now": self.now,
            "then": self.then,
            "rules": {code: [self.rules_now[code], self.rules_then[code]] for code in rules},
            "patients": {str(pk): asdict(moved) for pk, moved in self.patients.items() if moved},
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        rules = value["rules"]
        return cls(
            now=list(value["now"]),
            then=list(value["then"]),
            rules_now=Counter({code: held for code, (held, _) in rules.items()}),
            rules_then=Counter({code: held for code, (_, held) in rules.items()}),
            patients=defaultdict(
                Moved, {UUID(pk): Moved(**moved) for pk, moved in value["patients"].items()}
            ),
        )


@dataclass
class Running:
    """A dry run under way: whose reports are still to be replayed, and what was counted so far.

    `missed` are the worked cases that the draft would miss; None until they were looked at, which comes last.
    """

    revision: int
    against: UUID | None
    days: int
    until: dt.datetime
    of: int
    patients: list[UUID]
    count: Count = field(default_factory=Count)
    missed: list[MissedCase] | None = None

    @classmethod
    @opened(Opening.TRIAL_OF_RULES)
    def begin(cls, draft: RuleSet, *, days: int, now: dt.datetime) -> Self:
        against = RuleSet.objects.current()
        run = cls(draft.revision, against.pk if against else None, days, now, 0, [])
        reports = run._check_ins()
        run.of = reports.count()
        run.patients = list(reports.order_by("patient").values_list("patient", flat=True).distinct())
        return run

    @property
    def is_over(self) -> bool:
        return self.missed is not None

    @opened(Opening.TRIAL_OF_RULES)
    def go_on(self, draft: RuleSet, *, seconds: float) -> None:
        """Replay patient after patient until the time is over. Raises ChangedMeanwhile."""
        current = RuleSet.objects.current()
        if (draft.revision, current.pk if current else None) != (self.revision, self.against):
            raise ChangedMeanwhile(draft)
        now, then = in_force(self.against), parse(draft.as_data())
        deadline = time.monotonic() + seconds
        while self.patients:
            theirs = self._check_ins().filter(patient=self.patients.pop())
            for check_in in theirs:
                told, known, at = check_in.told, history_then(check_in), check_in.received_at
                self.count.add(check_in, assess(told, known, now, at), assess(told, known, then, at))
            if time.monotonic() > deadline:
                return
        self.missed = newly_missed(now, then, self.until)

    def keep(self, draft: RuleSet, *, by: User) -> DryRun:
        """What came of it, for good."""
        cases = [each.as_json() for each in self.missed or ()]
        return DryRun.objects.create(
            rule_set=draft,
            revision=self.revision,
            against_id=self.against,
            days=self.days,
            run_by=by,
            run_at=self.until,
            result=self.count.as_json() | {"cases": cases},
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "revision": self.revision,
            "against": str(self.against) if self.against else None,
            "days": self.days,
            "until": self.until.isoformat(),
            "of": self.of,
            "patients": [str(pk) for pk in self.patients],
            "count": self.count.as_json(),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        return cls(
            revision=value["revision"],
            against=UUID(value["against"]) if value["against"] else None,
            days=value["days"],
            until=dt.datetime.fromisoformat(value["until"]),
            of=value["of"],
            patients=[UUID(pk) for pk in value["patients"]],
            count=Count.from_json(value["count"]),
        )

    def _check_ins(self) -> QuerySet[CheckIn]:
        """Those of the last days; what comes or is corrected meanwhile is for the next run.

        Without patients whose record is closed: it is not to be used.
        """
        since = self.until - dt.timedelta(days=self.days)
        open_ones = CheckIn.objects.current().filter(patient__restricted_at=None)
        return open_ones.filter(received_at__gt=since, received_at__lte=self.until)


def dry_run(draft: RuleSet, *, days: int, by: User, now: dt.datetime) -> DryRun:
    """All of it at once: the check-ins of the last `days` days, and the worked cases."""
    run = Running.begin(draft, days=days, now=now)
    while not run.is_over:
        run.go_on(draft, seconds=math.inf)
    return run.keep(draft, by=by)
