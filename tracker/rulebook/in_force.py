"""The rules that triage goes by. Every process keeps what it has read: a published set never changes."""

from functools import lru_cache
from uuid import UUID

from django.db.models import Subquery

from tracker.models import RuleSet
from tracker.triage.rules import RuleSet as TriageRules
from tracker.triage.rules import default_rules, parse


def in_force(pk: UUID | None) -> TriageRules:
    """The rules of the published (or once published) set `pk`; the shipped ones when there is none yet.

    A set that was published meanwhile has another key, so no process goes by an old one.
    """
    return default_rules() if pk is None else _published(pk)


def current_rules() -> TriageRules:
    """Those in force now."""
    return in_force(RuleSet.objects.published().values_list("pk", flat=True).first())


def pk_in_force() -> Subquery:
    """For annotating a row that is read anyway with the key of the set in force."""
    return Subquery(RuleSet.objects.published().values("pk")[:1])


@lru_cache(maxsize=8)
def _published(pk: UUID) -> TriageRules:
    """Raises RuleSet.DoesNotExist for a draft, which may change."""
    return parse(RuleSet.objects.exclude(state=RuleSet.State.DRAFT).get(pk=pk).as_data())
