import pytest

from tracker.triage.readings import (
    Check,
    UnreadableReading,
    doubts,
    meant,
    parse,
    parse_blood_pressure,
    understand,
)
from tracker.triage.report import Reading
from tracker.triage.units import LIMITS, UNITS

MINE = {"weight": 81.2}


@pytest.mark.parametrize(
    ("kind", "text", "unit", "value", "suggested"),
    [
        ("temperature", "38.2", None, 38.2, None),
        ("temperature", "38,2", None, 38.2, None),
        ("temperature", " 38.2C ", None, 38.2, None),
        ("temperature", "38.2 °C", "F", 38.2, None),
        ("temperature", "３８．２℃", None, 38.2, None),
        ("temperature", "٣٨٫٢", None, 38.2, None),
        ("temperature", "101 f", None, 38.3, None),
        ("temperature", "101", "F", 38.3, None),
        ("temperature", "98.6", "C", 98.6, 37.0),
        ("temperature", "101.3", "C", 101.3, 38.5),
        ("temperature", "86", None, 86, 30.0),
        ("temperature", "113", None, 113, 45.0),
        ("temperature", "38", "F", 3.3, 38),
        ("temperature", "30", None, 30, None),
        ("temperature", "45", None, 45, None),
        ("weight", "70kg", None, 70, None),
        ("weight", "154 lb", None, 69.9, None),
        ("weight", "154", "lb", 69.9, None),
        ("weight", "179", None, 179, 81.2),
        ("weight", "84", None, 84, None),
        ("weight", "80", "lb", 36.3, 80),
        ("pulse", "72 bpm", None, 72, None),
        ("pulse", "20", None, 20, None),
        ("pulse", "250", None, 250, None),
        ("spo2", "98%", None, 98, None),
        ("spo2", "50", None, 50, None),
        ("breaths", "16 / min", None, 16, None),
    ],
)
def test_reading_is_understood(
    kind: str, text: str, unit: str | None, value: float, suggested: float | None
) -> None:
    reading = parse(kind, text, unit, usual=MINE)
    assert (reading.value, reading.suggested, reading.unit) == (value, suggested, UNITS[kind])


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("temperature", "abc", "not_a_number"),
        ("temperature", "", "not_a_number"),
        ("temperature", "38.2.1", "not_a_number"),
        ("temperature", "-38", "not_a_number"),
        ("temperature", "\0\ud800", "not_a_number"),
        ("temperature", "9" * 500, "not_a_number"),
        ("temperature", "29.9", "impossible"),
        ("temperature", "45.1", "impossible"),
        ("temperature", "85.9", "impossible"),
        ("temperature", "38 kg", "unknown_unit"),
        ("pulse", "19", "impossible"),
        ("pulse", "251", "impossible"),
        ("spo2", "101", "impossible"),
        ("spo2", "49", "impossible"),
        ("breaths", "3", "impossible"),
        ("breaths", "71", "impossible"),
        ("weight", "2", "impossible"),
    ],
)
def test_unreadable_reading_says_what_one_looks_like(kind: str, text: str, code: str) -> None:
    with pytest.raises(UnreadableReading) as caught:
        parse(kind, text)
    assert caught.value.code == code
    assert caught.value.message.startswith("We could not read ")
    caught.value.message.encode()


def test_without_a_weight_to_compare_with_only_the_unlikely_is_asked_about() -> None:
    assert parse("weight", "200").suggested is None
    assert parse("weight", "201").suggested == 91.2
    assert parse("weight", "76", "lb").suggested == 76
    assert parse("weight", "79", "lb").suggested is None


def test_the_last_weight_counts_more_than_the_usual() -> None:
    assert parse("weight", "150", usual={"weight": 68}, previous={"weight": 140}).suggested is None


@pytest.mark.parametrize(
    ("top", "bottom", "best", "question"),
    [
        ("120/80", "", (120, 80), None),
        ("120 / 80", "", (120, 80), None),
        ("120", "80", (120, 80), None),
        ("120-80", "", (120, 80), None),
        ("120 over 80 mmHg", "", (120, 80), None),
        ("１２０／８０", "", (120, 80), None),
        ("84/50", "", (84, 50), None),
        ("12/8", "", (120, 80), "Did you mean 120/80?"),
        ("12", "8", (120, 80), "Did you mean 120/80?"),
        ("12,5/8", "", (125, 80), "Did you mean 125/80?"),
        ("80/120", "", (120, 80), "Did you mean 120/80?"),
        ("80/80", "", (80, 80), "You typed 80/80. Is that right?"),
        ("69/40", "", (69, 40), "You typed 69/40. Is that right?"),
        ("70/40", "", (70, 40), None),
        ("220/110", "", (220, 110), None),
        ("221/110", "", (221, 110), "You typed 221/110. Is that right?"),
    ],
)
def test_blood_pressure_is_understood(
    top: str, bottom: str, best: tuple[float, float], question: str | None
) -> None:
    systolic, diastolic = parse_blood_pressure(top, bottom)
    assert (systolic.best, diastolic.best) == best
    checks = doubts({"systolic": systolic, "diastolic": diastolic}, {}, {})
    assert [check.question for check in checks] == ([question] if question else [])


@pytest.mark.parametrize("top", ["300/400", "abc", "120", "", "120/80/60", "39/20", "301/100", "12/80", "\0"])
def test_unreadable_blood_pressure_says_what_one_looks_like(top: str) -> None:
    with pytest.raises(UnreadableReading, match="Blood pressure is two numbers, like 120/80"):
        parse_blood_pressure(top)


@pytest.mark.parametrize(("typed", "code"), [("abc", "not_a_number"), ("300/400", "impossible")])
def test_unreadable_blood_pressure_says_why(typed: str, code: str) -> None:
    with pytest.raises(UnreadableReading) as caught:
        parse_blood_pressure(typed)
    assert caught.value.code == code


def test_unreadable_blood_pressure_repeats_what_was_typed() -> None:
    with pytest.raises(UnreadableReading) as caught:
        parse_blood_pressure("300/400")
    assert caught.value.message == "We could not read 300/400. Blood pressure is two numbers, like 120/80."


def test_small_and_swapped_pressures_have_their_own_checks() -> None:
    for typed, code in (("12/8", "blood_pressure_scale"), ("80/120", "blood_pressure_range")):
        systolic, diastolic = parse_blood_pressure(typed)
        (check,) = doubts({"systolic": systolic, "diastolic": diastolic}, {}, {})
        assert (check.code, check.suggested, check.typed) == (code, "120/80", typed)


@pytest.mark.parametrize(
    ("kind", "typed", "code", "question"),
    [
        ("temperature", "98.6", "temperature_unit", "Did you mean 98.6 °F (37.0 °C)?"),
        ("temperature", "41.1", "temperature_range", "You typed 41.1. Is that right?"),
        ("temperature", "33.9", "temperature_range", "You typed 33.9. Is that right?"),
        ("weight", "179", "weight_unit", "Did you mean 179 lb (81.2 kg)?"),
        ("pulse", "39", "pulse_range", "You typed 39. Is that right?"),
        ("pulse", "161", "pulse_range", "You typed 161. Is that right?"),
    ],
)
def test_a_doubtful_reading_is_a_question(kind: str, typed: str, code: str, question: str) -> None:
    (check,) = doubts({kind: parse(kind, typed, usual=MINE)}, MINE, {})
    assert (check.code, check.question) == (code, question)


@pytest.mark.parametrize(("kind", "typed"), [("temperature", "41"), ("temperature", "34"), ("pulse", "160")])
def test_a_reading_at_the_edge_is_no_question(kind: str, typed: str) -> None:
    assert doubts({kind: parse(kind, typed)}, {}, {}) == ()


def test_a_weight_five_kilograms_off_the_last_is_believed_and_more_is_asked_about() -> None:
    previous = {"weight": 80.0}
    assert doubts({"weight": parse("weight", "85")}, {}, previous) == ()
    (check,) = doubts({"weight": parse("weight", "85.1")}, {}, previous)
    assert check.question == "You typed 85.1. Last time it was 80 kg. Is that right?"


def test_a_settled_reading_is_not_asked_about_again() -> None:
    for answer in (True, False):
        reading = Reading(98.6, "C", "98.6", suggested=37.0, confirmed=answer)
        assert doubts({"temperature": reading}, {}, {}) == ()


def test_an_impossible_value_without_a_suggestion_is_asked_for_again() -> None:
    (check,) = doubts({"spo2": Reading(9, "%", "9")}, {}, {})
    assert check.code == "spo2_range"
    assert check.question.startswith("We could not read 9.")


def test_the_suggestion_stands_until_it_is_refused() -> None:
    typed = Reading(179, "kg", "179", suggested=81.2)
    assert typed.best == 81.2
    assert Reading(179, "kg", "179", suggested=81.2, confirmed=True).best == 81.2
    assert Reading(179, "kg", "179", suggested=81.2, confirmed=False).best == 179


def test_a_raw_slip_gets_its_suggestion_before_triage() -> None:
    raw = {
        "systolic": Reading(12, "mmHg"),
        "diastolic": Reading(8, "mmHg"),
        "temperature": Reading(101.3, "C"),
    }
    seen = understand(raw, {}, {})
    assert {kind: reading.best for kind, reading in seen.items()} == {
        "systolic": 120,
        "diastolic": 80,
        "temperature": 38.5,
    }


def test_every_kind_has_limits() -> None:
    assert LIMITS.keys() == UNITS.keys()


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("temperature", "hot", "We could not read hot. A temperature is a number like 37.2."),
        ("temperature", " ", "We could not read that. A temperature is a number like 37.2."),
        ("temperature", "29.9", "We could not read 29.9. A temperature is a number like 37.2."),
        ("pulse", "72 Hz", "We could not read 72 Hz. A pulse is beats in a minute, a number like 72."),
        ("spo2", "101", "We could not read 101. An oxygen reading is a number like 97, never above 100."),
        ("weight", "9" * 21, f"We could not read {'9' * 20}…. A weight is a number like 70.5."),
        ("weight", "9" * 20, f"We could not read {'9' * 20}. A weight is a number like 70.5."),
    ],
)
def test_what_cannot_be_read_is_repeated_beside_an_example(kind: str, text: str, message: str) -> None:
    with pytest.raises(UnreadableReading) as caught:
        parse(kind, text)
    assert caught.value.message == str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("38.2 Celsius", None, 38.2),
        ("38.2 deg C.", None, 38.2),
        ("38.2 degrees", "F", 38.2),
        ("101 Fahrenheit", "C", 38.3),
        ("101 ° F", "C", 38.3),
        ("80 kilos", "lb", 80),
        ("154 pounds.", "kg", 69.9),
    ],
)
def test_the_unit_in_the_text_wins_over_that_of_the_box(text: str, unit: str | None, value: float) -> None:
    kind = "temperature" if value < 50 else "weight"
    assert parse(kind, text, unit).value == value


def test_what_was_typed_is_kept_on_one_line_and_no_longer_than_anybody_types() -> None:
    assert parse("temperature", " 38.2\n C ").typed == "38.2 C"
    assert parse("temperature", "38.2\u200bC").typed == "38.2 C"
    with pytest.raises(UnreadableReading):
        parse("temperature", "38.2" + " " * 90 + "degrees and more")
    systolic, diastolic = parse_blood_pressure(" 120 ", " 80 ")
    assert systolic.unit == diastolic.unit == "mmHg"
    assert systolic.typed == diastolic.typed == "120/80"


@pytest.mark.parametrize(
    ("value", "usual", "previous", "best"),
    [
        (128, {"weight": 80}, {}, 58.1),
        (127.9, {"weight": 80}, {}, 127.9),
        (240, {"weight": 80}, {}, 108.9),
        (240.1, {"weight": 80}, {}, 240.1),
        (128, {}, {"weight": 80}, 58.1),
        (159, {"weight": 80}, {"weight": 100}, 159),
        (200, {}, {}, 200),
        (200.1, {}, {}, 90.8),
    ],
)
def test_a_weight_of_about_twice_the_known_one_is_pounds(
    value: float, usual: dict[str, float], previous: dict[str, float], best: float
) -> None:
    raw = {"weight": Reading(value, "kg")}
    assert understand(raw, usual, previous)["weight"].best == best
    assert meant("weight", raw, usual, previous) == best


@pytest.mark.parametrize(
    ("pounds", "usual", "best"),
    [(100, {"weight": 72.7}, 100), (100, {"weight": 72.6}, 45.4), (100, {"weight": 137}, 45.4), (77, {}, 77),
     (78, {}, 35.4)],
)  # fmt: skip
def test_kilograms_in_the_pound_box_are_told_by_the_known_weight(
    pounds: float, usual: dict[str, float], best: float
) -> None:
    assert parse("weight", str(pounds), "lb", usual=usual).best == best


@pytest.mark.parametrize(
    ("typed", "best"),
    [
        ((12, 8), (120, 80)),
        ((80, 120), (120, 80)),
        ((120, 80), (120, 80)),
        ((39, 19), (39, 19)),
        ((12, 20), (12, 20)),
        ((5, 3), (50, 30)),
        ((3, 2), (3, 2)),
    ],
)
def test_what_a_pressure_of_an_earlier_day_was_meant_to_be(
    typed: tuple[float, float], best: tuple[float, float]
) -> None:
    raw = {"systolic": Reading(typed[0], "mmHg"), "diastolic": Reading(typed[1], "mmHg")}
    assert (meant("systolic", raw, {}, {}), meant("diastolic", raw, {}, {})) == best


def test_a_pressure_that_somebody_was_asked_about_or_that_lacks_a_number_is_left_as_it_is() -> None:
    twelve, eight = Reading(12, "mmHg"), Reading(8, "mmHg")
    for other in (Reading(8, "mmHg", confirmed=False), Reading(None, "mmHg")):
        raw = {"systolic": twelve, "diastolic": other}
        assert meant("systolic", raw, {}, {}) == 12
        assert understand(raw, {}, {}) == raw
    assert meant("systolic", {"systolic": twelve}, {}, {}) == 12
    assert meant("diastolic", {"diastolic": eight}, {}, {}) == 8
    assert meant("systolic", {"diastolic": eight}, {}, {}) is None


def test_what_was_answered_or_has_no_number_keeps_what_it_was() -> None:
    refused = {"temperature": Reading(101.3, "C", confirmed=False)}
    assert meant("temperature", refused, {}, {}) == 101.3
    assert understand(refused, {}, {}) == refused
    assert meant("temperature", {"temperature": Reading(None, "C", "hot")}, {}, {}) is None
    assert meant("temperature", {"temperature": Reading(101.3, "C")}, {}, {}) == 38.5
    assert meant("pulse", {"pulse": Reading(101.3, "beats/min")}, {}, {}) == 101.3


@pytest.mark.parametrize(
    ("readings", "previous", "check"),
    [
        (
            {"temperature": Reading(98.6, "C")},
            {},
            Check(
                "temperature_unit",
                "temperature",
                "¿Querías decir 98,6 °F (37,0 °C)?",
                "98,6 °F (37,0 °C)",
                "98,6",
            ),
        ),
        (
            {"temperature": Reading(3.3, "C", "38", suggested=38)},
            {},
            Check("temperature_unit", "temperature", "¿Querías decir 38,0 °C?", "38,0 °C", "38"),
        ),
        (
            {"temperature": Reading(41.5, "C")},
            {},
            Check("temperature_range", "temperature", "Escribiste 41,5. ¿Es así?", "", "41,5"),
        ),
        (
            {"temperature": Reading(None, "C", "mucha")},
            {},
            Check(
                "temperature_range",
                "temperature",
                "No pudimos leer mucha. La temperatura es un número como 37,2.",
                "",
                "mucha",
            ),
        ),
        (
            {"pulse": Reading(300, "beats/min", "300")},
            {},
            Check(
                "pulse_range",
                "pulse",
                "No pudimos leer 300. El pulso son los latidos en un minuto, un número como 72.",
                "",
                "300",
            ),
        ),
        (
            {"weight": Reading(74.9, "kg", "74,9")},
            {"weight": 80.0},
            Check("weight_range", "weight", "Escribiste 74,9. La última vez fue 80 kg. ¿Es así?", "", "74,9"),
        ),
        (
            {"weight": Reading(179, "kg")},
            {"weight": 80.0},
            Check("weight_unit", "weight", "¿Querías decir 179 lb (81,2 kg)?", "179 lb (81,2 kg)", "179"),
        ),
        (
            {"systolic": Reading(12, "mmHg"), "diastolic": Reading(8, "mmHg")},
            {},
            Check("blood_pressure_scale", "blood_pressure", "¿Querías decir 120/80?", "120/80", "12/8"),
        ),
        (
            {"systolic": Reading(80, "mmHg"), "diastolic": Reading(120, "mmHg")},
            {},
            Check("blood_pressure_range", "blood_pressure", "¿Querías decir 120/80?", "120/80", "80/120"),
        ),
        (
            {"systolic": Reading(69, "mmHg", "69/40"), "diastolic": Reading(40, "mmHg", "69/40")},
            {},
            Check("blood_pressure_range", "blood_pressure", "Escribiste 69/40. ¿Es así?", "", "69/40"),
        ),
        (
            {"systolic": Reading(90, "mmHg"), "diastolic": Reading(90, "mmHg")},
            {},
            Check("blood_pressure_range", "blood_pressure", "Escribiste 90/90. ¿Es así?", "", "90/90"),
        ),
        (
            {"diastolic": Reading(15, "mmHg")},
            {},
            Check(
                "blood_pressure_range",
                "blood_pressure",
                "No pudimos leer 15. La presión son dos números, como 120/80.",
                "",
                "15",
            ),
        ),
        (
            {"systolic": Reading(120, "mmHg"), "diastolic": Reading(None, "mmHg")},
            {},
            Check(
                "blood_pressure_range",
                "blood_pressure",
                "No pudimos leer 120. La presión son dos números, como 120/80.",
                "",
                "120",
            ),
        ),
        (
            {"systolic": Reading(None, "mmHg")},
            {},
            Check(
                "blood_pressure_range",
                "blood_pressure",
                "No pudimos leer eso. La presión son dos números, como 120/80.",
            ),
        ),
    ],
)
def test_a_question_is_whole_and_in_the_patients_language(
    readings: dict[str, Reading], previous: dict[str, float], check: Check
) -> None:
    assert doubts(readings, {}, previous, "es") == (check,)


def test_questions_come_pressure_first_and_breaths_are_never_asked_about() -> None:
    readings = {
        "weight": Reading(10, "kg"),
        "breaths": Reading(200, "breaths/min"),
        "spo2": Reading(40, "%"),
        "pulse": Reading(300, "beats/min"),
        "temperature": Reading(41.5, "C"),
        "diastolic": Reading(40, "mmHg"),
        "systolic": Reading(60, "mmHg"),
    }
    kinds = [each.kind for each in doubts(readings, {}, {})]
    assert kinds == ["blood_pressure", "temperature", "pulse", "spo2", "weight"]


def test_a_settled_pressure_is_not_asked_about_again() -> None:
    for confirmed in (True, False):
        settled = Reading(60, "mmHg", confirmed=confirmed)
        assert doubts({"systolic": settled, "diastolic": Reading(40, "mmHg")}, {}, {}) == ()
    assert doubts({"systolic": Reading(60, "mmHg")}, {}, {}) != ()
    assert doubts({"diastolic": Reading(40, "mmHg")}, {}, {}) == ()
