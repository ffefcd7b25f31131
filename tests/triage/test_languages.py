"""Whoever is asked in a language is also answered in it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from string import Formatter
from typing import Any

import pytest

from tracker.triage.assess import assess
from tracker.triage.report import History, Level, Report
from tracker.triage.rules import default_rules
from tracker.triage.symptoms import LABELS, SYMPTOMS, label, scales
from tracker.triage.words import say

from .build import NOON

RULES = default_rules()
WORDS: Mapping[str, Any] = tomllib.loads(
    resources.files("tracker.triage").joinpath("words.toml").read_text("utf-8")
)
SAID_TO_PATIENTS = ("and", "that", "emergency_number", "team_knows")
"""Of the phrases: the others show the team, in English, what was seen."""


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.code)
def test_every_rule_speaks_spanish_as_well(rule: Any) -> None:
    for said in (rule.patient, rule.do, rule.helps, rule.call_when):
        assert set(said) in ({"en", "es"}, set())
    assert rule.patient["es"] != rule.patient["en"]


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.code)
def test_a_rule_names_the_same_numbers_in_both_languages(rule: Any) -> None:
    assert names_in(rule.patient["en"]) == names_in(rule.patient["es"])
    for said in (rule.do, rule.helps, rule.call_when):
        english, spanish = said.get("en", ()), said.get("es", ())
        assert [names_in(line) for line in english] == [names_in(line) for line in spanish]


@pytest.mark.parametrize("level", Level)
def test_the_advice_of_a_level_has_the_same_lines_in_both_languages(level: Level) -> None:
    english, spanish = RULES.advice["en"][level], RULES.advice["es"][level]
    for part in ("steps", "helps", "call_when"):
        lines = getattr(english, part), getattr(spanish, part)
        assert [names_in(line) for line in lines[0]] == [names_in(line) for line in lines[1]]
    assert names_in(english.headline) == names_in(spanish.headline)
    assert english.headline != spanish.headline


def test_every_drug_has_a_name_in_both_languages() -> None:
    assert set(RULES.drug_names["en"]) == set(RULES.drug_names["es"])


def test_every_symptom_and_scale_has_spanish_words() -> None:
    assert [code for code in LABELS if label(code, "es") == label(code, "en")] == []
    english, spanish = scales("en"), scales("es")
    assert {name: len(words) for name, words in english.items()} == {
        name: len(words) for name, words in spanish.items()
    }
    assert set(SYMPTOMS) <= set(LABELS)


@pytest.mark.parametrize("section", ["question", "example"])
def test_questions_name_the_same_things_in_both_languages(section: str) -> None:
    english, spanish = WORDS["en"][section], WORDS["es"][section]
    assert {key: names_in(text) for key, text in english.items()} == {
        key: names_in(text) for key, text in spanish.items()
    }


@pytest.mark.parametrize("key", SAID_TO_PATIENTS)
def test_phrases_that_patients_read_are_in_spanish(key: str) -> None:
    assert say("phrase", key, language="es") != say("phrase", key)


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
