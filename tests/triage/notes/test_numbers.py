"""Which number is what, and whose sign it is: the engine alone, on a language of a few words."""

import pytest

from tests.triage.notes.small import laid_out
from tracker.triage.notes.numbers import Numbers
from tracker.triage.notes.people import People
from tracker.triage.notes.scopes import Scopes


def numbers(typed: str, **usual: float) -> Numbers:
    text = laid_out(typed)
    return Numbers(text, Scopes(text), People(text), usual)


def values(typed: str, **usual: float) -> list[tuple[str, float]]:
    return [(each.kind, each.value) for each in numbers(typed, **usual).values()]


def amounts(typed: str, **usual: float) -> list[str]:
    read = numbers(typed, **usual)
    list(read.values())
    return list(dict.fromkeys(each.concept for each in read.amounts()))


def other(typed: str, *, grave: bool = False) -> list[bool]:
    """For each ache: is it somebody else's?"""
    text = laid_out(typed)
    people = People(text)
    return [people.other(each.start, each.end, grave=grave) for each in text.matches("severe_pain")]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("temp 38.4", [("temperature", 38.4)]),
        ("temp 34", [("temperature", 34.0)]),
        ("temp 33.9", []),
        ("temp 43", [("temperature", 43.0)]),
        ("temp 43.1", []),
        ("temp 93.4", []),
        ("temp 93.5", [("temperature", 34.2)]),
        ("temp 101", [("temperature", 38.3)]),
        ("temp 109.5", [("temperature", 43.1)]),
        ("temp 109.6", []),
        ("38 degrees", [("temperature", 38.0)]),
        ("temp 38 4", [("temperature", 38.4)]),
        ("temp 38 four", [("temperature", 38.4)]),
        ("temp 38.5 4", [("temperature", 38.5)]),
        ("temp 38 0", [("temperature", 38.0)]),
        ("temp 38 10", [("temperature", 38.0)]),
        ("temp 38 9", [("temperature", 38.9)]),
        ("temp 38 4.5", [("temperature", 38.0)]),
        ("temp 38, 4", [("temperature", 38.0)]),
        ("temp 38  4", [("temperature", 38.0)]),
        ("temp 38 4 km", [("temperature", 38.0)]),
        ("temp 38 then 39 then 40", [("temperature", 38.0), ("temperature", 39.0), ("temperature", 40.0)]),
        ("temp 38, 39", [("temperature", 38.0), ("temperature", 39.0)]),
        ("temp 38 km", []),
        ("temp above 38", []),
        ("temp above x x 38", []),
        ("temp x 38, usually 37", [("temperature", 38.0)]),
        ("temp 38 usually", []),
        ("temp 38, usually 36.6, 39", [("temperature", 38.0)]),
        ("if temp 38", []),
        ("temp 38 years ago", []),
        ("temp 38 weeks ago", []),
        ("neighbour temp 38", []),
        ("temp 38 but neighbour temp 39", [("temperature", 38.0)]),
        ("sick ache to the teeth temp 38", [("temperature", 38.0)]),
        ("pulse 62 temp 38", [("pulse", 62.0), ("temperature", 38.0)]),
        ("pulse 118", [("pulse", 118.0)]),
        ("118 pulse", [("pulse", 118.0)]),
        ("118, pulse 90", [("pulse", 90.0)]),
        ("pulse 300", []),
        ("pulse 20", [("pulse", 20.0)]),
        ("sats 88 then 89, 91", [("spo2", 88.0), ("spo2", 89.0), ("spo2", 91.0)]),
        ("sats 88 x 91", [("spo2", 88.0)]),
        ("sats 88 then 300", [("spo2", 88.0)]),
        ("sats 300 then 88", []),
        ("sats pulse 62", [("pulse", 62.0)]),
        ("sats pulse the 62", [("pulse", 62.0)]),
        ("sats pulse x 62", [("spo2", 62.0)]),
        ("sats 88 pulse 90", [("spo2", 88.0), ("pulse", 90.0)]),
        ("breaths 28", [("breaths", 28.0)]),
        ("28 breaths", [("breaths", 28.0)]),
        ("top number 85", [("systolic", 85.0)]),
        ("bp 84/50", [("systolic", 84.0), ("diastolic", 50.0)]),
        ("84 over 50", [("systolic", 84.0), ("diastolic", 50.0)]),
        ("84/50", [("systolic", 84.0), ("diastolic", 50.0)]),
        ("bp 12/8", [("systolic", 120.0), ("diastolic", 80.0)]),
        ("12/8", []),
        ("12/8. bp", []),
        ("bp 30/20", []),
        ("bp 29/19", [("systolic", 290.0), ("diastolic", 190.0)]),
        ("bp 29/20", []),
        ("bp 58/50", [("systolic", 58.0), ("diastolic", 50.0)]),
        ("bp 57/50", []),
        ("bp 301/50", []),
        ("bp 84/19", []),
        ("bp above 84/50", []),
        (
            "bp 84/50 then 90/60",
            [("systolic", 84.0), ("systolic", 90.0), ("diastolic", 50.0), ("diastolic", 60.0)],
        ),
        ("weight 81.5", [("weight", 81.5)]),
        ("weight 81.5 kg", [("weight", 81.5)]),
        ("weight 176 lb", [("weight", 79.83)]),
        ("weight 12 stone", [("weight", 76.2)]),
        ("weight 19", []),
        ("weight 350", [("weight", 350.0)]),
        ("weight 351", []),
        ("usually weight 81", []),
        ("38.1", [("temperature", 38.1)]),
        ("so 38.1 38.3 now", [("temperature", 38.1), ("temperature", 38.3)]),
        ("38", []),
        ("37.4", []),
        ("37.5", [("temperature", 37.5)]),
        ("42.0", [("temperature", 42.0)]),
        ("42.1", []),
        ("99.4", []),
        ("99.5", [("temperature", 37.5)]),
        ("107.0", [("temperature", 41.7)]),
        ("107.1", []),
        ("38.15", []),
        ("38.1 kg", []),
        ("lb 38.1", []),
        ("stone 38.1", []),
        ("38.1 on the scales", []),
        ("shoe 38.1", []),
        ("38.1 km", []),
        ("sunny 38.1", []),
        ("sunny. 38.1", [("temperature", 38.1)]),
        ("if 38.1", []),
        ("no numbers", []),
    ],
)  # fmt: skip
def test_a_number_is_what_stands_beside_it_and_within_what_a_person_can_have(
    text: str, read: list[tuple[str, float]]
) -> None:
    assert sorted(values(text)) == sorted(read)


def test_a_value_keeps_the_words_it_was_read_from() -> None:
    said = [(each.kind, each.words) for each in numbers("BP 84/50, Temp 38,5").values()]
    assert said == [("systolic", "84/50"), ("diastolic", "50"), ("temperature", "38,5")]


@pytest.mark.parametrize(
    ("text", "usual", "kg"),
    [
        ("weight 144", 80, 65.32),
        ("weight 143", 80, 143.0),
        ("weight 144 kg", 80, 144.0),
        ("weight 144", 0, 144.0),
    ],
)
def test_a_weight_of_nearly_twice_the_usual_is_in_pounds(text: str, usual: float, kg: float) -> None:
    assert values(text, weight=usual) == [("weight", kg)]


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("up 2 kg", ["weight_gain"]),
        ("up 2", ["weight_gain"]),
        ("up 1.9", []),
        ("up 1.9 kg", []),
        ("up six kg", ["weight_gain"]),
        ("up 25 kg", ["weight_gain"]),
        ("up 26 kg", []),
        ("up 0.9 kg overnight", ["weight_gain"]),
        ("up 0.8 kg overnight", []),
        ("up 0.9 kg. overnight", []),
        ("up 5 lb", ["weight_gain"]),
        ("up 4 lb", []),
        ("up 2 lb overnight", ["weight_gain"]),
        ("up 1 stone", ["weight_gain"]),
        ("up 80 oz", ["weight_gain"]),
        ("up 70 oz", []),
        ("not up 2 kg", []),
        ("up 2 kg gone", []),
        ("up 2 kg years ago", []),
        ("from 80 kg to 82 kg", ["weight_gain"]),
        ("from 80 kg to 81.9 kg", []),
        ("from 80 kg to 100 kg", ["weight_gain"]),
        ("from 80 kg to 101 kg", []),
        ("from 82 kg to 80 kg", []),
        ("from 80 to 82", []),
        ("from 80.5 to 82.5", ["weight_gain"]),
        ("from 38.5 to 41.5", []),
        ("scales from 80 to 82", ["weight_gain"]),
        ("scales. from 80 to 82", []),
        ("from 176 lb to 181 lb", ["weight_gain"]),
        ("from 176 lb to 180 lb", []),
        ("scales from 131 to 135", []),
        ("scales from 131 to 136", ["weight_gain"]),
        ("scales from 130 to 132", ["weight_gain"]),
        ("scales from 15 to 18", []),
        ("from 11 stone 2 to 11 stone 7", ["weight_gain"]),
        ("from 11 stone 2 to 11 stone 6", []),
        ("from 11 stone 12 to 12 stone 3", ["weight_gain"]),
        ("6 loose", ["diarrhea"]),
        ("5 loose", []),
        ("six loose", ["diarrhea"]),
        ("if 6 loose", []),
        ("sick 5 times", ["vomiting"]),
        ("sick 4 times", []),
        ("dry 10 hours", ["less_urine"]),
        ("dry 9 hours", []),
        ("dry twelve hours", ["less_urine"]),
        ("loose", []),
    ],
)
def test_how_much_is_too_much(text: str, concepts: list[str]) -> None:
    assert amounts(text) == concepts


def test_a_rise_is_read_in_pounds_where_the_usual_weight_says_so() -> None:
    assert amounts("scales from 150 to 153", weight=68) == []
    assert amounts("scales from 150 to 155", weight=68) == ["weight_gain"]
    assert amounts("scales from 126 to 128", weight=70) == []
    assert amounts("scales from 125 to 127", weight=70) == ["weight_gain"]


def test_an_amount_keeps_its_words() -> None:
    for words in ("UP 2 kg", "from 80 kg to 82 kg", "from 11 stone 2 to 11 stone 7", "SIX loose"):
        amount = next(numbers(f"so {words}!").amounts())
        assert amount.words == words


@pytest.mark.parametrize(
    ("text", "lately"),
    [
        ("dry 6 hours", True),
        ("dry six hours", True),
        ("dry 7 hours", False),
        ("dry 6 hours, dry 8 hours", False),
        ("dry", False),
    ],
)
def test_a_few_hours_without_urine_are_no_sign(text: str, lately: bool) -> None:
    assert numbers(text).passed_water_lately() is lately


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ache", [False]),
        ("i has ache", [False]),
        ("neighbour has ache", [True]),
        ("the neighbour. ache", [False]),
        ("neighbour and i has ache", [False]),
        ("i saw neighbour, ache", [True]),
        ("my neighbour has ache", [True]),
        ("ache neighbour", [True]),
        ("ache mum", [False]),
        ("dog of me has ache", [True]),
        ("sister says ache", [True]),
        ("sister says ache i has", [False]),
        ("sister x says ache i has", [False]),
        ("sister x x says ache i has", [True]),
        ("sister says ache. i has", [True]),
        ("ache, neighbour", [False]),
        ("ache the neighbour", [True]),
        ("mum has ache", [False]),
        ("mum has ache, i am fine", [True]),
        ("mum has ache, i am not fine", [False]),
        ("mum has ache. i am fine", [True]),
        ("mum has ache. i am fine. typing for mum", [False]),
        ("mum has ache in hospital", [True]),
        ("mum has ache. in hospital", [False]),
        ("sister has ache", [True]),
        ("sister has ache suddenly", [False]),
        ("sister has ache. typing for", [False]),
        ("he has ache", [False]),
        ("neighbour fell. he has ache", [True]),
        ("typing for mum. neighbour fell. he has ache", [False]),
        ("typing for mum. neighbour fell, he has ache", [True]),
        ("mum fell. neighbour fell. he has ache", [True]),
        ("mum says i has ache", [False]),
        ("neighbour says i has ache", [False]),
        ("neighbour says ache", [True]),
        ("friend of mine has ache", [False]),
        ("i has ache, neighbour has ache", [False, True]),
        ("neighbour's ache", [True]),
        ("mum of neighbour has ache", [True]),
        ("mum has ache. x in hospital", [False]),
        ("dad is in hospital. mum has ache", [False]),
        ("i fell, neighbour has ache", [True]),
        ("neighbour x x i has ache", [False]),
        ("typing for mum. neighbour fell. mum fell, he has ache", [False]),
        ("typing for mum. neighbour fell. dog fell, he has ache", [True]),
        ("neighbour mum has ache", [True]),
    ],
)
def test_whose_ache_it_is(text: str, expected: list[bool]) -> None:
    assert other(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("neighbour x leg x sore", True), ("neighbour x leg i sore", False), ("leg dog's sore", True)],
)
def test_whoever_stands_within_a_sign_has_it(text: str, expected: bool) -> None:
    read = laid_out(text)
    (match,) = read.matches("leg_clot")
    assert People(read).other(match.start, match.end) is expected


def test_a_grave_word_about_kin_needs_less_to_be_the_patients() -> None:
    assert other("sister has ache", grave=True) == [False]
    assert other("neighbour has ache", grave=True) == [True]
    assert other("sister has ache, i am fine", grave=True) == [True]
