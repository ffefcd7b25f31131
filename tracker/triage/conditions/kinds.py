"""What all conditions share: what they are, limits, and the joining of what they saw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from tracker.triage.limits import Limit

if TYPE_CHECKING:
    from tracker.triage.case import Case

type Evidence = dict[str, Any]
type Bound = float | Limit | None
"""A number, a limit by name (which one person may have their own of), or no bound."""


class Condition(Protocol):
    """`key` names the kind of condition and, in its data, holds the condition's first part."""

    key: ClassVar[str]

    def holds(self, case: Case) -> Evidence | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Limits that a number must keep, those given. `over` and `below` leave their number out."""

    at_least: Bound = None
    at_most: Bound = None
    over: Bound = None
    below: Bound = None

    def contains(self, value: float | None, case: Case) -> bool:
        bound = case.bound
        return (
            value is not None
            and (self.at_least is None or value >= bound(self.at_least))
            and (self.at_most is None or value <= bound(self.at_most))
            and (self.over is None or value > bound(self.over))
            and (self.below is None or value < bound(self.below))
        )

    def personal(self, case: Case) -> Evidence:
        """Which of the person's own limits the number was judged by, as evidence."""
        own = case.history.limits
        bounds = (self.at_least, self.at_most, self.over, self.below) if own else ()
        used = {each.name: each.of(own) for each in bounds if isinstance(each, Limit) and each.name in own}
        return {"limits": used} if used else {}


def merged(one: Evidence, other: Evidence) -> Evidence:
    """Both, joined part by part; where they disagree on a value the first stays."""
    joined = dict(one)
    for key, value in other.items():
        joined[key] = _joined(joined[key], value) if key in joined else value
    return joined


def _joined(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return merged(one, other)
    if isinstance(one, list) and isinstance(other, list):
        return [*one, *(each for each in other if each not in one)]
    return one
