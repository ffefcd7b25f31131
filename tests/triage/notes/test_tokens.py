"""Text cut into words, numbers and marks; numbers that are said in words."""

import pytest

from tracker.triage.notes.spoken import SpokenNumbers
from tracker.triage.notes.tokens import Kind, Token, tokenize

WORD, NUMBER, PAUSE, STOP = Kind.WORD, Kind.NUMBER, Kind.PAUSE, Kind.STOP


def cut(text: str) -> list[tuple[str, Kind]]:
    return [(each.word, each.kind) for each in tokenize(text)]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("My CHEST", [("my", WORD), ("chest", WORD)]),
        ("Náuseas, señora", [("nauseas", WORD), (",", PAUSE), ("senora", WORD)]),
        ("can't", [("cant", WORD)]),
        ("can’t", [("cant", WORD)]),
        ("she's", [("she", WORD), ("'s", WORD)]),
        ("I've", [("i", WORD), ("'ve", WORD)]),
        ("o'clock's", [("oclock", WORD), ("'s", WORD)]),
        ("38.4", [("38.4", NUMBER)]),
        ("38,5", [("38.5", NUMBER)]),
        ("38·5", [("38.5", NUMBER)]),
        ("38. 5", [("38.5", NUMBER)]),
        ("42. 5", [("42.5", NUMBER)]),
        ("43. 5", [("43", NUMBER), (".", STOP), ("5", NUMBER)]),
        ("38. 56", [("38", NUMBER), (".", STOP), ("56", NUMBER)]),
        ("10,000", [("10000", NUMBER)]),
        ("1.2.3", [("123", NUMBER)]),
        ("84/50", [("84", NUMBER), ("/", PAUSE), ("50", NUMBER)]),
        ("38°", [("38", NUMBER), ("°", WORD)]),
        ("98%", [("98", NUMBER), ("%", WORD)]),
        ("well... no", [("well", WORD), (",", PAUSE), ("no", WORD)]),
        ("pain - none", [("pain", WORD), (",", PAUSE), ("none", WORD)]),
        ("after-dinner", [("after", WORD), ("dinner", WORD)]),
        ("(pain)", [(",", PAUSE), ("pain", WORD), (",", PAUSE)]),
        ("pain: “no”", [("pain", WORD), (",", PAUSE), (",", PAUSE), ("no", WORD), (",", PAUSE)]),
        ("no. Pain", [("no", WORD), (".", STOP), ("pain", WORD)]),
        ("what?!", [("what", WORD), ("?", STOP), ("!", STOP)]),
        ("no\n\npain", [("no", WORD), ("\n", STOP), ("pain", WORD)]),
        ("fever ❌", [("fever", WORD), ("no", WORD), (".", STOP)]),
        ("fever 🙂", [("fever", WORD), ("🙂", STOP)]),
        ("", []),
    ],
)
def test_what_is_typed_is_cut_into_words_numbers_and_marks(text: str, tokens: list[tuple[str, Kind]]) -> None:
    assert cut(text) == tokens


def test_every_token_knows_where_it_stood_and_a_number_what_it_is() -> None:
    text = "Él's at 38,5 ❌ %(."
    assert tokenize(text) == [
        Token("el", 0, 2, WORD),
        Token("'s", 2, 4, WORD),
        Token("at", 5, 7, WORD),
        Token("38.5", 8, 12, NUMBER, 38.5),
        Token("no", 13, 14, WORD),
        Token(".", 14, 14, STOP),
        Token("%", 15, 16, WORD),
        Token(",", 16, 17, PAUSE),
        Token(".", 17, 18, STOP),
    ]


@pytest.mark.parametrize(("digits", "value"), [("123456789012", 123456789012.0), ("1234567890123", 0.0)])
def test_a_number_that_is_too_long_is_no_measurement(digits: str, value: float) -> None:
    (token,) = tokenize(digits)
    assert (token.word, token.value) == (digits, value)


WORDS = {
    "oh": 0, "zero": 0, "one": 1, "two": 2, "four": 4, "five": 5, "eight": 8, "ten": 10, "twelve": 12,
    "twenty": 20, "thirty": 30, "fifty": 50, "eighty": 80, "hundred": 100,
}  # fmt: skip
SPOKEN = SpokenNumbers(WORDS, frozenset({"and"}), frozenset({"point"}))


def said(text: str) -> list[str]:
    return [each.word for each in SPOKEN.joined(tokenize(text))]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("thirty eight point four", ["38.4"]),
        ("thirty eight point four five", ["38.45"]),
        ("thirty eight point four five two", ["38.45", "two"]),
        ("thirty eight point 4", ["38.4"]),
        ("thirty eight point 456", ["38.45"]),
        ("thirty eight point oh four", ["38.04"]),
        ("thirty eight point twelve", ["38", "point", "12"]),
        ("thirty eight point", ["38", "point"]),
        ("thirty eight point pain", ["38", "point", "pain"]),
        ("one point five", ["1.5"]),
        ("one oh two", ["102"]),
        ("one oh two point four", ["102.4"]),
        ("two oh five", ["205"]),
        ("four oh two", ["four", "oh", "two"]),
        ("one twenty", ["120"]),
        ("one twelve", ["112"]),
        ("one ten", ["110"]),
        ("one twenty over eighty", ["120", "over", "80"]),
        ("four twenty", ["four", "20"]),
        ("a hundred and one", ["a", "101"]),
        ("hundred", ["100"]),
        ("two hundred", ["200"]),
        ("two hundred and twenty five", ["225"]),
        ("hundred hundred", ["10000"]),
        ("thirty eight", ["38"]),
        ("thirty oh", ["30", "oh"]),
        ("thirty twelve", ["30", "12"]),
        ("thirty thirty", ["30", "30"]),
        ("twelve five", ["12", "five"]),
        ("ten", ["10"]),
        ("twenty oh", ["20", "oh"]),
        ("one leg", ["one", "leg"]),
        ("two tablets and one pill", ["two", "tablets", "and", "one", "pill"]),
        ("one and two", ["one", "and", "two"]),
        ("thirty and four", ["34"]),
        ("thirty and pain", ["30", "and", "pain"]),
        ("thirty and", ["30", "and"]),
        ("and thirty", ["and", "30"]),
        ("zero", ["zero"]),
        ("eight eight", ["eight", "eight"]),
        ("my leg", ["my", "leg"]),
    ],
)
def test_numbers_in_words_are_joined_as_people_say_them(text: str, words: list[str]) -> None:
    assert said(text) == words


def test_a_number_in_words_stands_where_its_words_stood() -> None:
    before, number, after = SPOKEN.joined(tokenize("at thirty eight point four now"))
    assert number == Token("38.4", 3, 26, NUMBER, 38.4)
    assert (before.word, after.word) == ("at", "now")
