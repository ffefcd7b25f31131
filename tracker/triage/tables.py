"""Conditions as tables, and back: how they stand in a file or a database.

`build` makes a condition from a table such as {"answer": ["nausea"], "at_least": 3}; `as_data` turns it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any, get_args, get_type_hints

from .conditions import EVERY, KINDS, UNSPECIFIED, Answered, Composite, Condition, Range
from .report import ATTRIBUTES
from .symptoms import HIGHEST, RED_FLAGS, SYMPTOMS
from .units import UNITS


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
    "attribute": frozenset(ATTRIBUTES) | {"worst"},
}
"""What the words in a part may be; drugs are the site's own and are not checked here."""


def build(data: Any) -> Condition:
    """A condition from its table, such as {"answer": ["nausea"], "at_least": 3}. Raises InvalidCondition."""
    if not isinstance(data, Mapping):
        raise InvalidCondition("when", "a condition must be a table")
    named = [key for key in data if key in KINDS]
    if len(named) != 1:
        raise InvalidCondition(
            ", ".join(map(str, data)), "a condition must have exactly one of " + ", ".join(KINDS)
        )
    key, kind = named[0], KINDS[named[0]]
    first = _first(kind)
    parts = {first if name == key else name: value for name, value in data.items()}
    hints = get_type_hints(kind)
    for name in parts:
        if name not in hints or name == "key":
            raise InvalidCondition(name, f'"{key}" has no such part')
    for each in fields(kind):
        if each.default is MISSING and each.name not in parts:
            raise InvalidCondition(each.name, f'"{key}" needs this part')
    values = {name: _part(key if name == first else name, name, hints[name], parts[name]) for name in parts}
    condition = kind(**values)
    _check_reach(condition, key)
    built: Condition = condition
    return built


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


def _part(key: str, name: str, hint: Any, value: Any) -> Any:
    if hint in (Condition, tuple[Condition, ...]):
        return _nested(key, hint, value)
    if hint == tuple[str, ...]:
        value = (value,) if isinstance(value, str) else value
        if not isinstance(value, Sequence) or not value or not all(isinstance(each, str) for each in value):
            raise InvalidCondition(key, "must be a code or a list of codes")
        _check_words(key, name, value)
        return tuple(value)
    if hint is str:
        _check_words(key, name, [value])
        return value
    if hint is int and type(value) is int:
        return value
    if hint == float | None and not isinstance(value, bool) and isinstance(value, int | float):
        return value
    if value in get_args(getattr(hint, "__value__", hint)) and isinstance(value, str):
        return value
    raise InvalidCondition(key, f"{value!r} will not do here")


def _nested(key: str, hint: Any, value: Any) -> Any:
    if hint is Condition:
        return build(value)
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise InvalidCondition(key, "must be a list of conditions")
    return tuple(build(each) for each in value)


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
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return as_data(value) if hasattr(value, "holds") else value
