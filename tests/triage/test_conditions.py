import copy
import json
import tomllib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.build import a_day, a_history, a_report, yes
from tracker.triage.case import Case
from tracker.triage.conditions import KINDS
from tracker.triage.report import Answer, History, Level, OpenFlag, Report, Treatment
from tracker.triage.rules import Rule, RuleError, default_rules, load, parse
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

FILE = tomllib.loads(MINIMAL)


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
        ({"answer": "nausea", "symptoms": ["rash"], "at_least": 1}, "symptoms"),
        ({"answer": "nausea", "at_least": 1, "above_baseline": "yes"}, "above_baseline"),
        ({"note": "hiccups"}, "note"),
        ({"reading": "pulse", "over": "$speed"}, "over"),
        ({"reading": "pulse", "over": "fast"}, "over"),
        ({"reading": "pulse", "over": float("inf")}, "over"),
        ({"below_usual": "pulse", "by": "miles", "over": 3}, "by"),
        ({"missed": "weeks", "at_least": 1}, "missed"),
        ({"missed": "days"}, "missed"),
        ({"last_level": "awful"}, "last_level"),
        ({"open_flag": "urgent", "acknowledged": 1}, "acknowledged"),
        ({"open_flag": 3}, "open_flag"),
        ({"weight_loss_days": 3}, "weight_loss_days"),
        ({"worse": "*", "by": 10**9, "than": "baseline"}, "by"),
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


def test_conditions_may_not_lie_in_each_other_for_ever() -> None:
    data: Any = {"reading": "pulse", "over": 1}
    for _ in range(30):
        data = {"not": data}
    with pytest.raises(InvalidCondition, match="nested too deeply"):
        build(data)


def test_how_far_below_the_usual_in_percent() -> None:
    condition = {"below_usual": "weight", "by": "percent", "at_least": 5}
    usual = a_history(usual={"weight": 80})
    for weight, expected in ((76.1, False), (76, True), (70, True), (90, False)):
        assert holds(condition, a_report(readings={"weight": weight}), usual) is expected


def test_weight_that_has_gone_in_percent_of_the_highest() -> None:
    condition = {"weight_loss_days": 7, "at_least": 5}
    days = (a_day(1, readings={"weight": 78}), a_day(7, readings={"weight": 80}))
    for weight, expected in ((76.1, False), (76, True)):
        assert holds(condition, a_report(readings={"weight": weight}), a_history(days=days)) is expected
    assert not holds(condition, a_report(readings={"weight": 76}), a_history(days=days[:1]))


def test_an_answer_above_the_baseline() -> None:
    condition = {"answer": "swelling", "at_least": 2, "above_baseline": True}
    assert holds(condition, a_report(swelling=2))
    assert holds(condition, a_report(swelling=2), a_history(baseline={"swelling": 1}))
    assert not holds(condition, a_report(swelling=2), a_history(baseline={"swelling": 2}))


def test_worse_than_what_was_never_asked_holds_only_if_told_so() -> None:
    condition = {"worse": "rash", "by": 1, "than": "last_day"}
    assert not holds(condition, a_report(rash=yes()))
    assert holds(condition | {"if_unknown": True}, a_report(rash=yes()))
    known = a_history(days=(a_day(1, rash=yes()),))
    assert not holds(condition | {"if_unknown": True}, a_report(rash=yes()), known)
    of_old = a_history(baseline={"rash": yes()})
    assert not holds(condition | {"if_unknown": True}, a_report(rash=yes()), of_old)


def test_how_often_does_not_say_how_bad() -> None:
    """A mild symptom that comes now and then is mild, and no two points worse than none."""
    often = a_report(nausea=Answer(frequency=3, severity=1))
    assert not holds({"answer": "nausea", "at_least": 2}, often)
    assert holds({"answer": "nausea", "at_least": 3, "attribute": "frequency"}, often)
    before = a_history(days=(a_day(1, asked=("nausea",)),))
    assert not holds({"worse": "nausea", "by": 2, "than": "last_day"}, often, before)
    assert holds({"worse": "nausea", "by": 1, "than": "last_day"}, often, before)


def test_how_often_counts_where_nothing_else_was_told() -> None:
    before = a_history(days=(a_day(1, asked=("diarrhea", "nausea")),))
    worse = {"worse": ["diarrhea", "nausea"], "by": 2, "than": "last_day"}
    assert not holds(worse, a_report(diarrhea=Answer(frequency=2)), before)
    assert holds(worse, a_report(diarrhea=Answer(frequency=3)), before)
    assert holds(worse, a_report(nausea=Answer(frequency=3)), before)


def test_missed_days() -> None:
    for days_ago, expected in ((1, False), (2, True), (9, True)):
        history = a_history(days=(a_day(days_ago),))
        assert holds({"missed": "days", "at_least": 1}, a_report(), history) is expected
    assert not holds({"missed": "days", "at_least": 0}, a_report())


def test_the_level_of_the_last_day() -> None:
    day = replace(a_day(1), level=Level.URGENT)
    for word, expected in (("routine", True), ("urgent", True), ("emergency", False)):
        assert holds({"last_level": word}, a_report(), a_history(days=(day,))) is expected
    unknown = a_history(days=(replace(day, level=None), replace(day, days_ago=2)))
    assert not holds({"last_level": "none"}, a_report(), unknown)


def test_an_open_flag_by_level_and_by_whether_somebody_has_it() -> None:
    history = replace(a_history(), open_flags=(OpenFlag(2, Level.URGENT, acknowledged=True),))
    assert holds({"open_flag": "urgent", "acknowledged": True}, a_report(), history)
    assert not holds({"open_flag": "urgent"}, a_report(), history)
    assert not holds({"open_flag": "emergency", "acknowledged": True}, a_report(), history)


def test_a_band_between_two_bounds_knows_which_way_is_worse() -> None:
    for kind, value, worse in (("pulse", 95, "higher"), ("systolic", 95, "lower"), ("spo2", 93, "lower")):
        band = build({"reading": kind, "at_least": 90, "at_most": 100})
        evidence = band.holds(Case(a_report(readings={kind: value}), a_history()))
        assert evidence == {"readings": {kind: {"value": value, "worse": worse}}}


def test_conditions_that_are_alike_are_worked_out_once() -> None:
    first, second = load(MINIMAL + MINIMAL[MINIMAL.index("[[rule]]") :].replace('"one"', '"two"')).rules
    assert first.when is second.when


def test_a_named_limit_stands_where_it_is_used_and_is_stored_by_name() -> None:
    limit = '[limits.fast]\nvalue = 100\nreading = "pulse"\nlowest = 90\nhighest = 120\nlabel.en = "Fast"\n'
    text = MINIMAL.replace('answer = "nausea", at_least = 2', 'reading = "pulse", over = "$fast"') + limit
    rules = load(text)
    assert rules.limits["fast"].value == 100
    assert '"over": "$fast"' in json.dumps(as_data(rules.rules[0].when))


@pytest.mark.parametrize(
    ("part", "becomes", "key"),
    [
        ("value = 100", "value = 130", "limits.fast.value"),
        ("value = 100", 'value = "100"', "limits.fast.value"),
        ("value = 100", "value = nan", "limits.fast.value"),
        ("value = 100", "", "limits.fast.value"),
        ('reading = "pulse"', 'reading = "mood"', "limits.fast.reading"),
        ('label.en = "Fast"', 'label.es = "Rápido"', "label.en"),
        ('label.en = "Fast"', 'label.en = "Fast"\nmood = 1', "mood"),
    ],
)
def test_a_limit_that_cannot_be_is_refused(part: str, becomes: str, key: str) -> None:
    limit = '[limits.fast]\nvalue = 100\nreading = "pulse"\nlowest = 90\nhighest = 120\nlabel.en = "Fast"\n'
    with pytest.raises(RuleError) as caught:
        load(MINIMAL + limit.replace(part, becomes))
    assert (caught.value.rule, caught.value.key) == ("file", key)


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(sorted(KINDS)),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.text(max_size=4) | st.sampled_from([*KINDS, "at_least", "over", "en", "is", "code"]),
            inside,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(sorted(FILE)), anything, max_size=3), anything)
def test_whatever_stands_in_a_file_is_refused_by_rule_and_key_or_read(
    parts: dict[str, Any], when: Any
) -> None:
    data = copy.deepcopy(FILE)
    data["rule"][0]["when"] = when
    for odd in (parts, data, data | parts, when):
        assert is_refused_or_read(odd)


def is_refused_or_read(data: Any) -> bool:
    try:
        return bool(parse(data).rules)
    except RuleError as refused:
        return bool(refused.problem)
