"""Conditions as tables, and back: how they stand in a file or a database.

`build` makes a condition from a table such as {"answer": ["nausea"], "at_least": 3}; `as_data` turns it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, get_args, get_type_hints

from .conditions import EVERY, KINDS, UNSPECIFIED, Answered, Composite, Condition, Range
from .conditions.kinds import Bound
from .limits import Limit
from .notes import CONCEPTS
from .report import ATTRIBUTES
from .symptoms import HIGHEST, RED_FLAGS, SYMPTOMS
from .units import UNITS

type Shared = dict[Condition, Condition]

DEEPEST = 20
NUMBER_MAX = 1_000_000


class InvalidCondition(ValueError):
    """`key` is the part of the data that is wrong."""

    def __init__(self, key: str, problem: str) -> None:
        self.key = key
        super().__init__(problem)


_KNOWN: Mapping[str, frozenset[str]] = {
    "symptoms": frozenset(SYMPTOMS) | {EVERY},
    "exclude": frozenset(SYMPTOMS),
    "red_flags": frozenset(RED_FLAGS) | {UNSPECIFIED},
    "than": frozenset({"baseline", "last_day", "week_low"}),
    "kind": frozenset(UNITS),
    "concepts": frozenset(CONCEPTS),
    "attribute": frozenset(ATTRIBUTES) | {"worst"},
}
"""What the words in a part may be; drugs are the site's own and are not checked here."""


def build(data: Any, limits: Mapping[str, Limit] | None = None, shared: Shared | None = None) -> Condition:
    """A condition from its table, such as {"answer": ["nausea"], "at_least": 3}. Raises InvalidCondition.

    "$name" stands for one of the `limits`. Conditions that are alike become one object in `shared`, so that a
    case works each out once.
    """
    return _Builder(limits or {}, {} if shared is None else shared).condition(data)


class _Builder:
    def __init__(self, limits: Mapping[str, Limit], shared: Shared) -> None:
        self._limits, self._shared = limits, shared

    def condition(self, data: Any, depth: int = 0) -> Condition:
        if not isinstance(data, Mapping):
            raise InvalidCondition("when", "a condition must be a table")
        if depth > DEEPEST:
            raise InvalidCondition("when", "conditions are nested too deeply")
        named = [key for key in data if key in KINDS]
        if len(named) != 1:
            raise InvalidCondition(
                ", ".join(map(str, data)), "a condition must have exactly one of " + ", ".join(KINDS)
            )
        key, kind = named[0], KINDS[named[0]]
        condition = kind(**self._parts(key, kind, data, depth))
        _check_reach(condition, key)
        built: Condition = self._shared.setdefault(condition, condition)
        return built

    def _parts(self, key: str, kind: type[Any], data: Mapping[str, Any], depth: int) -> dict[str, Any]:
        first, hints = _first(kind), _all_hints()[key]
        for name in data:
            if name != key and (name not in hints or name in ("key", first)):
                raise InvalidCondition(str(name), f'"{key}" has no such part')
        parts = {first if name == key else name: value for name, value in data.items()}
        for each in fields(kind):
            if each.default is MISSING and each.name not in parts:
                raise InvalidCondition(each.name, f'"{key}" needs this part')
        return {
            name: self._part(key if name == first else name, name, hints[name], value, depth)
            for name, value in parts.items()
        }

    def _part(self, key: str, name: str, hint: Any, value: Any, depth: int) -> Any:
        if hint is Condition:
            return self.condition(value, depth + 1)
        if hint == tuple[Condition, ...]:
            if not isinstance(value, Sequence) or isinstance(value, str) or not value:
                raise InvalidCondition(key, "must be a list of conditions")
            return tuple(self.condition(each, depth + 1) for each in value)
        if hint is Bound:
            return self._bound(key, value)
        return _plain_part(key, name, hint, value)

    def _bound(self, key: str, value: Any) -> float | Limit:
        if isinstance(value, str) and value.startswith("$"):
            if value[1:] not in self._limits:
                raise InvalidCondition(key, f"there is no limit {value[1:]!r}")
            return self._limits[value[1:]]
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= NUMBER_MAX:
            raise InvalidCondition(key, f"{value!r} will not do here")
        return value


def _plain_part(key: str, name: str, hint: Any, value: Any) -> Any:
    if hint == tuple[str, ...]:
        value = (value,) if isinstance(value, str) else value
        if not isinstance(value, Sequence) or not value or not all(isinstance(each, str) for each in value):
            raise InvalidCondition(key, "must be a code or a list of codes")
        _check_words(key, name, value)
        return tuple(value)
    if hint is str:
        _check_words(key, name, [value])
        return value
    if (hint is int and type(value) is int and abs(value) <= NUMBER_MAX) or (
        hint is bool and isinstance(value, bool)
    ):
        return value
    if isinstance(value, str) and value in get_args(getattr(hint, "__value__", hint)):
        return value
    raise InvalidCondition(key, f"{value!r} will not do here")


@cache
def _all_hints() -> dict[str, dict[str, Any]]:
    return {key: get_type_hints(kind) for key, kind in KINDS.items()}


def as_data(condition: Condition) -> dict[str, Any]:
    """The table that `build` makes this condition from; only what differs from the defaults."""
    kind = type(condition)
    first = _first(kind)
    return {
        (kind.key if each.name == first else each.name): _plain(getattr(condition, each.name))
        for each in sorted(fields(kind), key=lambda each: each.name != first)  # type: ignore[arg-type]
        if each.default is MISSING or getattr(condition, each.name) != each.default
    }


def _first(kind: type[Any]) -> str:
    """The part that stands under the condition's own key: the first that is not a limit of Range."""
    own = [each.name for each in fields(kind) if each.default is MISSING]
    return own[0]


def _check_words(key: str, name: str, words: Iterable[Any]) -> None:
    known = _KNOWN.get(name)
    for word in words:
        if not isinstance(word, str) or (known is not None and word not in known):
            raise InvalidCondition(key, f"there is no {word!r}")


def _check_reach(condition: Any, key: str) -> None:
    """A threshold that can never be reached, or always is, is a slip in the file."""
    if isinstance(condition, Range) and not any(
        getattr(condition, each.name) is not None for each in fields(Range)
    ):
        raise InvalidCondition(key, "needs at_least, at_most, over or below")
    if isinstance(condition, Answered) and not 1 <= condition.at_least <= HIGHEST.get(condition.attribute, 4):
        raise InvalidCondition("at_least", "must be a value of the scale, 1 or more")
    if isinstance(condition, Composite) and not 1 <= condition.at_least <= 3:
        raise InvalidCondition("at_least", "must be from 1 to 3")


def _plain(value: Any) -> Any:
    if isinstance(value, Limit):
        return f"${value.name}"
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return as_data(value) if hasattr(value, "holds") else value
