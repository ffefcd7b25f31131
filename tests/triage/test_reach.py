"""A condition covers another only where it holds for everybody for whom the other one holds."""

from dataclasses import replace
from typing import Any

import pytest

from tests.triage.build import a_day, a_history, a_report
from tracker.triage.case import Case
from tracker.triage.limits import Limit
from tracker.triage.reach import covers, is_weaker
from tracker.triage.report import Level
from tracker.triage.rules import Rule, default_rules
from tracker.triage.tables import build

LOW = Limit("low", 90, "systolic", 70, 110)
LIMITS = {"low": LOW, "watch": Limit("watch", 100, "systolic", 80, 120)}

PULSE = {"reading": "pulse", "over": 110}
FAINT, NAUSEA = {"red_flag": "faint"}, {"answer": "nausea", "at_least": 3}

# Wider, narrower: the first covers the second and not the other way round.
PAIRS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"reading": "pulse", "over": 110}, {"reading": "pulse", "over": 120}),
    ({"reading": "pulse", "at_least": 110}, {"reading": "pulse", "over": 110}),
    ({"reading": "pulse", "over": 110}, {"reading": "pulse", "over": 110, "below": 130}),
    ({"reading": "spo2", "at_most": 92}, {"reading": "spo2", "at_most": 91}),
    ({"reading": "spo2", "at_most": 92}, {"reading": "spo2", "below": 92}),
    ({"reading": "systolic", "at_most": 110}, {"reading": "systolic", "at_most": "$low"}),
    ({"reading": "systolic", "at_most": "$low"}, {"reading": "systolic", "at_most": 70}),
    ({"below_usual": "pulse", "at_most": -20}, {"below_usual": "pulse", "at_most": -30}),
    ({"answer": ["nausea", "cough"], "at_least": 3}, {"answer": "nausea", "at_least": 4}),
    ({"answer": "*", "at_least": 3}, {"answer": "*", "at_least": 3, "exclude": "cough"}),
    (NAUSEA, {**NAUSEA, "above_baseline": True}),
    ({"composite": "nausea", "at_least": 2}, {"composite": "nausea", "at_least": 3}),
    (
        {"worse": "nausea", "by": 1, "than": ["baseline", "last_day"]},
        {"worse": "nausea", "by": 2, "than": "baseline"},
    ),
    ({"lasting": "nausea", "at_least": 2, "days": 3}, {"lasting": "nausea", "at_least": 3, "days": 3}),
    ({"red_flag": ["faint", "seizure"]}, {"red_flag": "faint"}),
    ({"note": ["faint", "seizure"]}, {"note": "faint"}),
    ({"drug": ["bcg", "filgrastim"]}, {"drug": "bcg", "ended_within_days": 7}),
    ({"dose_day": ["bcg", "filgrastim"]}, {"dose_day": "bcg"}),
    ({"hours_since_dose": ["bcg", "filgrastim"], "at_most": 48}, {"hours_since_dose": "bcg", "at_most": 24}),
    ({"last_level": "routine"}, {"last_level": "urgent"}),
    ({"any": [FAINT, NAUSEA]}, FAINT),
    (FAINT, {"all": [FAINT, NAUSEA]}),
    ({"any": [FAINT, NAUSEA]}, {"all": [NAUSEA, FAINT]}),
    ({"all": [{"any": [FAINT, NAUSEA]}, PULSE]}, {"all": [FAINT, PULSE]}),
    ({"not": {"reading": "pulse", "over": 120}}, {"not": PULSE}),
    ({"count_of": [FAINT, NAUSEA, PULSE], "at_least": 1}, {"count_of": [FAINT, NAUSEA], "at_least": 2}),
]


@pytest.mark.parametrize(("wide", "narrow"), PAIRS, ids=lambda each: str(next(iter(each))))
def test_the_wider_covers_the_narrower_and_not_the_other_way(wide: Any, narrow: Any) -> None:
    one, other = build(wide, LIMITS), build(narrow, LIMITS)
    assert covers(one, other)
    assert not covers(other, one)
    assert covers(one, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PULSE, FAINT),
        ({"reading": "pulse", "over": 110}, {"reading": "systolic", "over": 110}),
        ({"reading": "systolic", "at_most": "$low"}, {"reading": "systolic", "at_most": "$watch"}),
        ({"weight_gain_days": 1, "at_least": 2}, {"weight_gain_days": 3, "at_least": 2}),
        ({"since_urine": "hours", "over": 12}, {"since_chemo": "days", "over": 12}),
        ({"below_usual": "pulse", "over": 10}, {"below_usual": "pulse", "over": 10, "by": "percent"}),
        ({"answer": "nausea", "at_least": 2}, {"answer": "nausea", "at_least": 3, "attribute": "frequency"}),
        ({"open_flag": "urgent"}, {"open_flag": "emergency", "acknowledged": True}),
        ({"lasting": "nausea", "at_least": 2, "days": 3}, {"lasting": "nausea", "at_least": 2, "days": 4}),
        ({"lasting": "nausea", "at_least": 2, "days": 4}, {"lasting": "nausea", "at_least": 2, "days": 3}),
    ],
    ids=str,
)
def test_what_cannot_be_compared_covers_nothing(one: Any, other: Any) -> None:
    assert not covers(build(one, LIMITS), build(other, LIMITS))


def test_fewer_days_do_not_hold_wherever_more_do() -> None:
    """Logged on days 5, 6, 7 and today: four within eight days, and only two within six."""
    history = a_history(days=tuple(a_day(ago, nausea=2) for ago in (5, 6, 7)))
    case = Case(a_report(nausea=2), history)
    three, four = (build({"lasting": "nausea", "at_least": 2, "days": days}) for days in (3, 4))
    assert four.holds(case)
    assert three.holds(case) is None


def test_a_limit_that_moved_for_everybody_or_for_one_person_narrows() -> None:
    at_most = {"reading": "systolic", "at_most": "$low"}
    old = build(at_most, LIMITS)
    for moved in (replace(LOW, value=88), replace(LOW, lowest=65), replace(LOW, highest=100)):
        new = build(at_most, {"low": moved})
        assert not covers(new, old)
        assert covers(old, new)
    assert covers(build(at_most, {"low": replace(LOW, label={"en": "Lower"})}), old)


def test_an_emergency_rule_is_weaker_when_it_goes_is_milder_or_holds_less() -> None:
    rules: dict[str, Rule] = {each.code: each for each in default_rules().rules}
    oxygen = rules["spo2_92"]
    assert is_weaker(oxygen, None)
    assert is_weaker(oxygen, replace(oxygen, level=Level.URGENT))
    assert is_weaker(oxygen, replace(oxygen, when=build({"reading": "spo2", "at_most": 80})))
    assert not is_weaker(oxygen, replace(oxygen, source="Another."))
    assert not is_weaker(oxygen, replace(oxygen, when=build({"any": [{"reading": "spo2", "at_most": 95}]})))
    assert not is_weaker(rules["fever"], None)
