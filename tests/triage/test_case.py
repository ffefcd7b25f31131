"""What is worked out once for all rules: what is usual, what earlier days meant, whose dose day it is."""

from dataclasses import replace

import pytest

from tests.triage.build import a_day, a_history, a_report, held, level
from tracker.triage.case import Case
from tracker.triage.report import History, Level, Reading, Report, Treatment
from tracker.triage.units import UNITS

IL2, INTERFERON, EPOETIN = "aldesleukin", "interferon-alfa-2b", "epoetin-alfa"


def measured(kind: str, *values: float) -> History:
    """On as many earlier days, yesterday first."""
    return a_history(days=tuple(a_day(ago, readings={kind: value}) for ago, value in enumerate(values, 1)))


def test_the_usual_is_the_median_of_three_readings_or_more() -> None:
    assert Case(a_report(), measured("pulse", 60, 90, 64)).usual_of("pulse") == 64
    assert Case(a_report(), measured("pulse", 60, 90)).usual_of("pulse") is None
    assert Case(a_report(), measured("pulse", 60, 90, 64)).usual == {"pulse": 64}


def test_the_usual_that_was_entered_wins() -> None:
    history = replace(measured("pulse", 60, 90, 64), usual={"pulse": 80})
    assert Case(a_report(), history).usual_of("pulse") == 80


def test_a_reading_is_held_against_the_median_of_earlier_ones() -> None:
    """150, 152 and 148 most days: 109 is more than 40 below."""
    history = measured("systolic", 150, 152, 148)
    assert level(a_report(readings={"systolic": 110}), history) == Level.NONE
    assert level(a_report(readings={"systolic": 109}), history) == Level.URGENT


def test_readings_that_no_living_person_has_make_nothing_usual() -> None:
    assert Case(a_report(), measured("pulse", 300, 60, 64)).usual_of("pulse") is None


def test_pounds_that_nobody_noticed_do_not_become_what_is_usual() -> None:
    history = replace(measured("weight", 179, 81, 81.4, 80.8))
    case = Case(a_report(), history)
    assert case.past("weight") == ((1, 81.2), (2, 81), (3, 81.4), (4, 80.8))
    assert case.usual_of("weight") == pytest.approx(81.1)


def test_the_day_after_unnoticed_pounds_is_no_gain_and_asked_about_only_if_it_is_odd() -> None:
    history = replace(measured("weight", 179, 81), treatments=(Treatment(IL2),))
    assert level(a_report(readings={"weight": 81.5}), history) == Level.NONE
    assert Case(a_report(readings={"weight": 81.5}), history).checks == ()


def test_fahrenheit_and_12_over_8_of_earlier_days_are_understood() -> None:
    assert Case(a_report(), measured("temperature", 98.6, 98.8, 36.9)).usual_of("temperature") == 37.0
    day = a_day(1, readings={"systolic": 12, "diastolic": 8})
    case = Case(a_report(), a_history(days=(day, replace(day, days_ago=2), replace(day, days_ago=3))))
    assert (case.usual_of("systolic"), case.usual_of("diastolic")) == (120, 80)


def test_an_earlier_value_that_the_person_stood_by_is_kept() -> None:
    stood_by = Reading(101.3, "C", "101.3", suggested=38.5, confirmed=False)
    day = replace(a_day(1), report=Report(readings={"temperature": stood_by}))
    assert Case(a_report(), a_history(days=(day,))).past("temperature") == ()


# Whose dose day it is


def test_by_the_clock_a_dose_day_lasts_24_hours() -> None:
    for hours, expected in ((24, True), (24.5, False), (None, False)):
        case = Case(a_report(), a_history(Treatment(INTERFERON, hours_since_dose=hours)))
        assert case.is_dose_day((INTERFERON,)) is expected


def test_by_the_plan_a_dose_day_is_that_of_a_drug_whose_doses_are_not_written_down() -> None:
    case = Case(a_report(), a_history(Treatment(INTERFERON), dose_day=True))
    assert case.is_dose_day((INTERFERON,))


def test_the_dose_day_of_one_drug_is_not_that_of_another() -> None:
    """Epoetin this morning, interferon two days ago: the fever is not the injection's."""
    history = a_history(
        Treatment(EPOETIN, hours_since_dose=3), Treatment(INTERFERON, hours_since_dose=50), dose_day=True
    )
    case = Case(a_report(), history)
    assert case.is_dose_day((EPOETIN,))
    assert not case.is_dose_day((INTERFERON,))
    assert level(a_report(readings={"temperature": 37.6}), history) == Level.ROUTINE


def test_a_planned_dose_that_another_drugs_dose_explains_is_not_this_drugs() -> None:
    history = a_history(Treatment(EPOETIN, hours_since_dose=3), Treatment(INTERFERON), dose_day=True)
    assert not Case(a_report(), history).is_dose_day((INTERFERON,))


def test_a_drug_that_has_ended_has_no_dose_day() -> None:
    history = a_history(Treatment(INTERFERON, days_since_end=3), dose_day=True)
    assert not Case(a_report(), history).is_dose_day((INTERFERON,))


def test_after_interferon_has_ended_all_days_are_alike() -> None:
    days = (a_day(1, dose_day=True, asked=("chills",)),)
    ended = a_history(Treatment(INTERFERON, days_since_end=3), days=days)
    assert "symptom_worse" in held(a_report(chills=2), ended)


# Notes


def test_a_number_in_the_note_stands_in_for_what_was_not_measured() -> None:
    case = Case(Report(note="temp 38.6 this morning"), a_history())
    assert case.values == {"temperature": 38.6}


def test_whichever_of_the_note_and_the_boxes_is_worse_counts() -> None:
    typed = a_report(readings={"temperature": 36.9})
    assert level(replace(typed, note="temp 38.6 this morning")) == Level.URGENT
    fever = a_report(readings={"temperature": 38.6})
    assert level(replace(fever, note="temp 36.9 this morning")) == Level.URGENT


def test_both_numbers_of_a_pressure_in_the_note_are_read_together() -> None:
    report = replace(a_report(readings={"systolic": 120, "diastolic": 80}), note="bp 84/50")
    (case,) = Case(report, a_history()).otherwise_read()
    assert (case.values["systolic"], case.values["diastolic"]) == (84, 50)
    assert level(report) == Level.URGENT


def test_a_case_without_a_note_is_read_in_one_way() -> None:
    assert list(Case(a_report(readings={"pulse": 80}), a_history()).otherwise_read()) == []


def test_a_note_of_spaces_says_nothing() -> None:
    assert Case(Report(note=" \n "), a_history()).note.mentions == ()
    assert Case(Report(note=" \n "), a_history()).is_silence


@pytest.mark.parametrize("kind", sorted(UNITS))
def test_nothing_is_usual_without_a_history(kind: str) -> None:
    assert Case(a_report(), a_history()).usual_of(kind) is None


def test_what_is_measured_on_urgent_days_makes_nothing_usual() -> None:
    """Three days of shock are no low pressure of one's own."""
    ill = tuple(
        replace(a_day(ago, readings={"systolic": value}), level=Level.URGENT)
        for ago, value in enumerate((86, 87, 88), 1)
    )
    low = a_report(readings={"systolic": 84})
    assert Case(low, a_history(days=ill)).usual_of("systolic") is None
    assert level(low, a_history(days=ill)) >= Level.URGENT
    well = tuple(replace(day, level=Level.ROUTINE) for day in ill)
    assert Case(low, a_history(days=well)).usual_of("systolic") == 87
