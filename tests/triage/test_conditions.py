from typing import Any

import pytest

from tests.triage.build import a_history, a_report, yes
from tracker.triage.case import Case
from tracker.triage.report import History, Report, Treatment
from tracker.triage.rules import Rule, RuleError, default_rules, load
from tracker.triage.tables import InvalidCondition, as_data, build

MINIMAL = """
version = "test-1"
[groups]
growth = ["filgrastim"]
[conditions.sick]
any = [{ answer = "nausea", at_least = 2 }]
[advice.none.en]
headline = "Saved."
[advice.routine.en]
headline = "Later."
[advice.urgent.en]
headline = "Today."
[advice.emergency.en]
headline = "Now."
[[rule]]
code = "one"
level = "urgent"
finding = "nausea"
when.all = [{ is = "sick" }, { drug = "@growth" }]
patient.en = "You feel sick."
team.en = "{seen}"
source = "A test."
"""


def holds(data: dict[str, Any], report: Report, history: History | None = None) -> bool:
    return build(data).holds(Case(report, history or a_history())) is not None


@pytest.mark.parametrize("rule", default_rules().rules, ids=lambda rule: rule.code)
def test_every_condition_can_be_stored_and_built_again(rule: Rule) -> None:
    assert build(as_data(rule.when), default_rules().limits) == rule.when


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (None, "when"),
        ({}, ""),
        ({"answer": "nausea", "at_least": 1, "reading": "pulse"}, "answer, at_least, reading"),
        ({"answer": "nausea"}, "at_least"),
        ({"answer": "hiccups", "at_least": 1}, "answer"),
        ({"answer": [], "at_least": 1}, "answer"),
        ({"answer": "nausea", "at_least": 0}, "at_least"),
        ({"answer": "nausea", "at_least": 5}, "at_least"),
        ({"answer": "rash", "at_least": 2, "attribute": "presence"}, "at_least"),
        ({"answer": "nausea", "at_least": "2"}, "at_least"),
        ({"answer": "nausea", "at_least": 2, "attribute": "colour"}, "attribute"),
        ({"answer": "nausea", "at_least": 2, "mood": 1}, "mood"),
        ({"composite": "nausea", "at_least": 4}, "at_least"),
        ({"worse": "*", "by": 2, "than": "yesterday"}, "than"),
        ({"red_flag": "nausea"}, "red_flag"),
        ({"reading": "pulse"}, "reading"),
        ({"reading": "mood", "at_most": 1}, "reading"),
        ({"reading": ["pulse"], "at_most": 1}, "reading"),
        ({"reading": "pulse", "at_most": True}, "at_most"),
        ({"since_urine": "days", "over": 1}, "since_urine"),
        ({"all": []}, "all"),
        ({"not": 3}, "when"),
        ({"any": [{"answer": "hiccups", "at_least": 1}]}, "answer"),
    ],
)
def test_a_condition_that_cannot_be_is_refused_with_its_key(data: Any, key: str) -> None:
    with pytest.raises(InvalidCondition) as caught:
        build(data)
    assert caught.value.key == key


def test_treatment_day_within_a_range() -> None:
    condition = {"treatment_day": "aldesleukin", "at_least": 2, "at_most": 4}
    for day, expected in ((None, False), (1, False), (2, True), (4, True), (5, False)):
        history = a_history(Treatment("aldesleukin", treatment_day=day))
        assert holds(condition, a_report(), history) is expected


def test_days_since_the_end_of_treatment() -> None:
    condition = {"days_since_end": ["aldesleukin"], "at_most": 14}
    for days, expected in ((None, False), (0, True), (14, True), (15, False)):
        history = a_history(Treatment("aldesleukin", days_since_end=days))
        assert holds(condition, a_report(), history) is expected


def test_a_count_of_conditions() -> None:
    condition = {"count_of": [{"answer": code, "at_least": 1} for code in ("rash", "hives")], "at_least": 2}
    assert holds(condition, a_report(rash=yes(), hives=yes()))
    assert not holds(condition, a_report(rash=yes()))


def test_what_is_not_known_holds_nothing_but_a_not() -> None:
    for condition in (
        {"reading": "pulse", "at_least": 0},
        {"below_usual": "pulse", "at_least": -500},
        {"weight_gain_days": 3, "at_least": -500},
        {"since_urine": "hours", "at_least": 0},
        {"since_chemo": "days", "at_least": 0},
        {"hours_since_dose": "bcg", "at_least": 0},
        {"dose_day": "bcg"},
    ):
        assert not holds(condition, a_report(), a_history("bcg"))
        assert holds({"not": condition}, a_report(), a_history("bcg"))


def test_groups_and_named_conditions_are_put_where_they_are_used() -> None:
    (rule,) = load(MINIMAL).rules
    assert as_data(rule.when) == {
        "all": [{"any": [{"answer": ["nausea"], "at_least": 2}]}, {"drug": ["filgrastim"]}]
    }


@pytest.mark.parametrize(
    ("was", "becomes", "rule", "key"),
    [
        ('level = "urgent"', 'level = "soon"', "one", "level"),
        ('level = "urgent"', "", "one", "level"),
        ('code = "one"', "", "a rule", "code"),
        ('source = "A test."', "", "one", "source"),
        ('patient.en = "You feel sick."', "", "one", "patient"),
        ('team.en = "{seen}"', 'team.es = "{seen}"', "one", "team.en"),
        ('team.en = "{seen}"', 'team.en = "{seen}"\nmood = 1', "one", "mood"),
        ('team.en = "{seen}"', 'team.en = "{seen}"\ndo.en = "Rest."', "one", "do"),
        ('"@growth"', '"@shrink"', "one", "when.@shrink"),
        ('is = "sick"', 'is = "well"', "one", "when.is"),
        ('is = "sick"', 'is = ["sick"]', "one", "when.is"),
        ("at_least = 2", "at_least = 9", "one", "when.at_least"),
        ("any = [{ answer", 'any = [{ is = "sick" }, { answer', "one", "when.is"),
        ('version = "test-1"', "", "file", "version"),
        ('version = "test-1"', "version = ", "file", "syntax"),
        ("[advice.none.en]", "[advice.none.es]", "file", "advice.none"),
        ("[groups]", "[group]", "file", "group"),
    ],
)
def test_a_bad_file_is_refused_with_the_rule_and_the_key(was: str, becomes: str, rule: str, key: str) -> None:
    assert was in MINIMAL
    with pytest.raises(RuleError) as caught:
        load(MINIMAL.replace(was, becomes))
    assert (caught.value.rule, caught.value.key) == (rule, key)


def test_two_rules_may_not_share_a_code() -> None:
    rule = MINIMAL[MINIMAL.index("[[rule]]") :]
    with pytest.raises(RuleError, match="two rules have this code"):
        load(MINIMAL + rule)


def test_a_file_without_rules_is_refused() -> None:
    with pytest.raises(RuleError, match="there is none"):
        load(MINIMAL[: MINIMAL.index("[[rule]]")])
