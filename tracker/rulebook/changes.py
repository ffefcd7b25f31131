"""What differs between two sets of rules, in sentences: old → new."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tracker.models.base import level_word
from tracker.rulebook.vocabulary import label
from tracker.triage.reach import is_weaker
from tracker.triage.report import Level
from tracker.triage.rules import Rule, RuleSet
from tracker.triage.sentences import definition, sentence
from tracker.triage.words import plain

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is said differently; "" where it is not said."""

    label: str
    old: str
    new: str

    @property
    def words(self) -> list[tuple[str, str]]:
        """("del", "ins" or "", words), so that a reader sees at a glance what has moved."""
        old, new = re.split(r"(\s+)", self.old), re.split(r"(\s+)", self.new)
        marked: list[tuple[str, str]] = []
        for _tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if _tag == "equal":
                marked.append(("", "".join(old[a:b])))
                continue
            marked += [
                (how, text) for how, text in (("del", "".join(old[a:b])), ("ins", "".join(new[c:d]))) if text
            ]
        return marked


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What happened to one rule. `level` is the new one, or the old one of a rule that is gone.

    No parts: it says what it said, and means something else by a condition or a limit that has changed.
    """

    code: str
    kind: str
    level: Level
    parts: tuple[Part, ...]
    is_weaker: bool = False
    """An emergency rule that goes, is milder or may hold less often."""


@dataclass(frozen=True, slots=True)
class Changes:
    rules: tuple[RuleChange, ...]
    conditions: tuple[Part, ...]
    limits: tuple[Part, ...]
    words: tuple[Part, ...]

    def __bool__(self) -> bool:
        return bool(self.rules or self.conditions or self.limits or self.words)

    @property
    def own(self) -> list[RuleChange]:
        """The rules that say something else."""
        return [each for each in self.rules if each.parts]

    @property
    def through_others(self) -> list[RuleChange]:
        """The rules that mean something else by what they share."""
        return [each for each in self.rules if not each.parts]

    @property
    def by_code(self) -> dict[str, RuleChange]:
        return {each.code: each for each in self.rules}


def changes(old: RuleSet, new: RuleSet) -> Changes:
    """Rules worst first."""
    rules = sorted(_rules(old, new), key=lambda each: (-each.level, each.code))
    return Changes(
        rules=tuple(rules),
        conditions=_differing(_conditions(old), _conditions(new)),
        limits=_differing(_limits(old), _limits(new)),
        words=_differing(_advice(old), _advice(new)),
    )


def _rules(old: RuleSet, new: RuleSet) -> Iterator[RuleChange]:
    before, after = ({rule.code: rule for rule in rules.rules} for rules in (old, new))
    for code in dict.fromkeys([*before, *after]):
        was, is_now = before.get(code), after.get(code)
        if was == is_now:
            continue
        parts = _differing(described(was, old), described(is_now, new))
        shown = is_now or was
        assert shown is not None  # noqa: S101 -- one of them has the code
        kind = ADDED if was is None else REMOVED if is_now is None else CHANGED
        weaker = was is not None and is_weaker(was, is_now)
        yield RuleChange(code, kind, shown.level, parts, weaker)


def described(rule: Rule | None, rules: RuleSet) -> dict[str, str]:
    """Everything that a rule says, by what it is called."""
    if rule is None:
        return {}
    said = {
        _("Level"): level_word(rule.level),
        _("Finding"): rule.finding,
        _("When"): sentence(rule.when, rules),
        **_by_language(_("The patient reads"), rule.patient),
        **_by_language(_("The team reads"), rule.team),
        **_by_language(_("What to do now"), rule.do),
        **_by_language(_("What helps"), rule.helps),
        **_by_language(_("When to call"), rule.call_when),
        _("Source"): rule.source,
    }
    return {name: words for name, words in said.items() if words}


def _by_language(title: str, said: Mapping[str, str | Sequence[str]]) -> dict[str, str]:
    many = len(said) > 1
    return {
        (f"{title} ({language})" if many else title): words if isinstance(words, str) else " ".join(words)
        for language, words in said.items()
    }


def _conditions(rules: RuleSet) -> dict[str, str]:
    return {f"“{plain(name)}”": definition(name, rules) for name in sorted(rules.conditions)}


def _limits(rules: RuleSet) -> dict[str, str]:
    return {
        label(each): _("%(value)g %(unit)s; for one person from %(lowest)g to %(highest)g")
        % {"value": each.value, "lowest": each.lowest, "highest": each.highest, "unit": each.unit}
        for each in sorted(rules.limits.values(), key=label)
    }


def _advice(rules: RuleSet) -> dict[str, str]:
    """What is said at each level, and what drugs are called."""
    advice = {
        f"{level_word(level)} ({language})": " ".join(
            [told.headline, *told.steps, *told.helps, *told.call_when]
        )
        for language, levels in rules.advice.items()
        for level, told in levels.items()
    }
    drugs = {
        f"{drug} ({language})": name
        for language, names in rules.drug_names.items()
        for drug, name in names.items()
    }
    return advice | drugs


def _differing(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[Part, ...]:
    return tuple(
        Part(name, old.get(name, ""), new.get(name, ""))
        for name in dict.fromkeys([*old, *new])
        if old.get(name, "") != new.get(name, "")
    )
