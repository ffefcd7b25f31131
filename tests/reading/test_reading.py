"""The judge of reading age: what it catches, what it leaves out, and that it reads everything."""

from collections.abc import Sequence

import pytest

from education.grades import HARDEST, TEN, Grades, grades, long_words, sentences
from education.prose import PROSE as READ
from education.shipped import CONTENT
from tests.reading.__main__ import EXCEPTIONS, faults, summary
from tests.reading.texts import NOT_READ, Text, filled, interface, names, pages, rules, toml

PLAIN = ["Call us if you feel worse", "Drink a glass of water each hour", "Rest when you are tired"]
LONG_SENTENCE = (
    "if you feel hot and you shake in bed at night and it does not stop by the time that you get up then "
    "you must not wait for us to call you but you must call the team"
)
LONG_WORD = "If it is an emergency, do call us today"


def judged(said: Sequence[str], file: str = "a.toml", part: str = "the page") -> tuple[Grades, Text]:
    return grades(said), Text("pages", file, part, [*said])


def test_plain_words_pass() -> None:
    assert grades(PLAIN * 4).worst < HARDEST
    assert not [*faults([judged(PLAIN)], exceptions={})]


def test_sentences_that_are_too_long_are_caught_by_flesch_kincaid() -> None:
    assert grades([LONG_SENTENCE] * TEN).flesch_kincaid > 9


def test_words_that_are_too_long_are_caught_by_smog_where_flesch_kincaid_passes_them() -> None:
    grade = grades([LONG_WORD] * TEN)
    assert grade.flesch_kincaid < HARDEST < grade.long_words
    assert grade.by == "SMOG"


def test_words_that_are_too_long_are_caught_by_fog_in_a_text_of_less_than_ten_sentences() -> None:
    grade = grades([LONG_WORD] * (TEN - 1))
    assert grade.flesch_kincaid < HARDEST < grade.long_words
    assert grade.by == "fog"


def test_a_list_is_as_many_sentences_as_it_has_items() -> None:
    assert sentences("You may have:\n\n- a fever that lasts\n- red skin\n- **pain** in a leg.") == [
        *("You may have:", "a fever that lasts", "red skin", "pain in a leg")
    ]


def test_a_list_of_single_words_is_read_as_short_sentences() -> None:
    assert grades(["Fever", "Chills", "Aches", "Cough", "Rash", "Pain"] * 6).flesch_kincaid < HARDEST


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("A fever is 38.0 °C (100.4 °F) or more. Call.", ["A fever is 380 °C (1004 °F) or more", "Call"]),
        ("See [what helps](/learn/fever/) here.", ["See what helps here"]),
        ('You said yes. <a href="%(href)s">Call</a> first.', ["You said yes", "Call first"]),
        ("| Drug | Dose |", ["Drug", "Dose"]),
        ("Say: “I am ill.” Then wait.", ["Say: “I am ill", "Then wait"]),
        ("## When to call\n\nNow.", ["When to call", "Now"]),
    ],
)
def test_marks_are_not_words(written: str, read: list[str]) -> None:
    assert sentences(written) == read


def test_names_of_drugs_brands_and_proteins_are_left_out() -> None:
    said = "Aldesleukin (Proleukin) is interleukin-2 made in a lab, and interferons and IL-2 are cytokines."
    assert sentences(said, names()) == ["( ) is made in a lab, and and are"]
    assert not long_words(sentences(said, names()))


def test_a_word_that_only_begins_like_a_name_is_read() -> None:
    assert sentences("Interference is no interferon", ["interfere", "interferon"]) == ["Interference is no"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("%(hours)d hours, by %(day)s", "3 hours, by 2 May"),
        ("%(minutes)02d minutes", "3 minutes"),
        ("Hello %(name)s", "Hello Rosa"),
        ("You typed {typed}", "You typed 40"),
        ("Call {team_phone} or +34 600 123 456", "Call  or "),
        ("100%% sure", "100% sure"),
    ],
)
def test_placeholders_are_filled_as_on_the_page(written: str, read: str) -> None:
    assert filled(written) == read


def test_a_fault_tells_where_by_how_much_and_what_to_cut() -> None:
    [line] = faults([judged([*PLAIN[:2], LONG_WORD] * 4, "drugs/x.toml", "what_for")], exceptions={})
    assert "drugs/x.toml: what_for: Flesch–Kincaid " in line
    assert "SMOG 6.4" in line
    assert "Longest sentence: “If it is an emergency, do call us today”" in line
    assert line.endswith("Long words: emergency, emergency, emergency, emergency")


def test_an_exception_spares_a_text_long_words_and_nothing_else() -> None:
    spared = {("a.toml", "the page"): "Because."}
    assert not [*faults([judged([LONG_WORD] * TEN)], spared)]
    assert [*faults([judged([LONG_SENTENCE] * TEN)], spared)]


def test_an_exception_that_nothing_needs_is_a_fault() -> None:
    assert [*faults([judged(PLAIN)], {("a.toml", "the page"): "Because."})] == [
        "   a.toml: the page: needs no exception any more"
    ]


def test_every_exception_says_why() -> None:
    assert all(len(reason.split()) > 10 for reason in EXCEPTIONS.values())
    assert len(EXCEPTIONS) < 5


def test_the_hardest_of_each_source_is_told() -> None:
    [line] = summary([judged(PLAIN), judged([LONG_WORD] * 9)])
    assert line.startswith("   pages: 2 texts, the hardest by Flesch–Kincaid 5.0")
    assert line.endswith("fog 8.0")


@pytest.mark.parametrize("folder", READ)
def test_every_field_of_the_library_that_is_prose_is_read(folder: str) -> None:
    for path in (CONTENT / folder).glob("*.toml"):
        prose = {field for field, value in toml(path).items() if isinstance(value, str)}
        assert prose <= {*READ[folder]} | NOT_READ


def test_every_page_is_read() -> None:
    read = {text.file for text in pages()}
    assert {path.name for path in CONTENT.glob("*/*.toml") if path.parent.name in READ} == {
        file.rpartition("/")[2] for file in read
    }


def test_every_rule_is_read_with_the_advice_of_its_level() -> None:
    [text] = [text for text in rules() if text.part == "stroke_signs, with its advice"]
    assert "Do not drive yourself" in text.sentences
    assert "Each minute counts" in text.sentences
    assert "Note the time when it began" in text.sentences


def test_pages_and_messages_of_patients_are_read_and_those_of_the_team_are_not() -> None:
    files = {text.file for text in interface()}
    assert {"templates/tracker/patient/check_in.html", "templates/email/reminder.txt"} <= files
    assert "tracker/patient/forms.py" in files
    assert not [file for file in files if file.startswith("templates/tracker/team") or "/models/" in file]
