"""What can be read and cannot be meant is told; what somebody may mean is not."""

import copy
import tomllib
from typing import Any

import pytest

from tests.triage.test_conditions import MINIMAL
from tracker.triage.rules import RuleSet, default_rules, parse
from tracker.triage.sense import objections, problems, strange_words
from tracker.triage.tables import build

SHIPPED = default_rules()


def wrong(data: dict[str, Any]) -> list[str]:
    return [f"{each.part}: {each.text}" for each in problems(build(data, SHIPPED.limits))]


def a_set(rule: dict[str, Any] | None = None, **parts: Any) -> RuleSet:
    data = copy.deepcopy(tomllib.loads(MINIMAL)) | parts
    data["rule"][0] |= rule or {}
    return parse(data)


def told(rules: RuleSet, **known: Any) -> list[str]:
    return [str(each) for each in objections(rules, **known)]


def test_the_shipped_rules_can_all_be_meant() -> None:
    assert told(SHIPPED) == []


@pytest.mark.parametrize(
    ("data", "part", "says"),
    [
        ({"reading": "pulse", "over": 9000}, "over", "from 20 beats a minute to 250"),
        ({"reading": "spo2", "at_most": 5}, "at_most", "from 50% to 100%"),
        ({"reading": "pulse", "over": "$fever"}, "over", "“Fever” is no limit of the pulse"),
        ({"reading": "systolic", "at_most": "$systolic_drop"}, "at_most", "the limit goes from 20 to 60"),
        ({"reading": "pulse", "over": 110, "below": 80}, "below", "nothing could ever"),
        ({"reading": "pulse", "over": 110, "at_most": 110}, "at_most", "nothing could ever"),
        ({"reading": "pulse", "over": 250}, "over", "nothing could ever"),
        ({"reading": "pulse", "over": "$pulse_high", "below": "$pulse_low"}, "below", "nothing could ever"),
        ({"below_usual": "systolic", "over": 300}, "over", "from -260 to 260"),
        ({"below_usual": "weight", "by": "percent", "at_most": -101}, "at_most", "from -100 to 100"),
        ({"below_usual": "weight", "by": "percent", "over": "$weight_gain_3_days"}, "over", "write a number"),
        ({"weight_gain_days": 3, "at_least": 60}, "at_least", "from 0 to 50"),
        ({"weight_gain_days": 0, "at_least": 2}, "days", "from 1 to 60"),
        ({"weight_gain_days": 3, "at_least": "$systolic_low"}, "at_least", "no limit of the weight"),
        ({"weight_loss_days": 3, "at_least": 101}, "at_least", "from 0 to 100"),
        ({"since_urine": "hours", "over": 241}, "over", "from 0 to 240"),
        ({"hours_since_dose": "bcg", "at_most": -1}, "at_most", "from 0 to"),
        ({"since_chemo": "days", "at_most": "$urine_hours"}, "at_most", "a limit cannot stand here"),
        ({"treatment_day": "bcg", "at_most": 0}, "at_most", "from 1 to"),
        ({"missed": "days", "at_least": 61}, "at_least", "from 0 to 60"),
        ({"answer": "nausea", "attribute": "amount", "at_least": 1}, "at_least", "asked for its amount"),
        ({"answer": "confusion", "at_least": 2}, "at_least", "can be worse than 1"),
        ({"answer": "nausea", "at_least": 1, "exclude": "nausea"}, "at_least", "no symptom is left"),
        ({"composite": "confusion", "at_least": 1}, "symptoms", "no composite grade"),
        ({"worse": "nausea", "by": 5, "than": "baseline"}, "by", "from 1 to 4"),
        ({"worse": "confusion", "by": 2, "than": "baseline"}, "by", "from 1 to 1"),
        ({"worse": "nausea", "by": 0, "than": "baseline"}, "by", "from 1 to 4"),
        ({"lasting": "nausea", "at_least": 2, "days": 61}, "days", "from 1 to 60"),
        ({"drug": "bcg", "ended_within_days": -1}, "ended_within_days", "from 0"),
        ({"count_of": [{"note": "faint"}], "at_least": 2}, "at_least", "from 1 to 1"),
        (
            {"all": [{"reading": "pulse", "over": 110}, {"all": [{"reading": "pulse", "below": 80}]}]},
            "",
            "the pulse cannot be all of these at once",
        ),
    ],
)
def test_what_can_never_hold_is_told_at_its_part(data: dict[str, Any], part: str, says: str) -> None:
    found = wrong(data)
    assert len(found) == 1
    assert found[0].startswith(f"{part}:")
    assert says in found[0]


@pytest.mark.parametrize(
    "data",
    [
        {"reading": "temperature", "at_least": 30.0},
        {"reading": "pulse", "at_least": 110, "at_most": 110},
        {"reading": "pulse", "over": "$pulse_high"},
        {"below_usual": "pulse", "at_most": -20},
        {"below_usual": "systolic", "over": "$systolic_drop"},
        {"weight_gain_days": 3, "over": "$weight_gain_3_days"},
        {"since_urine": "hours", "over": "$urine_hours_long"},
        {"worse": ["confusion", "sad"], "by": 2, "than": "baseline"},
        {"all": [{"reading": "pulse", "over": 110}, {"reading": "systolic", "below": 80}]},
        {"any": [{"reading": "pulse", "over": 110}, {"reading": "pulse", "below": 50}]},
    ],
)
def test_what_may_be_meant_is_let_be(data: dict[str, Any]) -> None:
    assert wrong(data) == []


def test_codes_that_nobody_knows_are_told_with_the_nearest() -> None:
    said = told(a_set({"finding": "low_bp", "when": {"drug": "aldesleukinn"}}))
    assert said == [
        "one, finding: there is no finding 'low_bp'; name it in own.findings if it is new",
        "one, when.drugs: there is no drug 'aldesleukinn'; did you mean aldesleukin?",
    ]
    assert "did you mean dizziness?" in told(a_set({"finding": "dizzines"}))[0]
    assert told(a_set(drug_names={"en": {"aldesleukinn": "x"}}))[0].startswith(
        "file, drug_names.aldesleukinn"
    )


def test_codes_of_ones_own_are_named_in_the_set_or_by_whoever_asks() -> None:
    rule = {"finding": "low_magnesium", "when": {"drug": "interferon-alfa-2a"}}
    own = {"findings": ["low_magnesium"], "drugs": ["interferon-alfa-2a"]}
    assert told(a_set(rule, own=own)) == []
    assert told(a_set(rule), drugs=["interferon-alfa-2a"], findings=["low_magnesium"]) == []


def test_a_shared_condition_is_told_of_once() -> None:
    said = told(a_set(conditions={"sick": {"reading": "pulse", "over": 9000}}))
    assert [each.partition(":")[0] for each in said] == ["file, conditions.sick.over"]


@pytest.mark.parametrize(
    ("part", "words", "says"),
    [
        ("team", "{sean} hello", "{sean} would be shown as it stands: only {seen} is filled in here"),
        ("team", "{", "{ would be shown"),
        ("team", "{0}", "{0} would be shown"),
        ("team", "a } b", "} would be shown"),
        ("patient", "{seen}", "nothing is filled in here"),
        ("do", "{seen}", "{team_phone}"),
        ("team", "{seen}, and more", ""),
        ("do", "Call {team_phone}.", ""),
        ("patient", "You feel sick.", ""),
    ],
)
def test_only_what_is_filled_in_may_stand_in_braces(part: str, words: str, says: str) -> None:
    found = strange_words(part, words)
    assert says in found
    assert bool(found) is bool(says)


def test_braces_are_told_with_rule_part_and_language() -> None:
    assert told(a_set({"team": {"en": "{sean}"}}))[0].startswith("one, team.en: {sean}")
    assert told(a_set({"helps": {"en": ["Fine.", "{"]}}))[0].startswith("one, helps.en: {")
