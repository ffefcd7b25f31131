"""What the patient reads: by level, finding, drug, language, and the hour."""

from dataclasses import replace
from typing import Any

import pytest

from tests.triage.build import NOON, a_history, a_report, assessed, yes
from tracker.triage.advice import Advice, compose
from tracker.triage.assess import assess
from tracker.triage.report import Level, Report, Treatment
from tracker.triage.rules import RuleSet, default_rules, parse

RULES = default_rules()
NUMBERS: dict[str, Any] = {
    "emergency_number": "112",
    "team_phone": "555 01",
    "line_24h": "555 24",
    "crisis_line": "116 123",
}


def said(told: Advice) -> str:
    return " ".join([told.headline, *told.steps, *told.helps, *told.call_when])


def test_without_any_number_the_advice_still_says_what_to_do() -> None:
    assert assessed(a_report(chest_pain=1)).advice.fill().headline == "Call the local emergency number now."
    urgent = assessed(a_report(nausea=3)).advice.fill()
    assert urgent.headline == "Call your care team or the 24-hour line now, today."
    assert "{" not in said(urgent)


def test_while_the_team_is_closed_the_24_hour_line_comes_first() -> None:
    advice = assessed(a_report(nausea=3)).advice
    by_day, by_night = (advice.fill(**NUMBERS, is_open=is_open).steps for is_open in (True, False))
    assert by_day.index("Call your care team: 555 01.") < first(by_day, "555 24")
    assert first(by_night, "555 24") < by_night.index("Call your care team: 555 01.")
    assert sorted(by_day) == sorted(by_night)


def test_an_emergency_keeps_its_number_first_at_night() -> None:
    steps = assessed(a_report(chest_pain=1)).advice.fill(**NUMBERS, is_open=False).steps
    assert steps[0] == "Call 112. Do not wait for us to call you."


def test_a_team_without_a_24_hour_line_keeps_its_order() -> None:
    advice = assessed(a_report(nausea=3)).advice
    without = NUMBERS | {"line_24h": ""}
    assert advice.fill(**without, is_open=False) == advice.fill(**without, is_open=True)


def first(lines: tuple[str, ...], part: str) -> int:
    return next(place for place, line in enumerate(lines) if part in line)


@pytest.mark.parametrize(
    "report",
    [
        a_report(self_harm_thoughts=yes()),
        a_report(sad=3),
        replace(a_report(), note="I want to hurt someone."),
    ],
)
def test_whoever_may_do_harm_reads_the_crisis_line(report: Report) -> None:
    advice = assessed(report).advice
    assert "116 123" in said(advice.fill(**NUMBERS))
    assert "crisis line" not in said(advice.fill(**NUMBERS | {"crisis_line": ""}))


def test_what_is_expected_is_said_with_what_helps_and_when_to_call() -> None:
    evening = a_history(Treatment("interferon-alfa-2b", hours_since_dose=5))
    told = assessed(a_report(chills=2), evening)
    assert told.level == Level.NONE
    assert "common for about a day" in told.advice.helps[0]
    assert any("38.0 °C" in line for line in told.advice.call_when)
    fever = assessed(a_report(readings={"temperature": 38.0}, chills=2), evening)
    assert fever.level == Level.URGENT
    assert fever.advice.helps == ()


def test_no_advice_ever_says_that_there_is_nothing_to_worry_about() -> None:
    for words in RULES.advice["en"].values():
        for line in (words.headline, *words.steps, *words.helps, *words.call_when):
            assert "concern" not in line.lower()
            assert "nothing" not in line.lower()


def bilingual() -> RuleSet:
    data = english()
    for level, headline in (
        ("none", "Nada."),
        ("routine", "Luego."),
        ("urgent", "Hoy."),
        ("emergency", "Ya."),
    ):
        data["advice"][level]["es"] = {"headline": headline, "steps": ["Toma {drug}."]}
    data["drug_names"]["es"] = {"bcg": "la BCG"}
    data["rule"][0]["patient"]["es"] = "Te duele."
    data["rule"][0]["do"] = {"en": ["Sit."], "es": ["Siéntate."]}
    data["rule"][0]["call_when"] = {"en": ["Call if worse."]}
    return parse(data)


def english() -> dict[str, Any]:
    levels = ("none", "routine", "urgent", "emergency")
    return {
        "version": "test-1",
        "advice": {level: {"en": {"headline": level}} for level in levels},
        "drug_names": {"en": {"bcg": "BCG"}},
        "rule": [
            {
                "code": "one",
                "level": "urgent",
                "finding": "pain",
                "when": {"answer": "general_pain", "at_least": 1},
                "patient": {"en": "It hurts."},
                "team": {"en": "{seen}"},
                "source": "A test.",
            }
        ],
    }


def test_the_patient_reads_their_own_language_and_the_team_english() -> None:
    history = replace(a_history("bcg"), language="es")
    told = assess(a_report(general_pain=2), history, bilingual(), NOON)
    assert told.advice == Advice("Hoy.", ("Toma la BCG.", "Siéntate."), (), ("Call if worse.",), "es")
    (finding,) = told.findings
    assert (finding.patient, finding.team) == ("Te duele.", "Pain, moderate")


@pytest.mark.parametrize("language", ["fr", "", "en"])
def test_a_language_that_nobody_has_written_falls_back_to_english(language: str) -> None:
    history = replace(a_history("bcg"), language=language)
    told = assess(a_report(general_pain=2), history, bilingual(), NOON)
    assert told.advice.headline == "urgent"
    assert told.findings[0].patient == "It hurts."


def test_drugs_are_named_once_and_an_unknown_one_by_its_code() -> None:
    history = a_history("interferon-alfa-2b", "peginterferon-alfa-2b", "a-new-one")
    told = compose(Level.URGENT, [], history, RULES)
    assert any("“I am on interferon and a-new-one, a cancer treatment.”" in step for step in told.steps)


def test_a_line_of_which_the_number_is_not_given_is_left_out_and_by_day_is_the_default() -> None:
    advice = Advice("Now.", ("Ring {team_phone}.", "At night {line_24h}.", "Crisis: {crisis_line}.", "Rest."))
    assert advice.fill().steps == ("Rest.",)
    by_day = advice.fill(team_phone="555 01", line_24h="555 24")
    assert by_day.steps == ("Ring 555 01.", "At night 555 24.", "Rest.")


def test_at_night_the_24_hour_line_comes_just_before_the_teams_in_every_list() -> None:
    lines = ("Rest.", "Ring {team_phone}.", "Drink.", "At night {line_24h}.")
    told = Advice("Now.", steps=lines, helps=lines, call_when=lines).fill(**NUMBERS, is_open=False)
    night_first = ("Rest.", "At night 555 24.", "Ring 555 01.", "Drink.")
    assert (told.steps, told.call_when) == (night_first, night_first)
    assert told.helps == ("Rest.", "Ring 555 01.", "Drink.", "At night 555 24.")


def test_at_night_a_list_that_does_not_name_the_team_ends_with_the_24_hour_line() -> None:
    told = Advice("Now.", ("At night {line_24h}.", "Rest.")).fill(**NUMBERS, is_open=False)
    assert told.steps == ("Rest.", "At night 555 24.")


def test_the_emergency_number_is_named_in_the_patients_language_where_there_is_none() -> None:
    advice = Advice("Llama al {emergency_number}.", language="es")
    assert advice.fill().headline == "Llama al número de emergencias de tu zona."
    assert advice.fill(emergency_number="112").headline == "Llama al 112."


def test_the_advice_of_every_rule_follows_that_of_the_level_and_is_said_once() -> None:
    data = english()
    data["advice"]["urgent"]["en"] = {
        "headline": "Today.",
        "steps": ["Ring us.", "Rest."],
        "helps": ["Sit."],
        "call_when": ["If worse."],
    }
    data["rule"][0] |= {
        "do": {"en": ["Drink.", "Rest."]},
        "helps": {"en": ["Sit.", "Lie down."]},
        "call_when": {"en": ["If worse.", "If it bleeds."]},
    }
    milder = data["rule"][0] | {
        "code": "two",
        "level": "routine",
        "do": {"en": ["Wait."]},
        "helps": {"en": ["Warm tea."]},
        "call_when": {"en": ["If it lasts."]},
    }
    data["rule"].append(milder)
    told = assess(a_report(general_pain=2), a_history(), parse(data), NOON).advice
    assert told == Advice(
        "Today.",
        steps=("Ring us.", "Drink.", "Rest."),
        helps=("Sit.", "Lie down.", "Warm tea."),
        call_when=("If worse.", "If it bleeds.", "If it lasts."),
        language="en",
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "interferon, filgrastim and sargramostim"), ("es", "interferón, filgrastim y sargramostim")],
)
def test_three_drugs_are_joined_as_people_would_say_them(language: str, said: str) -> None:
    history = replace(a_history("interferon-alfa-2b", "filgrastim", "sargramostim"), language=language)
    steps = compose(Level.EMERGENCY, [], history, RULES).steps
    assert any(said in step for step in steps), steps


def test_what_the_team_expects_is_told_last_and_in_the_patients_language() -> None:
    history = replace(a_history(), language="es")
    steps = compose(Level.NONE, [], history, RULES, muted=True).steps
    assert steps[-1].startswith("Tu equipo sabe de un efecto")
    assert not any("Tu equipo sabe" in step for step in compose(Level.NONE, [], history, RULES).steps)
