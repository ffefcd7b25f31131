"""The rules that triage goes by. Every process keeps what it has read: a published set never changes."""

import logging
from functools import lru_cache
from uuid import UUID

from django.db.models import Subquery

from tracker.models import RuleSet
from tracker.statement import Statement
from tracker.triage.rules import RuleError, default_rules, parse
from tracker.triage.rules import RuleSet as TriageRules

logger = logging.getLogger(__name__)


def in_force(pk: UUID | None) -> TriageRules:
    """The rules of the published (or once published) set `pk`; the shipped ones when there is none yet.

    A set that was published meanwhile has another key, so no process goes by an old one. A set that this
    version cannot read must cost nobody their report: the shipped rules weigh it, and `unreadable` says why.
    """
    rules = default_rules() if pk is None else _published(pk)
    return default_rules() if isinstance(rules, RuleError) else rules


def current_rules() -> TriageRules:
    """Those in force now."""
    return in_force(_current())


def unreadable() -> RuleError | None:
    """Why this version cannot read the set in force; None when it can."""
    pk = _current()
    rules = None if pk is None else _published(pk)
    return rules if isinstance(rules, RuleError) else None


def pk_in_force() -> Subquery:
    """For annotating a row that is read anyway with the key of the set in force."""
    return Subquery(RuleSet.objects.published().values("pk")[:1])


def _current() -> UUID | None:
    row = next(iter(_CURRENT.run()), None)
    return row.pk if row else None


_CURRENT = Statement(lambda: RuleSet.objects.published().only("pk")[:1])


@lru_cache(maxsize=8)
def _published(pk: UUID) -> TriageRules | RuleError:
    """Raises RuleSet.DoesNotExist for a draft, which may change."""
    rule_set = RuleSet.objects.exclude(state=RuleSet.State.DRAFT).get(pk=pk)
    try:
        return parse(rule_set.as_data())
    except RuleError as error:
        logger.exception("rule set %s cannot be read: the shipped rules stand in for it", rule_set.version)
        return error
