"""Each shipped rule at its edge, on both sides."""

from typing import Any

import pytest

from tests.triage.build import a_day, a_history, a_report, assessed, held, level, yes
from tracker.triage.report import Answer, History, Level, PastDay, Report, Treatment
from tracker.triage.rules import default_rules
from tracker.triage.symptoms import RED_FLAGS

EMERGENCY, URGENT, ROUTINE, NONE = Level.EMERGENCY, Level.URGENT, Level.ROUTINE, Level.NONE

IL2 = "aldesleukin"
INTERFERON = "interferon-alfa-2b"
G_CSF = "pegfilgrastim"
EPOETIN = "epoetin-alfa"


def only(code: str, answer: Answer) -> Report:
    answers: dict[str, Any] = {code: answer}
    return a_report(**answers)


def vitals(**readings: float) -> Report:
    return a_report(readings=readings)


def dosed(drug: str, hours: float) -> History:
    return a_history(Treatment(drug, hours_since_dose=hours))


def weights(today: float, *drugs: str, **days_ago: float) -> tuple[Report, History]:
    """`weights(82, IL2, d1=81, d3=80)`: kilograms today and 1 and 3 days ago."""
    earlier = sorted((int(day[1:]), weight) for day, weight in days_ago.items())
    days = tuple(a_day(day, readings={"weight": weight}) for day, weight in earlier)
    if earlier[0][0] > 1:
        days = (a_day(1), *days)
    return vitals(weight=today), a_history(*drugs, days=days)


def test_a_report_of_nothing_raises_nothing() -> None:
    assert assessed(Report()).findings == ()
    assert level(a_report(asked=("nausea", "chest_pain"))) == NONE


# Red flags


@pytest.mark.parametrize("flag", RED_FLAGS)
def test_every_red_flag_ticked_is_an_emergency_but_thoughts_of_self_harm_are_urgent(flag: str) -> None:
    assert level(a_report(flags=(flag,))) == (URGENT if flag == "self_harm_thoughts" else EMERGENCY)


def test_a_yes_that_names_no_red_flag_is_an_emergency() -> None:
    assert level(Report(red_flag_answer="yes")) == EMERGENCY
    assert held(Report(red_flag_answer="yes")) == {"red_flag_unspecified"}
    assert level(Report(red_flag_answer="no")) == NONE


@pytest.mark.parametrize(
    ("code", "finding"),
    [
        ("faint", "faint"),
        ("confusion", "confusion"),
        ("face_arm_speech", "possible_stroke"),
        ("throat_or_lip_swelling", "possible_anaphylaxis"),
        ("bleeding", "heavy_bleeding"),
    ],
)
def test_a_yes_in_the_tick_list_counts_as_the_red_flag_does(code: str, finding: str) -> None:
    worst = assessed(only(code, yes())).findings[0]
    assert (worst.code, worst.level) == (finding, EMERGENCY)
    assert level(only(code, Answer(presence=0))) == NONE


@pytest.mark.parametrize("severity", [1, 2, 3, 4])
def test_chest_pain_of_any_severity_is_an_emergency(severity: int) -> None:
    assert level(a_report(chest_pain=severity)) == EMERGENCY


def test_thoughts_of_self_harm_say_whom_to_call_when_they_press() -> None:
    advice = assessed(a_report(self_harm_thoughts=yes())).advice
    assert "If you might act on these thoughts, call {emergency_number} now." in advice.steps


def test_hives_are_urgent_and_with_wheeze_an_emergency() -> None:
    assert level(a_report(hives=yes())) == URGENT
    assert level(a_report(hives=yes(), wheezing=1)) == EMERGENCY
    assert level(a_report(readings={"systolic": 90}, hives=yes())) == EMERGENCY
    assert level(a_report(rash=yes(), wheezing=1)) == NONE


# Blood pressure


@pytest.mark.parametrize(
    ("systolic", "expected"), [(89, URGENT), (90, URGENT), (91, ROUTINE), (100, ROUTINE), (101, NONE)]
)
def test_systolic_pressure_of_a_well_person(systolic: float, expected: Level) -> None:
    assert level(vitals(systolic=systolic, diastolic=60)) == expected


@pytest.mark.parametrize(("usual", "expected"), [(101, URGENT), (100, ROUTINE), (95, ROUTINE), (84, ROUTINE)])
def test_systolic_90_is_urgent_unless_near_the_persons_usual(usual: float, expected: Level) -> None:
    assert level(vitals(systolic=90), a_history(usual={"systolic": usual})) == expected


def test_systolic_90_with_a_symptom_a_fast_pulse_or_fever_is_an_emergency() -> None:
    near = a_history(usual={"systolic": 95})
    assert level(a_report(readings={"systolic": 90}, dizziness=1), near) == EMERGENCY
    assert level(vitals(systolic=90, pulse=101), near) == EMERGENCY
    assert level(vitals(systolic=90, temperature=38.0), near) == EMERGENCY
    assert level(vitals(systolic=90, pulse=90), near) == ROUTINE


def test_systolic_91_to_100_with_dizziness_is_urgent() -> None:
    for systolic, expected in ((91, URGENT), (100, URGENT), (101, NONE)):
        assert level(a_report(readings={"systolic": systolic}, dizziness=1)) == expected


def test_systolic_91_to_100_near_the_usual_is_not_flagged() -> None:
    assert level(vitals(systolic=100), a_history(usual={"systolic": 105})) == NONE
    assert level(vitals(systolic=100), a_history(usual={"systolic": 106})) == ROUTINE


def test_a_drop_of_more_than_40_is_urgent() -> None:
    usual = a_history(usual={"systolic": 150})
    assert level(vitals(systolic=110), usual) == NONE
    assert level(vitals(systolic=109), usual) == URGENT


@pytest.mark.parametrize(
    ("systolic", "diastolic", "expected"),
    [(179, 119, NONE), (180, 80, URGENT), (120, 120, URGENT)],
)
def test_very_high_pressure_is_urgent(systolic: float, diastolic: float, expected: Level) -> None:
    assert level(vitals(systolic=systolic, diastolic=diastolic)) == expected


def test_very_high_pressure_with_symptoms_is_an_emergency() -> None:
    high = {"systolic": 180, "diastolic": 100}
    assert level(a_report(readings=high, headache=2)) == EMERGENCY
    assert level(a_report(readings=high, headache=1)) == URGENT
    assert level(a_report(readings=high, vision_loss=yes())) == EMERGENCY


def test_160_over_100_is_routine_on_epoetin_only() -> None:
    for systolic, diastolic, expected in ((159, 99, NONE), (160, 80, ROUTINE), (120, 100, ROUTINE)):
        assert level(vitals(systolic=systolic, diastolic=diastolic), a_history(EPOETIN)) == expected
    assert level(vitals(systolic=160, diastolic=100), a_history(IL2)) == NONE


# Heart


def test_palpitations_with_warning_signs_are_a_heart_problem() -> None:
    assert level(a_report(palpitations=1, faint=yes())) == EMERGENCY
    assert "palpitations_with_warning_signs" in held(a_report(palpitations=1, shortness_of_breath=2))
    assert "palpitations_with_warning_signs" in held(a_report(palpitations=2, shortness_of_breath=1))
    assert "palpitations_with_warning_signs" in held(a_report(palpitations=1, dizziness=3))
    assert level(a_report(palpitations=1, shortness_of_breath=1)) == URGENT


def test_palpitations_are_routine_and_severe_ones_urgent() -> None:
    assert level(a_report(palpitations=Answer(frequency=1, severity=1))) == ROUTINE
    assert level(a_report(palpitations=Answer(frequency=2, severity=2))) == ROUTINE
    assert level(a_report(palpitations=Answer(frequency=1, severity=3))) == URGENT


@pytest.mark.parametrize(
    ("pulse", "expected"),
    [
        (40, URGENT),
        (41, ROUTINE),
        (50, ROUTINE),
        (51, NONE),
        (90, NONE),
        (110, NONE),
        (111, URGENT),
        (130, URGENT),
        (131, EMERGENCY),
    ],
)
def test_pulse_of_a_well_person(pulse: float, expected: Level) -> None:
    assert level(vitals(pulse=pulse)) == expected


def test_pulse_over_110_with_warning_signs_is_an_emergency() -> None:
    assert level(a_report(readings={"pulse": 111}, shortness_of_breath=1)) == EMERGENCY
    assert level(a_report(readings={"pulse": 110}, shortness_of_breath=1)) == ROUTINE
    assert level(a_report(readings={"pulse": 111}, dizziness=3)) == EMERGENCY


def test_pulse_40_when_unwell_is_an_emergency() -> None:
    assert level(a_report(readings={"pulse": 40}, dizziness=1)) == EMERGENCY


def test_a_slow_pulse_that_is_usual_is_not_flagged() -> None:
    assert level(vitals(pulse=45), a_history(usual={"pulse": 50})) == NONE
    assert level(vitals(pulse=45), a_history(usual={"pulse": 51})) == ROUTINE


def test_a_pulse_20_above_the_usual_is_rising_but_not_on_a_flu_like_day() -> None:
    usual = {"pulse": 75.0}
    assert level(vitals(pulse=94), a_history(usual=usual)) == NONE
    assert level(vitals(pulse=95), a_history(usual=usual)) == ROUTINE
    assert level(vitals(pulse=95), a_history(INTERFERON, usual=usual, dose_day=True)) == NONE


# Breathing


@pytest.mark.parametrize(
    ("spo2", "expected"), [(92, EMERGENCY), (93, URGENT), (94, URGENT), (94.5, URGENT), (95, NONE)]
)
def test_oxygen(spo2: float, expected: Level) -> None:
    assert level(vitals(spo2=spo2)) == expected


def test_oxygen_3_below_the_usual_is_routine() -> None:
    assert level(vitals(spo2=95), a_history(usual={"spo2": 98})) == ROUTINE
    assert level(vitals(spo2=96), a_history(usual={"spo2": 98})) == NONE


@pytest.mark.parametrize(("breaths", "expected"), [(20, NONE), (21, URGENT), (24, URGENT), (25, EMERGENCY)])
def test_breathing_rate(breaths: float, expected: Level) -> None:
    assert level(vitals(breaths=breaths)) == expected


@pytest.mark.parametrize(("severity", "expected"), [(1, ROUTINE), (2, URGENT), (3, URGENT), (4, EMERGENCY)])
def test_breathlessness_by_severity(severity: int, expected: Level) -> None:
    assert level(a_report(shortness_of_breath=severity)) == expected


@pytest.mark.parametrize("drug", [IL2, "oprelvekin", "sargramostim", EPOETIN, G_CSF])
def test_moderate_breathlessness_is_urgent_on_a_risky_drug(drug: str) -> None:
    assert level(a_report(shortness_of_breath=2), a_history(drug)) == URGENT
    assert level(a_report(shortness_of_breath=1), a_history(drug)) == ROUTINE
    assert (
        level(a_report(shortness_of_breath=1), a_history(drug, baseline={"shortness_of_breath": 0})) == URGENT
    )


def test_breathlessness_that_is_as_at_baseline_is_not_new() -> None:
    known = a_history(EPOETIN, baseline={"shortness_of_breath": 2}, days=(a_day(1, shortness_of_breath=2),))
    assert level(a_report(shortness_of_breath=2), known) == NONE
    assert level(a_report(shortness_of_breath=3), known) == URGENT


def test_new_breathlessness_on_another_drug_is_routine() -> None:
    gamma = Treatment("interferon-gamma-1b")
    history = a_history(gamma, days=(a_day(1, asked=("shortness_of_breath",)),))
    assert level(a_report(shortness_of_breath=1), history) == ROUTINE


# Temperature


@pytest.mark.parametrize(
    ("celsius", "expected"),
    [
        (35.0, URGENT),
        (35.1, NONE),
        (37.4, NONE),
        (37.5, ROUTINE),
        (37.9, ROUTINE),
        (38.0, URGENT),
        (40.1, URGENT),
    ],
)
def test_temperature(celsius: float, expected: Level) -> None:
    assert level(vitals(temperature=celsius)) == expected


def test_a_fever_of_38_is_urgent_on_an_injection_evening_and_below_is_expected() -> None:
    evening = dosed(INTERFERON, hours=5)
    assert level(vitals(temperature=38.0), evening) == URGENT
    assert level(vitals(temperature=37.9), evening) == NONE
    assert level(vitals(temperature=37.9), dosed(INTERFERON, hours=25)) == ROUTINE


def test_98_6_typed_as_celsius_is_no_fever_and_101_3_is() -> None:
    assert level(vitals(temperature=98.6)) == NONE
    assert level(vitals(temperature=101.3)) == URGENT


@pytest.mark.parametrize("sign", [{"systolic": 90}, {"breaths": 21}])
def test_fever_with_a_sepsis_sign_is_an_emergency(sign: dict[str, float]) -> None:
    assert level(vitals(temperature=38.0, **sign)) == EMERGENCY
    assert level(vitals(temperature=37.9, **sign)) == URGENT


@pytest.mark.parametrize(("days", "holds"), [(0, True), (14, True), (28, True), (29, False)])
def test_fever_after_chemotherapy_is_a_possible_infection(days: int, holds: bool) -> None:
    found = held(vitals(temperature=38.0), a_history(G_CSF, days_since_chemo=days))
    assert ("fever_after_chemo" in found) is holds


def test_after_chemotherapy_shaking_chills_and_an_unmeasured_fever_are_urgent() -> None:
    after = a_history(days_since_chemo=10)
    assert level(a_report(chills=2), after) == URGENT
    assert level(a_report(chills=1), after) == NONE
    assert level(a_report(chills=2)) == NONE
    assert level(a_report(fever_feeling=yes()), after) == URGENT
    assert level(a_report(readings={"temperature": 37.4}, fever_feeling=yes()), after) == NONE


def test_an_unmeasured_fever_is_routine_but_expected_on_a_flu_like_day() -> None:
    assert level(a_report(fever_feeling=yes())) == ROUTINE
    assert level(a_report(fever_feeling=yes()), dosed(INTERFERON, hours=6)) == NONE


def test_a_low_temperature_after_chemotherapy() -> None:
    after = a_history(days_since_chemo=10)
    assert level(vitals(temperature=36.0), after) == NONE
    assert level(vitals(temperature=35.9), after) == ROUTINE
    assert level(a_report(readings={"temperature": 35.9}, dizziness=1), after) == URGENT


def test_fever_that_outlives_the_injection() -> None:
    assert "fever_outlives_injection" in held(vitals(temperature=38.0), dosed(INTERFERON, hours=24.5))
    assert "fever_outlives_injection" not in held(vitals(temperature=38.0), dosed(INTERFERON, hours=24))


def test_fever_with_cough_and_fever_with_breathlessness_on_g_csf() -> None:
    fever = {"temperature": 38.0}
    assert "fever_and_cough" in held(a_report(readings=fever, cough=1))
    assert "fever_on_g_csf_with_breathlessness" in held(
        a_report(readings=fever, shortness_of_breath=1), a_history(G_CSF)
    )


def test_bcg_fever_after_48_hours() -> None:
    assert "bcg_fever_over_48_hours" in held(vitals(temperature=38.0), dosed("bcg", hours=48))
    assert "bcg_fever_over_48_hours" not in held(vitals(temperature=38.0), dosed("bcg", hours=47))
    sweats = a_report(sweating=Answer(frequency=3, severity=2), chills=1)
    assert "bcg_fever_over_48_hours" in held(sweats, dosed("bcg", hours=60))


# Fluid


@pytest.mark.parametrize(
    ("gain", "days", "expected"),
    [
        (1.3, "d1", ROUTINE),
        (1.4, "d1", URGENT),
        (0.9, "d3", NONE),
        (1.0, "d3", ROUTINE),
        (2.0, "d3", ROUTINE),
        (2.1, "d3", URGENT),
        (2.2, "d7", NONE),
        (2.3, "d7", URGENT),
        (5.0, "d8", NONE),
    ],
)
@pytest.mark.parametrize("drug", [IL2, "oprelvekin", "sargramostim"])
def test_weight_gain_on_a_drug_that_makes_fluid_leak(
    drug: str, gain: float, days: str, expected: Level
) -> None:
    assert level(*weights(round(80 + gain, 1), drug, **{days: 80.0})) == expected


def test_weight_gain_on_another_drug_is_routine() -> None:
    assert level(*weights(82.1, INTERFERON, d3=80)) == ROUTINE
    assert level(*weights(82.0, INTERFERON, d3=80)) == NONE
    assert level(*weights(82.1, "nogapendekin-alfa", d3=80)) == ROUTINE


def test_the_lowest_weight_of_the_span_is_the_one_compared_with() -> None:
    assert level(*weights(82.5, IL2, d1=82.0, d3=80.0)) == URGENT


def test_pounds_in_the_kilogram_box_raise_no_fluid_alert() -> None:
    report = vitals(weight=179)
    history = a_history(IL2, usual={"weight": 81.2}, days=(a_day(1, readings={"weight": 81.2}),))
    assessment = assessed(report, history)
    assert assessment.level == NONE
    assert [check.question for check in assessment.checks] == ["Did you mean 179 lb (81.2 kg)?"]


def test_fluid_leak_signs_together() -> None:
    _, history = weights(81, IL2, d3=80)
    gain = {"weight": 81.0}
    assert "fluid_leak_signs" in held(a_report(readings=gain, shortness_of_breath=1), history)
    assert level(a_report(readings=gain, shortness_of_breath=4), history) == EMERGENCY
    assert "fluid_leak_with_breathlessness_at_rest" in held(
        a_report(readings=gain, flags=("breathless_at_rest",)), history
    )
    swollen = a_report(swelling=2, hours_since_urine=12)
    assert "fluid_leak_signs" in held(swollen, a_history(G_CSF))
    assert "fluid_leak_signs" not in held(swollen, a_history("nogapendekin-alfa"))


def test_swelling_on_a_drug_that_makes_fluid_leak() -> None:
    assert level(a_report(swelling=2), a_history(IL2)) == URGENT
    assert level(a_report(swelling=1), a_history(IL2)) == NONE
    assert level(a_report(swelling=1), a_history(IL2, baseline={"swelling": 0})) == URGENT
    assert level(a_report(swelling=2), a_history(INTERFERON)) == NONE


@pytest.mark.parametrize(("hours", "expected"), [(11.9, NONE), (12, URGENT), (18, URGENT), (18.1, EMERGENCY)])
def test_hours_without_urine(hours: float, expected: Level) -> None:
    assert level(a_report(hours_since_urine=hours)) == expected


# Growth factors


@pytest.mark.parametrize("drug", [G_CSF, "filgrastim"])
def test_left_sided_pain_on_g_csf(drug: str) -> None:
    pain: dict[str, Any] = {"left_shoulder_or_upper_belly_pain": 1}
    assert level(a_report(**pain), a_history(drug)) == URGENT
    assert level(a_report(**pain, dizziness=2), a_history(drug)) == EMERGENCY
    assert level(a_report(readings={"pulse": 111}, **pain), a_history(drug)) == EMERGENCY
    assert level(a_report(readings={"systolic": 100}, **pain), a_history(drug)) == EMERGENCY
    assert level(a_report(**pain), a_history(IL2)) == NONE


def test_the_spleen_is_thought_of_until_28_days_after_g_csf_ended() -> None:
    for days, expected in ((28, URGENT), (29, NONE)):
        history = a_history(Treatment("filgrastim", days_since_end=days))
        assert level(a_report(left_shoulder_or_upper_belly_pain=1), history) == expected


def test_one_swollen_leg_is_a_possible_clot_and_with_breathlessness_an_emergency() -> None:
    assert level(a_report(one_leg_swelling=yes()), a_history(EPOETIN)) == URGENT
    assert level(a_report(one_leg_swelling=yes(), shortness_of_breath=1)) == EMERGENCY
    assert level(a_report(readings={"spo2": 94}, one_leg_swelling=yes())) == EMERGENCY


def test_a_severe_headache_is_urgent_and_with_lost_sight_on_epoetin_an_emergency() -> None:
    assert level(a_report(headache=2), a_history(EPOETIN)) == NONE
    assert level(a_report(headache=3), a_history(EPOETIN)) == URGENT
    assert level(a_report(headache=3, vision_loss=yes()), a_history(EPOETIN)) == EMERGENCY
    assert level(a_report(headache=3, vision_loss=yes()), a_history(G_CSF)) == URGENT


def test_bone_pain_after_g_csf_is_expected_while_moderate() -> None:
    days = (a_day(1, asked=("general_pain",)),)
    week = Treatment(G_CSF, hours_since_dose=168)
    later = Treatment(G_CSF, hours_since_dose=169)
    assert level(a_report(general_pain=2), a_history(week, days=days)) == NONE
    assert level(a_report(general_pain=3), a_history(week, days=days)) == URGENT
    assert level(a_report(general_pain=2), a_history(later, days=days)) == ROUTINE


# Eyes, mood


@pytest.mark.parametrize("drug", [INTERFERON, EPOETIN, "oprelvekin"])
def test_change_of_sight(drug: str) -> None:
    assert level(a_report(vision_loss=yes())) == URGENT
    assert level(a_report(blurry_vision=2), a_history(drug)) == URGENT
    assert level(a_report(blurry_vision=1), a_history(drug)) == ROUTINE
    assert level(a_report(blurry_vision=2), a_history(G_CSF)) == NONE


def test_low_mood_on_interferon_counts_for_six_months_after_it_ends() -> None:
    assert level(a_report(hopeless=2), a_history(INTERFERON)) == URGENT
    assert level(a_report(hopeless=1), a_history(INTERFERON)) == NONE
    for days, expected in ((183, URGENT), (184, NONE)):
        history = a_history(Treatment("peginterferon-alfa-2b", days_since_end=days))
        assert level(a_report(hopeless=2), history) == expected


# Bladder treatment


def test_red_urine_is_expected_for_24_hours_after_bladder_treatment() -> None:
    red = a_report(urine_colour_change=yes())
    expected = assessed(red, dosed("nogapendekin-alfa", hours=24))
    assert expected.level == NONE
    assert "expected for 24 hours" in expected.advice.helps[0]
    assert "cannot pass urine" in " ".join(expected.advice.call_when)
    assert level(red, dosed("nogapendekin-alfa", hours=24.5)) == URGENT
    assert held(red) == {"dark_urine"}
    assert level(red) == ROUTINE


def test_red_urine_is_urgent_when_nobody_wrote_down_the_dose() -> None:
    red = a_report(urine_colour_change=yes())
    assert level(red, a_history("bcg")) == URGENT
    assert level(red, a_history("bcg", dose_day=True)) == NONE


def test_an_irritable_bladder_should_settle_in_48_hours() -> None:
    sore = a_report(painful_urination=2)
    assert level(sore, dosed("bcg", hours=48)) == NONE
    assert level(sore, dosed("bcg", hours=49)) == ROUTINE


# Any symptom


@pytest.mark.parametrize(
    "code", ["fatigue", "nausea", "vomiting", "chills", "cough", "dizziness", "swelling", "sad", "itching"]
)
def test_severity_3_is_urgent(code: str) -> None:
    assert level(only(code, Answer(severity=3))) == URGENT
    assert level(only(code, Answer(severity=2))) == NONE


def test_composite_3_is_urgent_without_a_severe_answer() -> None:
    assert level(a_report(fatigue=Answer(severity=2, interference=4))) == URGENT
    assert level(a_report(fatigue=Answer(severity=2, interference=3))) == NONE
    assert level(a_report(diarrhea=Answer(frequency=4))) == URGENT
    assert level(a_report(diarrhea=Answer(frequency=3))) == ROUTINE
    assert level(a_report(diarrhea=Answer(frequency=2))) == NONE


def test_a_very_severe_symptom_is_urgent_though_its_composite_is_2() -> None:
    assert level(a_report(joint_aches=Answer(frequency=1, severity=4, interference=0))) == URGENT


def test_vomiting_nearly_all_the_time_is_urgent() -> None:
    assert level(a_report(vomiting=Answer(frequency=4))) == URGENT
    assert level(a_report(vomiting=Answer(frequency=3))) == NONE


def test_two_points_worse_than_baseline_is_at_least_routine() -> None:
    baseline = {"itching": 0, "nausea": 0, "dizziness": 0}
    assert level(a_report(itching=2), a_history(baseline=baseline)) == ROUTINE
    assert level(a_report(itching=1), a_history(baseline=baseline)) == NONE
    assert level(a_report(dizziness=2), a_history(baseline=baseline)) == URGENT


def test_two_points_worse_than_the_last_day_it_was_asked() -> None:
    history = a_history(days=(a_day(1, asked=("rash",)), a_day(4, asked=("itching",))))
    assert level(a_report(itching=2), history) == ROUTINE
    assert level(a_report(dizziness=2), a_history(days=(a_day(4, asked=("dizziness",)),))) == URGENT


def test_a_symptom_that_was_never_asked_is_not_read_as_zero() -> None:
    assert level(a_report(itching=2), a_history(days=(a_day(1, asked=("rash",)),))) == NONE


def test_a_slow_creep_is_seen_against_the_best_of_the_week() -> None:
    creep = (a_day(1, itching=1), a_day(2, itching=1), a_day(7, asked=("itching",)))
    assert level(a_report(itching=2), a_history(days=creep)) == ROUTINE
    older = (*creep[:2], a_day(8, asked=("itching",)))
    assert level(a_report(itching=2), a_history(days=older)) == NONE


def test_an_interferon_dose_day_is_compared_with_dose_days() -> None:
    asked = ("chills",)
    usual_evening = (a_day(1, asked=asked), a_day(2, dose_day=True, chills=2))
    milder_evening = (a_day(1, asked=asked), a_day(2, dose_day=True, asked=asked))
    assert level(a_report(chills=2), a_history(INTERFERON, days=usual_evening, dose_day=True)) == NONE
    assert level(a_report(chills=2), a_history(INTERFERON, days=milder_evening, dose_day=True)) == ROUTINE
    assert level(a_report(chills=2), a_history(INTERFERON, days=usual_evening)) == ROUTINE


def test_two_moderate_symptoms_of_the_watched_group_make_an_urgent_one() -> None:
    assert level(a_report(swelling=2, dizziness=2)) == URGENT
    assert level(a_report(swelling=2, dizziness=1)) == NONE
    assert level(a_report(hopeless=2, sad=2)) == NONE


def found(report: Report, history: History | None = None) -> set[str]:
    return {each.code for each in assessed(report, history).findings}


def test_two_moderate_symptoms_are_named() -> None:
    """Who calls back sees which two they were."""
    assert {"dizziness", "swelling"} <= found(a_report(swelling=2, dizziness=2))
    assert {"low_mood", "vomiting"} <= found(a_report(sad=2, vomiting=2))
    assert found(a_report(dizziness=2)).isdisjoint({"dizziness", "two_moderate_symptoms"})
    assert found(a_report(swelling=2, dizziness=1)).isdisjoint({"dizziness", "swelling"})


def test_dizziness_beside_a_lowish_pressure_is_named() -> None:
    assert "dizziness" in found(a_report(dizziness=1, readings={"systolic": 100}))
    assert "dizziness" not in found(a_report(dizziness=1, readings={"systolic": 101}))
    assert "dizziness" not in found(a_report(readings={"systolic": 100}))


def test_three_moderate_days_are_routine() -> None:
    days = (a_day(1, itching=2), a_day(2, itching=2))
    assert level(a_report(itching=2), a_history(days=days)) == ROUTINE
    assert level(a_report(itching=2), a_history(days=days[:1])) == NONE


def test_a_gap_neither_counts_as_a_day_nor_breaks_the_run() -> None:
    gap = (a_day(1, itching=2), a_day(3, itching=2))
    broken = (a_day(1, itching=2), a_day(2, itching=1), a_day(3, itching=2))
    assert level(a_report(itching=2), a_history(days=gap)) == ROUTINE
    assert level(a_report(itching=2), a_history(days=broken)) == NONE


def test_what_is_moderate_at_baseline_is_not_persistent() -> None:
    days = (a_day(1, itching=2), a_day(2, itching=2))
    assert level(a_report(itching=2), a_history(days=days, baseline={"itching": 2})) == NONE


# What labels ask to be told at once, and what makes it worse


def test_palpitations_are_urgent_on_a_drug_for_the_heart_when_moderate() -> None:
    for drug, expected in ((IL2, URGENT), ("oprelvekin", URGENT), (G_CSF, ROUTINE)):
        assert level(a_report(palpitations=2), a_history(drug)) == expected
        assert level(a_report(palpitations=1), a_history(drug)) == ROUTINE
    as_ever = a_history(IL2, baseline={"palpitations": 2})
    assert level(a_report(palpitations=2), as_ever) == NONE


def test_a_pulse_over_100_is_looked_at_on_interleukin_2() -> None:
    assert level(vitals(pulse=101), a_history(IL2)) == ROUTINE
    assert level(vitals(pulse=100), a_history(IL2)) == NONE
    assert level(vitals(pulse=101), a_history(EPOETIN)) == NONE
    assert level(vitals(pulse=101), a_history(IL2, usual={"pulse": 111.0})) == NONE


def test_dizziness_on_interleukin_2_is_urgent_when_moderate() -> None:
    assert level(a_report(dizziness=2), a_history(IL2)) == URGENT
    assert level(a_report(dizziness=1), a_history(IL2)) == NONE
    assert level(a_report(dizziness=2), a_history(G_CSF)) == NONE


@pytest.mark.parametrize(("breaths", "expected"), [(8, URGENT), (9, NONE)])
def test_slow_breathing(breaths: float, expected: Level) -> None:
    assert level(vitals(breaths=breaths)) == expected
    unwell = level(a_report(readings={"breaths": breaths}, dizziness=1))
    assert unwell == (EMERGENCY if expected == URGENT else NONE)


def test_a_high_pressure_on_epoetin_is_urgent_with_a_headache() -> None:
    high = {"systolic": 165.0, "diastolic": 90.0}
    assert level(a_report(readings=high, headache=2), a_history(EPOETIN)) == URGENT
    assert level(a_report(readings=high, headache=1), a_history(EPOETIN)) == ROUTINE
    assert level(a_report(readings=high, headache=2), a_history(G_CSF)) == NONE


def test_a_new_wheeze_within_a_day_of_a_dose_may_be_an_allergy() -> None:
    quiet = (a_day(1, asked=("wheezing",)),)
    for hours, expected in ((24, URGENT), (25, NONE)):
        history = a_history(Treatment("sargramostim", hours_since_dose=hours), days=quiet)
        assert level(a_report(wheezing=1), history) == expected
    known = a_history(Treatment("sargramostim", hours_since_dose=1), days=(a_day(1, wheezing=1),))
    assert level(a_report(wheezing=1), known) == NONE
    assert level(a_report(rash=yes(), wheezing=1), known) == URGENT


def test_two_signs_within_a_day_of_sargramostim_are_a_reaction() -> None:
    soon, later = (a_history(Treatment("sargramostim", hours_since_dose=each)) for each in (24, 25))
    signs = a_report(dizziness=1, chills=2)
    assert "infusion_reaction" in held(signs, soon)
    assert "infusion_reaction" not in held(signs, later)
    assert "infusion_reaction" not in held(a_report(dizziness=1), soon)


def test_severe_belly_pain_with_signs_of_shock_is_an_emergency() -> None:
    pain: dict[str, Any] = {"abdominal_pain": 3}
    assert level(a_report(**pain)) == URGENT
    assert level(a_report(readings={"pulse": 111}, **pain)) == EMERGENCY
    assert level(a_report(readings={"systolic": 90}, **pain)) == EMERGENCY
    fever = a_report(readings={"temperature": 38.0}, **pain)
    assert level(fever, a_history(IL2)) == EMERGENCY
    assert level(fever, a_history(INTERFERON)) == URGENT


@pytest.mark.parametrize("symptom", ["bruising", "nosebleeds"])
def test_new_bleeding_is_urgent_where_platelets_may_be_low(symptom: str) -> None:
    answer = yes() if symptom == "bruising" else Answer(severity=2)
    quiet = (a_day(1, asked=(symptom,)),)
    assert level(only(symptom, answer), a_history(INTERFERON, days=quiet)) == URGENT
    assert level(only(symptom, answer), a_history(EPOETIN, days=quiet)) == ROUTINE
    as_yesterday = a_history(INTERFERON, days=(PastDay(1, only(symptom, answer)),))
    assert level(only(symptom, answer), as_yesterday) == ROUTINE


def test_a_first_mild_nosebleed_can_wait() -> None:
    quiet = a_history(INTERFERON, days=(a_day(1, asked=("nosebleeds",)),))
    assert level(a_report(nosebleeds=1), quiet) == ROUTINE


def test_a_limb_after_perfusion() -> None:
    on_it, days = a_history("tasonermin"), (a_day(1, swelling=1),)
    assert level(a_report(swelling=2), a_history("tasonermin", days=days)) == URGENT
    assert level(a_report(swelling=2), a_history("tasonermin", days=(a_day(1, swelling=2),))) == NONE
    assert level(a_report(general_pain=3, numbness_tingling=2), on_it) == EMERGENCY
    assert level(a_report(general_pain=3, numbness_tingling=2)) == URGENT


def test_cough_with_breathlessness_on_a_drug_that_may_harm_the_lungs() -> None:
    assert "cough_and_breathlessness" in held(a_report(cough=2, shortness_of_breath=1), a_history(G_CSF))
    assert "cough_and_breathlessness" not in held(a_report(cough=1, shortness_of_breath=1), a_history(G_CSF))
    assert "cough_and_breathlessness" not in held(a_report(cough=2, shortness_of_breath=1), a_history(IL2))


def test_a_raised_temperature_while_counts_are_low_is_urgent_when_unwell() -> None:
    for days, expected in ((4, ROUTINE), (5, URGENT), (14, URGENT), (15, ROUTINE)):
        after = a_history(days_since_chemo=days)
        assert level(a_report(readings={"temperature": 37.5}, dizziness=1), after) == expected
    assert level(vitals(temperature=37.5), a_history(days_since_chemo=10)) == ROUTINE


def test_mood_on_interferon_counts_for_six_months_after_the_last_dose() -> None:
    for hours, expected in ((4392, URGENT), (4393, NONE)):
        assert level(a_report(hopeless=2), dosed(INTERFERON, hours=hours)) == expected
    plan_ended = a_history(Treatment(INTERFERON, hours_since_dose=4300, days_since_end=190))
    assert level(a_report(hopeless=2), plan_ended) == URGENT


def test_weight_5_percent_above_the_usual_is_urgent_on_a_drug_that_makes_fluid_leak() -> None:
    usual = {"weight": 80.0}
    assert level(vitals(weight=84), a_history(IL2, usual=usual)) == URGENT
    assert level(vitals(weight=83.9), a_history(IL2, usual=usual)) == NONE
    assert level(vitals(weight=84), a_history(INTERFERON, usual=usual)) == NONE


def test_weight_lost_within_a_month_is_routine() -> None:
    days = (a_day(1, readings={"weight": 77}), a_day(20, readings={"weight": 80}))
    assert level(vitals(weight=76), a_history(INTERFERON, days=days)) == ROUTINE
    assert level(vitals(weight=76.1), a_history(INTERFERON, days=days)) == NONE


def test_vomiting_and_loose_stools_together_are_two_ambers() -> None:
    both = a_report(vomiting=2, diarrhea=Answer(frequency=3))
    assert level(both) == URGENT
    assert level(a_report(vomiting=2, diarrhea=Answer(frequency=2))) == NONE


def test_what_is_as_at_baseline_is_no_amber() -> None:
    known = a_history(baseline={"swelling": 2, "dizziness": 0}, days=(a_day(1, dizziness=1),))
    assert "two_moderate_symptoms" not in held(a_report(swelling=2, dizziness=2), known)


def test_one_thing_is_told_once() -> None:
    """Dizzy at 95: the routine rule about 91 to 100 holds as well, and says nothing new."""
    dizzy_at_95 = held(a_report(readings={"systolic": 95}, dizziness=1))
    assert dizzy_at_95 == {"systolic_91_to_100_and_dizzy", "dizziness_beside_another_sign"}
    assert held(vitals(temperature=38.2)) == {"fever"}
    assert held(a_report(palpitations=3)) == {"palpitations_severe"}


def test_two_things_under_one_name_are_both_told() -> None:
    report = a_report(readings={"systolic": 95}, dizziness=1, palpitations=1, itching=3)
    assert {"severe_symptom", "palpitations_severe", "systolic_91_to_100_and_dizzy"} <= held(report)


def test_every_rule_has_words_and_a_source() -> None:
    for rule in default_rules().rules:
        assert rule.patient["en"].endswith(".")
        assert rule.source.endswith(".")
        assert "!" not in rule.patient["en"]
