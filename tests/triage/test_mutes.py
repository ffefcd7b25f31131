"""A nurse expects a finding for some days; whatever is worse than she expected counts at once."""

from dataclasses import replace
from typing import Any

import pytest

from tests.triage.build import NOON, a_day, a_history, a_report, yes
from tracker.triage.assess import Assessment, assess
from tracker.triage.mutes import NEVER_EXPECTED, can_be_muted, quiets
from tracker.triage.report import Answer, History, Level, Mute, OpenFlag, Report
from tracker.triage.rules import default_rules

RULES = default_rules()
IL2 = "aldesleukin"


def assessed(report: Report, history: History, *mutes: Mute) -> Assessment:
    return assess(report, replace(history, mutes=mutes), RULES, NOON)


def muted(report: Report, history: History | None = None) -> tuple[Mute, ...]:
    """As a nurse would mute everything that was found in a report."""
    found = assess(report, history or a_history(), RULES, NOON).findings
    return tuple(Mute(each.rule, each.level, each.inputs) for each in found)


def test_what_is_expected_is_kept_and_does_not_count() -> None:
    report = a_report(itching=3)
    told = assessed(report, a_history(), *muted(report))
    assert told.level == Level.NONE
    assert [(each.rule, each.muted) for each in told.findings] == [("severe_symptom", True)]
    assert told.findings[0].level == Level.URGENT


def test_the_patient_reads_that_the_team_knows() -> None:
    report = a_report(itching=3)
    steps = assessed(report, a_history(), *muted(report)).advice.steps
    assert "Your care team knows of a side effect you report here, and expects it." in steps[-1]
    assert not any("knows of" in step for step in assessed(report, a_history()).advice.steps)


@pytest.mark.parametrize(
    ("then", "now"),
    [
        (a_report(itching=3), a_report(itching=4)),
        (a_report(itching=3), a_report(itching=3, dry_skin=3)),
        (a_report(fatigue=Answer(severity=3)), a_report(fatigue=Answer(severity=3, interference=1))),
        (a_report(readings={"pulse": 115}), a_report(readings={"pulse": 116})),
        (a_report(readings={"pulse": 39}), a_report(readings={"pulse": 38})),
        (a_report(readings={"systolic": 185}), a_report(readings={"systolic": 186})),
    ],
)
def test_whatever_is_worse_breaks_the_mute(then: Report, now: Report) -> None:
    history = a_history()
    assert assessed(then, history, *muted(then)).level == Level.NONE
    assert assessed(now, history, *muted(then)).level == Level.URGENT


@pytest.mark.parametrize(
    ("then", "now"),
    [
        (a_report(itching=4), a_report(itching=3)),
        (a_report(readings={"pulse": 38}), a_report(readings={"pulse": 39})),
        (a_report(readings={"pulse": 120}), a_report(readings={"pulse": 112})),
        (a_report(palpitations=3), a_report(palpitations=2)),
    ],
)
def test_whatever_is_better_stays_quiet(then: Report, now: Report) -> None:
    assert assessed(now, a_history(), *muted(then)).level == Level.NONE


def test_more_weight_than_expected_breaks_the_mute() -> None:
    history = a_history(IL2, days=(a_day(1, readings={"weight": 80}),))
    expected = a_report(readings={"weight": 81.5})
    assert assessed(expected, history, *muted(expected, history)).level == Level.NONE
    heavier = a_report(readings={"weight": 81.6})
    assert assessed(heavier, history, *muted(expected, history)).level == Level.URGENT


def test_a_mute_of_one_finding_leaves_the_others_alone() -> None:
    told = assessed(a_report(itching=3, nausea=3), a_history(), *muted(a_report(itching=3)))
    assert told.level == Level.URGENT
    assert [(each.code, each.muted) for each in told.findings] == [
        ("nausea", False),
        ("severe_symptom", True),
    ]


def test_a_mute_of_the_worse_covers_the_milder_finding_of_the_same() -> None:
    """Two rules see one thing: yesterday's severe palpitations are expected, so are today's mild ones."""
    assert (
        assessed(a_report(palpitations=1), a_history(), *muted(a_report(palpitations=3))).level == Level.NONE
    )
    assert (
        assessed(a_report(palpitations=3), a_history(), *muted(a_report(palpitations=1))).level
        == Level.URGENT
    )


@pytest.mark.parametrize(
    "report",
    [
        a_report(chest_pain=1),
        a_report(readings={"spo2": 92}),
        a_report(flags=("self_harm_thoughts",)),
        a_report(self_harm_thoughts=yes()),
        replace(a_report(), note="I want to kill myself."),
    ],
)
def test_emergencies_and_thoughts_of_harm_are_never_muted(report: Report) -> None:
    assert assessed(report, a_history(), *muted(report)).level == assessed(report, a_history()).level


def test_silence_is_never_muted() -> None:
    history = replace(
        a_history(days=(a_day(2),)), open_flags=(OpenFlag(2, Level.URGENT, acknowledged=False),)
    )
    assert assessed(a_report(), history, *muted(a_report(), history)).level == Level.URGENT


def test_a_mute_at_a_lower_level_quiets_nothing_above_it() -> None:
    inputs = {"symptoms": {"itching": {"severity": 4}}}
    mute = Mute("severe_symptom", Level.ROUTINE, inputs)
    assert not quiets(mute, Level.URGENT, inputs)
    assert quiets(replace(mute, level=Level.URGENT), Level.URGENT, inputs)


@pytest.mark.parametrize(
    "inputs", [{}, {"symptoms": 3}, {"symptoms": {"itching": None}}, {"readings": {"pulse": 7}}]
)
def test_a_mute_whose_inputs_were_lost_expects_nothing(inputs: Any) -> None:
    mute = Mute("severe_symptom", Level.URGENT, inputs)
    assert assessed(a_report(itching=3), a_history(), mute).level == Level.URGENT
    fast = Mute("pulse_over_110", Level.URGENT, inputs)
    assert assessed(a_report(readings={"pulse": 112}), a_history(), fast).level == Level.URGENT


def test_a_reading_that_may_stray_either_way_is_expected_only_as_it_was() -> None:
    inputs = {"readings": {"pulse": {"value": 80}}}
    mute = Mute("any", Level.ROUTINE, inputs)
    assert quiets(mute, Level.ROUTINE, inputs)
    assert not quiets(mute, Level.ROUTINE, {"readings": {"pulse": {"value": 79}}})


def test_a_mute_of_a_rule_that_is_gone_is_of_no_use_to_another() -> None:
    mute = Mute("a_rule_of_last_year", Level.URGENT, {"symptoms": {"itching": {"severity": 4}}})
    assert assessed(a_report(itching=3), a_history(), mute).level == Level.URGENT


def test_new_words_in_a_note_break_a_mute() -> None:
    then = {"note": {"swelling": "ankles"}}
    mute = Mute("any", Level.URGENT, then)
    assert quiets(mute, Level.URGENT, then)
    assert not quiets(mute, Level.URGENT, {"note": {"swelling": "ankles", "weight_gain": "3 kilos"}})


def test_less_urine_than_a_mute_expected_breaks_it() -> None:
    """No mute can be about urine; another finding that saw it may be."""
    assert not quiets(
        Mute("any", Level.URGENT, {"hours_since_urine": 13}), Level.URGENT, {"hours_since_urine": 14}
    )
    assert quiets(
        Mute("any", Level.URGENT, {"hours_since_urine": 13}), Level.URGENT, {"hours_since_urine": 12}
    )


def test_what_can_be_muted() -> None:
    itching = {"symptoms": {"itching": {"severity": 3}}}
    assert can_be_muted("severe_symptom", Level.URGENT, itching)
    assert not can_be_muted("severe_symptom", Level.EMERGENCY, itching)
    assert not can_be_muted("severe_symptom", Level.URGENT, {"red_flags": ["faint"]})
    assert not can_be_muted("severe_symptom", Level.URGENT, {"note": {"harm_to_others": "hit him"}})
    assert not can_be_muted("missed_logs", Level.ROUTINE, {"missed_days": 2})
    assert not can_be_muted("chills", Level.URGENT, itching | {"days_since_chemo": 8})


FIRST_SIGNS = {
    "fever": a_report(readings={"temperature": 38.3}),
    "spleen": a_report(left_shoulder_or_upper_belly_pain=2),
    "clot": a_report(one_leg_swelling=yes()),
    "breath": a_report(shortness_of_breath=2),
    "oxygen": a_report(readings={"spo2": 94}),
    "pressure": a_report(readings={"systolic": 88, "diastolic": 60}),
    "urine": a_report(hours_since_urine=13),
    "harm": a_report(self_harm_thoughts=yes()),
    "bleeding": replace(a_report(), note="There was blood in my stool."),
    "jaundice": replace(a_report(), note="My eyes are yellow."),
}


@pytest.mark.parametrize("report", FIRST_SIGNS.values(), ids=FIRST_SIGNS)
def test_what_may_be_the_first_of_something_deadly_is_never_muted(report: Report) -> None:
    history = replace(a_history("pegfilgrastim"), days_since_chemo=8)
    before = assessed(report, history).level
    assert before == Level.URGENT
    assert assessed(report, history, *muted(report, history)).level == before


def test_every_finding_that_is_never_expected_is_one_that_the_rules_make() -> None:
    assert {rule.finding for rule in RULES.rules} >= NEVER_EXPECTED.keys()
    assert all(NEVER_EXPECTED.values())


@pytest.mark.parametrize(
    "concept", ["suicidal_thoughts", "suicide_plan", "harm_to_others", "chest_pain", "faint"]
)
def test_thoughts_of_harm_and_red_flags_in_words_are_never_expected(concept: str) -> None:
    assert not can_be_muted("any", Level.URGENT, {"note": {concept: "words"}})


@pytest.mark.parametrize("key", ["red_flags", "open_flag", "last_level", "missed_days", "wants_call"])
def test_a_red_flag_and_whatever_a_silence_has_raised_are_never_expected(key: str) -> None:
    assert not can_be_muted("any", Level.ROUTINE, {key: 1})


@pytest.mark.parametrize(("part", "unit"), [("weight_gain", "kg"), ("weight_loss", "percent")])
def test_a_change_of_weight_is_expected_as_far_as_it_went(part: str, unit: str) -> None:
    mute = Mute("any", Level.URGENT, {part: {unit: 2.1, "days_ago": 3}})
    for amount, quiet in ((2.0, True), (2.1, True), (2.2, False)):
        assert quiets(mute, Level.URGENT, {part: {unit: amount, "days_ago": 1}}) is quiet
    assert not quiets(replace(mute, inputs={}), Level.URGENT, {part: {unit: 0.1}})


@pytest.mark.parametrize(
    ("worse", "quiet"),
    [("lower", {89: False, 90: True, 91: True}), ("higher", {89: True, 90: True, 91: False})],
)
def test_a_reading_is_expected_up_to_where_it_was(worse: str, quiet: dict[int, bool]) -> None:
    mute = Mute("any", Level.URGENT, {"readings": {"pulse": {"value": 90}}})
    for value, expected in quiet.items():
        seen = {"readings": {"pulse": {"value": value, "worse": worse}}}
        assert quiets(mute, Level.URGENT, seen) is expected


def test_one_reading_of_several_that_is_worse_breaks_the_mute() -> None:
    then = {"pulse": {"value": 112, "worse": "higher"}, "spo2": {"value": 94, "worse": "lower"}}
    mute = Mute("any", Level.URGENT, {"readings": then})
    assert quiets(mute, Level.URGENT, {"readings": then})
    assert not quiets(mute, Level.URGENT, {"readings": then | {"spo2": {"value": 93, "worse": "lower"}}})
    assert not quiets(mute, Level.URGENT, {"readings": then | {"breaths": {"value": 16, "worse": "higher"}}})


def test_an_answer_that_was_skipped_then_and_is_given_now_breaks_the_mute() -> None:
    mute = Mute("any", Level.URGENT, {"symptoms": {"itching": {"severity": 3}}})
    assert quiets(mute, Level.URGENT, {"symptoms": {"itching": {"severity": 2}}})
    assert quiets(mute, Level.URGENT, {"symptoms": {"itching": {}}})
    assert not quiets(mute, Level.URGENT, {"symptoms": {"itching": {"severity": 2, "interference": 0}}})
    assert not quiets(mute, Level.URGENT, {"symptoms": {"itching": {"severity": 1}, "rash": {}}})
