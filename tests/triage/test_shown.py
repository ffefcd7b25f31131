"""Readings in the person's own units; what was typed stays as it was typed."""

import pytest

from tracker.triage.readings import parse
from tracker.triage.shown import KEPT, Units, amount, converted, is_as_typed, shown, unit

AMERICAN = Units("F", "lb")


@pytest.mark.parametrize(
    ("kind", "value", "person", "words"),
    [
        ("temperature", 38.0, KEPT, "38.0 °C"),
        ("temperature", 38.0, AMERICAN, "100.4 °F"),
        ("temperature", 37.0, AMERICAN, "98.6 °F"),
        ("weight", 62.1, KEPT, "62.1 kg"),
        ("weight", 62.1, AMERICAN, "136.9 lb"),
        ("weight", 70, Units("C", "lb"), "154.3 lb"),
        ("spo2", 97, AMERICAN, "97%"),
        ("pulse", 84, AMERICAN, "84 beats a minute"),
        ("systolic", 120, AMERICAN, "120 mmHg"),
    ],
)
def test_a_reading_is_shown_in_the_persons_units(kind, value, person, words):
    assert shown(kind, value, person) == words


@pytest.mark.parametrize("tenths", range(960, 1061))
def test_every_temperature_typed_in_fahrenheit_comes_back_as_typed(tenths):
    typed = f"{tenths / 10} °F"
    reading = parse("temperature", typed)
    assert reading.value is not None
    assert amount("temperature", reading.value, AMERICAN, typed) == typed.removesuffix(" °F")
    assert is_as_typed("temperature", reading.value, AMERICAN, typed)


@pytest.mark.parametrize("pounds", range(90, 400))
def test_every_weight_typed_in_pounds_comes_back_as_typed(pounds):
    reading = parse("weight", f"{pounds} lb")
    assert reading.value is not None
    assert amount("weight", reading.value, AMERICAN, reading.typed) == str(pounds)


def test_a_number_that_is_another_one_does_not_stand_for_it():
    assert amount("temperature", 38.5, AMERICAN, "38.5") == "101.3"
    assert not is_as_typed("temperature", 38.5, KEPT, "101.3 °F")
    assert is_as_typed("temperature", 38.5, KEPT, "38,5")
    assert is_as_typed("pulse", 84, KEPT, "84")
    assert not is_as_typed("pulse", 84, KEPT, "85")


def test_a_decimal_comma_stays_one():
    assert amount("temperature", 38.5, AMERICAN, "101,3") == "101,3"


def test_nothing_typed_is_nothing_to_differ_from():
    assert is_as_typed("temperature", 38.5, AMERICAN, "")
    assert amount("temperature", 38.5, AMERICAN) == "101.3"


def test_only_temperature_and_weight_have_other_units():
    assert [converted(kind, 50, AMERICAN) for kind in ("pulse", "spo2", "systolic")] == [50, 50, 50]
    assert unit("temperature", AMERICAN) == "°F"
    assert unit("weight", AMERICAN) == "lb"
