"""What must hold of every report beside every history, with personal limits, mutes and open flags too."""

from contextlib import suppress
from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tests.triage.build import NOON, a_report, assessed
from tests.triage.strategies import RULES, histories, muted_histories, plain_text, reports
from tracker.triage.assess import assess, changed
from tracker.triage.readings import UnreadableReading, parse, parse_blood_pressure
from tracker.triage.report import Answer, History, Level, Mute, Reading, Report
from tracker.triage.symptoms import HIGHEST, RED_FLAGS, SYMPTOMS
from tracker.triage.units import UNITS


@given(reports(), muted_histories())
def test_any_report_beside_any_history_is_assessed(report: Report, history: History) -> None:
    assessment = assess(report, history, RULES, now=NOON)
    counting = [each.level for each in assessment.findings if not each.muted]
    assert counting == sorted(counting, reverse=True)
    assert assessment.level == max(counting, default=Level.NONE)
    assert assessment.advice.fill().headline
    changed(report, history)


@st.composite
def reports_and_worse(draw: st.DrawFn) -> tuple[Report, Report]:
    """A report, and the same with one answer worse."""
    report = draw(reports())
    code = draw(st.sampled_from(sorted(SYMPTOMS)))
    attribute = draw(st.sampled_from(SYMPTOMS[code].attributes))
    value = draw(st.integers(0, HIGHEST[attribute] - 1))
    answer = replace(report.answers.get(code, Answer()), **{attribute: value})
    worse = replace(answer, **{attribute: draw(st.integers(value + 1, HIGHEST[attribute]))})
    return with_answer(report, code, answer), with_answer(report, code, worse)


def with_answer(report: Report, code: str, answer: Answer) -> Report:
    return replace(report, answers={**report.answers, code: answer})


@given(reports_and_worse(), muted_histories())
def test_a_worse_answer_never_lowers_the_level(pair: tuple[Report, Report], history: History) -> None:
    better, worse = (assess(report, history, RULES, now=NOON).level for report in pair)
    assert worse >= better


@st.composite
def oxygen_and_lower(draw: st.DrawFn) -> tuple[Report, Report]:
    report = draw(reports())
    higher, lower = sorted(draw(st.lists(st.floats(50, 100), min_size=2, max_size=2)), reverse=True)
    first, second = (
        replace(report, readings={**report.readings, "spo2": Reading(value, UNITS["spo2"])})
        for value in (higher, lower)
    )
    return first, second


@given(oxygen_and_lower(), muted_histories())
def test_a_lower_oxygen_never_lowers_the_level(pair: tuple[Report, Report], history: History) -> None:
    higher, lower = (assess(report, history, RULES, now=NOON).level for report in pair)
    assert lower >= higher


@given(reports(), muted_histories(), st.sampled_from(RED_FLAGS))
def test_an_added_red_flag_never_lowers_the_level(report: Report, history: History, flag: str) -> None:
    before = replace(report, red_flag_answer="yes" if report.red_flags else "no")
    flagged = replace(report, red_flags=report.red_flags | {flag}, red_flag_answer="yes")
    assert assessed(flagged, history).level >= assessed(before, history).level


@given(reports(), histories())
def test_a_note_never_lowers_the_level(report: Report, history: History) -> None:
    assert assessed(report, history).level >= assessed(replace(report, note=""), history).level or (
        not report.asked and not report.readings  # without its note the report would be a silence
    )


@given(st.integers(340, 420), st.integers(400, 1500), histories())
def test_the_unit_that_was_typed_changes_nothing(tenths_c: int, tenths_kg: int, history: History) -> None:
    celsius, kilograms = tenths_c / 10, tenths_kg / 10
    metric = {
        "temperature": parse("temperature", str(celsius), "C"),
        "weight": parse("weight", str(kilograms), "kg"),
    }
    other = {
        "temperature": parse("temperature", str(round(celsius * 9 / 5 + 32, 1)), "F"),
        "weight": parse("weight", str(round(kilograms / 0.45359237, 1)), "lb"),
    }
    known = replace(history, usual={}, days=())
    in_metric, in_other = (
        assessed(replace(a_report(), readings=readings), known) for readings in (metric, other)
    )
    assert in_metric.level == in_other.level
    assert [each.rule for each in in_metric.findings] == [each.rule for each in in_other.findings]


@given(reports(), muted_histories(), st.integers())
def test_the_order_of_the_rules_changes_nothing(report: Report, history: History, seed: int) -> None:
    shuffled = list(RULES.rules)
    Random(seed).shuffle(shuffled)
    one, other = (
        assess(report, history, rules, now=NOON) for rules in (RULES, replace(RULES, rules=tuple(shuffled)))
    )
    assert one.level == other.level
    assert {(each.code, each.level) for each in one.findings} == {
        (each.code, each.level) for each in other.findings
    }
    assert one.checks == other.checks
    assert one.advice.headline == other.advice.headline


@given(reports(), muted_histories())
def test_a_mute_never_quiets_an_emergency(report: Report, history: History) -> None:
    worst = assess(report, replace(history, mutes=()), RULES, now=NOON)
    if worst.level == Level.EMERGENCY:
        everything = tuple(Mute(each.rule, each.level, each.inputs) for each in worst.findings)
        assert assess(report, replace(history, mutes=everything), RULES, now=NOON).level == Level.EMERGENCY


@given(plain_text, plain_text, st.sampled_from(sorted(set(UNITS) - {"systolic", "diastolic"})), histories())
def test_nothing_that_can_be_typed_raises_an_error(
    text: str, other: str, kind: str, history: History
) -> None:
    readings: dict[str, Reading] = {}
    with suppress(UnreadableReading):
        readings[kind] = parse(kind, text, usual=history.usual)
    with suppress(UnreadableReading):
        readings["systolic"], readings["diastolic"] = parse_blood_pressure(text, other)
    assessed(Report(readings=readings, note=f"{text} {other}"), history)
