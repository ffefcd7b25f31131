"""A set of rules, and how it is read from a file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from .conditions import Condition, FromUsual, WeightGain, WeightLoss, inside
from .limits import READINGS, Limit, named_in
from .report import Level
from .symptoms import LANGUAGE
from .tables import NUMBER_MAX, InvalidCondition, Shared, build

NESTED = 100
"""How deep tables may lie in tables; people write far less."""

type Words = Mapping[str, str]
type Lines = Mapping[str, tuple[str, ...]]
"""What is said, by language."""

SEEN = "{seen}"
"""In words for the team: the values that made the rule hold."""

_WORDS = ("patient", "team")
_LINES = ("do", "helps", "call_when")
_PARTS = frozenset({"code", "level", "finding", "when", "source", *_WORDS, *_LINES})
_FILE_PARTS = frozenset({"version", "rule", "groups", "conditions", "limits", "advice", "drug_names", "own"})
_OWN_PARTS = frozenset({"findings", "drugs"})
_LIMIT_NUMBERS = ("value", "lowest", "highest")
_LIMIT_PARTS = frozenset({"reading", "label", *_LIMIT_NUMBERS})
_LEVEL_LINES = ("steps", "helps", "call_when")
_LEVEL_PARTS = frozenset({"headline", *_LEVEL_LINES})


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
    """The rules in force, in the order of the file.

    `advice` and `drug_names` (what patients say aloud) are by language; `limits`, the `conditions` that
    several rules use, and `groups` of codes, by name. `own_findings` and `own_drugs` are codes that Sidelight
    does not ship and that the set has on purpose: every other unknown code is a slip (sense.py).
    """

    version: str
    rules: tuple[Rule, ...]
    advice: Mapping[str, Mapping[Level, LevelWords]]
    drug_names: Mapping[str, Mapping[str, str]]
    limits: Mapping[str, Limit] = field(default_factory=dict)
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    own_findings: tuple[str, ...] = ()
    own_drugs: tuple[str, ...] = ()


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
    except RecursionError as error:
        raise RuleError("file", "syntax", "is nested too deeply") from error
    return parse(data)


def parse(data: Any) -> RuleSet:
    """From the tables of a file, wherever they are kept. Raises RuleError that names the rule and the key."""
    if not isinstance(data, Mapping):
        raise RuleError("file", "", "must be a table")
    _refuse_strangers("file", data, _FILE_PARTS)
    limits = {name: _limit(name, row) for name, row in _table("file", "limits", data).items()}
    builder = _Builder(data, limits)
    rules = tuple(builder.rule(row) for row in _list("file", "rule", data))
    conditions = {name: builder.named(name) for name in _table("file", "conditions", data)}
    of_change = frozenset(_names_of_change([*conditions.values(), *(rule.when for rule in rules)]))
    own = _table("file", "own", data)
    _refuse_strangers("file", own, _OWN_PARTS)
    _refuse_doubles(rules)
    return RuleSet(
        version=_text("file", "version", data),
        rules=rules,
        advice=_advice(data),
        drug_names={
            language: _strings("file", f"drug_names.{language}", names)
            for language, names in _table("file", "drug_names", data).items()
        },
        limits={name: replace(each, is_of_change=name in of_change) for name, each in limits.items()},
        conditions=conditions,
        groups=builder.groups,
        own_findings=_codes("own.findings", own.get("findings", [])),
        own_drugs=_codes("own.drugs", own.get("drugs", [])),
    )


class _Builder:
    """Makes rules from their tables; knows the lists, conditions and limits that a file names."""

    def __init__(self, data: Mapping[str, Any], limits: Mapping[str, Limit]) -> None:
        _refuse_nested(_table("file", "groups", data))
        self._named = _Named(_table("file", "groups", data), _table("file", "conditions", data))
        self._limits = limits
        self._shared: Shared = {}

    def rule(self, row: Any) -> Rule:
        code = _text("a rule", "code", row)
        _refuse_strangers(code, row, _PARTS)
        try:
            level = Level.from_word(_text(code, "level", row))
        except KeyError as error:
            raise RuleError(code, "level", "must be none, routine, urgent or emergency") from error
        return Rule(
            code=code,
            level=level,
            finding=_text(code, "finding", row),
            when=self._when(code, row.get("when")),
            source=_text(code, "source", row),
            patient=_words(code, "patient", row),
            team=_words(code, "team", row),
            do=_lines(code, "do", row),
            helps=_lines(code, "helps", row),
            call_when=_lines(code, "call_when", row),
        )

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        return self._named.groups

    def named(self, name: str) -> Condition:
        return self._condition("file", f"conditions.{name}", {"is": name})

    def _when(self, code: str, data: Any) -> Condition:
        return self._condition(code, "when", data)

    def _condition(self, rule: str, key: str, data: Any) -> Condition:
        try:
            return build(self._named.expand(data), self._limits, self._shared)
        except InvalidCondition as error:
            raise RuleError(rule, f"{key}.{error.key}", str(error)) from error


class _Named:
    """The lists ("@name") and conditions ({"is": name}) that a file names, put where they are used."""

    def __init__(self, groups: Mapping[str, Any], conditions: Mapping[str, Any]) -> None:
        self._groups = groups
        self._conditions = conditions

    def expand(self, data: Any, inside: tuple[str, ...] = (), depth: int = 0) -> Any:
        if depth > NESTED:
            raise InvalidCondition("when", "conditions are nested too deeply")
        if isinstance(data, Mapping) and set(data) == {"is"}:
            name = data["is"]
            if not isinstance(name, str) or name not in self._conditions or name in inside:
                raise InvalidCondition("is", f"there is no condition {name!r}")
            return self.expand(self._conditions[name], (*inside, name), depth + 1)
        if isinstance(data, Mapping):
            return {key: self.expand(value, inside, depth + 1) for key, value in data.items()}
        if isinstance(data, list | tuple):
            parts = [self.expand(each, inside, depth + 1) for each in data]
            return [each for part in parts for each in (part if isinstance(part, list) else [part])]
        return self._group(data) if isinstance(data, str) and data.startswith("@") else data

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """What is no list of codes is left out: a rule that names it is refused."""
        return {
            name: tuple(members)
            for name, members in self._groups.items()
            if isinstance(members, list | tuple) and all(isinstance(each, str) for each in members)
        }

    def _group(self, name: str) -> list[str]:
        group = self._groups.get(name[1:])
        if not isinstance(group, list | tuple) or not all(isinstance(each, str) for each in group):
            raise InvalidCondition(name, "there is no such group")
        return list(group)


def _refuse_nested(groups: Mapping[str, Any]) -> None:
    """Groups hold codes. One that named another would mean something else wherever it is used."""
    for name, members in groups.items():
        for each in members if isinstance(members, list | tuple) else ():
            if isinstance(each, str) and each.startswith("@"):
                raise RuleError("file", f"groups.{name}", f"a group holds no other group, such as {each}")


def _names_of_change(conditions: Iterable[Condition]) -> Iterator[str]:
    """The limits that a fall or a gain is held against, not a reading."""
    for each in conditions:
        if isinstance(each, FromUsual | WeightGain | WeightLoss):
            yield from named_in(each)
        yield from _names_of_change(inside(each))


def _limit(name: str, row: Any) -> Limit:
    rule, key = "file", f"limits.{name}"
    if not isinstance(row, Mapping):
        raise RuleError(rule, key, "must be a table")
    _refuse_strangers(rule, row, _LIMIT_PARTS)
    reading = _text(rule, "reading", row)
    if reading not in READINGS:
        raise RuleError(rule, f"{key}.reading", "must be one of " + ", ".join(READINGS))
    value, lowest, highest = (_number(rule, f"{key}.{part}", row.get(part)) for part in _LIMIT_NUMBERS)
    if not lowest <= value <= highest:
        raise RuleError(rule, f"{key}.value", "must lie from lowest to highest")
    return Limit(name, value, reading, lowest, highest, _words(rule, "label", row))


def _advice(data: Mapping[str, Any]) -> dict[str, dict[Level, LevelWords]]:
    """By language; one that lacks a level is refused, English is always there."""
    advice = _table("file", "advice", data)
    by_level = {level: _table("file", level.word, advice, f"advice.{level.word}") for level in Level}
    languages = dict.fromkeys([LANGUAGE, *(each for words in by_level.values() for each in words)])
    return {
        language: {level: _level_words(level, language, by_level[level]) for level in Level}
        for language in languages
    }


def _level_words(level: Level, language: str, words: Mapping[str, Any]) -> LevelWords:
    key = f"advice.{level.word}"
    told = words.get(language)
    if not isinstance(told, Mapping) or not isinstance(told.get("headline"), str):
        raise RuleError("file", key, f"must give a headline and lines in {language!r}")
    _refuse_strangers("file", told, _LEVEL_PARTS)
    lines = {part: _text_lines("file", key, told.get(part, [])) for part in _LEVEL_LINES}
    return LevelWords(headline=told["headline"], **lines)


def _words(rule: str, key: str, row: Mapping[str, Any]) -> dict[str, str]:
    words = _strings(rule, key, row.get(key))
    if not words.get(LANGUAGE):
        raise RuleError(rule, f"{key}.{LANGUAGE}", "is missing")
    return words


def _lines(rule: str, key: str, row: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    lines = _table(rule, key, row)
    return {language: _text_lines(rule, key, each) for language, each in lines.items()}


def _text_lines(rule: str, key: str, lines: Any) -> tuple[str, ...]:
    if not isinstance(lines, list | tuple) or not all(isinstance(each, str) for each in lines):
        raise RuleError(rule, key, "must give a list of lines by language")
    return tuple(lines)


def _codes(key: str, codes: Any) -> tuple[str, ...]:
    if not isinstance(codes, list | tuple) or not all(isinstance(each, str) for each in codes):
        raise RuleError("file", key, "must be a list of codes")
    return tuple(codes)


def _strings(rule: str, key: str, words: Any) -> dict[str, str]:
    if not isinstance(words, Mapping) or not all(isinstance(each, str) for each in words.values()):
        raise RuleError(rule, key, "must give words by language")
    return dict(words)


def _text(rule: str, key: str, row: Any) -> str:
    value = row.get(key) if isinstance(row, Mapping) else None
    if not isinstance(value, str) or not value.strip():
        raise RuleError(rule, key, "is missing")
    return value


def _number(rule: str, key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= NUMBER_MAX:
        raise RuleError(rule, key, "must be a number")
    return value


def _table(rule: str, key: str, row: Mapping[str, Any], shown: str = "") -> Mapping[str, Any]:
    """A part that may be missing, and is a table where it is not."""
    value = row.get(key, {})
    if not isinstance(value, Mapping) or not all(isinstance(each, str) for each in value):
        raise RuleError(rule, shown or key, "must be a table")
    return value


def _list(rule: str, key: str, row: Mapping[str, Any]) -> list[Any]:
    value = row.get(key)
    if not isinstance(value, list) or not value:
        raise RuleError(rule, key, "there is none")
    return value


def _refuse_strangers(rule: str, row: Mapping[str, Any], known: frozenset[str]) -> None:
    for key in row:
        if key not in known:
            raise RuleError(rule, str(key), "there is no such part")


def _refuse_doubles(rules: tuple[Rule, ...]) -> None:
    codes = [rule.code for rule in rules]
    for code in codes:
        if codes.count(code) > 1:
            raise RuleError(code, "code", "two rules have this code")
