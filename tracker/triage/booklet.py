"""A rule set as a document that clinicians read and sign: every rule in English, in Markdown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from .conditions import Not, Noted
from .limits import Limit
from .notes import CONCEPTS
from .report import Level
from .rules import Rule, RuleSet
from .sentences import definition, plain, sentence
from .symptoms import LANGUAGE
from .units import UNITS
from .words import measure, number

SIGNATURES = 2

_NUMBERS = {
    "{emergency_number}": "the emergency number",
    "{team_phone}": "[number]",
    "{line_24h}": "[number]",
    "{crisis_line}": "[number]",
    "{drug}": "[drug]",
}
_INTRODUCTION = """\
# The rules of triage

Version **{version}**, {count} rules. Made by `manage.py rules --markdown` from [the rules
themselves](../tracker/triage/defaults.toml): change those, not this page. **Nobody may go by these rules
before clinicians of the place have read and signed them**, at the end.

## How to read them

- Every rule that holds makes a finding. The highest level among the findings decides what the patient is
  told, and how soon the team must act. No finding ever lowers a level.
- *Reported*: the person ticked the symptom, whatever they answered about it. *Moderate or worse* and the
  like: the worst of the answers that say how bad it is; how often it comes counts only where nothing else
  was asked. *Rated*: the answer to “how bad?” alone. The composite grade, 0 to 3, joins the answers as
  clinicians voted (Basch and others, 2021).
- *The note tells of*: words of the patient, or of whoever writes for them, about the patient and about
  now; see [what a note may tell](#what-a-note-may-tell). Numbers in a note count as readings do.
- Names in quotation marks are [conditions that several rules use](#conditions-that-several-rules-use).
  Numbers marked as a limit can be [set for one person](#limits).
- What we do not know holds no rule, except after *not*. The usual of a person is what was entered for
  them, or the median of at least three earlier readings.
- A source that says *general knowledge* was found in no document. Look at it twice.
"""
_SHARED = """\
## Conditions that several rules use

"""
_LIMITS = """\
## Limits

A nurse or doctor may set these for one person, with a reason and a last day, from the lowest to the
highest.

"""
_NOTES = """\
## What a note may tell

A note can raise a level and never lowers one. What somebody does not have, what somebody else has, what
is long over and what is only asked about is left alone. A person of the team reads every note, whatever
was found in it.

"""
_SIGNING = """\
## Signatures

We have read these rules, version {version}, and agree that they tell patients of our clinic what to do.

"""


def booklet(rules: RuleSet) -> str:
    return "\n".join(
        (
            _INTRODUCTION.format(version=rules.version, count=len(rules.rules)),
            *(_level(level, rules) for level in sorted(Level, reverse=True)),
            _SHARED + _table(("name", "stands for"), _shared(rules)),
            _LIMITS + _table(("name", "what it is", "value", "lowest", "highest"), _limits(rules)),
            _NOTES + _table(("it tells of", "which is looked for by"), _concepts(rules)),
            "## Findings\n\n" + _codes(rule.finding for rule in rules.rules),
            "## Drugs\n\n" + _codes(rules.drug_names.get(LANGUAGE, ())),
            _SIGNING.format(version=rules.version)
            + _table(("name", "profession", "date", "signature"), [("&nbsp;",) * 4] * SIGNATURES),
        )
    )


def _level(level: Level, rules: RuleSet) -> str:
    held = [rule for rule in rules.rules if rule.level == level]
    told = rules.advice[LANGUAGE][level]
    rows = [
        (f"`{rule.code}`", _sentence(sentence(rule.when, rules)), _patient(rule), rule.source)
        for rule in held
    ]
    lines = " ".join((*told.steps, *told.helps, *told.call_when))
    return (
        f"## {level.word.capitalize()}: {len(held)} rules\n\n"
        f"**{_filled(told.headline)}** {_filled(lines)}\n\n"
        + _table(("rule", "holds when", "the patient also reads", "source"), rows)
    )


def _patient(rule: Rule) -> str:
    """What this rule adds to the words of its level."""
    parts = (rule.do, rule.helps, rule.call_when)
    lines = [rule.patient[LANGUAGE], *(line for part in parts for line in part.get(LANGUAGE, ()))]
    return _filled(" ".join(lines))


def _shared(rules: RuleSet) -> Iterator[Sequence[str]]:
    for name in rules.conditions:
        yield plain(name), _sentence(definition(name, rules))


def _limits(rules: RuleSet) -> Iterator[Sequence[str]]:
    for name, limit in rules.limits.items():
        shown = [_shown(value, limit) for value in (limit.value, limit.lowest, limit.highest)]
        yield plain(name), limit.label[LANGUAGE], *shown


def _shown(value: float, limit: Limit) -> str:
    return measure(limit.reading, value) if limit.reading in UNITS else f"{number(value)} {limit.unit}"


def _concepts(rules: RuleSet) -> Iterator[Sequence[str]]:
    named = frozenset(rules.conditions.values())
    for concept in CONCEPTS:
        shared = (
            f"“{plain(name)}”" for name, each in rules.conditions.items() if concept in _noted(each, named)
        )
        whole = (f"`{rule.code}`" for rule in rules.rules if concept in _noted(rule.when, named))
        yield plain(concept), ", ".join((*shared, *whole)) or "nothing"


def _noted(condition: Any, named: Collection[Any]) -> Iterator[str]:
    """What the condition looks for in a note, leaving aside the conditions with a name that are within it."""
    if isinstance(condition, Noted):
        yield from condition.concepts
    within = (condition.condition,) if isinstance(condition, Not) else getattr(condition, "conditions", ())
    for each in within:
        if each not in named:
            yield from _noted(each, named)


def _codes(codes: Iterable[str]) -> str:
    return ", ".join(f"`{code}`" for code in sorted(set(codes))) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([_cell(each) for each in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _filled(text: str) -> str:
    for name, words in _NUMBERS.items():
        text = text.replace(name, words)
    return text
