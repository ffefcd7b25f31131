import re
from typing import Any

import pytest

from tests.triage.test_conditions import MINIMAL
from tracker.triage.conditions import KINDS
from tracker.triage.rules import Rule, RuleSet, default_rules, load
from tracker.triage.sentences import definition, outline, sentence
from tracker.triage.tables import build

BARE = load(MINIMAL)
"""Rules that name one condition only, so that most others are spelled out."""


def said(rules: RuleSet = BARE, **data: Any) -> str:
    return sentence(build(data, rules.limits), rules)


SENTENCES: list[tuple[dict[str, Any], str]] = [
    ({"answer": "nausea", "at_least": 1}, "nausea is reported"),
    ({"answer": ["nausea", "vomiting"], "at_least": 3}, "nausea or vomiting is severe or worse"),
    ({"answer": "nausea", "at_least": 4}, "nausea is very severe"),
    ({"answer": "nausea", "at_least": 1, "attribute": "severity"}, "nausea is rated mild or worse"),
    (
        {"answer": "nausea", "at_least": 3, "attribute": "frequency"},
        "nausea: how often it comes is “often or more”",
    ),
    (
        {"answer": "*", "at_least": 3, "exclude": ["nausea", "cough", "vomiting"]},
        "any symptom (but not nausea, cough or vomiting) is severe or worse",
    ),
    ({"composite": "nausea", "at_least": 3}, "the composite grade of nausea is 3"),
    ({"composite": "nausea", "at_least": 2}, "the composite grade of nausea is 2 or more"),
    (
        {"worse": "nausea", "by": 1, "than": ["baseline", "week_low"]},
        "nausea is 1 point or more worse than before treatment or on the best day of the last 7",
    ),
    (
        {"worse": "nausea", "by": 2, "than": "last_day", "dose_cycle": "bcg"},
        "nausea is 2 points or more worse than on the last comparable day"
        " (on bcg, dose days are compared with dose days)",
    ),
    (
        {"lasting": "nausea", "at_least": 2, "days": 3},
        "nausea has been moderate or worse on 3 logged days running, and worse than before treatment",
    ),
    ({"red_flag": ["seizure", "confusion"]}, "seizure or confusion is ticked as a serious sign"),
    ({"red_flag": "unspecified"}, "the person says yes to the serious signs and ticks none"),
    ({"note": ["chest_pain", "faint"]}, "the note tells of chest pain or faint"),
    ({"reading": "systolic", "at_most": 90}, "the upper blood pressure is 90 mmHg or less"),
    ({"reading": "temperature", "at_least": 38}, "the temperature is 38.0 °C or more"),
    (
        {"reading": "pulse", "over": 110, "at_most": 130},
        "the pulse is over 110 beats a minute and up to 130 beats a minute",
    ),
    ({"reading": "spo2", "at_least": 93, "at_most": 94}, "the oxygen is 93% to 94%"),
    ({"reading": "spo2", "below": 95}, "the oxygen is under 95%"),
    ({"below_usual": "spo2", "at_least": 3}, "the oxygen is 3 or more below the usual"),
    ({"below_usual": "systolic", "over": 40}, "the upper blood pressure is more than 40 below the usual"),
    (
        {"below_usual": "systolic", "at_most": 10},
        "the upper blood pressure is no more than 10 below the usual",
    ),
    ({"below_usual": "pulse", "at_most": -20}, "the pulse is 20 or more above the usual"),
    ({"below_usual": "pulse", "below": -20}, "the pulse is more than 20 above the usual"),
    ({"below_usual": "pulse", "at_least": -20}, "the pulse is no more than 20 above the usual"),
    (
        {"below_usual": "weight", "at_most": -5, "by": "percent"},
        "the weight is 5% or more above the usual",
    ),
    (
        {"weight_gain_days": 1, "at_least": 1.4},
        "the weight is 1.4 kg or more above the lowest of the last 1 day",
    ),
    (
        {"weight_loss_days": 30, "at_least": 5},
        "the weight is 5% or more below the highest of the last 30 days",
    ),
    ({"since_urine": "hours", "over": 18}, "no urine was passed for over 18 hours"),
    ({"drug": ["bcg", "filgrastim"]}, "on bcg or filgrastim"),
    ({"drug": "bcg", "ended_within_days": 7}, "on bcg (or within 7 days of its end)"),
    ({"hours_since_dose": "bcg", "at_most": 1}, "the last dose of bcg was 1 hour or less ago"),
    ({"hours_since_dose": "bcg", "over": 168}, "the last dose of bcg was over 7 days ago"),
    ({"days_since_end": "bcg", "at_most": 183}, "treatment with bcg ended 183 days or less ago"),
    ({"treatment_day": "bcg", "at_most": 90}, "the day of treatment with bcg is 90 or less"),
    (
        {"since_chemo": "days", "at_least": 5, "at_most": 14},
        "the last chemotherapy was 5 days to 14 days ago",
    ),
    ({"dose_day": "bcg"}, "within a day of a dose of bcg"),
    ({"missed": "days", "at_least": 1}, "there was no report for 1 day or more"),
    ({"last_level": "urgent"}, "the last report came to urgent or worse"),
    ({"last_level": "emergency"}, "the last report came to emergency"),
    (
        {"open_flag": "urgent"},
        "nobody has answered a flag of an earlier day that is urgent or worse",
    ),
    (
        {"open_flag": "routine", "acknowledged": True},
        "somebody has answered a flag of an earlier day that is routine or worse",
    ),
    (
        {"all": [{"dose_day": "bcg"}, {"any": [{"last_level": "urgent"}, {"missed": "days", "over": 2}]}]},
        "within a day of a dose of bcg;"
        " and (the last report came to urgent or worse; or there was no report for over 2 days)",
    ),
    (
        {"count_of": [{"dose_day": "bcg"}, {"last_level": "urgent"}], "at_least": 2},
        "at least 2 of these: within a day of a dose of bcg; the last report came to urgent or worse",
    ),
    (
        {"not": {"all": [{"dose_day": "bcg"}, {"dose_day": "filgrastim"}]}},
        "not: (within a day of a dose of bcg; and within a day of a dose of filgrastim)",
    ),
    (
        {"any": [{"dose_day": "bcg"}, {"last_level": "urgent"}]},
        "within a day of a dose of bcg; or the last report came to urgent or worse",
    ),
]


@pytest.mark.parametrize(("data", "words"), SENTENCES, ids=lambda each: each if isinstance(each, str) else "")
def test_a_condition_reads_as_a_sentence(data: dict[str, Any], words: str) -> None:
    assert said(**data) == words


def test_every_kind_of_condition_has_a_sentence_here() -> None:
    assert {key for data, _ in SENTENCES for key in data} >= set(KINDS)


def test_a_condition_with_a_name_is_called_by_it() -> None:
    sick = [{"answer": "nausea", "at_least": 2}]
    assert said(any=sick) == "“sick”"
    assert said(all=[{"any": sick}, {"dose_day": "bcg"}]) == "“sick”; and within a day of a dose of bcg"
    assert definition("sick", BARE) == "nausea is moderate or worse"


def test_a_long_list_is_called_by_its_name_and_a_short_one_is_not() -> None:
    rules, members = default_rules(), list(default_rules().groups["flu_like"])
    words = said(rules, answer="*", at_least=3, exclude=[*members, "cough"])
    assert words == "any symptom (but not anything in the list “flu like” or cough) is severe or worse"
    assert "nausea" in said(rules, answer=members[-2:], at_least=3)


def test_a_long_sentence_is_told_as_a_list() -> None:
    rules = {rule.code: rule for rule in default_rules().rules}
    how, parts = outline(rules["symptom_worse"].when, default_rules())
    assert how == "one of these"
    assert len(parts) == 6
    assert max(map(len, parts)) <= 320
    assert outline(rules["spo2_92"].when, default_rules())[0] == ""


def test_a_limit_is_called_by_its_name() -> None:
    rules = default_rules()
    words = said(rules, reading="systolic", at_least="$systolic_high")
    assert words == "the upper blood pressure is 180 mmHg or more (limit “systolic high”)"


@pytest.mark.parametrize("rule", default_rules().rules, ids=lambda rule: rule.code)
def test_every_shipped_rule_can_be_read_aloud(rule: Rule) -> None:
    text = sentence(rule.when, default_rules())
    assert text
    assert text.count("(") == text.count(")")
    assert not re.search(r"[{}_]|None", text)
