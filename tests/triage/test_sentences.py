import re
from dataclasses import MISSING, fields, replace
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
    (
        {"answer": "nausea", "at_least": 2, "above_baseline": True},
        "nausea is moderate or worse, and worse than before treatment",
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
        {"worse": "nausea", "by": 2, "than": "last_day", "if_unknown": True},
        "nausea is 2 points or more worse than on the last comparable day"
        " (what was never asked before counts as none before)",
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
    ({"wants_call": True}, "the person asks for a call"),
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


FAINT, SEIZURE = {"red_flag": "faint"}, {"red_flag": "seizure"}
BOUNDS = {"at_least": 50, "at_most": 60, "over": 51, "below": 59}

# A condition of every kind, and for each of its parts another value.
CHANGED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"answer": "nausea", "at_least": 2},
        {
            "answer": "cough",
            "at_least": 3,
            "attribute": "severity",
            "exclude": "cough",
            "above_baseline": True,
        },
    ),
    ({"composite": "nausea", "at_least": 2}, {"composite": "cough", "at_least": 3, "exclude": "cough"}),
    (
        {"worse": "nausea", "by": 1, "than": "baseline"},
        {
            "worse": "cough",
            "by": 2,
            "than": ["baseline", "week_low"],
            "exclude": "cough",
            "dose_cycle": "bcg",
            "if_unknown": True,
        },
    ),
    (
        {"lasting": "nausea", "at_least": 2, "days": 3},
        {"lasting": "cough", "at_least": 3, "days": 4, "exclude": "cough"},
    ),
    (FAINT, SEIZURE),
    ({"note": "faint"}, {"note": "seizure"}),
    ({"reading": "pulse", **BOUNDS}, {"reading": "systolic"}),
    ({"below_usual": "pulse", **BOUNDS}, {"below_usual": "systolic", "by": "percent"}),
    ({"weight_gain_days": 3, **BOUNDS}, {"weight_gain_days": 4}),
    ({"weight_loss_days": 3, **BOUNDS}, {"weight_loss_days": 4}),
    ({"since_urine": "hours", **BOUNDS}, {}),
    ({"drug": "bcg"}, {"drug": "filgrastim", "ended_within_days": 7}),
    ({"hours_since_dose": "bcg", **BOUNDS}, {"hours_since_dose": "filgrastim"}),
    ({"days_since_end": "bcg", **BOUNDS}, {"days_since_end": "filgrastim"}),
    ({"treatment_day": "bcg", **BOUNDS}, {"treatment_day": "filgrastim"}),
    ({"since_chemo": "days", **BOUNDS}, {}),
    ({"dose_day": "bcg"}, {"dose_day": "filgrastim"}),
    ({"missed": "days", **BOUNDS}, {}),
    ({"last_level": "urgent"}, {"last_level": "emergency"}),
    ({"open_flag": "urgent"}, {"open_flag": "emergency", "acknowledged": True}),
    ({"wants_call": True}, {"wants_call": False}),
    ({"all": [FAINT, SEIZURE]}, {"all": [FAINT]}),
    ({"any": [FAINT, SEIZURE]}, {"any": [FAINT]}),
    ({"count_of": [FAINT, SEIZURE], "at_least": 1}, {"count_of": [FAINT, FAINT], "at_least": 2}),
    ({"not": FAINT}, {"not": SEIZURE}),
]
LONE = {"since_urine", "since_chemo", "missed"}
"""Their first part can be one word only."""


def changes_of(data: dict[str, Any], parts: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The condition with one part changed each: to another value, and of a range also left away."""
    changed = {part: data | {part: value} for part, value in parts.items()}
    for bound in BOUNDS.keys() & data.keys() if BOUNDS.items() <= data.items() else ():
        changed[bound] = data | {bound: BOUNDS[bound] + 0.5}
        changed[f"no {bound}"] = {part: value for part, value in data.items() if part != bound}
    return changed


@pytest.mark.parametrize(("data", "parts"), CHANGED, ids=lambda each: next(iter(each), ""))
def test_whatever_changes_in_a_condition_changes_its_sentence(
    data: dict[str, Any], parts: dict[str, Any]
) -> None:
    changed = changes_of(data, parts)
    assert len({said(**each) for each in (data, *changed.values())}) == len(changed) + 1


def test_every_part_of_every_kind_is_changed_here() -> None:
    told = {next(iter(data)): changes_of(data, parts) for data, parts in CHANGED}
    assert told.keys() == KINDS.keys()
    for key, changed in told.items():
        first = next(each.name for each in fields(KINDS[key]) if each.default is MISSING)
        parts = {key if each.name == first else each.name for each in fields(KINDS[key])}
        assert {part for part in changed if part in parts} == parts - (LONE & {key})


@pytest.mark.parametrize("key", ["reading", "below_usual"])
@pytest.mark.parametrize("bound", BOUNDS)
def test_a_limit_is_told_from_its_number(key: str, bound: str) -> None:
    rules = replace(default_rules(), conditions={})
    limit = {key: "systolic", bound: "$systolic_drop"}
    assert said(rules, **limit) == said(rules, **limit | {bound: 40}) + " (limit “systolic drop”)"


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
