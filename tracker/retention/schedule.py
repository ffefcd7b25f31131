"""Which period holds for a team, and when a patient's record comes to the end of it."""

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from accounts.models import CareTeam, User
from tracker.models import Patient, RetentionRule
from tracker.retention.kinds import Kind

SHORTER_AFTER = dt.timedelta(days=14)
"""A period that is made shorter destroys something. So long somebody can object: our own choice."""


@dataclass(frozen=True)
class Periods:
    """Of every team, as they stood at one moment: months by (team, kind), None for good."""

    rules: Mapping[tuple[int, str], RetentionRule]
    coming: Mapping[tuple[int, str], RetentionRule]

    @classmethod
    def at(cls, now: dt.datetime) -> "Periods":
        """In one query. A rule that did not hold yet when the next one was set never does."""
        rules: dict[tuple[int, str], list[RetentionRule]] = defaultdict(list)
        for rule in RetentionRule.objects.filter(set_at__lte=now).order_by("set_at", "pk"):
            known = rules[rule.team_id, rule.kind]
            if known and known[-1].holds_from > rule.set_at:
                known.pop()
            known.append(rule)
        held = {key: [each for each in known if each.holds_from <= now] for key, known in rules.items()}
        return cls(
            {key: known[-1] for key, known in held.items() if known},
            {key: known[-1] for key, known in rules.items() if known[-1].holds_from > now},
        )

    def months(self, team: int, kind: Kind) -> int | None:
        rule = self.rules.get((team, kind.code))
        return rule.months if rule else kind.months


def keep_for(
    team: CareTeam, kind: Kind, months: int | None, *, reason: str, by: User, now: dt.datetime
) -> RetentionRule:
    """From now on, or, where it is shorter than what holds, after `SHORTER_AFTER`."""
    before = Periods.at(now).months(team.pk, kind)
    holds_from = now + SHORTER_AFTER if _is_shorter(months, before) else now
    return RetentionRule.objects.create(
        team=team, kind=kind.code, months=months, reason=reason, set_by=by, set_at=now, holds_from=holds_from
    )


def _is_shorter(months: int | None, before: int | None) -> bool:
    return months is not None and (before is None or months < before)


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day of the month, or its last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > dt.MAXYEAR:
        return dt.date.max
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_earlier(now: dt.datetime, months: int) -> dt.datetime:
    """What was written before this moment is older than so many months."""
    return dt.datetime.combine(months_later(now.date(), -months), now.timetz())


def kept_until(patient: Patient, kind: Kind, periods: Periods) -> dt.date | None:
    """The last day on which it has to be kept; None: nobody can say, for it runs on or is kept for good."""
    months = periods.months(patient.team_id, kind)
    if patient.left_on is None or months is None:
        return None
    return months_later(patient.left_on, months)


def record_is_over(patient: Patient, kind: Kind, periods: Periods, today: dt.date) -> bool:
    """Whether the law's time, as the team has set it, is over for something that runs from leaving."""
    until = kept_until(patient, kind, periods)
    return until is not None and until < today
