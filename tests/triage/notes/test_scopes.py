"""What is denied, over, imagined or long ago: the engine alone, on a language of a few words."""

import pytest

from tests.triage.notes.small import SMALL, laid_out
from tracker.triage.notes.patterns import Match
from tracker.triage.notes.scopes import Scopes
from tracker.triage.notes.text import Text


def signs(text: Text) -> list[tuple[str, Match]]:
    found = sorted(text.matches("severe_pain"), key=lambda each: each.start)
    return [(text.words(each.start, each.end), each) for each in found]


def denied(typed: str) -> list[str]:
    text = laid_out(typed)
    return [words for words, match in signs(text) if Scopes(text).denies(match)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ache", []),
        ("no ache", ["ache"]),
        ("ache no", ["ache"]),
        ("ache nothing", ["ache"]),
        ("without any ache or cramp", ["ache", "cramp"]),
        ("no ache, cramp", ["ache", "cramp"]),
        ("no ache, cramp and rash", ["ache", "cramp", "rash"]),
        ("no ache. cramp", ["ache"]),
        ("no ache but cramp", ["ache"]),
        ("no ache because cramp", ["ache"]),
        ("no ache, cramp is bad", ["ache"]),
        ("no ache and cramp is bad", ["ache"]),
        ("no ache, cramp today", ["ache"]),
        ("no ache, cramp or rash is bad", ["ache", "cramp"]),
        ("no ache, cramp and rash is bad", ["ache", "cramp"]),
        ("no ache, cramp, no rash", ["ache", "cramp", "rash"]),
        ("no ache, no cramp is bad", ["ache", "cramp"]),
        ("no ache, 2 cramp", ["ache"]),
        ("no ache, fainted with cramp", ["ache"]),
        ("cannot sit, fainted with cramp", ["cramp"]),
        ("no ache my cramp is bad", ["ache"]),
        ("no ache i has cramp", ["ache"]),
        ("no ache the big cramp hurts", ["ache"]),
        ("no big ache or bad cramp hurts", ["ache"]),
        ("no ache in my leg", ["ache"]),
        ("i has no ache", ["ache"]),
        ("not my ache", ["ache"]),
        ("or is no ache", ["ache"]),
        ("no ache or is bad cramp", ["ache", "cramp"]),
        ("not sure about ache", []),
        ("no joke ache", []),
        ("no ache, no joke cramp", ["ache"]),
        ("ache: none", ["ache"]),
        ("ache? no", ["ache"]),
        ("ache? no.", ["ache"]),
        ("ache? yes", []),
        ("ache! no", []),
        ("ache? ? no", []),
        ("ache, no cramp", ["cramp"]),
        ("ache no cramp", ["cramp"]),
        ("ache none cramp", ["ache"]),
        ("ache no and cramp is bad", ["ache"]),
        ("ache not at all, cramp is bad", ["ache"]),
        ("ache not so cramp", ["ache", "cramp"]),
        ("ache in leg and toe no.", []),
        ("ache in leg no.", ["ache"]),
        ("ache i no.", []),
        ("ache, cramp, rash: none of these", ["ache", "cramp", "rash"]),
        ("ache x x x x x x x x x x x none of these", []),
        ("ache x x x x x x x x x x none of these", ["ache"]),
        ("ache fine", ["ache"]),
        ("ache x fine", ["ache"]),
        ("ache x x fine", []),
        ("ache, fine", []),
        ("ache fine?", []),
        ("ache not fine", []),
        ("ache no better", []),
        ("ache? fine", []),
    ],
)
def test_a_denial_reaches_as_far_as_it_is_meant(text: str, expected: list[str]) -> None:
    assert denied(text) == expected


def test_a_denial_that_is_part_of_the_sign_does_not_deny_it() -> None:
    for typed, expected in (
        ("cannot sit", False),
        ("cannot sit no", True),
        ("cannot sit fine", False),
        ("cannot sit nothing", False),  # no puedo nada: a second no strengthens the first
        ("cannot nothing sit", False),
        ("cannot fine sit", True),
    ):
        text = laid_out(typed)
        (match,) = text.matches("faint")
        assert Scopes(text).denies(match) is expected, typed


def test_a_sign_that_is_broken_by_a_denial_is_denied() -> None:
    for typed, expected in (("leg is not sore", True), ("leg is so sore", False), ("leg is fine sore", True)):
        text = laid_out(typed)
        (match,) = text.matches("leg_clot")
        assert Scopes(text).denies(match) is expected, typed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ache settled", True),
        ("ache is settled", True),
        ("settled ache", False),
        ("ache x x x x x x x x settled", True),
        ("ache x x x x x x x x x settled", False),
        ("ache. settled", False),
        ("ache not settled", False),
        ("ache not x settled", False),
        ("ache not x x settled", True),
        ("ache still settled", False),
        ("ache no joke settled", False),
        ("ache gone", True),
        ("ache gone.", True),
        ("ache gone, tired", True),
        ("ache gone now", True),
        ("ache gone blue", False),
        ("no more ache", True),
        ("no more x ache", True),
        ("no more x x ache", False),
        ("no more, ache", False),
        ("not no more ache", False),
    ],
)
def test_what_is_over_is_over_unless_that_is_denied(text: str, expected: bool) -> None:
    read = laid_out(text)
    ((_, match),) = signs(read)
    assert Scopes(read).over(match) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ache", False),
        ("if i get ache", True),
        ("if i get x, ache", True),
        ("ache if i walk", False),
        ("if so. ache", False),
        ("if so but ache", False),
        ("if i walk ache", False),
        ("will i get ache?", True),
        ("will my ache go?", True),
        ("can ache go?", True),
        ("can my ache go?", False),
        ("and can ache go?", True),
        ("but can ache go?", True),
        ("can ache go", False),
        ("my leg. can ache go?", True),
        ("ache? can it go?", False),
        ("can it go? ache", False),
        ("so can ache go?", False),
    ],
)
def test_what_might_be_is_imagined_to_the_end_of_the_sentence(text: str, expected: bool) -> None:
    read = laid_out(text)
    ((_, match),) = signs(read)
    assert (match.start in Scopes(read).imagined) is expected
    assert Scopes(read).only_imagined(match) is expected


def test_a_wish_that_holds_an_if_is_a_wish() -> None:
    read = laid_out("i wish if dead")
    (match,) = read.matches("suicidal_thoughts")
    assert match.start in range(2)
    assert not Scopes(read).only_imagined(match)
    asked = laid_out("will i wish if dead?")
    (match,) = asked.matches("suicidal_thoughts")
    assert Scopes(asked).only_imagined(match)
    after = laid_out("if so i wish if dead")
    (match,) = after.matches("suicidal_thoughts")
    assert Scopes(after).only_imagined(match)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ache", False),
        ("ache years ago", True),
        ("years ago ache", True),
        ("years ago. ache", False),
        ("years ago but ache", False),
        ("ache but years ago", False),
        ("x but ache years ago", True),
        ("x but ache years ago but x", True),
        ("ache in 2015", True),
        ("ache in 1930", True),
        ("ache in 1929", False),
        ("ache in 2039", True),
        ("ache in 2040", False),
        ("ache in 12", False),
        ("ache at 20.5", False),
        ("ache years ago, now x", True),
        ("ache now years ago", False),
        ("ache now, years ago", False),
        ("ache years ago, again", False),
        ("ache years ago now fine", True),
        ("ache years ago now settled", True),
        ("ache years ago now x x fine", True),
        ("ache years ago now x x x fine", False),
        ("ache years ago. it is back", False),
        ("ache years ago it is back", True),
        ("ache years ago. if it is back", True),
        ("ache years ago. no it is back", True),
    ],
)
def test_what_was_long_ago_is_so_unless_it_is_back(text: str, expected: bool) -> None:
    read = laid_out(text)
    ((_, match),) = signs(read)
    assert Scopes(read).long_ago(match) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ache", False),
        ("ache weeks ago", True),
        ("weeks ago ache", True),
        ("weeks ago, ache", False),
        ("ache. weeks ago", False),
        ("ache weeks ago and now", False),
        ("ache weeks ago, x, again", False),
    ],
)
def test_some_weeks_ago_is_not_now(text: str, expected: bool) -> None:
    read = laid_out(text)
    ((_, match),) = signs(read)
    assert Scopes(read).earlier(match) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ache", False),
        ("slight ache", True),
        ("slight x ache", True),
        ("slight x x ache", False),
        ("slight the the the the ache", True),
        ("slight the the the the the ache", False),
        ("slight. ache", False),
        ("ache slight", False),
        ("bit of ache", True),
    ],
)
def test_a_mild_word_stands_just_before_the_sign(text: str, expected: bool) -> None:
    read = laid_out(text)
    ((_, match),) = signs(read)
    assert Scopes(read).mildly(match) is expected


def test_a_mild_word_may_stand_inside_the_sign_but_not_be_a_part_of_it() -> None:
    inside, part = laid_out("leg slight sore"), laid_out("leg sore")
    assert [Scopes(inside).mildly(each) for each in inside.matches("leg_clot")] == [True]
    assert [Scopes(part).mildly(each) for each in part.matches("leg_clot")] == [False]


def test_a_saying_is_masked_as_a_whole() -> None:
    text = laid_out("sick ache to the teeth of ache")
    assert Scopes(text).masked == {0, 1, 2, 3, 4}


def test_the_small_language_has_no_words_that_could_be_guessed_at() -> None:
    assert SMALL.speller.meant("x") == ("x",)
