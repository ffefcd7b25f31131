"""How the lines of a language file are read and found in a text: docs/note-languages.md, line by line."""

from typing import Any

import pytest

from tracker.triage.notes.language import InvalidLanguage, Language, read
from tracker.triage.notes.patterns import InvalidPattern, compile_line
from tracker.triage.notes.text import Text

SPELLING: dict[str, Any] = {"also": "", "lookalikes": "", "sounds": [], "slips": {}}
EMPTY: dict[str, Any] = {
    "classes": {},
    "concepts": {},
    "scopes": {},
    "numbers": {},
    "marks": {},
    "number_words": {},
    "function_words": "",
    "number_joiners": "",
    "point": "",
    "spelling": SPELLING,
}


def a_language(line: str = "sore leg", classes: dict[str, str] | None = None, **parts: Any) -> Language:
    concepts = {"severe_pain": line}
    return read("xx", EMPTY | {"classes": classes or {}, "concepts": concepts} | parts)


def found(line: str, text: str, **classes: str) -> list[str]:
    """The words in which a pattern is found."""
    laid_out = Text(text, a_language(line, classes))
    return [laid_out.words(each.start, each.end) for each in laid_out.matches("severe_pain")]


@pytest.mark.parametrize(
    ("line", "text", "words"),
    [
        ("sore leg", "a Sore LEG", ["Sore LEG"]),
        ("sore leg", "sore big leg", []),
        ("sore leg", "leg sore", []),
        ("sore leg", "sore leg, sore leg", ["sore leg", "sore leg"]),
        ("sore ..2 leg", "sore leg", ["sore leg"]),
        ("sore ..2 leg", "sore and big leg", ["sore and big leg"]),
        ("sore ..2 leg", "sore and so big leg", []),
        ("sore ..2 leg", "leg sore", []),
        ("sore .. leg", "sore a b c leg", ["sore a b c leg"]),
        ("sore .. leg", "sore a b c d leg", []),
        ("sore ~1 leg", "leg is sore", ["leg is sore"]),
        ("sore ~1 leg", "sore old leg", ["sore old leg"]),
        ("sore ~1 leg", "leg is so sore", []),
        ("my ~ leg ..1 sore", "leg a b c my x sore", ["leg a b c my x sore"]),
        ("?very sore", "very sore", ["very sore", "sore"]),
        ("?very ..2 sore leg", "sore leg", ["sore leg"]),
        ("sore|hot leg", "hot leg", ["hot leg"]),
        ("sore leg", "sore. leg", []),
        ("sore ..4 leg", "sore! leg", []),
        ("sore ..4 leg", "sore, my leg", ["sore, my leg"]),
        ("leg ..3 sore ..0 red", "leg sore so sore red", ["leg sore so sore red"]),
    ],
)
def test_a_line_finds_its_parts_in_order_and_within_its_gaps(line: str, text: str, words: list[str]) -> None:
    assert found(line, text) == words


def test_a_class_stands_for_its_words_its_phrases_and_the_classes_it_names() -> None:
    classes = {"limb": "leg, big\n toe, @arm", "arm": "arm, wrist"}
    for limb in ("leg", "big toe", "arm", "wrist"):
        assert found("sore @limb", f"a sore {limb} now", **classes) == [f"sore {limb}"]
    assert found("sore @limb|ear", "sore ear", **classes) == ["sore ear"]
    assert found("sore @limb", "sore toe", **classes) == []
    assert found("sore @limb", "sore big", **classes) == []


def test_a_word_with_a_star_is_every_word_that_begins_so() -> None:
    for word in ("ache", "aches", "aching"):
        assert found("leg @pain", f"leg {word}", pain="ach*") == [f"leg {word}"]
    assert found("leg @pain", "leg ac", pain="ach*") == []


def test_words_that_are_filler_never_count() -> None:
    assert found("sore leg", "sore um like leg", filler="um, like") == ["sore um like leg"]
    assert found("sore leg", "sore um red leg", filler="um, like") == []


def test_no_pattern_reaches_over_a_but() -> None:
    assert found("sore ..4 leg", "sore but my leg", contrast="but") == []
    assert found("sore ..4 leg", "sore and my leg", contrast="but") == ["sore and my leg"]


def test_a_veto_holds_in_the_same_sentence_only() -> None:
    classes = {"joke": "lol"}
    assert found("sore leg -@joke", "lol sore leg", **classes) == []
    assert found("sore leg -@joke", "lol. sore leg", **classes) == ["sore leg"]
    assert found("sore leg -@joke", "sore leg. lol", **classes) == ["sore leg"]


def test_a_number_stands_for_any_number() -> None:
    assert found("leg #", "leg 38.5") == ["leg 38.5"]
    assert found("leg #|sore", "leg sore") == ["leg sore"]
    assert found("leg #", "leg sore") == []


@pytest.mark.parametrize(("text", "broken"), [("leg is not sore", True), ("not leg sore", False)])
def test_a_denial_between_the_parts_breaks_the_match(text: str, broken: bool) -> None:
    laid_out = Text(text, a_language("leg ..3 sore", {"deny": "not"}))
    (match,) = laid_out.matches("severe_pain")
    assert match.broken is broken


def test_what_is_well_breaks_a_match_too_but_not_where_a_phrase_denies_nothing() -> None:
    classes = {"normal": "ok", "deny": "no", "not_denial": "no joke"}
    language = a_language("leg ..3 sore", classes)
    broken = [
        match.broken
        for text in ("leg ok sore", "leg no joke sore", "leg is sore")
        for match in Text(text, language).matches("severe_pain")
    ]
    assert broken == [True, False, False]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("sore ..x leg", "'..x' is not a gap: 'sore ..x leg'"),
        ("~2x leg", "'~2x' is not a gap: '~2x leg'"),
        ("..2", "a pattern needs a part: '..2'"),
        ("-@joke", "a pattern needs a part: '-@joke'"),
        ("", "a pattern needs a part: ''"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_and_repeated(line: str, problem: str) -> None:
    with pytest.raises(InvalidPattern) as caught:
        list(compile_line(line))
    assert str(caught.value) == problem


def test_a_line_stands_for_each_order_and_with_and_without_what_may_be_missing() -> None:
    read_as = [
        [(step.part, step.gap) for step in each.steps] for each in compile_line("a ~2 b ?c ..1 d -@joke")
    ]
    assert read_as == [
        [("a", 0), ("b", 2), ("c", 0), ("d", 1)],
        [("b", 0), ("a", 2), ("c", 0), ("d", 1)],
        [("a", 0), ("b", 2), ("d", 1)],
        [("b", 0), ("a", 2), ("d", 1)],
    ]
    assert {each.vetoes for each in compile_line("a ?b -@joke -@film")} == {("@joke", "@film")}
    assert {frozenset(each.parts) for each in compile_line("a -@joke")} == {frozenset({"a", "@joke"})}
    assert list(compile_line("?a")) == list(compile_line("a"))


def test_a_file_may_hold_comments_and_blank_lines() -> None:
    assert found("// a comment\n\n  sore leg // of the foot\nhot arm", "hot arm sore leg") == [
        "sore leg",
        "hot arm",
    ]


@pytest.mark.parametrize(
    ("parts", "error", "problem"),
    [
        ({"concepts": {"toothache": "tooth"}}, InvalidLanguage, "there is no 'toothache'"),
        ({"scopes": {"dream": "dream"}}, InvalidLanguage, "there is no 'dream'"),
        ({"classes": {"limb": "@leg"}}, InvalidLanguage, "there is no class 'leg'"),
        ({"classes": {"limb": "@arm", "arm": "@limb"}}, InvalidLanguage, "there is no class 'limb'"),
        ({"concepts": {"severe_pain": "@tooth"}}, InvalidPattern, "there is no class @tooth"),
        ({"concepts": {"severe_pain": "a -@tooth"}}, InvalidPattern, "there is no class @tooth"),
    ],
)
def test_a_file_that_names_what_is_not_there_is_refused(
    parts: dict[str, Any], error: type[ValueError], problem: str
) -> None:
    with pytest.raises(error) as caught:
        read("xx", EMPTY | parts)
    assert str(caught.value) == problem


def test_numbers_may_be_of_any_name() -> None:
    assert list(read("xx", EMPTY | {"numbers": {"shoes": "# shoe"}}).patterns) == ["shoes"]


def words(text: str, language: Language) -> list[str]:
    return [each.word for each in language.words(text)]


def test_a_file_says_how_its_words_numbers_and_marks_are_read() -> None:
    language = a_language(
        marks={"full stop": ".", "full  house": "!", "comma": ","},
        number_words={"thirty": 30, "eight": 8, "four": 4},
        number_joiners="and",
        point="point, dot",
        function_words="the, of\nthe, a",
    )
    assert language.code == "xx"
    assert language.function_words == {"the", "of the", "a"}
    assert words("leg full stop arm comma toe", language) == ["leg", ".", "arm", ",", "toe"]
    assert words("a full moon", language) == ["a", "full", "moon"]
    assert words("full", language) == ["full"]
    stop, comma = (language.words(f"leg {mark} now")[1] for mark in ("full stop", "comma"))
    assert (stop.kind.value, stop.start, stop.end) == ("stop", 4, 13)
    assert (comma.kind.value, comma.start, comma.end) == ("pause", 4, 9)
    assert words("thirty and eight dot four", language) == ["38.4"]


def test_a_file_says_how_its_words_are_spelled() -> None:
    spelling = SPELLING | {
        "slips": {"aks": "ask"},
        "also": "kidney, bladder",
        "lookalikes": "kidneys",
        "sounds": [["ph", "f"]],
        "core": "chill",
    }
    language = a_language("swollen|chill fever", number_words={"seventy": 70}, spelling=spelling)
    assert words("aks", language) == ["ask"]
    assert words("swolen phever", language) == ["swollen", "fever"]
    assert words("blader", language) == ["bladder"]
    assert words("kidneys", language) == ["kidneys"]
    assert words("chilk", language) == ["chill"]
    assert words("seventi", language) == ["70"]
    only = a_language("swollen|chilled foot", spelling=SPELLING | {"guessed": "chilled"})
    assert words("swillen chiled", only) == ["swillen", "chilled"]


def test_a_word_of_a_known_stem_is_guessed_at_only_when_it_is_long() -> None:
    spelling = SPELLING | {"slips": {"achs": "aches"}, "also": "aching, pressure"}
    language = a_language("@pain", {"pain": "ach*, press*"}, spelling=spelling)
    assert words("achinq", language) == ["achinq"]
    assert words("achs", language) == ["aches"]
    assert words("pressuer", language) == ["pressure"]
    assert words("pressue", language) == ["pressure"]


def test_a_word_that_the_file_knows_by_its_accent_keeps_it() -> None:
    language = a_language("@yes", {"yes": "sí, señal"})
    assert words("SÍ si señal senal año", language) == ["sí", "si", "señal", "senal", "ano"]
