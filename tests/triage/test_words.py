"""What patients read of the rules: plain and calm, whichever rule holds."""

import re

import pytest

from tracker.triage.rules import LevelWords, Rule, default_rules
from tracker.triage.symptoms import LANGUAGE

RULES = default_rules()


def said_by(rule: Rule) -> str:
    lines = [line for part in (rule.do, rule.helps, rule.call_when) for line in part.get(LANGUAGE, ())]
    return "\n".join([rule.patient[LANGUAGE], *lines])


def said_at(words: LevelWords) -> str:
    return "\n".join([words.headline, *words.steps, *words.helps, *words.call_when])


TEXTS = {rule.code: said_by(rule) for rule in RULES.rules} | {
    level.word: said_at(words) for level, words in RULES.advice["en"].items()
}


@pytest.mark.parametrize("code", TEXTS)
def test_it_is_calm(code: str) -> None:
    assert not re.search(r"!|\boops|\byou're fine|\bdon't worry|\bhas been told", TEXTS[code].lower())
