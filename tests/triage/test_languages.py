"""Whoever is asked in a language is also answered in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources
from string import Formatter
from typing import Any

import pytest

from tracker.triage.advice import Advice
from tracker.triage.assess import assess
from tracker.triage.phrases import in_words
from tracker.triage.readings import UnreadableReading, doubts, parse
from tracker.triage.report import History, Level, Reading, Report
from tracker.triage.rules import default_rules
from tracker.triage.symptoms import LABELS, RED_FLAGS, SYMPTOMS, label
from tracker.triage.words import measure, number, say, together

from .build import NOON

RULES = default_rules()
WORDS: Mapping[str, Any] = tomllib.loads(
    resources.files("tracker.triage").joinpath("words.toml").read_text("utf-8")
)
OTHERS = ("es", "ar")
"""The languages beside English that our pages are in."""
SECTIONS = ("question", "example", "unit", "reading")
"""What patients read whole."""
SAID_TO_PATIENTS = ("and", "that", "emergency_number", "team_knows", "none", "no_detail", "not_confirmed")
"""Of the phrases: the others show the team, in English, what was seen."""
THE_SAME = frozenset({"mmHg", "°C", "°F", "kg", "lb", "%", "no", "BCG"})
"""What is written like this in more than one language; names of drugs may be too."""

type Said = Mapping[str, tuple[str, ...]]


def names_in(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name)


def _each(said: Mapping[str, Any]) -> Said:
    """Words or lines by language, as lines."""
    return {language: (each,) if isinstance(each, str) else tuple(each) for language, each in said.items()}


def _of_rules() -> Iterator[tuple[str, Said]]:
    for rule in RULES.rules:
        for part in ("patient", "do", "helps", "call_when"):
            if said := getattr(rule, part):
                yield f"{rule.code}.{part}", _each(said)


def _of_advice() -> Iterator[tuple[str, Said]]:
    for level in Level:
        for part in ("headline", "steps", "helps", "call_when"):
            said = {language: getattr(words[level], part) for language, words in RULES.advice.items()}
            yield f"{level.word}.{part}", _each(said)


def _of_words() -> Iterator[tuple[str, Said]]:
    chosen = [(section, key) for section in SECTIONS for key in WORDS["en"][section]]
    for section, key in [*chosen, *(("phrase", key) for key in SAID_TO_PATIENTS)]:
        said = {language: words.get(section, {}).get(key) for language, words in WORDS.items()}
        yield f"{section}.{key}", _each({language: each for language, each in said.items() if each})


def _of_symptoms() -> Iterator[tuple[str, Said]]:
    table = tomllib.loads(resources.files("tracker.triage").joinpath("symptoms.toml").read_text("utf-8"))
    for row in (*table["red_flag"], *table["symptom"]):
        yield f"label.{row['code']}", _each(row["label"])
    for attribute in table["scales"]["en"]:
        said = {language: words.get(attribute, ()) for language, words in table["scales"].items()}
        yield f"scales.{attribute}", _each(said)


ALL = dict([*_of_rules(), *_of_advice(), *_of_words(), *_of_symptoms()])


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("where", ALL)
def test_what_patients_read_is_there_in_every_language(where: str, language: str) -> None:
    english, other = ALL[where]["en"], ALL[where].get(language, ())
    assert len(other) == len(english)
    for one, said in zip(english, other, strict=True):
        assert said.strip()
        assert names_in(said) == names_in(one)
        assert said != one or one in THE_SAME


@pytest.mark.parametrize("where", ALL)
def test_arabic_is_written_in_arabic(where: str) -> None:
    """A line that was left in another language has hardly a letter of it."""
    for said in ALL[where]["ar"]:
        without_names = re.sub(r"\{\w+\}|BCG|%", "", said)
        assert not re.search(r"[A-Za-z]", without_names)
        assert not re.search(r"[٠-٩]", said)


def test_every_drug_has_a_name_in_every_language() -> None:
    for language in OTHERS:
        assert RULES.drug_names[language].keys() == RULES.drug_names["en"].keys()
        assert all(RULES.drug_names[language].values())


def test_every_symptom_is_named() -> None:
    assert set(SYMPTOMS) | set(RED_FLAGS) == set(LABELS)
    for language in OTHERS:
        assert [code for code in LABELS if label(code, language) == label(code, "en")] == []


# --- Numbers, and what stands around them -------------------------------------------------------------------


def test_a_number_is_written_as_the_language_writes_it() -> None:
    assert [number(36.9, each) for each in ("en", "es", "ar")] == ["36.9", "36,9", "36.9"]
    assert measure("temperature", 37, "es") == "37,0 °C"
    assert measure("spo2", 97, "ar") == "97%"
    assert measure("weight", 70.5, "ar") == "70.5 كغ"
    assert together([12.5, None], "es") == "12,5/–"


@pytest.mark.parametrize(
    "typed", ["36,9", "36.9", "36٫9", "٣٦٫٩", "36،9", "36,9 grados", "36,9 ºC", "36.9 °م"]
)
def test_a_number_is_read_however_it_is_written(typed: str) -> None:
    assert parse("temperature", typed).value == 36.9


@pytest.mark.parametrize("typed", ["155 libras", "155 lb", "155 رطل"])
def test_a_unit_is_read_in_the_language_of_the_page(typed: str) -> None:
    assert parse("weight", typed).value == 70.3


def test_a_question_about_a_reading_is_asked_in_the_language() -> None:
    slip = {"weight": Reading(179, "kg", "179")}
    (spanish,) = doubts(slip, {"weight": 81}, {}, "es")
    assert (spanish.question, spanish.suggested) == ("¿Querías decir 179 lb (81,2 kg)?", "179 lb (81,2 kg)")
    (arabic,) = doubts(slip, {"weight": 81}, {}, "ar")
    assert arabic.suggested == "179 رطل (81.2 كغ)"
    (odd,) = doubts({"temperature": Reading(41.5, "°C")}, {}, {}, "es")
    assert odd.question == "Escribiste 41,5. ¿Es así?"


def test_what_cannot_be_read_is_asked_for_again_in_the_language() -> None:
    with pytest.raises(UnreadableReading) as caught:
        parse("temperature", "alta")
    assert caught.value.said("es") == "No pudimos leer alta. La temperatura es un número como 37,2."
    assert caught.value.said().startswith("We could not read alta.")


def test_an_answer_is_told_in_the_language() -> None:
    assert [in_words({"severity": 3}, each) for each in ("en", "es", "ar")] == ["severe", "fuerte", "شديد"]
    assert in_words({"severity": 0}, "es") == "nada"


def test_a_number_keeps_its_order_in_a_line_of_arabic() -> None:
    """Without its isolation "020 7946 0000" shows as 0000 7946 020 there."""
    said = Advice("اتصل", steps=("اتصل بفريقك الطبي: {team_phone}.",), language="ar")
    assert said.fill(team_phone="020 7946 0000").steps == ("اتصل بفريقك الطبي: \u2068020 7946 0000\u2069.",)
    assert say("question", "did_you_mean", language="ar", suggested="120/80") == "هل تقصد \u2068120/80\u2069؟"
    assert say("question", "did_you_mean", language="es", suggested="120/80") == "¿Querías decir 120/80?"


# --- What is answered ---------------------------------------------------------------------------------------


def test_somebody_who_writes_spanish_reads_spanish() -> None:
    outcome = assess(Report(note="Me duele mucho el pecho"), History(language="es"), RULES, NOON)
    assert outcome.level == Level.EMERGENCY
    screen = outcome.advice.fill()
    assert screen.headline == "Llama al número de emergencias de tu zona ahora."
    assert "corazón" in outcome.findings[0].patient
    assert outcome.findings[0].team.startswith("Wrote: ")


def test_a_language_that_we_do_not_have_is_answered_in_english() -> None:
    outcome = assess(Report(note="chest pain"), History(language="cy"), RULES, NOON)
    assert outcome.advice.fill().headline.startswith("Call")


def test_somebody_who_reads_arabic_is_answered_in_arabic() -> None:
    outcome = assess(
        Report(red_flags=frozenset({"chest_pain"}), red_flag_answer="yes"),
        History(language="ar"),
        RULES,
        NOON,
    )
    screen = outcome.advice.fill(emergency_number="112")
    assert screen.headline == "اتصل الآن على \u2068112\u2069."
    assert "القلب" in outcome.findings[0].patient
    assert outcome.findings[0].team == "Chest pain or pressure"


@pytest.mark.parametrize(
    ("note", "finding"),
    [("chest pain since this morning", "chest_pain"), ("me duele mucho el pecho", "chest_pain")],
)
def test_a_note_of_an_arabic_reader_is_read_for_what_we_can_read(note: str, finding: str) -> None:
    """There is no Arabic language file: English and Spanish are found all the same."""
    outcome = assess(Report(note=note), History(language="ar"), RULES, NOON)
    assert finding in {each.code for each in outcome.findings}


def test_a_note_in_arabic_breaks_nothing() -> None:
    outcome = assess(Report(note="عندي ألم شديد في الصدر"), History(language="ar"), RULES, NOON)
    assert outcome.advice.language == "ar"
