"""Whether a changed condition still holds wherever the old one held.

Where that cannot be shown from the two alone the answer is no: whoever makes an emergency rule narrower, or
perhaps narrower, says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from . import conditions as kinds
from .conditions import EVERY, Condition, Range
from .limits import Limit
from .report import Level
from .rules import Rule
from .symptoms import SYMPTOMS


def is_weaker(old: Rule, new: Rule | None) -> bool:
    """An emergency rule that goes, is milder, or may fail to hold where it held."""
    if old.level != Level.EMERGENCY:
        return False
    return new is None or new.level < old.level or not covers(new.when, old.when)


def covers(wide: Condition, narrow: Condition) -> bool:
    """`wide` holds for everybody for whom `narrow` holds, whatever limits of their own they have."""
    if wide == narrow:
        return True
    if isinstance(narrow, kinds.AnyOf):
        return all(covers(wide, each) for each in narrow.conditions)
    if isinstance(wide, kinds.AllOf):
        return all(covers(each, narrow) for each in wide.conditions)
    if isinstance(wide, kinds.AnyOf) and any(covers(each, narrow) for each in wide.conditions):
        return True
    if isinstance(narrow, kinds.AllOf) and any(covers(wide, each) for each in narrow.conditions):
        return True
    if type(wide) is not type(narrow):
        return False
    return _alike(wide, narrow)


def _alike(wide: Any, narrow: Any) -> bool:
    """Of one kind: every part of `wide` asks for no more."""
    match wide:
        case kinds.Not():
            return covers(narrow.condition, wide.condition)
        case kinds.CountOf():
            pairs = zip(wide.conditions, narrow.conditions, strict=False)
            enough = len(wide.conditions) >= len(narrow.conditions) and wide.at_least <= narrow.at_least
            return enough and all(covers(one, other) for one, other in pairs)
        case kinds.Answered():
            return (
                wide.attribute == narrow.attribute
                and wide.at_least <= narrow.at_least
                and wide.above_baseline <= narrow.above_baseline
                and _codes(wide) >= _codes(narrow)
            )
        case kinds.Composite():
            return bool(wide.at_least <= narrow.at_least) and _codes(wide) >= _codes(narrow)
        case kinds.Worse():
            return (
                wide.by <= narrow.by
                and set(wide.than) >= set(narrow.than)
                and wide.dose_cycle == narrow.dose_cycle
                and wide.if_unknown >= narrow.if_unknown
                and _codes(wide) >= _codes(narrow)
            )
        case kinds.Lasting():
            # Fewer days may span too short a time: a run of four in eight days can lack three in six.
            no_more = wide.at_least <= narrow.at_least and wide.days == narrow.days
            return no_more and _codes(wide) >= _codes(narrow)
        case kinds.Ticked():
            return set(wide.red_flags) >= set(narrow.red_flags)
        case kinds.Noted():
            return set(wide.concepts) >= set(narrow.concepts)
        case kinds.OnDrug():
            longer = wide.ended_within_days >= narrow.ended_within_days
            return longer and set(wide.drugs) >= set(narrow.drugs)
        case kinds.DoseDay():
            return set(wide.drugs) >= set(narrow.drugs)
        case kinds.LastLevel():
            return Level.from_word(wide.at_least) <= Level.from_word(narrow.at_least)
    return isinstance(wide, Range) and _same_number(wide, narrow) and _range(wide, narrow)


def _codes(it: Any) -> set[str]:
    codes: Iterable[str] = SYMPTOMS if EVERY in it.symptoms else it.symptoms
    return set(codes) - set(it.exclude)


def _same_number(wide: Any, narrow: Any) -> bool:
    """They are about one number; one of drugs may be about more drugs."""
    parts = ("kind", "by", "days", "unit")
    alike = all(getattr(wide, part, None) == getattr(narrow, part, None) for part in parts)
    return alike and set(getattr(wide, "drugs", ())) >= set(getattr(narrow, "drugs", ()))


def _range(wide: Range, narrow: Range) -> bool:
    """Every end of the wide range follows from an end of the narrow one."""
    low = all(
        any(_no_lower(other, end) and (closed or not takes_in) for other, takes_in in _ends(narrow, low=True))
        for end, closed in _ends(wide, low=True)
    )
    high = all(
        any(
            _no_lower(end, other) and (closed or not takes_in) for other, takes_in in _ends(narrow, low=False)
        )
        for end, closed in _ends(wide, low=False)
    )
    return low and high


def _ends(it: Range, *, low: bool) -> Iterator[tuple[float | Limit, bool]]:
    """Each end that is given on that side, and whether its own number belongs to the range."""
    closed, opened = (it.at_least, it.over) if low else (it.at_most, it.below)
    if closed is not None:
        yield closed, True
    if opened is not None:
        yield opened, False


def _no_lower(one: float | Limit, other: float | Limit) -> bool:
    """For every person; two limits of one name move together."""
    if isinstance(one, Limit) and isinstance(other, Limit) and one.name == other.name:
        return one.value >= other.value and one.lowest >= other.lowest and one.highest >= other.highest
    least = one.lowest if isinstance(one, Limit) else one
    most = other.highest if isinstance(other, Limit) else other
    return least >= most
