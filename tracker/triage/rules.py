"""A set of rules, and how it is read from a file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from .conditions import Condition
from .report import Level
from .symptoms import LANGUAGE
from .tables import InvalidCondition, build

type Words = Mapping[str, str]
type Lines = Mapping[str, tuple[str, ...]]
"""What is said, by language."""

SEEN = "{seen}"
"""In words for the team: the values that made the rule hold."""

_WORDS = ("patient", "team")
_LINES = ("do", "helps", "call_when")
_PARTS = frozenset({"code", "level", "finding", "when", "source", *_WORDS, *_LINES})
_FILE_PARTS = frozenset({"version", "rule", "groups", "conditions", "advice", "drug_names"})


class RuleError(ValueError):
    """`rule` and `key` say where in the file, `problem` what."""

    def __init__(self, rule: str, key: str, problem: str) -> None:
        self.rule, self.key, self.problem = rule, key, problem
        super().__init__(f"{rule}, {key}: {problem}")


@dataclass(frozen=True, slots=True)
class Rule:
    """When `when` holds, `finding` is reported at `level`; the lines after `source` add to the advice."""

    code: str
    level: Level
    finding: str
    when: Condition
    patient: Words
    team: Words
    source: str
    do: Lines = field(default_factory=dict)
    helps: Lines = field(default_factory=dict)
    call_when: Lines = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LevelWords:
    """What the patient is told at a level, before any rule adds its own lines."""

    headline: str
    steps: tuple[str, ...] = ()
    helps: tuple[str, ...] = ()
    call_when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules in force, in the order of the file. `drug_names` are what patients say aloud."""

    version: str
    rules: tuple[Rule, ...]
    advice: Mapping[Level, LevelWords]
    drug_names: Mapping[str, str]


@cache
def default_rules() -> RuleSet:
    """The rules we ship, read once."""
    return load(resources.files(__package__).joinpath("defaults.toml").read_text("utf-8"))


def load(source: Path | str) -> RuleSet:
    """From a file (Path) or its text. Raises RuleError that names the rule and the key."""
    try:
        data = tomllib.loads(source.read_text("utf-8") if isinstance(source, Path) else source)
    except tomllib.TOMLDecodeError as error:
        raise RuleError("file", "syntax", str(error)) from error
    _refuse_strangers("file", data, _FILE_PARTS)
    named = _Named(data.get("groups", {}), data.get("conditions", {}))
    rules = tuple(_rule(row, named) for row in _list("file", "rule", data))
    _refuse_doubles(rules)
    return RuleSet(
        version=_text("file", "version", data),
        rules=rules,
        advice={level: _level_words(level, data) for level in Level},
        drug_names=data.get("drug_names", {}).get(LANGUAGE, {}),
    )


def _rule(row: Any, named: _Named) -> Rule:
    code = _text("a rule", "code", row)
    _refuse_strangers(code, row, _PARTS)
    try:
        level = Level.from_word(_text(code, "level", row))
    except KeyError as error:
        raise RuleError(code, "level", "must be none, routine, urgent or emergency") from error
    try:
        when = build(named.expand(row.get("when")))
    except InvalidCondition as error:
        raise RuleError(code, f"when.{error.key}", str(error)) from error
    return Rule(
        code=code,
        level=level,
        finding=_text(code, "finding", row),
        when=when,
        source=_text(code, "source", row),
        patient=_words(code, "patient", row),
        team=_words(code, "team", row),
        do=_lines(code, "do", row),
        helps=_lines(code, "helps", row),
        call_when=_lines(code, "call_when", row),
    )


class _Named:
    """The lists ("@name") and conditions ({"is": name}) that a file names, put where they are used."""

    def __init__(self, groups: Mapping[str, Any], conditions: Mapping[str, Any]) -> None:
        self._groups = groups
        self._conditions = conditions

    def expand(self, data: Any, inside: tuple[str, ...] = ()) -> Any:
        if isinstance(data, Mapping) and set(data) == {"is"}:
            name = data["is"]
            if not isinstance(name, str) or name not in self._conditions or name in inside:
                raise InvalidCondition("is", f"there is no condition {name!r}")
            return self.expand(self._conditions[name], (*inside, name))
        if isinstance(data, Mapping):
            return {key: self.expand(value, inside) for key, value in data.items()}
        if isinstance(data, list):
            parts = [self.expand(each, inside) for each in data]
            return [each for part in parts for each in (part if isinstance(part, list) else [part])]
        return self._group(data) if isinstance(data, str) and data.startswith("@") else data

    def _group(self, name: str) -> list[str]:
        if name[1:] not in self._groups:
            raise InvalidCondition(name, "there is no such group")
        return list(self._groups[name[1:]])


def _level_words(level: Level, data: Mapping[str, Any]) -> LevelWords:
    try:
        words = data["advice"][level.word][LANGUAGE]
        return LevelWords(**{key: _frozen(value) for key, value in words.items()})
    except (KeyError, TypeError) as error:
        raise RuleError("file", f"advice.{level.word}", "must give a headline and lines") from error


def _words(rule: str, key: str, row: Mapping[str, Any]) -> dict[str, str]:
    words = row.get(key)
    if not isinstance(words, dict) or not all(isinstance(each, str) for each in words.values()):
        raise RuleError(rule, key, "must give words by language")
    if not words.get(LANGUAGE):
        raise RuleError(rule, f"{key}.{LANGUAGE}", "is missing")
    return words


def _lines(rule: str, key: str, row: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    lines = row.get(key, {})
    if not isinstance(lines, dict) or not all(isinstance(each, list) for each in lines.values()):
        raise RuleError(rule, key, "must give a list of lines by language")
    return {language: tuple(each) for language, each in lines.items()}


def _text(rule: str, key: str, row: Any) -> str:
    value = row.get(key) if isinstance(row, Mapping) else None
    if not isinstance(value, str) or not value.strip():
        raise RuleError(rule, key, "is missing")
    return value


def _list(rule: str, key: str, row: Mapping[str, Any]) -> list[Any]:
    value = row.get(key)
    if not isinstance(value, list) or not value:
        raise RuleError(rule, key, "there is none")
    return value


def _refuse_strangers(rule: str, row: Mapping[str, Any], known: frozenset[str]) -> None:
    for key in row:
        if key not in known:
            raise RuleError(rule, key, "there is no such part")


def _refuse_doubles(rules: tuple[Rule, ...]) -> None:
    codes = [rule.code for rule in rules]
    for code in codes:
        if codes.count(code) > 1:
            raise RuleError(code, "code", "two rules have this code")


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
