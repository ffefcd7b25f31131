import copy
import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.build import a_day, a_history, a_report, yes
from tracker.triage.case import Case
from tracker.triage.conditions import KINDS
from tracker.triage.limits import Limit
from tracker.triage.report import Answer, EarlierToday, History, Level, OpenFlag, Report, Treatment
from tracker.triage.rules import LevelWords, Rule, RuleError, default_rules, load, parse
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


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (3, "a condition must be a table"),
        ({"answer": "nausea"}, '"answer" needs this part'),
        ({"answer": "nausea", "at_least": 2, "mood": 1}, '"answer" has no such part'),
        ({"answer": "nausea", "at_least": 2, "key": "reading"}, '"answer" has no such part'),
        ({"answer": "hiccups", "at_least": 1}, "there is no 'hiccups'"),
        ({"answer": "nausea", "at_least": 1, "exclude": "*"}, "there is no '*'"),
        ({"answer": "nausea", "at_least": 1, "attribute": 3}, "there is no 3"),
        ({"answer": {"nausea": 1}, "at_least": 1}, "must be a code or a list of codes"),
        ({"answer": ["nausea", 3], "at_least": 1}, "must be a code or a list of codes"),
        ({"answer": "nausea", "at_least": 5}, "must be a value of the scale, 1 or more"),
        ({"composite": "nausea", "at_least": 0}, "must be from 1 to 3"),
        ({"composite": "nausea", "at_least": 4}, "must be from 1 to 3"),
        ({"reading": "pulse"}, "needs at_least, at_most, over or below"),
        ({"reading": "pulse", "over": "$speed"}, "there is no limit 'speed'"),
        ({"reading": "pulse", "over": "fast"}, "'fast' will not do here"),
        ({"reading": "pulse", "over": True}, "True will not do here"),
        ({"reading": "pulse", "over": 1_000_001}, "1000001 will not do here"),
        ({"worse": "*", "by": 1_000_001, "than": "baseline"}, "1000001 will not do here"),
        ({"missed": "weeks", "at_least": 1}, "'weeks' will not do here"),
        ({"all": "nausea"}, "must be a list of conditions"),
        ({"any": []}, "must be a list of conditions"),
        ({"any": {"answer": "nausea", "at_least": 1}}, "must be a list of conditions"),
    ],
)
def test_a_refusal_says_what_would_do(data: Any, problem: str) -> None:
    with pytest.raises(InvalidCondition) as caught:
        build(data)
    assert str(caught.value) == problem


def test_a_condition_with_no_kind_or_with_two_is_told_of_all_kinds() -> None:
    with pytest.raises(InvalidCondition) as caught:
        build({"at_least": 1, "by": 2})
    assert caught.value.key == "at_least, by"
    assert str(caught.value).startswith("a condition must have exactly one of answer, ")
    assert all(kind in str(caught.value) for kind in KINDS)


@pytest.mark.parametrize(
    "data",
    [
        {"composite": ["nausea"], "at_least": 1},
        {"composite": ["nausea"], "at_least": 3},
        {"reading": "pulse", "over": 1_000_000},
        {"reading": "pulse", "over": -1_000_000},
        {"worse": ["*"], "by": 1_000_000, "than": ["baseline"]},
        {"answer": ["rash"], "at_least": 1, "attribute": "presence"},
        {"answer": ["nausea"], "at_least": 4},
        {"answer": ["*"], "at_least": 2, "exclude": ["nausea"], "above_baseline": True},
        {"below_usual": "pulse", "over": 3, "by": "percent"},
        {"drug": ["anything"], "ended_within_days": 0},
        {"red_flag": ["unspecified"]},
        {"count_of": [{"not": {"dose_day": ["bcg"]}}], "at_least": 1},
    ],
)
def test_what_is_at_the_edge_is_built_and_told_as_it_was_written(data: dict[str, Any]) -> None:
    assert as_data(build(data)) == data


@pytest.mark.parametrize(
    ("data", "report", "history", "saw"),
    [
        (
            {"hours_since_dose": ["bcg", "aldesleukin"], "at_most": 24},
            a_report(),
            a_history(Treatment("bcg", hours_since_dose=50), Treatment("aldesleukin", hours_since_dose=24)),
            {"drugs": ["aldesleukin"], "hours_since_dose": 24},
        ),
        (
            {"days_since_end": "aldesleukin", "over": 3},
            a_report(),
            a_history(Treatment("aldesleukin", days_since_end=4)),
            {"drugs": ["aldesleukin"], "days_since_end": 4},
        ),
        (
            {"treatment_day": "aldesleukin", "below": 3},
            a_report(),
            a_history(Treatment("aldesleukin", treatment_day=2)),
            {"drugs": ["aldesleukin"], "treatment_day": 2},
        ),
        (
            {"since_chemo": "days", "at_most": 28},
            a_report(),
            a_history(days_since_chemo=28),
            {"days_since_chemo": 28},
        ),
        (
            {"since_urine": "hours", "over": 12},
            a_report(hours_since_urine=13),
            None,
            {"hours_since_urine": 13},
        ),
        ({"missed": "days", "at_least": 2}, a_report(), a_history(days=(a_day(3),)), {"missed_days": 2}),
        ({"drug": "bcg"}, a_report(), a_history("bcg", "aldesleukin"), {"drugs": ["bcg"]}),
        ({"red_flag": ["seizure", "faint"]}, a_report(flags=("seizure", "faint")), None,
         {"red_flags": ["faint", "seizure"]}),
        ({"red_flag": ["unspecified"]}, Report(red_flag_answer="yes"), None, {"red_flags": ["unspecified"]}),
        (
            {"weight_gain_days": 3, "over": 1},
            a_report(readings={"weight": 82.05}),
            a_history(days=(a_day(1, readings={"weight": 81}), a_day(3, readings={"weight": 80.7}))),
            {
                "readings": {"weight": {"value": 82.05, "worse": "higher"}},
                "weight_gain": {"kg": 1.35, "days_ago": 3},
            },
        ),
        (
            {"weight_loss_days": 3, "over": 1},
            a_report(readings={"weight": 78}),
            a_history(days=(a_day(1, readings={"weight": 79}), a_day(3, readings={"weight": 80.7}))),
            {
                "readings": {"weight": {"value": 78, "worse": "lower"}},
                "weight_loss": {"percent": 3.3, "days_ago": 3},
            },
        ),
        (
            {"worse": "nausea", "by": 1, "than": ["last_day", "baseline"]},
            a_report(nausea=3),
            a_history(baseline={"nausea": 1}, days=(a_day(2, nausea=2),)),
            {
                "symptoms": {"nausea": {"severity": 3}},
                "compared": {"nausea": {"with": "last_day", "days_ago": 2, "answer": {"severity": 2}}},
            },
        ),
        (
            {"worse": "nausea", "by": 2, "than": ["last_day", "baseline"]},
            a_report(nausea=3),
            a_history(baseline={"nausea": 1}, days=(a_day(2, nausea=2),)),
            {
                "symptoms": {"nausea": {"severity": 3}},
                "compared": {"nausea": {"with": "baseline", "days_ago": None, "answer": {"severity": 1}}},
            },
        ),
        (
            {"worse": "nausea", "by": 2, "than": "week_low"},
            a_report(nausea=3),
            a_history(days=(a_day(1, nausea=2), a_day(7, nausea=1))),
            {
                "symptoms": {"nausea": {"severity": 3}},
                "compared": {"nausea": {"with": "week_low", "days_ago": 7, "answer": {"severity": 1}}},
            },
        ),
        (
            {"worse": "nausea", "by": 2, "than": "baseline", "if_unknown": True},
            a_report(nausea=3),
            None,
            {
                "symptoms": {"nausea": {"severity": 3}},
                "compared": {"nausea": {"with": "unknown", "days_ago": None, "answer": {}}},
            },
        ),
        (
            {"lasting": "nausea", "at_least": 2, "days": 2},
            a_report(nausea=2),
            a_history(days=(a_day(1, nausea=3),)),
            {"symptoms": {"nausea": {"severity": 2}}, "lasting_days": 2},
        ),
        (
            {"composite": "nausea", "at_least": 2},
            a_report(nausea=Answer(frequency=4, severity=3)),
            None,
            {"symptoms": {"nausea": {"frequency": 4, "severity": 3}}},
        ),
    ],
)  # fmt: skip
def test_a_condition_tells_what_it_saw(
    data: dict[str, Any], report: Report, history: History | None, saw: dict[str, Any]
) -> None:
    assert build(data).holds(Case(report, history or a_history())) == saw


def test_a_week_low_is_of_the_last_seven_days() -> None:
    condition = {"worse": "nausea", "by": 2, "than": "week_low"}
    for days_ago, expected in ((7, True), (8, False)):
        history = a_history(days=(a_day(1, nausea=2), a_day(days_ago, nausea=1)))
        assert holds(condition, a_report(nausea=3), history) is expected


def test_a_symptom_lasts_over_twice_the_days_at_most_and_a_better_day_ends_it() -> None:
    condition = {"lasting": "nausea", "at_least": 2, "days": 3}

    def lasts(*days: Any, **baseline: int) -> bool:
        return holds(condition, a_report(nausea=2), a_history(baseline=baseline, days=days))

    assert lasts(a_day(1, nausea=2), a_day(2, nausea=3))
    assert lasts(a_day(3, nausea=2), a_day(5, nausea=2))
    assert lasts(a_day(1, nausea=2), a_day(2, nausea=2), a_day(3, nausea=1))
    assert not lasts(a_day(3, nausea=2), a_day(6, nausea=2))
    assert not lasts(a_day(1, nausea=2), a_day(2, nausea=1), a_day(3, nausea=2))
    assert not lasts(a_day(1, nausea=2))
    assert not lasts(a_day(1, nausea=2), a_day(2, nausea=2), nausea=2)
    assert lasts(a_day(1, nausea=2), a_day(2, nausea=2), nausea=1)


def test_a_drug_counts_for_four_weeks_after_its_end() -> None:
    for days, expected in ((None, True), (28, True), (29, False)):
        history = a_history(Treatment("bcg", days_since_end=days))
        assert holds({"drug": "bcg"}, a_report(), history) is expected
    ended = a_history(Treatment("bcg", days_since_end=6))
    assert holds({"drug": "bcg", "ended_within_days": 6}, a_report(), ended)
    assert not holds({"drug": "bcg", "ended_within_days": 5}, a_report(), ended)


def test_bounds_with_and_without_their_number() -> None:
    def pulse(value: float, **bounds: float) -> bool:
        return holds({"reading": "pulse", **bounds}, a_report(readings={"pulse": value}))

    assert [pulse(each, at_least=90) for each in (89, 90, 91)] == [False, True, True]
    assert [pulse(each, at_most=90) for each in (89, 90, 91)] == [True, True, False]
    assert [pulse(each, over=90) for each in (89, 90, 91)] == [False, False, True]
    assert [pulse(each, below=90) for each in (89, 90, 91)] == [True, False, False]


def test_a_reading_gets_worse_away_from_the_bound_that_it_has_passed() -> None:
    for bound, worse in (
        ("at_least", "higher"),
        ("over", "higher"),
        ("at_most", "lower"),
        ("below", "lower"),
    ):
        value = 91 if worse == "higher" else 89
        evidence = build({"reading": "pulse", bound: 90}).holds(
            Case(a_report(readings={"pulse": value}), a_history())
        )
        assert evidence == {"readings": {"pulse": {"value": value, "worse": worse}}}


def test_a_reading_beside_the_usual_gets_worse_away_from_it() -> None:
    for bound, value, worse in (
        ({"at_least": 10}, 60, {"worse": "lower"}),
        ({"over": 10}, 60, {"worse": "lower"}),
        ({"at_most": -10}, 90, {"worse": "higher"}),
        ({"below": -10}, 90, {"worse": "higher"}),
        ({"at_most": 10}, 70, {}),
        ({"at_most": 0}, 80, {}),
    ):
        evidence = build({"below_usual": "pulse", **bound}).holds(
            Case(a_report(readings={"pulse": value}), a_history(usual={"pulse": 75}))
        )
        assert evidence == {"readings": {"pulse": {"value": value, "usual": 75, **worse}}}


def test_what_several_conditions_saw_is_joined_and_the_first_word_stands() -> None:
    both = {
        "all": [
            {"answer": ["nausea", "rash"], "at_least": 1},
            {"answer": ["rash", "itching"], "at_least": 1},
            {"drug": ["bcg", "aldesleukin"]},
            {"treatment_day": "bcg", "at_least": 1},
        ]
    }
    report = a_report(nausea=1, rash=yes(), itching=2)
    history = a_history(Treatment("bcg", treatment_day=1), "aldesleukin")
    evidence = build(both).holds(Case(report, history))
    assert evidence == {
        "symptoms": {"nausea": {"severity": 1}, "rash": {"presence": 1}, "itching": {"severity": 2}},
        "drugs": ["bcg", "aldesleukin"],
        "treatment_day": 1,
    }


def test_the_worst_unanswered_flag_is_told_and_of_equal_ones_the_oldest() -> None:
    flags = (
        OpenFlag(1, Level.URGENT, acknowledged=False),
        OpenFlag(4, Level.URGENT, acknowledged=False),
        OpenFlag(9, Level.ROUTINE, acknowledged=False),
        OpenFlag(0, Level.EMERGENCY, acknowledged=False),
        OpenFlag(2, Level.EMERGENCY, acknowledged=True),
    )
    case = Case(a_report(), replace(a_history(), open_flags=flags))
    told = {"level": "urgent", "days_ago": 4, "acknowledged": False}
    assert build({"open_flag": "routine"}).holds(case) == {"open_flag": told}


def test_the_last_level_is_that_of_the_last_day_before_today() -> None:
    days = (
        replace(a_day(0), level=Level.EMERGENCY),
        replace(a_day(1), level=Level.URGENT),
        replace(a_day(2), level=Level.NONE),
    )
    case = Case(a_report(), a_history(days=days))
    assert build({"last_level": "routine"}).holds(case) == {"last_level": {"level": "urgent", "days_ago": 1}}
    assert not holds({"last_level": "none"}, a_report(), a_history(days=days[:1]))


def test_a_yes_has_no_composite_grade() -> None:
    assert not holds({"composite": ["rash"], "at_least": 1}, a_report(rash=yes()))


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


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ('level = "urgent"', 'level = "soon"', "one, level: must be none, routine, urgent or emergency"),
        ('level = "urgent"', "level = 3", "one, level: is missing"),
        ('code = "one"', 'code = " "', "a rule, code: is missing"),
        ('finding = "nausea"', "", "one, finding: is missing"),
        ('patient.en = "You feel sick."', "", "one, patient: must give words by language"),
        ('patient.en = "You feel sick."', "patient.en = 3", "one, patient: must give words by language"),
        ('patient.en = "You feel sick."', 'patient.es = "Mal"', "one, patient.en: is missing"),
        ('patient.en = "You feel sick."', 'patient.en = ""', "one, patient.en: is missing"),
        ('team.en = "{seen}"', "", "one, team: must give words by language"),
        ('source = "A test."', 'source = "A test."\ndo = 3', "one, do: must be a table"),
        (
            'source = "A test."',
            'source = "A test."\ndo.en = "Rest."',
            "one, do: must give a list of lines by language",
        ),
        (
            'source = "A test."',
            'source = "A test."\nhelps.en = [3]',
            "one, helps: must give a list of lines by language",
        ),
        (
            'source = "A test."',
            'source = "A test."\ncall_when.en = "Soon."',
            "one, call_when: must give a list of lines by language",
        ),
        ('source = "A test."', 'source = "A test."\nmood = 1', "one, mood: there is no such part"),
        ('is = "sick"', 'is = "well"', "one, when.is: there is no condition 'well'"),
        ('"@growth"', '"@shrink"', "one, when.@shrink: there is no such group"),
        ('growth = ["filgrastim"]', 'growth = "filgrastim"', "one, when.@growth: there is no such group"),
        ('growth = ["filgrastim"]', "growth = [3]", "one, when.@growth: there is no such group"),
        (
            'any = [{ answer = "nausea", at_least = 2 }]',
            'any = [{ answer = "nausea" }]',
            'one, when.at_least: "answer" needs this part',
        ),
        ("[conditions.sick]", "[conditions.ill]", "one, when.is: there is no condition 'sick'"),
        ("[groups]", "[mood]", "file, mood: there is no such part"),
        ('version = "test-1"', "", "file, version: is missing"),
        ('version = "test-1"', 'version = "1"\ngroups = 3', "file, syntax: "),
        ("[conditions.sick]", "[drug_names.en]\nbcg = 3\n[conditions.sick]",
         "file, drug_names.en: must give words by language"),
        ('headline = "Now."', "", "file, advice.emergency: must give a headline and lines in 'en'"),
        ('headline = "Now."', "headline = 3",
         "file, advice.emergency: must give a headline and lines in 'en'"),
        ('headline = "Now."', 'headline = "Now."\nmood = 1', "file, mood: there is no such part"),
        ('headline = "Now."', 'headline = "Now."\nsteps = "Go."',
         "file, advice.emergency: must give a list of lines by language"),
        ('headline = "Now."', 'headline = "Now."\n[advice.urgent.es]\nheadline = "Hoy."',
         "file, advice.none: must give a headline and lines in 'es'"),
    ],
)  # fmt: skip
def test_a_refusal_of_a_file_reads_as_where_and_what(was: str, becomes: str, told: str) -> None:
    assert was in MINIMAL
    with pytest.raises(RuleError) as caught:
        load(MINIMAL.replace(was, becomes))
    assert str(caught.value).startswith(told)
    assert str(caught.value) == f"{caught.value.rule}, {caught.value.key}: {caught.value.problem}"


@pytest.mark.parametrize(
    ("part", "value", "told"),
    [
        ("rule", 3, "file, rule: there is none"),
        ("rule", [], "file, rule: there is none"),
        ("rule", ["one"], "a rule, code: is missing"),
        ("groups", 3, "file, groups: must be a table"),
        ("groups", {"a": ["@b"], "b": ["bcg"]}, "file, groups.a: a group holds no other group, such as @b"),
        ("groups", {"a": ["@missing"]}, "file, groups.a: a group holds no other group, such as @missing"),
        ("conditions", {3: {}}, "file, conditions: must be a table"),
        ("limits", [], "file, limits: must be a table"),
        ("limits", {"fast": 3}, "file, limits.fast: must be a table"),
        ("limits", {"fast": {}}, "file, reading: is missing"),
        ("advice", 3, "file, advice: must be a table"),
        ("advice", {"none": 3}, "file, advice.none: must be a table"),
        ("drug_names", 3, "file, drug_names: must be a table"),
        ("drug_names", {"en": ["bcg"]}, "file, drug_names.en: must give words by language"),
        ("version", " ", "file, version: is missing"),
    ],
)
def test_a_part_of_the_wrong_make_is_refused(part: str, value: Any, told: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse(copy.deepcopy(FILE) | {part: value})
    assert str(caught.value) == told


@pytest.mark.parametrize("data", [None, [], "rules", 3])
def test_what_is_no_table_is_no_set_of_rules(data: Any) -> None:
    with pytest.raises(RuleError, match=r"^file, : must be a table$"):
        parse(data)


def test_a_set_of_rules_is_read_in_full() -> None:
    text = MINIMAL.replace(
        'source = "A test."',
        'source = "A test."\ndo.en = ["Rest."]\nhelps.es = ["Agua."]\ncall_when.en = ["If worse."]',
    ).replace(
        'headline = "Today."',
        'headline = "Today."\nsteps = ["Ring."]\nhelps = ["Sit."]\ncall_when = ["Soon."]',
    )
    rules = load(text + '[drug_names.es]\nbcg = "la BCG"\n')
    (rule,) = rules.rules
    assert (rule.code, rule.level, rule.finding, rule.source) == ("one", Level.URGENT, "nausea", "A test.")
    assert (rule.patient, rule.team) == ({"en": "You feel sick."}, {"en": "{seen}"})
    assert (rule.do, rule.helps, rule.call_when) == (
        {"en": ("Rest.",)},
        {"es": ("Agua.",)},
        {"en": ("If worse.",)},
    )
    assert (rules.version, rules.drug_names) == ("test-1", {"es": {"bcg": "la BCG"}})
    assert rules.advice["en"][Level.URGENT] == LevelWords("Today.", ("Ring.",), ("Sit.",), ("Soon.",))
    assert rules.advice["en"][Level.NONE] == LevelWords("Saved.", (), (), ())
    assert list(rules.conditions) == ["sick"]
    assert as_data(rules.conditions["sick"]) == {"any": [{"answer": ["nausea"], "at_least": 2}]}


def test_a_condition_that_no_rule_uses_is_looked_at_too() -> None:
    with pytest.raises(RuleError) as caught:
        load(MINIMAL + '[conditions.ill]\nanswer = "nausea"\n')
    assert str(caught.value) == 'file, conditions.ill.at_least: "answer" needs this part'


def test_a_file_on_disk_is_read_as_its_text_is(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(MINIMAL.replace("You feel sick.", "Te sientes mal: náuseas."), "utf-8")
    assert load(file).rules[0].patient == {"en": "Te sientes mal: náuseas."}


def test_tables_nested_without_end_are_refused() -> None:
    with pytest.raises(RuleError) as caught:
        load(f"version = {'[' * 100_000}")
    assert str(caught.value) == "file, syntax: is nested too deeply"
    deep: Any = "nausea"
    for _ in range(101):
        deep = [deep]
    with pytest.raises(RuleError, match=r"^one, when\.when: conditions are nested too deeply$"):
        parse(copy.deepcopy(FILE) | {"rule": [FILE["rule"][0] | {"when": {"answer": deep, "at_least": 1}}]})


def test_lists_in_lists_and_groups_make_one_list() -> None:
    when = {"answer": ["nausea", ["@signs", "chills"]], "at_least": 1}
    data = copy.deepcopy(FILE) | {"groups": {"signs": ["rash", "hives"]}}
    data["rule"][0]["when"] = when
    assert as_data(parse(data).rules[0].when) == {
        "answer": ["nausea", "rash", "hives", "chills"],
        "at_least": 1,
    }


def test_two_rules_may_not_share_a_code() -> None:
    rule = MINIMAL[MINIMAL.index("[[rule]]") :]
    with pytest.raises(RuleError, match=r"^one, code: two rules have this code$"):
        load(MINIMAL + rule)


def test_a_file_without_rules_is_refused() -> None:
    with pytest.raises(RuleError, match=r"^file, rule: there is none$"):
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


def test_a_baseline_that_was_not_described_was_as_mild_as_can_be() -> None:
    condition = {"answer": "swelling", "at_least": 2, "above_baseline": True}
    ticked = a_history(baseline={"swelling": Answer()})
    assert holds(condition, a_report(swelling=2), ticked)
    assert not holds(condition | {"at_least": 1}, a_report(swelling=1), ticked)
    how_often = a_history(baseline={"swelling": Answer(frequency=4)})
    assert not holds(condition, a_report(swelling=2), how_often)


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


@pytest.mark.parametrize(
    ("part", "becomes", "told"),
    [
        ("value = 100", "value = 121", "limits.fast.value: must lie from lowest to highest"),
        ("value = 100", "value = 89", "limits.fast.value: must lie from lowest to highest"),
        ("value = 100", "value = true", "limits.fast.value: must be a number"),
        ("value = 100", "value = 1_000_001", "limits.fast.value: must be a number"),
        ("lowest = 90", 'lowest = "90"', "limits.fast.lowest: must be a number"),
        ("highest = 120", "", "limits.fast.highest: must be a number"),
        ('label.en = "Fast"', "label = 3", "label: must give words by language"),
        (
            'reading = "pulse"',
            'reading = "mood"',
            "limits.fast.reading: must be one of systolic, diastolic, pulse, spo2, temperature, weight, "
            "breaths, urine",
        ),
    ],
)
def test_a_limit_that_cannot_be_says_why(part: str, becomes: str, told: str) -> None:
    limit = '[limits.fast]\nvalue = 100\nreading = "pulse"\nlowest = 90\nhighest = 120\nlabel.en = "Fast"\n'
    with pytest.raises(RuleError) as caught:
        load(MINIMAL + limit.replace(part, becomes))
    assert str(caught.value) == f"file, {told}"


@pytest.mark.parametrize("value", [90, 120])
def test_a_limit_may_stand_at_its_own_edge(value: int) -> None:
    limit = (
        f'[limits.fast]\nvalue = {value}\nreading = "pulse"\nlowest = 90\nhighest = 120\nlabel.en = "Fast"\n'
    )
    assert load(MINIMAL + limit).limits == {
        "fast": Limit("fast", value, "pulse", lowest=90, highest=120, label={"en": "Fast"})
    }


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


def test_a_wish_to_be_called_is_seen_with_its_number_and_how_its_reason_begins() -> None:
    asks = Report(wants_call=True, call_number="555 0142", note="About\nmy dates " + "x" * 200)
    seen = build({"wants_call": True}).holds(Case(asks, a_history()))
    assert seen is not None
    assert seen["wants_call"]["number"] == "555 0142"
    assert seen["wants_call"]["reason"].startswith("About my dates xxx")
    assert len(seen["wants_call"]["reason"]) == 121
    assert not holds({"wants_call": True}, a_report())
    assert holds({"wants_call": False}, a_report())


def test_a_wish_of_earlier_that_day_is_no_wish_now() -> None:
    history = replace(a_history(), today=(EarlierToday(Report(wants_call=True), 2, "09:00"),))
    assert not holds({"wants_call": True}, a_report(nausea=1), history)


def test_a_wish_to_be_called_is_no_silence() -> None:
    history = a_history(days=(a_day(3, nausea=1),))
    assert not holds({"missed": "days", "at_least": 3}, Report(wants_call=True), history)
    assert holds({"missed": "days", "at_least": 3}, Report(), history)
