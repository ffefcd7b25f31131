"""What a note in Spanish says about the patient now, mechanism by mechanism, and the Spanish corpora."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest

from tracker.triage.assess import assess
from tracker.triage.notes import read_note
from tracker.triage.notes.language import language
from tracker.triage.report import History, Level, Report
from tracker.triage.rules import default_rules

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
CORPORA = sorted(Path(__file__).parent.glob("corpus_es*.jsonl"))


def concepts(text: str) -> set[str]:
    return {each.concept for each in read_note(text, "es").mentions}


def values(text: str) -> dict[str, float]:
    return {each.kind: each.value for each in read_note(text, "es").values}


def level(text: str, code: str = "es") -> Level:
    return assess(Report(note=text), History(language=code), default_rules(), NOON).level


def test_swelling_that_goes_down_is_no_news() -> None:
    assert not concepts("pierna rosada y caliente, la hinchazón va bajando bien")
    assert "swelling" in concepts("la pierna sigue hinchada y no baja")
    assert "leg_clot" in concepts("pierna roja y caliente, la hinchazón no va bajando bien")


def test_not_to_mind_never_waking_is_a_wish_to_die() -> None:
    assert concepts("no me importa no despertar mañana") == {"suicidal_thoughts"}


class TestNo:
    """In Spanish "no" stands before the verb of nearly every complaint as well as of every denial."""

    @pytest.mark.parametrize(
        ("text", "concept"),
        [
            ("no puedo respirar", "breathless_at_rest"),
            ("no me entra ningún zapato", "swelling"),
            ("no retengo nada", "vomiting"),
            ("no para de sangrar", "heavy_bleeding"),
            ("no quiero vivir", "suicidal_thoughts"),
            ("no orino desde anoche", "less_urine"),
            ("no puedo respirar bien", "breathless_at_rest"),
            ("llevo un día sin poder comer nada", "cannot_eat_or_drink"),
        ],
    )
    def test_a_no_may_be_the_complaint(self, text: str, concept: str) -> None:
        assert concept in concepts(text)

    @pytest.mark.parametrize(
        "text",
        [
            "no me duele el pecho",
            "ni fiebre ni escalofríos ni nada",
            "sin mareos, sin hinchazón",
            "nadie se desmayó",
            "dolor de pecho? no",
            "Fiebre: no. Diarrea: no.",
            "pecho: bien. piernas: bien.",
            "no he tenido falta de aire ni dolor de pecho",
            "no hay sangre cuando voy al baño",
            "ya no me sangra la nariz",
            "la pierna no se me ha hinchado",
            "hoy el corazón no se ha acelerado",
        ],
    )
    def test_or_the_denial(self, text: str) -> None:
        assert level(text) < Level.URGENT

    def test_a_denial_ends_at_pero(self) -> None:
        note = read_note("No me duele nada pero tengo fiebre y tiemblo mucho", "es")
        assert {"fever", "rigors"} <= {each.concept for each in note.mentions}

    def test_what_is_denied_is_told(self) -> None:
        assert "chest_pain" in read_note("no me duele el pecho", "es").denied


class TestWords:
    @pytest.mark.parametrize(
        ("text", "concept"),
        [
            ("me duele un monton el pexo", "chest_pain"),
            ("mi esposo abla enredado", "stroke_signs"),
            ("tengo fievre", "fever"),
            ("ya no kiero bivir", "suicidal_thoughts"),
            ("tengo la pierna inchada, roja y caliente", "leg_clot"),
            ("e bomitado toda la noche", "vomiting"),
        ],
    )
    def test_spelled_by_ear(self, text: str, concept: str) -> None:
        assert concept in concepts(text)

    @pytest.mark.parametrize(
        "text",
        [
            "espero hablar con mi hija",
            "he ordenado los cajones",
            "hombre del tiempo",
            "los libros de la casilla",
        ],
    )
    def test_words_that_are_a_letter_from_a_sign_are_left_alone(self, text: str) -> None:
        assert concepts(text) == set()

    @pytest.mark.parametrize(
        ("text", "concept"),
        [
            ("me dio la pálida y casi me voy al suelo", "faint"),  # Colombia
            ("me dio un patatús en la cocina", "faint"),  # Spain
            ("estoy guacareando todo el día", "vomiting"),  # Mexico
            ("toy prendío en fiebre", "fever"),  # the Caribbean
            ("tengo chills bien fuertes", "rigors"),  # the United States
            ("me bajó la presión", "low_blood_pressure"),  # the River Plate
        ],
    )
    def test_of_several_countries(self, text: str, concept: str) -> None:
        assert concept in concepts(text)

    def test_accents_do_not_matter_but_for_yes_and_if(self) -> None:
        assert concepts("Vomité sangre") == concepts("vomite sangre") != set()
        assert "fever" in concepts("Sí tengo fiebre, ¿a dónde voy?")
        assert "fever" not in concepts("Si tengo fiebre, ¿a dónde voy?")

    @pytest.mark.parametrize(
        "text", ["TENGO UN DOLOR FUERTE EN EL PECHO", "tengo un dolor fuerte en el pecho"]
    )
    def test_capitals_do_not_matter(self, text: str) -> None:
        assert level(text) == Level.EMERGENCY


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "kind", "value"),
        [
            ("38,5", "temperature", 38.5),
            ("treinta y nueve de fiebre", "temperature", 39.0),
            ("101.8 de temperatura", "temperature", 38.8),
            ("tensión 8/5", "systolic", 80.0),
            ("presión 85 con 50", "systolic", 85.0),
            ("ochenta y nueve sobre sesenta de presión", "systolic", 89.0),
            ("saturo 88", "spo2", 88.0),
            ("el oxímetro marca 91", "spo2", 91.0),
            ("pulsaciones a 140 en el sofá", "pulse", 140.0),
        ],
    )
    def test_are_read_as_people_say_them(self, text: str, kind: str, value: float) -> None:
        assert values(text)[kind] == value

    @pytest.mark.parametrize(
        "text",
        [
            "subí 3 kilos desde el viernes",
            "dos kilos y medio más que ayer",
            "pasé de 81 a 84 kilos en tres días",
        ],
    )
    def test_weight_put_on_fast(self, text: str) -> None:
        assert "weight_gain" in concepts(text)

    @pytest.mark.parametrize(
        "text",
        [
            "38 grados en la calle",
            "me compré zapatos del 38",
            "el cine a las 8:50",
            "pagué 39,50 de taxi",
            "peso 78",
        ],
    )
    def test_numbers_of_other_things(self, text: str) -> None:
        assert level(text) < Level.URGENT


class TestWhoseAndWhen:
    @pytest.mark.parametrize(
        "text",
        [
            "mi nieto tiene 39 de fiebre, yo bien",
            "se desmayó mi vecina en el súper",
            "el perro vomitó sangre",
            "de niña tenía convulsiones",
            "tuve un infarto en 2015, desde entonces perfecto",
            "si me falta el aire ¿a qué número llamo?",
            "me dijeron que vigile si hay fiebre",
            "¿el interferón puede causar infarto?",
            "casi me da un infarto con la cuenta de la luz",
            "me muero de hambre",
        ],
    )
    def test_others_the_past_questions_and_sayings_are_left_alone(self, text: str) -> None:
        assert level(text) < Level.URGENT

    @pytest.mark.parametrize(
        "text",
        [
            "Mi mamá amaneció diciendo cosas sin sentido y no me reconoce",
            "Se desmayó mi esposa en la cocina. Escribo yo por ella",
            "Hace años tuve angina. Hoy ha vuelto la opresión en el pecho",
        ],
    )
    def test_carers_and_what_is_back_are_heard(self, text: str) -> None:
        assert level(text) == Level.EMERGENCY


def test_spanish_is_read_from_somebody_whose_language_is_english() -> None:
    assert level("Me duele mucho el pecho y no puedo respirar", code="en") == Level.EMERGENCY


def test_english_is_read_from_somebody_whose_language_is_spanish() -> None:
    assert level("I have chest pain and I cannot breathe", code="es") == Level.EMERGENCY


def test_every_class_of_the_file_is_used() -> None:
    """A class that no pattern and no module asks for is a slip: it does nothing."""
    text = resources.files("tracker.triage.notes").joinpath("es.toml").read_text("utf-8")
    names = set(re.findall(r"^([a-z_]+) = ", text.partition("[classes]")[2].partition("[concepts]")[0], re.M))
    room = resources.files("tracker.triage.notes")
    modules = "".join(each.read_text("utf-8") for each in room.iterdir() if each.name.endswith(".py"))
    assert [name for name in sorted(names) if f"@{name}" not in text and f'"{name}"' not in modules] == []


def test_the_spanish_file_can_be_read() -> None:
    spanish = language("es")
    assert spanish is not None
    assert spanish.code == "es"


def test_the_spanish_corpora_are_read_as_they_are_labelled() -> None:
    """Files that the words were written on, so near to whole; README.md says what unseen notes score."""
    notes = [json.loads(line) for path in CORPORA for line in path.read_text("utf-8").splitlines()]
    serious = [note for note in notes if note["level"] != "none"]
    harmless = [note for note in notes if note["level"] == "none"]
    missed = [note["id"] for note in serious if level(note["note"]) < Level.URGENT]
    raised = [note["id"] for note in harmless if level(note["note"]) >= Level.URGENT]
    print(f"raised {len(serious) - len(missed)} of {len(serious)} serious notes")
    print(f"and {len(raised)} of {len(harmless)} harmless ones")
    assert len(serious) > 400
    assert len(harmless) > 350
    assert len(missed) <= 0.05 * len(serious), missed
    assert len(raised) <= 0.05 * len(harmless), raised
