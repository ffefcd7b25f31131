"""The reading grade that an editor is told: the same as a library's that nobody here wrote, and quick."""

import re
import time

import pytest
import textstat

from education.grades import (
    MANY_SYLLABLES,
    SpanishGrades,
    grades,
    long_enough,
    sentences,
    spanish_grades,
    spanish_syllables,
    syllables,
)
from tests.reading.texts import names, pages

PAGES = [*pages()]
WORDS = [
    word
    for text in PAGES
    for sentence in text.sentences
    for word in re.findall(r"[a-z]+", sentence.lower())
    if len(word) > 1
]


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *(("take", 1), ("takes", 1), ("asked", 1), ("needed", 2), ("settled", 2), ("little", 2)),
        *(("safely", 2), ("someone", 2), ("sometimes", 2), ("nosebleeds", 2), ("aches", 1), ("faces", 2)),
        *(("fluid", 2), ("nausea", 3), ("diarrhea", 4), ("emergency", 4), ("infection", 3), ("reaction", 3)),
        *(("period", 3), ("quiet", 2), ("patient", 2), ("serious", 3), ("rhythm", 2), ("seeing", 2)),
        *(("38", 1), ("it", 1), ("the", 1), ("you're", 1)),
    ],
)
def test_syllables_are_counted_as_words_are_said(word: str, count: int) -> None:
    assert syllables(word) == count


def test_few_words_of_the_library_are_counted_otherwise_than_by_a_dictionary() -> None:
    long = [
        (syllables(word) >= MANY_SYLLABLES, textstat.syllable_count(word) >= MANY_SYLLABLES) for word in WORDS
    ]
    assert sum(ours != theirs for ours, theirs in long) < len(long) / 500


def test_pages_are_graded_as_textstat_grades_them() -> None:
    apart = []
    for text in PAGES:
        if text.part == "the page":
            said = "".join(f"{re.sub('[.!?]', '', each)}. " for each in long_enough(text.sentences))
            ours = grades(text.sentences)
            apart.append(abs(ours.flesch_kincaid - textstat.flesch_kincaid_grade(said)))
            if ours.by == "SMOG":
                apart.append(abs(ours.long_words - textstat.smog_index(said)))
    assert max(apart) < 1.5
    assert sum(apart) / len(apart) < 0.15


def test_a_long_page_is_graded_while_an_editor_types() -> None:
    page = "You may feel hot. Call **your care team** if the fever lasts until the evening.\n\n" * 40
    grades(sentences(page, names()))  # the names are compiled, the words are known
    started = time.perf_counter()
    grades(sentences(page, names()))
    assert time.perf_counter() - started < 0.1  # ten times what it takes


def test_a_text_of_brackets_takes_no_longer_than_one_of_words() -> None:
    started = time.perf_counter()
    for part in ("[", "<", "![", "](", "[](", "\\"):
        sentences(part * 20_000)
    assert time.perf_counter() - started < 2  # one alone took longer, read once a bracket


def test_nothing_has_no_grade() -> None:
    assert not grades([]).is_hard
    assert spanish_grades([]) == SpanishGrades(0, 100)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *(("día", 2), ("aire", 2), ("náuseas", 3), ("quimioterapia", 5), ("muy", 1), ("y", 1), ("rey", 1)),
        *(("poeta", 3), ("vergüenza", 3), ("baúl", 2), ("guitarra", 3), ("después", 2), ("38", 1)),
    ],
)
def test_spanish_syllables(word: str, count: int) -> None:
    assert spanish_syllables(word) == count


def test_plain_spanish_is_easy_and_an_officials_is_not() -> None:
    plain = sentences("Bebe agua. Come poco a poco. Llama a tu equipo si no paras de vomitar. Duerme bien.")
    assert not spanish_grades(plain).is_hard
    official = "La administración concomitante de interferones ocasiona complicaciones inmunológicas"
    assert spanish_grades([official]).is_hard
    assert str(spanish_grades(plain)).startswith("Crawford ")
