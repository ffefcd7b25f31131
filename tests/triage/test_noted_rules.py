"""What notes say joins what was ticked and measured, whatever it was told by."""

from dataclasses import replace
from typing import Any

import pytest

from tests.triage.build import a_history, a_report, assessed, level, yes
from tracker.triage.assess import Finding
from tracker.triage.case import Case
from tracker.triage.notes import CONCEPTS, Mention, Note
from tracker.triage.report import History, Level, Report, Treatment
from tracker.triage.rules import default_rules
from tracker.triage.tables import as_data

RULES = default_rules()
G_CSF, IL2, INTERFERON = "pegfilgrastim", "aldesleukin", "interferon-alfa-2b"
ALONE = {
    "sudden_onset": Level.NONE,
    "unwell": Level.NONE,
    "asks_for_call": Level.ROUTINE,
    "doubtful": Level.ROUTINE,
}
"""What these come to by themselves; they make other things worse."""
EMERGENCIES = CONCEPTS[: CONCEPTS.index("breathless")]


def noted(concept: str, report: Report | None = None, history: History | None = None) -> Level:
    """By a note that says this and nothing else; the words of notes have their own tests."""
    return max((each.level for each in found(concept, report, history)), default=Level.NONE)


def found(concept: str, report: Report | None = None, history: History | None = None) -> list[Finding]:
    said = replace(report or a_report(), note=SAID[concept])
    return list(assessed(said, history).findings)


SAID = {
    "chest_pain": "My chest hurts.",
    "breathless": "I get out of breath on the stairs now.",
    "faint": "I passed out this morning.",
    "confusion": "Mum is confused and not making sense today.",
    "fever": "I have a fever.",
    "hives": "I have come out in hives.",
    "unwell": "I feel clammy and weak.",
    "spleen_pain": "Sharp pain under my left ribs.",
    "blood_in_urine": "There is blood in my urine.",
    "swelling": "My ankles are badly swollen.",
    "leg_clot": "My left calf is swollen and hot.",
    "palpitations": "My heart keeps racing.",
    "blood_in_stool_or_vomit": "My stools are black like tar.",
    "asks_for_call": "Please ring me.",
    "sudden_onset": "It came out of nowhere.",
    "suicide_plan": "I have a plan to end my life tonight.",
}


def concepts_of(condition: Any) -> set[str]:
    if isinstance(condition, dict):
        said = set(condition.get("note", ()))
        return said.union(*(concepts_of(each) for each in condition.values()))
    if isinstance(condition, list):
        return set().union(*(concepts_of(each) for each in condition))
    return set()


@pytest.mark.parametrize("concept", CONCEPTS)
def test_every_concept_comes_to_its_level_by_itself(concept: str) -> None:
    """Read off the rules: the highest level of a rule that holds by this concept alone."""
    case = Case(a_report(), a_history())
    case.__dict__["note"] = Note(mentions=(Mention(concept, "these words"),))
    held = [rule.level for rule in RULES.rules if case.sees(rule.when) is not None]
    expected = ALONE.get(concept, Level.EMERGENCY if concept in EMERGENCIES else Level.URGENT)
    assert max(held, default=Level.NONE) == expected


def test_rules_use_only_concepts_that_notes_are_read_for() -> None:
    used = set().union(*(concepts_of(as_data(rule.when)) for rule in RULES.rules))
    assert used == set(CONCEPTS)


def test_the_team_reads_the_words_that_made_the_flag() -> None:
    (finding,) = found("chest_pain")
    assert finding.team.startswith("Wrote: “")
    assert "hurts" in finding.team
    assert finding.inputs["note"].keys() == {"chest_pain"}


def test_left_sided_pain_in_words_with_a_fast_pulse_is_an_emergency() -> None:
    on_g_csf = a_history(G_CSF)
    assert noted("spleen_pain", history=on_g_csf) == Level.URGENT
    assert noted("spleen_pain", a_report(readings={"pulse": 118}), on_g_csf) == Level.EMERGENCY
    assert noted("spleen_pain", a_report(dizziness=2), on_g_csf) == Level.EMERGENCY


def test_a_low_pressure_and_unwell_in_words_is_an_emergency() -> None:
    low = a_report(readings={"systolic": 88})
    assert assessed(low).level == Level.URGENT
    assert noted("unwell", low) == Level.EMERGENCY


def test_a_serious_note_beside_zeros_wins() -> None:
    zeros = a_report(asked=("chest_pain", "shortness_of_breath", "dizziness"))
    assert noted("chest_pain", zeros) == Level.EMERGENCY


def test_hives_in_words_and_a_ticked_wheeze_are_an_allergy() -> None:
    assert noted("hives", a_report(wheezing=1)) == Level.EMERGENCY


def test_a_severe_headache_that_came_suddenly_is_an_emergency() -> None:
    assert noted("sudden_onset") == Level.NONE
    assert noted("sudden_onset", a_report(headache=2)) < Level.URGENT
    assert level(a_report(headache=3)) == Level.URGENT
    assert noted("sudden_onset", a_report(headache=3)) == Level.EMERGENCY


def test_blood_in_the_urine_is_expected_on_the_first_day_after_bladder_treatment_only() -> None:
    def after(hours: float) -> History:
        return a_history(Treatment("nogapendekin-alfa", hours_since_dose=hours))

    assert noted("blood_in_urine", history=after(12)) == Level.NONE
    assert noted("blood_in_urine", history=after(25)) == Level.URGENT
    assert noted("blood_in_urine", history=a_history(IL2)) == Level.URGENT


def test_swelling_in_words_is_urgent_unless_the_drug_does_not_make_fluid_leak() -> None:
    assert noted("swelling", history=a_history(IL2)) == Level.URGENT
    assert noted("swelling", history=a_history("nogapendekin-alfa")) == Level.ROUTINE


def test_a_fever_in_words_on_the_day_of_an_injection_waits_for_the_thermometer() -> None:
    today = a_history(Treatment(INTERFERON, hours_since_dose=6))
    assert noted("fever", history=today) == Level.ROUTINE
    assert noted("fever", a_report(readings={"temperature": 38.1}), today) == Level.URGENT
    assert noted("fever", history=replace(today, days_since_chemo=8)) == Level.URGENT
    assert noted("fever", history=a_history(Treatment(INTERFERON, hours_since_dose=30))) == Level.URGENT


def test_fever_in_words_with_a_low_pressure_is_an_emergency() -> None:
    assert noted("fever", a_report(readings={"systolic": 90})) == Level.EMERGENCY


def test_a_swollen_leg_in_words_with_breathlessness_is_an_emergency() -> None:
    assert noted("leg_clot", a_report(shortness_of_breath=1)) == Level.EMERGENCY


def test_palpitations_in_words_with_faintness_are_a_heart_problem() -> None:
    codes = {each.code for each in found("palpitations", a_report(faint=yes()))}
    assert "heart_problem" in codes


def test_black_stools_and_a_fast_pulse_are_an_emergency() -> None:
    assert noted("blood_in_stool_or_vomit") == Level.URGENT
    assert noted("blood_in_stool_or_vomit", a_report(readings={"pulse": 111})) == Level.EMERGENCY
