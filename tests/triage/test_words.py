"""What patients read of the rules: plain and calm, whichever rule holds."""

import re

import pytest

from tests.education.reading import grade
from tracker.triage.rules import LevelWords, Rule, default_rules
from tracker.triage.symptoms import LANGUAGE

HARDEST_GRADE = 6.5  # school years

RULES = default_rules()
DRUGS = frozenset(word for name in RULES.drug_names["en"] for word in re.findall(r"[a-z]{5,}", name))


def said_by(rule: Rule) -> str:
    lines = [line for part in (rule.do, rule.helps, rule.call_when) for line in part.get(LANGUAGE, ())]
    return "\n".join([rule.patient[LANGUAGE], *lines])


def said_at(words: LevelWords) -> str:
    return "\n".join([words.headline, *words.steps, *words.helps, *words.call_when])


TEXTS = {rule.code: said_by(rule) for rule in RULES.rules} | {
    level.word: said_at(words) for level, words in RULES.advice["en"].items()
}


@pytest.mark.parametrize("code", TEXTS)
def test_a_frightened_person_can_read_it(code: str) -> None:
    assert grade(TEXTS[code], DRUGS) <= HARDEST_GRADE


@pytest.mark.parametrize("code", TEXTS)
def test_it_is_calm(code: str) -> None:
    assert not re.search(r"!|\boops|\byou're fine|\bdon't worry|\bhas been told", TEXTS[code].lower())
