"""From what a note's words are to what it says: order, both languages, what is over, mild or only feared."""

from pathlib import Path

import pytest

from tracker.triage.notes import CONCEPTS, Mention, Note, NotedValue, read_note
from tracker.triage.notes.reading import languages


def concepts(text: str, code: str = "en") -> list[str]:
    return [each.concept for each in read_note(text, code).mentions]


def test_mentions_come_most_serious_first_and_each_once_in_its_first_words() -> None:
    note = read_note("I have a fever. My chest hurts. Now my chest is tight.")
    assert note.mentions == (Mention("chest_pain", "chest hurts"), Mention("fever", "fever"))
    assert concepts("Palpitations, and I passed out, and a seizure") == [
        each for each in CONCEPTS if each in ("faint", "seizure", "palpitations")
    ]


def test_what_is_told_and_denied_in_one_note_is_told() -> None:
    note = read_note("No chest pain yesterday, no fever. My chest hurts now.")
    assert concepts("No chest pain yesterday, no fever. My chest hurts now.") == ["chest_pain"]
    assert note.denied == {"fever"}


@pytest.mark.parametrize(
    ("text", "says_well"),
    [
        ("Lovely walk with the dog today.", True),
        ("Lovely walk with the dog today, then my chest hurt.", False),
        ("The dog is asleep.", False),
    ],
)
def test_a_day_is_told_to_be_well_only_where_nothing_is_told_beside_it(text: str, says_well: bool) -> None:
    assert read_note(text).says_well is says_well


@pytest.mark.parametrize(
    ("text", "fever"),
    [
        ("I have a fever", True),
        ("I have a fever, temp 37.9", False),
        ("I have a fever, temp 38.0", True),
        ("I have a fever, temp 37.2 then 38.4", True),
        ("I have a fever, pulse 36", True),
        ("temp 37.2", False),
    ],
)
def test_a_fever_in_words_gives_way_to_the_thermometer(text: str, fever: bool) -> None:
    assert ("fever" in concepts(text)) is fever


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no wee since this morning", True),
        ("no wee for 3 hours", False),
        ("no wee for 14 hours", True),
        ("last pee was 3 hours ago", False),
    ],
)
def test_few_hours_without_urine_are_no_sign(text: str, said: bool) -> None:
    assert ("less_urine" in concepts(text)) is said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("passed out this morning, fine now", ["faint"]),
        ("chest pain this morning, gone now", ["chest_pain"]),
        ("seizure this morning, over now", ["seizure"]),
        ("palpitations this morning, gone now", []),
        ("passed out three weeks ago, gone now", []),
        ("my face drooped this morning, settled now", ["stroke_signs"]),
    ],
)
def test_an_event_of_today_counts_although_it_is_over_and_a_state_does_not(
    text: str, expected: list[str]
) -> None:
    assert concepts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("slight palpitations", []),
        ("slight headache", []),
        ("slight fever", []),
        ("slight chest pain", ["chest_pain"]),
        ("slight confusion", ["confusion"]),
    ],
)
def test_what_the_treatment_is_known_for_is_no_sign_while_it_is_mild(text: str, expected: list[str]) -> None:
    assert concepts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if I get chest pain I will ring", []),
        ("I wish I was dead", ["suicidal_thoughts"]),
        ("I hope I don't wake up tomorrow", ["suicidal_thoughts"]),
        ("I'm frightened I'm going to hurt my baby", ["harm_to_others"]),
        ("I'm frightened of a seizure", []),
        ("my sister says she wants to die", ["suicidal_thoughts"]),
        ("my neighbour wants to die", []),
    ],
)
def test_wishes_and_fears_of_death_count_although_they_have_not_happened(
    text: str, expected: list[str]
) -> None:
    assert concepts(text) == expected


def test_a_note_in_two_languages_is_read_in_both() -> None:
    note = read_note("Me duele el pecho desde la mañana. No tengo fiebre. Pulse 130", "en")
    assert [each.concept for each in note.mentions] == ["chest_pain"]
    assert note.values == (NotedValue("pulse", 130.0, "130"),)
    assert note.denied == {"fever"}
    assert not note.says_well


def test_a_note_that_is_no_more_in_another_language_is_read_in_the_patients_only() -> None:
    assert read_note("pecho", "en") == Note()
    assert concepts("me duele el pecho", "es") == ["chest_pain"]


def test_a_note_in_a_language_that_we_have_no_file_of_is_read_in_english() -> None:
    assert concepts("my chest hurts", "xx") == ["chest_pain"]


def test_what_a_number_says_is_told_among_the_signs() -> None:
    assert concepts("up 3 kilos since Friday, and my chest hurts") == ["chest_pain", "weight_gain"]
    assert read_note("up 3 kilos since Friday").mentions[0].words.startswith("up 3 kilos")


def test_a_day_that_is_well_in_another_language_is_well() -> None:
    assert read_note("Hoy salí a caminar con el perro y estoy muy bien", "en").says_well


def test_there_is_a_language_for_every_file() -> None:
    files = Path("tracker/triage/notes").glob("*.toml")
    assert languages() == tuple(sorted(each.stem for each in files))


def test_the_usual_weight_is_asked_for_where_the_unit_is_not_told() -> None:
    assert read_note("weight 176", "en", {"weight": 80.0}).values == (NotedValue("weight", 79.83, "176"),)
    assert read_note("weight 176", "en").values == (NotedValue("weight", 176.0, "176"),)


def test_a_family_is_read_in_the_language_of_either_of_them() -> None:
    """Two words hold none of the small ones by which we would know the language."""
    assert "suicidal_thoughts" not in concepts("quiero morir", "en")
    for language, also in (("en", "es"), ("es", "en"), ("ar", "es")):
        mentions = read_note("quiero morir", language, also=also).mentions
        assert "suicidal_thoughts" in {each.concept for each in mentions}
    assert read_note("quiero morir", "es", also="es") == read_note("quiero morir", "es")
