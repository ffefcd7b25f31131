"""Whether a screen says what a case file asks for, in English and in Spanish."""

import pytest

from tests.triage.build import a_history, a_report, assessed
from tracker.triage.casefile import read
from tracker.triage.expectations import outcome
from tracker.triage.report import Level
from tracker.triage.rules import default_rules
from tracker.triage.saying import ENOUGH, said

SCREEN = (
    "Call your care team or the 24-hour line now, today.",
    "You chose very severe breathlessness: is that right?",
    "Pink or red urine is expected for 24 hours.",
    "Call if it lasts longer, if you see clots, if you cannot pass urine, or if you have a fever.",
)
EMERGENCY, TODAY = "call the local emergency number now", "call your care team or 24-hour line now, today"
NEXT_DAY, SAVED = "your care team will look at this on the next working day", "log saved"
NUMBERS = {
    "emergency_number": "112",
    "team_phone": "020 7946 0000",
    "line_24h": "020 7946 0024",
    "crisis_line": "116 123",
}


def screen(level: Level, language: str, **numbers: str) -> list[str]:
    """What the shipped rules say to everybody at this level."""
    advice = default_rules().advice[language][level]
    lines = [advice.headline, *advice.steps, *advice.helps, *advice.call_when]
    filled = {"emergency_number": "the local emergency number", "drug": "interferon", **numbers}
    return [line.format_map({**NUMBERS, **filled}) for line in lines]


@pytest.mark.parametrize(
    "phrase",
    [
        TODAY,
        "you said that you are very severely breathless: right?",
        "red urine is expected for 24 hours, call for clots",
        "call your caree teamm todday",
        "expectation for 24 hours",
        "call if you cannot pass urine",
    ],
)
def test_a_screen_says_what_it_says_in_other_words(phrase: str) -> None:
    assert said(phrase, SCREEN) >= ENOUGH


@pytest.mark.parametrize(
    "phrase",
    [
        EMERGENCY,
        "expected for 48 hours",
        "feeling cold",
        "the of and",
        "expected for 2400 hours",
        "call the team about breathlessness, red urine and fever",
    ],
)
def test_a_screen_does_not_say_what_it_does_not_say(phrase: str) -> None:
    assert said(phrase, SCREEN) < ENOUGH
    assert said(phrase, ()) == 0


USUAL = {Level.EMERGENCY: EMERGENCY, Level.URGENT: TODAY, Level.ROUTINE: NEXT_DAY}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("level", list(Level))
def test_the_usual_phrases_are_found_on_the_screens_of_their_level_alone(level: Level, language: str) -> None:
    """Every screen has telephone numbers on it; only one of them tells people to ring now."""
    number = {"en": "the local emergency number", "es": "número de emergencias de tu zona"}[language]
    shown = screen(level, language, emergency_number=number)
    for other, phrase in USUAL.items():
        assert (said(phrase, shown, language) >= ENOUGH) is (other is level), phrase
    assert (said(SAVED, shown, language) >= ENOUGH) is (level <= Level.ROUTINE)


def test_we_are_the_care_team_but_nobody_is_a_call() -> None:
    assert said(NEXT_DAY, ["We will look at it by the next working day."]) == 1
    assert said(NEXT_DAY, ["Somebody will look at it some day."]) < ENOUGH


def test_what_the_screen_forbids_it_does_not_say() -> None:
    assert said("call us now", ["You do not need to call us now."]) < ENOUGH
    assert said("take medicine for the fever", ["Do not take medicine for the fever."]) < ENOUGH
    assert said("llama ahora", ["No hace falta que nos llames ahora."], "es") < ENOUGH


def test_a_not_must_be_there() -> None:
    assert said("do not take medicine for the fever", ["Do not take medicine for the fever."]) == 1
    assert said("do not take medicine before you call", ["Take medicine before you call."]) == 0


def test_a_call_that_depends_on_something_is_no_call_now() -> None:
    shown = ["If you feel much worse while you wait, call the local emergency number."]
    assert said("call the local emergency number", shown) < ENOUGH
    assert said("call the local emergency number if you feel worse", shown) >= ENOUGH
    other = ["For chest pain, trouble breathing, fainting or confusion, call 112."]
    assert said("call 112 now", other) < ENOUGH
    assert said("call 112 for chest pain", other) >= ENOUGH


def test_every_number_must_be_there() -> None:
    assert said("did you mean 101.3 °F (38.5 °C)?", ["Did you mean 101.3 °F (38.5 °C)?"]) == 1
    assert said("did you mean 101.3 °F (38.5 °C)?", ["Did you mean 101.3 °F (38.6 °C)?"]) == 0
    assert said("did you mean 120/80?", ["¿Querías decir 120/80?"], "es") == 1
    assert said("did you mean 120/80?", ["¿Querías decir 12/8?"], "es") == 0
    assert said("call at 38.0 or more", ["Si es de 38,0 °C (100,4 °F) o más, llámanos ya."], "es") < ENOUGH
    assert said("call if 38 or more", ["Si es de 38,0 °C (100,4 °F) o más, llámanos ya."], "es") == 1


@pytest.mark.parametrize(
    ("phrase", "line"),
    [
        ("sit or lie down and get up slowly", "Siéntate o acuéstate, y levántate despacio."),
        ("hives can be an allergy", "La tensión está alta."),
        (EMERGENCY, "Llama a tu equipo ahora."),
        (TODAY, "Llama al número de emergencias de tu zona ahora."),
    ],
)
def test_a_spanish_screen_that_says_something_else_is_not_taken_for_it(phrase: str, line: str) -> None:
    shown = ["Guardamos lo que nos contaste.", line]
    assert (said(phrase, shown, "es") >= ENOUGH) is phrase.startswith("sit")


def _in_both_languages() -> list[tuple[str, str]]:
    """Every line that the shipped rules say to patients, in English and in Spanish."""
    rules = default_rules()
    pairs = {(rule.patient["en"], rule.patient["es"]) for rule in rules.rules}
    for rule in rules.rules:
        for lines in (rule.do, rule.helps, rule.call_when):
            pairs |= set(zip(lines.get("en", ()), lines.get("es", ()), strict=True))
    return sorted(pairs)


def test_the_glossary_knows_what_our_own_screens_say() -> None:
    """Of what the rules say in both languages most is recognised, and hardly anything taken for another."""
    pairs = _in_both_languages()
    found = sum(said(english, [spanish], "es") >= ENOUGH for english, spanish in pairs)
    assert found >= 0.8 * len(pairs)
    others = [
        (one, spanish) for number, (one, _) in enumerate(pairs) for _, spanish in pairs[number % 7 :: 7]
    ]
    wrong = sum(
        said(one, [spanish], "es") >= ENOUGH and (one, spanish) not in pairs for one, spanish in others
    )
    assert wrong <= 0.005 * len(others)


def test_a_phrase_may_be_in_the_language_of_the_screen() -> None:
    shown = ["Llama al número de emergencias de tu zona ahora."]
    assert said("llama ahora al número de emergencias", shown, "es") == 1


def test_a_language_without_a_glossary_is_compared_word_by_word() -> None:
    assert said("call now", ["Appelez maintenant."], "fr") < ENOUGH
    assert said("appelez maintenant", ["Appelez maintenant."], "fr") == 1


def test_a_spanish_case_is_judged_by_its_spanish_screen() -> None:
    story = read({
        "id": "fever",
        "patient": {"language": "es"},
        "days": [{"day": 0, "readings": {"temperature": 38.4}}],
    })  # fmt: skip
    found = outcome(story, default_rules(), assessed(a_report(), a_history()).at)
    assert found.screen[0].startswith("Llama ahora")
    assert said(TODAY, found.screen, "es") >= ENOUGH
    assert said(EMERGENCY, found.screen, "es") < ENOUGH
