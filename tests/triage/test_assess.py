from dataclasses import replace
from typing import Any

import pytest

from tests.triage.build import NOON, a_day, a_history, a_report, assessed, yes
from tracker.triage.assess import Advice, assess, changed
from tracker.triage.report import Answer, History, Level, PastDay, Reading, Report, Treatment
from tracker.triage.rules import default_rules
from tracker.triage.symptoms import SYMPTOMS

USUAL = {"systolic": 124.0, "diastolic": 78.0, "temperature": 36.7, "pulse": 74.0}


# What was ticked and not described


def test_chest_pain_without_a_word_about_how_bad_is_an_emergency() -> None:
    worst = assessed(a_report(chest_pain=Answer())).findings[0]
    assert (worst.code, worst.level) == ("chest_pain", Level.EMERGENCY)
    assert worst.team == "Chest pain or pressure, ticked, no detail given"


@pytest.mark.parametrize("code", sorted(SYMPTOMS))
@pytest.mark.parametrize("drug", ["aldesleukin", "filgrastim", "epoetin-alfa", "interferon-alfa-2b"])
def test_a_symptom_without_detail_counts_as_the_mildest_it_can_be(code: str, drug: str) -> None:
    mild = Answer(**dict.fromkeys(SYMPTOMS[code].attributes, 1))
    history = a_history(drug, days=(a_day(1, asked=(code,)),))
    without_detail, mildest = (assessed(Report({code: each}), history) for each in (Answer(), mild))
    assert without_detail.level == mildest.level


def test_breathlessness_without_detail_that_was_mild_yesterday_is_no_rise() -> None:
    history = a_history("aldesleukin", days=(a_day(1, shortness_of_breath=1),))
    assert assessed(a_report(shortness_of_breath=Answer()), history).level == Level.NONE


# What the team reads


@pytest.mark.parametrize(
    ("report", "history", "team"),
    [
        (
            a_report(readings={"systolic": 84, "diastolic": 50}),
            a_history(usual=USUAL),
            "Blood pressure 84/50 mmHg, usual 124/78",
        ),
        (a_report(readings={"systolic": 84}), a_history(), "Blood pressure 84/– mmHg"),
        (
            a_report(chest_pain=4),
            a_history(days=(a_day(1, asked=("chest_pain",)),)),
            "Chest pain or pressure, very severe (none yesterday)",
        ),
        (a_report(flags=("seizure",)), a_history(), "Seizure"),
        (
            Report(red_flag_answer="yes"),
            a_history(),
            "Said yes to the red-flag question, did not say which",
        ),
        (
            a_report(readings={"temperature": 38.0}),
            a_history(usual=USUAL),
            "Temperature 38.0 °C, usual 36.7",
        ),
        (a_report(hours_since_urine=16), a_history(), "No urine for 16 hours"),
        (
            a_report(readings={"weight": 83}),
            a_history("aldesleukin", days=(a_day(3, readings={"weight": 80.6}),)),
            "Weight 83 kg; 2.4 kg more than 3 days ago; on interleukin-2",
        ),
        (
            a_report(itching=3),
            a_history(days=(a_day(4, itching=3),)),
            "Itching, severe (severe 4 days ago)",
        ),
        (
            a_report(diarrhea=Answer(frequency=4)),
            a_history(),
            "Loose stools, nearly all the time",
        ),
        (
            a_report(dizziness=2),
            a_history(baseline={"dizziness": 0}),
            "Dizziness, moderate (none at baseline)",
        ),
        (
            a_report(left_shoulder_or_upper_belly_pain=1, faint=yes()),
            a_history(Treatment("filgrastim", treatment_day=6)),
            "Fainted or nearly fainted",
        ),
    ],
)
def test_the_team_reads_what_was_seen(report: Report, history: History, team: str) -> None:
    assert assessed(report, history).findings[0].team == team


def test_a_finding_keeps_the_inputs_it_saw() -> None:
    report = a_report(readings={"systolic": 84, "diastolic": 50}, dizziness=2)
    worst = assessed(report, a_history(usual=USUAL)).findings[0]
    assert worst.inputs == {
        "readings": {"systolic": {"value": 84, "usual": 124.0, "worse": "lower"}},
        "symptoms": {"dizziness": {"severity": 2}},
    }


def test_the_assessment_keeps_which_rules_and_when() -> None:
    assessment = assessed(a_report())
    assert (assessment.rules, assessment.at) == ("2026.11-4", NOON)


def test_the_chosen_reading_is_the_one_that_counts() -> None:
    refused = Reading(179, "kg", "179", suggested=81.2, confirmed=False)
    report = replace(a_report(), readings={"weight": refused})
    history = a_history("aldesleukin", days=(a_day(1, readings={"weight": 81.2}),))
    assert assessed(report, history).level == Level.URGENT


# What the patient reads


def advice(report: Report, *drugs: str | Treatment, **numbers: Any) -> Advice:
    numbers = {"emergency_number": "112", "team_phone": "555 01", "line_24h": "555 24"} | numbers
    return assessed(report, a_history(*drugs)).advice.fill(**numbers)


def said(told: Advice) -> str:
    return " ".join([told.headline, *told.steps, *told.helps, *told.call_when])


@pytest.mark.parametrize(
    ("report", "headline"),
    [
        (a_report(chest_pain=1), "Call 112 now."),
        (a_report(nausea=3), "Call your care team or the 24-hour line now, today."),
        (a_report(palpitations=1), "Your log is saved. We will look at it by the next working day."),
        (a_report(), "Your log is saved."),
    ],
)
def test_the_headline_says_what_to_do(report: Report, headline: str) -> None:
    told = advice(report, "aldesleukin")
    assert told.headline == headline
    assert "{" not in said(told)
    assert "!" not in said(told)


def test_an_emergency_gives_a_sentence_to_read_aloud() -> None:
    told = advice(a_report(chest_pain=1), "aldesleukin", "interferon-alfa-2b")
    assert "Say: “I am on interleukin-2 and interferon, a cancer treatment.”" in told.steps


def test_without_a_known_drug_there_is_no_sentence_to_read_aloud() -> None:
    ended = Treatment("aldesleukin", days_since_end=3)
    for told in (advice(a_report(chest_pain=1)), advice(a_report(chest_pain=1), ended)):
        assert "I am on" not in said(told)


def test_a_line_without_its_number_is_left_out() -> None:
    told = advice(a_report(nausea=3), line_24h="")
    assert "Call your care team: 555 01." in told.steps
    assert not any("24-hour line" in step for step in told.steps)


def test_a_number_with_braces_is_shown_as_it_is() -> None:
    assert "{0}" in said(advice(a_report(), team_phone="{0}"))


def test_the_steps_are_those_of_the_worst_level_only() -> None:
    told = advice(a_report(flags=("face_arm_speech",), readings={"temperature": 38.0}))
    assert "Note the time when it began." in told.steps
    assert not any("medicine for the fever" in step for step in told.steps)


def test_no_step_denies_another() -> None:
    told = advice(a_report(fever_feeling=yes()), "epoetin-alfa")
    assert told.steps == (
        "You do not need to call us now.",
        "Take your temperature. If it is 38.0 °C (100.4 °F) or more, call us now.",
    )


def test_a_line_is_said_once() -> None:
    told = advice(a_report(hives=yes(), throat_or_lip_swelling=yes(), wheezing=2))
    assert len(told.steps) == len(set(told.steps))


# What changed


def changes(report: Report, *days: PastDay) -> list[str]:
    return [str(change) for change in changed(report, a_history(days=days))]


def test_what_changed_since_the_last_report_largest_rise_first() -> None:
    yesterday = a_day(1, nausea=1, fatigue=2, itching=2, asked=("chest_pain",))
    report = a_report(nausea=2, fatigue=2, chest_pain=4, asked=("itching",))
    assert changes(report, yesterday) == [
        "Chest pain or pressure: none → very severe",
        "Nausea: mild → moderate",
        "Itching: moderate → none",
    ]


def test_what_rose_comes_before_what_fell_and_a_new_symptom_rises_from_none() -> None:
    yesterday = a_day(1, nausea=4, fatigue=1, itching=Answer())
    report = a_report(nausea=1, fatigue=3, itching=1, dizziness=3)
    found = changed(report, a_history(days=(yesterday,)))
    assert [(each.code, each.before, each.after) for each in found] == [
        ("dizziness", "not asked", "severe"),
        ("fatigue", "mild", "severe"),
        ("itching", "ticked, no detail given", "mild"),
        ("nausea", "very severe", "mild"),
    ]


def test_a_new_tick_without_detail_is_no_rise() -> None:
    yesterday = a_day(1, itching=1)
    assert changes(a_report(chest_pain=Answer(), itching=2), yesterday) == [
        "Itching: mild → moderate",
        "Chest pain or pressure: not asked → ticked, no detail given",
    ]


def test_a_symptom_that_was_not_there_and_is_not_asked_about_is_no_change() -> None:
    assert changes(a_report(itching=0), a_day(1)) == []
    assert changes(a_report(), a_day(1, itching=3)) == []


def test_a_new_symptom_was_not_asked_before() -> None:
    assert changes(a_report(itching=1), a_day(1)) == ["Itching: not asked → mild"]


def test_a_new_symptom_without_detail_is_a_change() -> None:
    assert changes(a_report(itching=Answer()), a_day(1)) == ["Itching: not asked → ticked, no detail given"]


def test_a_ticked_red_flag_is_a_change() -> None:
    assert changes(a_report(flags=("faint",)), a_day(1, asked=("faint",))) == [
        "Fainted or nearly fainted: none → yes"
    ]


@pytest.mark.parametrize("days", [(), (a_day(2, itching=1),)])
def test_nothing_changed(days: tuple[Any, ...]) -> None:
    assert changes(a_report(itching=1), *days) == []


def test_nobody_asks_for_a_call_in_vain_whatever_the_rules_in_force() -> None:
    """A clinic's own set may be older than the rule."""
    asks, rules = Report(wants_call=True), default_rules()
    older = replace(rules, rules=tuple(rule for rule in rules.rules if rule.code != "wants_call"))
    found = assess(asks, a_history(), older, NOON)
    assert (found.level, [each.code for each in found.findings]) == (Level.URGENT, ["asks_for_call"])
    assert assess(asks, a_history(), rules, NOON).findings == found.findings


def test_a_clinic_may_choose_how_soon_it_calls() -> None:
    rules = default_rules()
    own = tuple(
        replace(rule, level=Level.ROUTINE) if rule.code == "wants_call" else rule for rule in rules.rules
    )
    found = assess(Report(wants_call=True), a_history(), replace(rules, rules=own), NOON)
    assert found.level == Level.ROUTINE
