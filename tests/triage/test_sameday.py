"""Two reports of one day: what was told earlier and not told otherwise since still counts."""

from dataclasses import replace
from typing import Any

import pytest

from tests.triage.build import a_history, a_report, assessed, held, level, yes
from tracker.triage.case import Case
from tracker.triage.report import (
    Answer,
    EarlierToday,
    History,
    Level,
    Reading,
    Report,
    ToldDose,
    Treatment,
)
from tracker.triage.sameday import READINGS_STAND, whole_day

IL2, EPOETIN, INTERFERON = "aldesleukin", "epoetin-alfa", "interferon-alfa-2b"
LOW = a_report(readings={"systolic": 88, "diastolic": 54})


def after(*earlier: Report, drug: str = EPOETIN, hours_ago: float = 1) -> History:
    """Reports of the same day, the newest first."""
    today = tuple(EarlierToday(each, hours_ago, "09:12") for each in earlier)
    return replace(a_history(drug, usual={"systolic": 134, "diastolic": 84}), today=today)


def wrote(note: str) -> Report:
    return replace(a_report(), note=note)


def test_dizziness_after_a_low_pressure_of_the_same_day_is_an_emergency() -> None:
    dizzy = a_report(dizziness=2)
    assert level(dizzy, a_history(EPOETIN)) < Level.URGENT
    assert level(dizzy, after(LOW)) == Level.EMERGENCY
    assert "systolic_90_and_unwell" in held(dizzy, after(LOW))


def test_a_low_pressure_after_dizziness_of_the_same_day_is_an_emergency() -> None:
    """The row was on the list and she did not tick it again: she adds to what she has told."""
    asked = replace(LOW, asked=frozenset({"dizziness"}))
    assert level(asked, after(a_report(dizziness=2))) == Level.EMERGENCY


def test_a_fever_after_a_faint_of_the_same_day_is_an_emergency() -> None:
    fever = a_report(readings={"temperature": 38.6}, sad=3)
    for faint in (wrote("I fainted in the shower"), a_report(flags=("faint",)), a_report(faint=yes())):
        assert "fever_and_very_unwell" in held(fever, after(faint, drug=INTERFERON))


def test_what_stands_says_when_it_was_told() -> None:
    worst = assessed(a_report(dizziness=2), after(LOW)).findings[0]
    assert worst.inputs["earlier_today"] == {"systolic": "09:12"}
    assert worst.team == "Blood pressure 88/54 mmHg, usual 134/84 (told at 09:12); Dizziness, moderate"
    fever = assessed(a_report(readings={"temperature": 38.6}), after(wrote("I fainted"))).findings[0]
    assert fever.team.startswith("Wrote: “fainted” (told at 09:12); Temperature 38.6 °C")
    no_urine = a_report(hours_since_urine=13)
    leak = assessed(a_report(swelling=2), after(no_urine, drug=IL2)).findings
    assert any("No urine for 13 hours (told at 09:12)" in each.team for each in leak)


def test_what_was_found_earlier_is_not_found_again() -> None:
    assert level(LOW, a_history(EPOETIN)) == Level.URGENT
    assert assessed(a_report(itching=1), after(LOW)).findings == ()
    assert assessed(wrote("Much the same."), after(wrote("I fainted"))).findings == ()
    assert level(a_report(flags=("faint",)), after(a_report(flags=("faint",)))) == Level.EMERGENCY


def test_a_reading_stands_for_some_hours_and_no_longer() -> None:
    dizzy = a_report(dizziness=2)
    assert level(dizzy, after(LOW, hours_ago=READINGS_STAND)) == Level.EMERGENCY
    assert level(dizzy, after(LOW, hours_ago=READINGS_STAND + 0.1)) == level(dizzy, a_history(EPOETIN))
    assert level(dizzy, after(wrote("bp 88/54"))) == Level.EMERGENCY
    assert level(dizzy, after(wrote("bp 88/54"), hours_ago=7)) < Level.URGENT


def test_an_answer_stands_for_the_whole_day() -> None:
    assert level(LOW, after(a_report(dizziness=2), hours_ago=10)) == Level.EMERGENCY


def test_the_newest_wins_where_both_say_something() -> None:
    well = a_report(readings={"systolic": 128, "diastolic": 80}, dizziness=2)
    assert level(well, after(LOW)) < Level.URGENT
    assert (
        level(replace(LOW, answers={"dizziness": Answer(severity=0)}), after(a_report(dizziness=2)))
        == Level.URGENT
    )
    better, worse = a_report(dizziness=1), a_report(dizziness=3)
    assert Case(a_report(), after(better, worse)).given["dizziness"] == {"severity": 1}
    assert level(replace(LOW, note="No chest pain now."), after(wrote("My chest hurts."))) == Level.URGENT


def test_a_pressure_is_one_measurement() -> None:
    """The lower number of the morning does not go with the upper one of the evening."""
    evening = a_report(readings={"systolic": 128})
    assert Case(evening, after(LOW)).values == {"systolic": 128}


def test_what_was_ticked_again_and_not_described_is_as_it_was() -> None:
    again = a_report(dizziness=Answer())
    assert Case(again, after(a_report(dizziness=2))).given["dizziness"] == {"severity": 2}


def test_what_could_not_be_read_takes_no_readings_place() -> None:
    lost = replace(a_report(dizziness=2), readings={"systolic": Reading(None, "mmHg", "low")})
    assert level(lost, after(LOW)) == Level.EMERGENCY


def test_only_what_this_report_says_is_asked_about() -> None:
    odd = a_report(readings={"pulse": 190})
    assert [each.kind for each in assessed(a_report(itching=1), after(odd)).checks] == []
    dizzy = assessed(wrote("I am not dizzy."), after(a_report(dizziness=3)))
    assert dizzy.checks == ()


def test_a_report_that_says_nothing_is_no_silence_after_another() -> None:
    assert not Case(Report(), after(LOW)).is_silence


def test_an_earlier_report_of_the_day_never_lowers_the_level_of_a_worse_one() -> None:
    for earlier in (a_report(), a_report(dizziness=1), LOW, wrote("Lovely walk.")):
        assert level(a_report(flags=("chest_pain",)), after(earlier)) == Level.EMERGENCY
        assert level(a_report(nausea=3), after(earlier)) >= Level.URGENT


def test_a_day_that_is_over_is_all_that_was_told_on_it() -> None:
    morning = a_report(readings={"systolic": 120, "pulse": 70}, nausea=3)
    evening = a_report(readings={"pulse": 90}, asked=("nausea",), itching=1)
    told = whole_day([evening, morning])
    assert {kind: each.best for kind, each in told.readings.items()} == {"systolic": 120, "pulse": 90}
    assert {code: each.severity for code, each in told.answers.items()} == {"nausea": 3, "itching": 1}
    assert whole_day([evening]) == evening


@pytest.mark.parametrize("characters", [19_000, 30_000])
def test_the_newest_notes_are_read_again_and_no_more_than_one_may_have(characters: int) -> None:
    long = wrote("I fainted. " + "x " * (characters // 2))
    fever = a_report(readings={"temperature": 38.6})
    assert ("fever_and_very_unwell" in held(fever, after(long))) is (characters < 20_000)


# --- A dose that is told of later ---------------------------------------------------------------------------

GM_CSF = "sargramostim"
RASH_AND_WHEEZE = a_report(rash=2, wheezing=1, chills=2, dizziness=2)
A_DOSE = Report(red_flag_answer="no", doses={GM_CSF: ToldDose("taken")})
ALLERGY = {"wheeze_or_rash_after_dose", "infusion_reaction"}


def on_gm_csf(*today: Report, **dose: Any) -> History:
    return replace(after(*today, drug=GM_CSF), treatments=(Treatment(GM_CSF, **dose),))


def test_a_dose_told_after_the_rash_is_news() -> None:
    now_known = on_gm_csf(RASH_AND_WHEEZE, hours_since_dose=3.5, hours_since_timed_dose=3.5)
    assert held(A_DOSE, now_known) >= ALLERGY
    assert level(A_DOSE, now_known) == Level.URGENT


def test_told_again_it_is_no_news() -> None:
    known = on_gm_csf(A_DOSE, RASH_AND_WHEEZE, hours_since_dose=3.5, hours_since_timed_dose=3.5)
    assert not held(A_DOSE, known) & ALLERGY


@pytest.mark.parametrize("hours", [None, 0.0, 15.0, 24.0, 25.0, 500.0])
@pytest.mark.parametrize("told", [None, 0.0, 3.5, 23.9], ids=["untimed", "now", "morning", "a day"])
@pytest.mark.parametrize("other", [(), (Treatment("filgrastim", hours_since_dose=5.0),)], ids=["one", "two"])
def test_a_told_dose_makes_no_sign_of_allergy_milder(
    hours: float | None, told: float | None, other: tuple[Treatment, ...]
) -> None:
    without = Treatment(GM_CSF, hours_since_dose=hours, hours_since_timed_dose=hours)
    timed = hours if told is None else told
    taken = Treatment(GM_CSF, 5, told, None, timed, untimed_dose_today=told is None)
    before = replace(a_history(), treatments=(without, *other))
    after_it = replace(a_history(dose_day=True), treatments=(taken, *other))
    for signs in (RASH_AND_WHEEZE, a_report(wheezing=1), a_report(rash=1, shortness_of_breath=2)):
        report = replace(signs, doses=A_DOSE.doses)
        assert level(report, after_it) >= level(signs, before)
        assert "wheeze_or_rash_after_dose" in held(report, after_it)
