"""A rule set as a document that clinicians read and sign: every rule in English, in Markdown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from .conditions import Noted, inside
from .holding import of_emergencies_alone
from .limits import Limit, named_in
from .notes import CONCEPTS
from .report import Level
from .rules import Rule, RuleSet
from .sentences import STILL_ON, definition, outline
from .symptoms import LABELS, LANGUAGE
from .units import UNITS
from .words import measure, number, plain

SIGNATURES = 2
GUESSED, CHOSEN = "general knowledge", "our own choice"
"""How a source says that no document has it."""

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

**Of the {count} rules, {guessed} say in their source that something in them is general knowledge, and
{chosen} that something is our own choice** ([which](#what-no-document-says)). Look at those twice.

## How to read them

- Every rule that holds makes a finding. The highest level among the findings decides what the patient is
  told, and how soon the team must act. No finding ever lowers a level.
- Names in quotation marks are [conditions that several rules use](#conditions-that-several-rules-use), or
  [lists](#lists). Numbers marked as a limit can be [set for one person](#limits).
- **What we do not know holds no rule**, except after *not*: “not: the pulse is over 90” also holds when
  nobody counted it.
- **Two reports of one day are weighed together.** What was answered, ticked or measured earlier that day
  still stands when the next report says nothing of it, so that dizziness told at noon meets the blood
  pressure of the morning. What the later report says of the same thing counts in place of the earlier one.
  The worst that a day came to stays its level, and nothing closes a flag but a person.

## What the words mean

"""
_MEANINGS: Mapping[str, str] = {
    "reported": "The person ticked the symptom, whatever they answered about it.",
    "mild, moderate, severe, very severe, “or worse”": (
        "The worst of the answers that say how bad it is or how much it gets in the way. How often it "
        "comes counts only where nothing else was asked."
    ),
    "rated": "The answer to “how bad?” alone.",
    "composite grade": (
        "0 to 3: joins how often, how bad and how far in the way, as clinicians voted (Basch and "
        "others, 2021). It is no CTCAE grade."
    ),
    "points worse": "Steps on the scale from 0 (none) to 4 (very severe), in an answer that both days have.",
    "before treatment": (
        "The answers of the last report on or before the first day of treatment; not known when there "
        "is none."
    ),
    "worse than before treatment": (
        "Worse in an answer that both reports have. What it was before counts as none where it is not known."
    ),
    "the last comparable day": (
        "The last logged day before this one on which the symptom was asked. Where it says that dose "
        "days are compared with dose days, days within a day of a dose are set beside such days only, "
        "and the others beside the others."
    ),
    "the best day of the last 7": (
        "The logged day of the last seven on which the symptom was least, among the comparable ones."
    ),
    "logged days running": (
        "Days with a report, one after the other; a day without one is passed over, and the run may "
        "span twice its days."
    ),
    "there was no report for": "Whole days without any report just before this one.",
    "within a day of a dose": "The day of the dose, or within 24 hours after it.",
    "on a drug": (
        f"From its first day to {STILL_ON} days after its end, unless the rule gives other days. The "
        f"{STILL_ON} days: general knowledge, to be reviewed."
    ),
    "the usual": (
        "What was entered for the person, or the median of at least three earlier readings (our own choice)."
    ),
    "ticked as a serious sign": "Under “Any of these right now?”, before the list of symptoms.",
    "the note tells of": (
        "Words of the patient, or of whoever writes for them, about the patient and about now: see "
        "[what a note may tell](#what-a-note-may-tell). Numbers in a note count as readings do. "
        "“Unwell” in a note is being very ill, very weak, or not right, in the writer’s own words; "
        "the condition “unwell” is [wider](#conditions-that-several-rules-use)."
    ),
    "answered": "Somebody of the team has claimed the flag, or closed it.",
}
_LISTS = """\
## Lists

Where a condition names six or more codes, lists in it are called by their names.

"""
_UNSEEN = """\
## What these rules do not see

- **Readings are asked for only where the person’s plan names them.** Nobody is asked for oxygen or breaths
  unless the team chose so; the rules about them then see a note at most.
- **Nobody is asked whether they plan to end their life.** The form has a tick for thoughts of self-harm; a
  plan can stand in a note only, and a person has to ask.
- **Nothing is measured again.** A low reading is asked for once more in words, and counts meanwhile.
- Bleeding, breathing and awareness are what the person says they are. Nobody looks at them.

"""
_SOURCES = """\
## What no document says

"""
_SHARED = """\
## Conditions that several rules use

"""
_LIMITS = """\
## Limits

A nurse or doctor may set these for one person, with a reason and a last day, from the lowest to the
highest: how far they may go is our own choice. The last column names every rule that goes by a limit, also
by way of a shared condition. Not all of them move with one person's own number:

- **An emergency keeps the number of the set**, but where a limit is of emergencies alone.
- A rule that asks for the days since chemotherapy holds by the number of the set as well as by the person's
  own: a softer one quiets nothing there, a stricter one adds to it.
- Every other rule goes by the person's own number. What the set would have flagged and that number leaves
  out is for the next working day; never for nobody.

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
            _INTRODUCTION.format(
                version=rules.version,
                count=len(rules.rules),
                guessed=len(_saying(GUESSED, rules)),
                chosen=len(_saying(CHOSEN, rules)),
            )
            + _table(("word", "meaning"), _MEANINGS.items()),
            *(_level(level, rules) for level in sorted(Level, reverse=True)),
            _SHARED + _table(("name", "stands for"), _shared(rules)),
            _LISTS + _table(("list", "code", "what is in it"), _lists(rules)),
            _LIMITS
            + _table(("limit", "code", "what it is", "value", "lowest", "highest", "rules"), _limits(rules)),
            _NOTES + _table(("it tells of", "which is looked for by"), _concepts(rules)),
            _UNSEEN.rstrip("\n") + "\n",
            _SOURCES + _table(("what", "rules"), _without_document(rules)),
            "## Findings\n\n" + _codes(rule.finding for rule in rules.rules),
            "## Drugs\n\n" + _codes(rules.drug_names.get(LANGUAGE, ())),
            _SIGNING.format(version=rules.version)
            + _table(("name", "profession", "date", "signature"), [("&nbsp;",) * 4] * SIGNATURES),
        )
    )


def _level(level: Level, rules: RuleSet) -> str:
    held = [rule for rule in rules.rules if rule.level == level]
    told = rules.advice[LANGUAGE][level]
    rows = [(f"`{rule.code}`", _when(rule, rules), _patient(rule), rule.source) for rule in held]
    lines = " ".join((*told.steps, *told.helps, *told.call_when))
    return (
        f"## {level.word.capitalize()}: {len(held)} rules\n\n"
        f"**{_filled(told.headline)}** {_filled(lines)}\n\n"
        + _table(("rule", "holds when", "the patient also reads", "source"), rows)
    )


def _when(rule: Rule, rules: RuleSet) -> str:
    """A long sentence as a list, which a cell can only hold by breaks."""
    how, parts = outline(rule.when, rules)
    if not how:
        return _sentence(parts[0])
    return "<br>".join((f"{_sentence(how)[:-1]}:", *(f"• {part}" for part in parts)))


def _patient(rule: Rule) -> str:
    """What this rule adds to the words of its level; nothing twice."""
    parts = (rule.do, rule.helps, rule.call_when)
    lines = [rule.patient[LANGUAGE], *(line for part in parts for line in part.get(LANGUAGE, ()))]
    return _filled(" ".join(dict.fromkeys(lines)))


def _shared(rules: RuleSet) -> Iterator[Sequence[str]]:
    for name in rules.conditions:
        yield plain(name), _sentence(definition(name, rules))


def _lists(rules: RuleSet) -> Iterator[Sequence[str]]:
    for name, members in rules.groups.items():
        yield plain(name), f"`{name}`", ", ".join(LABELS.get(code, f"`{code}`") for code in members)


def _limits(rules: RuleSet) -> Iterator[Sequence[str]]:
    for name, limit in rules.limits.items():
        shown = [_shown(value, limit) for value in (limit.value, limit.lowest, limit.highest)]
        what = limit.label[LANGUAGE].partition(":")[0]
        yield plain(name), f"`{name}`", what, *shown, _gone_by(name, rules)


def _gone_by(name: str, rules: RuleSet) -> str:
    """The rules that go by a limit, by level; emergencies are said to keep the set's number where they do."""
    found = [rule for rule in rules.rules if name in named_in(rule.when)]
    kept = "" if name in of_emergencies_alone(rules) else ", by the number of the set"
    lines = []
    for level in sorted(Level, reverse=True):
        if codes := [f"`{rule.code}`" for rule in found if rule.level == level]:
            lines.append(f"{level.word}{kept if level == Level.EMERGENCY else ''}: {', '.join(codes)}")
    return "<br>".join(lines)


def _saying(words: str, rules: RuleSet) -> list[str]:
    return [rule.code for rule in rules.rules if words in rule.source.casefold()]


def _without_document(rules: RuleSet) -> Iterator[Sequence[str]]:
    for words in (GUESSED, CHOSEN):
        found = _saying(words, rules)
        yield f"{words} ({len(found)})", ", ".join(f"`{code}`" for code in found) or "none"


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
    for each in inside(condition):
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
