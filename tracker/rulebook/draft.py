"""Changing a draft. Every change is whole: what triage could not read is not kept.

Each act first takes the draft's row, so that two people at one draft, or an editor and a publisher, come one
after the other.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, Concatenate

from django.db import transaction
from django.db.models import F

from accounts.models import User
from tracker.models import Condition, Rule, RuleSet
from tracker.models.rules import condition_rows
from tracker.triage.report import Level
from tracker.triage.rules import RuleError, parse

type Table = Mapping[str, Any]


class NotADraft(Exception):
    """It was published, or thrown away, in the meantime."""


class ChangedMeanwhile(Exception):
    """Somebody else has changed the same part since the page was opened."""


class NeedsReason(Exception):
    """An emergency rule would go, or be milder: the record must say why."""


def begin(copied: RuleSet, *, by: User, now: dt.datetime) -> RuleSet:
    """A draft that says what `copied` says, under the next free version."""
    version = RuleSet.objects.next_version(now.date())
    draft = RuleSet.objects.from_data(
        copied.as_data(), now=now, version=version, made_by=by, copied_from=copied
    )
    draft.editors.add(by)
    return draft


def mark(data: Any) -> str:
    """Short for what somebody saw; another text has another mark."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]


def change[**Rest](
    act: Callable[Concatenate[RuleSet, Rest], None],
) -> Callable[Concatenate[RuleSet, User, dt.datetime, Rest], None]:
    """Makes an act on a draft whole: by somebody, at some time, and only if triage can read the outcome.

    Raises NotADraft, and RuleError when the rules would not hold together.
    """

    @wraps(act)
    def changed(
        draft: RuleSet, by: User, now: dt.datetime, /, *args: Rest.args, **kwargs: Rest.kwargs
    ) -> None:
        with transaction.atomic():
            won = (
                RuleSet.objects.drafts()
                .filter(pk=draft.pk)
                .update(revision=F("revision") + 1, changed_by=by, changed_at=now)
            )
            if not won:
                raise NotADraft(draft)
            draft.refresh_from_db()
            act(draft, *args, **kwargs)
            draft.editors.add(by)
            check(draft.as_data())

    return changed


def check(data: Table) -> None:
    """Raises RuleError for rules that triage cannot read, or that know no emergency."""
    rules = parse(data)
    if not any(rule.level == Level.EMERGENCY for rule in rules.rules):
        raise RuleError("file", "rule", "there has to be at least one rule for an emergency")


# --- Rules --------------------------------------------------------------------------------------------------


@change
def add_rule(draft: RuleSet, table: Table) -> None:
    """After the others. Raises RuleError when another rule has the code."""
    if draft.rules.filter(code=table["code"]).exists():
        raise RuleError(table["code"], "code", "another rule has this code")
    last = draft.rules.order_by("position").last()
    _keep_rule(draft, table, last.position + 1 if last else 0)


@change
def change_rule(draft: RuleSet, code: str, table: Table, *, seen: int, reason: str = "") -> None:
    """`seen` is the rule's revision on the page. Raises ChangedMeanwhile, NeedsReason and RuleError."""
    rule = draft.rules.filter(code=code, revision=seen).first()
    if rule is None:
        raise ChangedMeanwhile(code)
    _keep_reason(draft, code, Level.from_word(table["level"]), reason)
    _keep_rule(draft, table, rule.position, before=rule)


@change
def remove_rule(draft: RuleSet, code: str, *, reason: str = "") -> None:
    """Raises NeedsReason and RuleError; a rule that is gone already may go again."""
    _keep_reason(draft, code, None, reason)
    draft.rules.filter(code=code).delete()


@change
def put_back(draft: RuleSet, code: str) -> None:
    """The rule as it is in force, whether it was changed or taken away. Raises Rule.DoesNotExist."""
    published = RuleSet.objects.current()
    tables = published.as_data()["rule"] if published else []
    table = next((each for each in tables if each["code"] == code), None)
    if published is None or table is None:
        raise Rule.DoesNotExist(code)
    before = draft.rules.filter(code=code).first()
    position = before.position if before else published.rules.get(code=code).position
    _keep_reason(draft, code, Level.from_word(table["level"]), "")
    _keep_rule(draft, table, position, before=before)


def _keep_rule(draft: RuleSet, table: Table, position: int, before: Rule | None = None) -> None:
    rule = Rule.from_data(table, draft, position)
    rule.changed_by = draft.changed_by
    if before is not None:
        rule.pk, rule.revision = before.pk, before.revision + 1
        before.conditions.all().delete()
    rule.save(force_insert=before is None, force_update=before is not None)
    Condition.objects.bulk_create(condition_rows(table["when"], draft, rule=rule))


# --- What several rules share -------------------------------------------------------------------------------


@change
def change_condition(draft: RuleSet, name: str, table: Table, *, seen: str) -> None:
    """`seen` marks the condition on the page. Raises KeyError, ChangedMeanwhile and RuleError."""
    if mark(draft.as_data()["conditions"][name]) != seen:
        raise ChangedMeanwhile(name)
    draft.conditions.filter(name=name).delete()
    Condition.objects.bulk_create(condition_rows(table, draft, name=name))


@change
def change_limits(draft: RuleSet, limits: Mapping[str, Table], *, seen: str) -> None:
    """`seen` marks the limits on the page. Raises ChangedMeanwhile and RuleError."""
    if mark(draft.limits) != seen:
        raise ChangedMeanwhile("limits")
    draft.shared["limits"] = limits
    draft.save(update_fields=["shared"])


# --- Reasons ------------------------------------------------------------------------------------------------


def emergencies(rule_set: RuleSet | None) -> dict[str, Level]:
    """The codes of the emergency rules of a set, if there is one."""
    rules = rule_set.rules.filter(level=Level.EMERGENCY) if rule_set else Rule.objects.none()
    return dict.fromkeys(rules.values_list("code", flat=True), Level.EMERGENCY)


def weakened(draft: RuleSet) -> list[str]:
    """The emergency rules in force that the draft takes away or makes milder."""
    levels = dict(draft.rules.values_list("code", "level"))
    in_force = emergencies(RuleSet.objects.current())
    return [code for code in sorted(in_force) if levels.get(code, -1) < Level.EMERGENCY]


def unexplained(draft: RuleSet) -> list[str]:
    """Those of them that nobody has given a reason for."""
    return _without_reason(draft, weakened(draft))


def _without_reason(draft: RuleSet, codes: Iterable[str]) -> list[str]:
    return [code for code in codes if not draft.reasons.get(code)]


def _keep_reason(draft: RuleSet, code: str, level: Level | None, reason: str) -> None:
    """Why an emergency rule in force goes or is milder; a reason that is needed no longer is dropped."""
    needed = code in emergencies(RuleSet.objects.current()) and level != Level.EMERGENCY
    given = reason.strip() or draft.reasons.get(code, "")
    if needed and not given:
        raise NeedsReason(code)
    reasons = {name: each for name, each in draft.reasons.items() if name != code}
    draft.reasons = reasons | ({code: given} if needed else {})
    draft.save(update_fields=["reasons"])
