"""Changing a draft. Every change is whole: what triage could not read is not kept.

Each act first takes the draft's row, so that two people at one draft, or an editor and a publisher, come one
after the other.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import wraps
from typing import Any, Concatenate, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import User
from education.models import Drug
from tracker.models import Condition, Rule, RuleSet
from tracker.models.rules import condition_rows
from tracker.rulebook.in_force import in_force
from tracker.triage import sense
from tracker.triage.reach import is_weaker
from tracker.triage.report import Level
from tracker.triage.rules import RuleError, parse
from tracker.triage.rules import RuleSet as TriageRules

type Table = Mapping[str, Any]


class NotADraft(Exception):
    """It was published, or thrown away, in the meantime."""


class IsADraft(Exception):
    """Only what is or was in force is copied: a copy would not know who made the draft."""


class ChangedMeanwhile(Exception):
    """Somebody else has changed the same part since the page was opened."""


class NeedsReason(Exception):
    """These emergency rules would go, be milder or hold less often: the record must say why."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = tuple(codes)
        super().__init__(", ".join(codes))


class Reason(NamedTuple):
    """Why emergency rules become weaker by a change; `about` is the rule that was changed, if it was one."""

    said: str
    about: str = ""


def begin(copied: RuleSet, *, by: User, now: dt.datetime) -> RuleSet:
    """A draft that says what `copied` says, under the next free version. Raises IsADraft."""
    if copied.is_draft:
        raise IsADraft(copied)
    while True:
        version = RuleSet.objects.next_version(now.date())
        try:
            return _copy(copied, version, by, now)
        except IntegrityError:  # somebody else began a draft at the same moment, and has the number
            if not RuleSet.objects.filter(version=version).exists():
                raise


@transaction.atomic
def _copy(copied: RuleSet, version: str, by: User, now: dt.datetime) -> RuleSet:
    draft = RuleSet.objects.from_data(
        copied.as_data(), now=now, version=version, made_by=by, copied_from=copied
    )
    draft.editors.add(by)
    return draft


def mark(data: Any) -> str:
    """Short for what somebody saw; another text has another mark."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]


def change[**Rest](
    act: Callable[Concatenate[RuleSet, Rest], Reason],
) -> Callable[Concatenate[RuleSet, User, dt.datetime, Rest], None]:
    """Makes an act on a draft whole: by somebody, at some time, and only if triage can read the outcome.

    Raises NotADraft; NeedsReason; and RuleError for what does not hold together, or what cannot be meant and
    was not there before.
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
            wrong, weak = _as_it_was(draft)
            reason = act(draft, *args, **kwargs)
            draft.editors.add(by)
            rules = check(draft.as_data())
            for each in objections(rules):
                if str(each) not in wrong:
                    raise each
            _keep_reasons(draft, rules, reason, weak)

    return changed


def _as_it_was(draft: RuleSet) -> tuple[set[str], set[str]]:
    """What could not be meant, and which emergency rules were weaker, before somebody changes a thing."""
    try:
        rules = parse(draft.as_data())
    except RuleError:
        return set(), set()
    return {str(each) for each in objections(rules)}, set(_weakened(rules))


def check(data: Table) -> TriageRules:
    """Raises RuleError for rules that triage cannot read, or that know no emergency."""
    rules = parse(data)
    if not any(rule.level == Level.EMERGENCY for rule in rules.rules):
        raise RuleError("file", "rule", "there has to be at least one rule for an emergency")
    return rules


def known_findings(draft: RuleSet) -> frozenset[str]:
    """Codes that a rule may find without saying that they are new."""
    own = draft.shared.get("own", {}).get("findings", [])
    return sense.known_findings().union(own, _findings_in_force())


def _findings_in_force() -> set[str]:
    rules = Rule.objects.filter(rule_set__state=RuleSet.State.PUBLISHED)
    return set(rules.values_list("finding", flat=True))


def objections(rules: TriageRules) -> list[RuleError]:
    """What cannot be meant; drugs of the library and findings of the set in force are known."""
    drugs = Drug.objects.values_list("code", flat=True)
    return sense.objections(rules, drugs=set(drugs), findings=_findings_in_force())


# --- Rules --------------------------------------------------------------------------------------------------


@change
def add_rule(draft: RuleSet, table: Table, *, new_finding: bool = False) -> Reason:
    """After the others. Raises RuleError when another rule has the code."""
    if draft.rules.filter(code=table["code"]).exists():
        raise RuleError(table["code"], "code", "another rule has this code")
    last = draft.rules.order_by("position").last()
    _keep_rule(draft, table, last.position + 1 if last else 0, new_finding=new_finding)
    return Reason("")


@change
def change_rule(
    draft: RuleSet, code: str, table: Table, *, seen: int, reason: str = "", new_finding: bool = False
) -> Reason:
    """`seen` is the rule's revision on the page. Raises ChangedMeanwhile."""
    rule = draft.rules.filter(code=code, revision=seen).first()
    if rule is None:
        raise ChangedMeanwhile(code)
    _keep_rule(draft, table, rule.position, before=rule, new_finding=new_finding)
    return Reason(reason, code)


@change
def remove_rule(draft: RuleSet, code: str, *, reason: str = "") -> Reason:
    """A rule that is gone already may go again."""
    draft.rules.filter(code=code).delete()
    return Reason(reason, code)


@change
def put_back(draft: RuleSet, code: str) -> Reason:
    """The rule as it is in force, whether it was changed or taken away. Raises Rule.DoesNotExist."""
    published = RuleSet.objects.current()
    tables = published.as_data()["rule"] if published else []
    table = next((each for each in tables if each["code"] == code), None)
    if published is None or table is None:
        raise Rule.DoesNotExist(code)
    before = draft.rules.filter(code=code).first()
    position = before.position if before else published.rules.get(code=code).position
    _keep_rule(draft, table, position, before=before)
    return Reason("", code)


def _keep_rule(
    draft: RuleSet, table: Table, position: int, before: Rule | None = None, *, new_finding: bool = False
) -> None:
    rule = Rule.from_data(table, draft, position)
    rule.changed_by = draft.changed_by
    if before is not None:
        rule.pk, rule.revision = before.pk, before.revision + 1
        before.conditions.all().delete()
    rule.save(force_insert=before is None, force_update=before is not None)
    Condition.objects.bulk_create(condition_rows(table["when"], draft, rule=rule))
    if new_finding:
        _own_finding(draft, rule.finding)


def _own_finding(draft: RuleSet, code: str) -> None:
    """The set says that it has this code on purpose."""
    own = draft.shared.get("own", {})
    findings = dict.fromkeys([*own.get("findings", []), code])
    draft.shared["own"] = own | {"findings": list(findings)}
    draft.save(update_fields=["shared"])


# --- What several rules share -------------------------------------------------------------------------------


@change
def change_condition(draft: RuleSet, name: str, table: Table, *, seen: str, reason: str = "") -> Reason:
    """`seen` marks the condition on the page. Raises KeyError and ChangedMeanwhile."""
    if mark(draft.as_data()["conditions"][name]) != seen:
        raise ChangedMeanwhile(name)
    draft.conditions.filter(name=name).delete()
    Condition.objects.bulk_create(condition_rows(table, draft, name=name))
    return Reason(reason)


@change
def change_limits(draft: RuleSet, limits: Mapping[str, Table], *, seen: str, reason: str = "") -> Reason:
    """`seen` marks the limits on the page. Raises ChangedMeanwhile."""
    if mark(draft.limits) != seen:
        raise ChangedMeanwhile("limits")
    draft.shared["limits"] = limits
    draft.save(update_fields=["shared"])
    return Reason(reason)


# --- Reasons ------------------------------------------------------------------------------------------------


def emergencies() -> frozenset[str]:
    """The codes of the emergency rules in force."""
    rules = Rule.objects.filter(rule_set__state=RuleSet.State.PUBLISHED, level=Level.EMERGENCY)
    return frozenset(rules.values_list("code", flat=True))


def weakened(draft: RuleSet) -> list[str]:
    """The emergency rules in force that the draft takes away, makes milder or harder to hold."""
    return _weakened(parse(draft.as_data()))


def unexplained(draft: RuleSet) -> list[str]:
    """Those of them that nobody has given a reason for."""
    return [code for code in weakened(draft) if not draft.reasons.get(code)]


def _weakened(rules: TriageRules) -> list[str]:
    published = RuleSet.objects.current()
    if published is None:
        return []
    new = {rule.code: rule for rule in rules.rules}
    old = in_force(published.pk).rules
    return sorted(rule.code for rule in old if is_weaker(rule, new.get(rule.code)))


def _keep_reasons(draft: RuleSet, rules: TriageRules, reason: Reason, before: Collection[str]) -> None:
    """Why emergency rules in force are weaker; a reason that is needed no longer is dropped."""
    kept = {code: draft.reasons.get(code, "") for code in _weakened(rules)}
    for code, said in kept.items():
        if code == reason.about or (not said and code not in before):
            kept[code] = reason.said.strip() or said
    asked = [code for code in kept if code == reason.about or code not in before]
    if missing := [code for code in asked if not kept[code]]:
        raise NeedsReason(missing)
    draft.reasons = {code: said for code, said in kept.items() if said}
    draft.save(update_fields=["reasons"])
