from pathlib import Path

from tracker.triage.booklet import booklet
from tracker.triage.report import Level
from tracker.triage.rules import default_rules

SIGNED = Path(__file__).parent.parent.parent / "docs" / "rules.md"


def test_a_limit_names_every_rule_that_goes_by_it() -> None:
    text = booklet(default_rules())
    row = next(line for line in text.splitlines() if line.startswith("| systolic low | `systolic_low` |"))
    kept = "emergency, by the number of the set"
    assert f"{kept}: `allergy_with_breathing_trouble`, `systolic_90_and_unwell`" in row
    assert "urgent: `systolic_90`" in row
    assert "a call today" not in row
    assert "| emergency: `spo2_92` |" in text


def test_what_a_set_does_not_see_is_true_of_any_set() -> None:
    """No level and no rule is named there: another set may have others."""
    rules = default_rules()
    text = booklet(rules).partition("## What these rules do not see")[2].partition("\n## ")[0]
    assert not [level.word for level in Level if level and level.word in text]
    assert not [rule.code for rule in rules.rules if f"`{rule.code}`" in text]


def test_what_no_document_says_is_counted_and_named() -> None:
    text, rules = booklet(default_rules()), default_rules().rules
    guessed = [rule.code for rule in rules if "general knowledge" in rule.source]
    assert f"{len(guessed)} say in their source that something in them is general knowledge" in text
    assert f"| general knowledge ({len(guessed)}) | `{guessed[0]}`, " in text


def test_nothing_is_said_twice_in_one_cell() -> None:
    for line in booklet(default_rules()).splitlines():
        if line.startswith("| `"):
            said = [each.strip() for each in line.split("|")[3].split(". ")]
            assert len(said) == len(set(said)), line


def test_the_page_that_clinicians_sign_has_the_shipped_rules() -> None:
    """After a change: .venv/bin/python manage.py rules --markdown > docs/rules.md"""
    assert SIGNED.read_text("utf-8") == booklet(default_rules())
