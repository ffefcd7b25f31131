"""What a case file may say, and how its days are replayed."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.triage import casefile
from tracker.triage.case import Case
from tracker.triage.casefile import CaseError, entries, read
from tracker.triage.expectations import Outcome, judge, outcome
from tracker.triage.report import Answer, History, Level, OpenFlag, Report, Treatment
from tracker.triage.rules import default_rules
from tracker.triage.story import Story

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = {"day": 0, "answers": {}}


def a_case(*days: Mapping[str, Any], patient: Any = None, **parts: Any) -> dict[str, Any]:
    return {"id": "one", "patient": patient or {}, "days": [*(days or (TODAY,))], **parts}


def replayed(*days: Mapping[str, Any], **parts: Any) -> tuple[Report, History]:
    return read(a_case(*days, **parts)).replay(default_rules(), NOON)


def judged(*days: Mapping[str, Any], **parts: Any) -> Outcome:
    return outcome(read(a_case(*days, **parts)), default_rules(), NOON)


# --- Reading ------------------------------------------------------------------------------------------------


def test_a_case_becomes_a_report_and_what_was_known() -> None:
    report, history = replayed(
        {"day": -1, "answers": {"nausea": {"frequency": 1, "severity": 1}}},
        {
            "day": 0,
            "answers": {"dizziness": {"severity": 2, "interference": 1}},
            "readings": {"systolic": 88, "diastolic": 54},
            "hours_since_last_urine": 9,
            "note": "Grey when I stand up.",
            "red_flags": ["faint"],
            "confirmed": ["dizziness"],
        },
        patient={
            "language": "es",
            "usual": {"systolic": 124},
            "baseline": {"nausea": {"severity": 1}},
            "limits": {"systolic_low": 84},
            "days_since_chemo": 9,
            "treatments": [{"drug": "aldesleukin", "last_dose_hours_ago": 3, "treatment_day": 4}],
        },
        open_flags=[{"day": -1, "level": "urgent", "acknowledged": False}],
    )
    assert report.answers == {"dizziness": Answer(severity=2, interference=1)}
    assert (report.value("systolic"), report.value("diastolic")) == (88, 54)
    assert (report.hours_since_urine, report.note) == (9, "Grey when I stand up.")
    assert report.red_flags == {"faint"}
    assert report.confirmed == {"dizziness"}
    assert history.language == "es"
    assert history.usual == {"systolic": 124}
    assert history.baseline == {"nausea": Answer(severity=1)}
    assert history.limits == {"systolic_low": 84}
    assert history.days_since_chemo == 9
    assert history.treatments == (Treatment("aldesleukin", 4, 3),)
    assert history.open_flags == (OpenFlag(1, Level.URGENT, False),)
    assert [day.days_ago for day in history.days] == [1]


def test_what_a_logged_day_does_not_name_was_asked_and_is_none() -> None:
    report, history = replayed(
        {"day": -1, "answers": {"nausea": {"severity": 3}}}, {"day": 0, "answers": {"cough": {"severity": 1}}}
    )
    assert report.answer("nausea") == history.days[0].report.answer("cough") == Answer(0, 0, 0, 0, 0)


def test_a_yes_that_names_no_red_flag_is_told_by_true() -> None:
    report, _ = replayed({"day": 0, "red_flags": True})
    assert (report.red_flag_answer, report.red_flags) == ("yes", frozenset())


def test_an_answer_that_is_not_asked_for_is_kept_and_remarked_on() -> None:
    story = read(a_case({"day": 0, "answers": {"diarrhea": {"frequency": 2, "severity": 3}}}))
    assert story.days[-1].report is not None
    assert story.days[-1].report.answers["diarrhea"] == Answer(frequency=2, severity=3)
    assert story.remarks == ("days[0].answers.diarrhea is not asked for its severity",)


def test_a_part_that_means_nothing_is_remarked_on() -> None:
    story = read(a_case(patient={"shoe_size": 44}, author="a clinician"))
    assert story.remarks == ("author means nothing to us", "patient.shoe_size means nothing to us")


@pytest.mark.parametrize(
    ("typed", "best", "suggested"),
    [
        (38.2, 38.2, None),
        ({"value": 101.3, "unit": "C"}, 38.5, 38.5),
        ({"value": 101.3, "unit": "F"}, 38.5, None),
        ({"value": 101.3, "unit": "C", "confirmed": False}, 101.3, 38.5),
        ("38,2 °C", 38.2, None),
        ({"value": 101.3, "unit": "Fahrenheit"}, 38.5, None),
        (986, None, None),
        ("hot", None, None),
    ],
)
def test_a_reading_is_read_as_the_form_reads_it(
    typed: Any, best: float | None, suggested: float | None
) -> None:
    report, _ = replayed({"day": 0, "readings": {"temperature": typed}})
    assert report.readings["temperature"].best == best
    assert report.readings["temperature"].suggested == suggested


@pytest.mark.parametrize(
    ("readings", "best"),
    [
        ({"systolic": 120, "diastolic": 80}, (120, 80)),
        ({"systolic": 12, "diastolic": 8}, (120, 80)),
        ({"diastolic": 121, "systolic": 76}, (121, 76)),
        ({"systolic": "84/50"}, (84, 50)),
        ({"systolic": 84}, (84, None)),
        ({"diastolic": 50}, (None, 50)),
        ({"systolic": 8}, (None, None)),
    ],
)
def test_blood_pressure_is_read_as_the_form_reads_it(
    readings: Mapping[str, Any], best: tuple[float | None, float | None]
) -> None:
    report, _ = replayed({"day": 0, "readings": readings})
    assert (report.value("systolic"), report.value("diastolic")) == best


def test_null_says_as_much_as_leaving_a_part_out() -> None:
    nothing = a_case(
        {"day": 0, "answers": {"nausea": None}, "readings": {"pulse": None}, "note": None},
        patient={"usual": None, "days_since_chemo": None},
        open_flags=None,
        expected={},
    )
    assert read(nothing) == read(a_case())


def test_pounds_are_told_by_the_weight_of_the_day_before() -> None:
    report, _ = replayed({"day": -1, "readings": {"weight": 74.8}}, {"day": 0, "readings": {"weight": 165}})
    assert report.value("weight") == 74.8


def test_what_the_person_said_of_a_blood_pressure_is_kept() -> None:
    doubtful = {"value": 12, "confirmed": False}
    report, _ = replayed({"day": 0, "readings": {"systolic": doubtful, "diastolic": 8}})
    assert [reading.confirmed for reading in report.readings.values()] == [False, False]
    assert report.value("systolic") == 12


def test_a_part_of_a_reading_that_means_nothing_is_remarked_on() -> None:
    full = {"value": 80, "unit": "beats/min", "confirmed": None, "device": "watch"}
    story = read(a_case({"day": 0, "readings": {"pulse": full}}))
    assert story.remarks == ("days[0].readings.pulse.device means nothing to us",)


def test_a_usual_reading_may_come_in_any_unit() -> None:
    assert replayed(patient={"usual": {"weight": {"value": 165, "unit": "lb"}}})[1].usual == {"weight": 74.8}


# --- Replay -------------------------------------------------------------------------------------------------


def test_every_earlier_day_gets_the_level_that_the_rules_give_it() -> None:
    _, history = replayed(
        {"day": -3, "answers": {"nausea": {"severity": 3, "frequency": 3}}},
        {"day": -2, "logged": False},
        {"day": -1, "red_flags": ["seizure"]},
        TODAY,
    )
    assert [(day.days_ago, day.level) for day in history.days] == [(1, Level.EMERGENCY), (3, Level.URGENT)]


def test_an_earlier_day_is_judged_by_what_was_known_on_it() -> None:
    """38.2 on the day before chemotherapy's tenth day is day nine; before the dose there is no dose."""
    seen = {}
    story = read(
        a_case(
            {"day": -4},
            {"day": -2},
            TODAY,
            patient={
                "days_since_chemo": 3,
                "treatments": [
                    {"drug": "filgrastim", "treatment_day": 3, "last_dose_hours_ago": 30},
                    {"drug": "interferon-alfa-2b", "ended_days_ago": 3},
                ],
            },
            open_flags=[{"day": -3, "level": "routine"}],
        )
    )
    for then in (4, 2, 0):
        known = story._known(then, [])
        seen[then] = (known.treatments, known.days_since_chemo, known.open_flags)
    assert seen[4] == ((Treatment("interferon-alfa-2b"),), None, ())
    assert seen[2] == (
        (Treatment("filgrastim", 1), Treatment("interferon-alfa-2b", days_since_end=1)),
        1,
        (OpenFlag(1, Level.ROUTINE, False),),
    )
    assert seen[0] == (
        (Treatment("filgrastim", 3, 30), Treatment("interferon-alfa-2b", days_since_end=3)),
        3,
        (OpenFlag(3, Level.ROUTINE, False),),
    )


def test_a_treatment_that_begins_on_day_0_is_known_then_and_not_before() -> None:
    for day in (0, 1):
        story = read(
            a_case({"day": -1}, TODAY, patient={"treatments": [{"drug": "bcg", "treatment_day": day}]})
        )
        assert story.replay(default_rules(), NOON)[1].treatments == (Treatment("bcg", day),)
        assert story._known(1, []).treatments == ()


@pytest.mark.parametrize(
    ("hours_ago", "dose_day", "hours_then"),
    [(23.9, False, None), (24, True, 0), (48, True, 24), (49, False, 25)],
)
def test_an_earlier_day_knows_the_dose_of_the_day_before_it(
    hours_ago: float, dose_day: bool, hours_then: float | None
) -> None:
    treatments = [{"drug": "bcg", "last_dose_hours_ago": hours_ago, "ended_days_ago": 1}]
    story = read(a_case({"day": -1}, TODAY, patient={"treatments": treatments}))
    _, history = story.replay(default_rules(), NOON)
    assert history.days[0].dose_day is dose_day
    assert story._known(1, []).treatments == (Treatment("bcg", None, hours_then, 0),)


def test_the_day_after_a_dose_and_a_day_that_says_so_are_dose_days() -> None:
    _, history = replayed(
        {"day": -7, "dose_day": True},
        {"day": -2},
        {"day": -1},
        TODAY,
        patient={"treatments": [{"drug": "interferon-alfa-2b", "last_dose_hours_ago": 30}]},
    )
    assert [(day.days_ago, day.dose_day) for day in history.days] == [(1, True), (2, False), (7, True)]
    assert not history.dose_day


def test_a_day_that_brought_nothing_is_silence_and_shows_no_screen() -> None:
    days = ({"day": -2}, {"day": 0, "logged": False})
    case = Case(*replayed(*days))
    assert case.is_silence
    assert case.missed_days == 2
    assert judged(*days).screen == ()


def test_silence_after_a_serious_day_is_urgent_and_shows_the_call() -> None:
    found = judged({"day": -2, "red_flags": ["seizure"]}, {"day": 0, "logged": False})
    assert "missed_logs_after_severe" in found.findings
    assert found.screen[0] == "Call your care team or the 24-hour line now, today."


def test_a_screen_reads_in_the_order_of_the_page() -> None:
    screen = judged({"day": 0, "readings": {"temperature": 98.6}}).screen
    question = screen.index("Did you mean 98.6 °F (37.0 °C)?")
    assert 0 < question < len(screen) - 1
    assert "For chest pain" in screen[-1]


def test_in_an_emergency_the_screen_says_what_to_do_and_no_more() -> None:
    screen = judged({"day": 0, "red_flags": ["seizure"], "answers": {"hives": {"presence": 1}}}).screen
    assert screen[0] == "Call the local emergency number now."
    assert not any("If your lips or throat swell" in line for line in screen)


# --- Errors -------------------------------------------------------------------------------------------------


DRUG = "patient.treatments[0]"
PULSE = "days[0].readings.pulse"


@pytest.mark.parametrize(
    ("case", "path"),
    [
        (None, ""),
        ([], ""),
        ({"days": [TODAY]}, "id"),
        ({"id": ""}, "days"),
        (a_case({"day": -1}), "days"),
        (a_case({"day": 0}, {"day": 0}), "days"),
        (a_case({"day": 0}, {"day": -1}), "days"),
        (a_case({"day": 1}), "days[0].day"),
        (a_case({"day": "0"}), "days[0].day"),
        (a_case({"day": 0, "logged": "no"}), "days[0].logged"),
        (a_case({"day": 0, "logged": False, "note": "x"}), "days[0].note"),
        (a_case({"day": 0, "answers": []}), "days[0].answers"),
        (a_case({"day": 0, "answers": {"hiccups": {}}}), "days[0].answers.hiccups"),
        (a_case({"day": 0, "answers": {"cough": 2}}), "days[0].answers.cough"),
        (a_case({"day": 0, "answers": {"cough": {"severity": 5}}}), "days[0].answers.cough.severity"),
        (a_case({"day": 0, "answers": {"cough": {"colour": 1}}}), "days[0].answers.cough.colour"),
        (a_case({"day": 0, "answers": {"cough": {"frequency": 9}}}), "days[0].answers.cough.frequency"),
        (a_case({"day": 0, "readings": {"height": 170}}), "days[0].readings.height"),
        (a_case({"day": 0, "readings": {"pulse": True}}), PULSE),
        (a_case({"day": 0, "readings": {"pulse": {"value": 8, "unit": "stone"}}}), PULSE),
        (a_case({"day": 0, "readings": {"pulse": {"value": 8, "unit": 7}}}), f"{PULSE}.unit"),
        (a_case({"day": 0, "readings": {"pulse": {"value": 8, "confirmed": 1}}}), f"{PULSE}.confirmed"),
        (a_case({"day": 0, "hours_since_last_urine": -1}), "days[0].hours_since_last_urine"),
        (a_case({"day": 0, "hours_since_urine": 3}), "days[0].hours_since_urine"),
        (a_case({"day": 0, "note": 7}), "days[0].note"),
        (a_case({"day": 0, "red_flags": ["tired"]}), "days[0].red_flags.0"),
        (a_case({"day": 0, "red_flags": "faint"}), "days[0].red_flags"),
        (a_case({"day": 0, "confirmed": ["tired"]}), "days[0].confirmed.0"),
        (a_case({"day": 0, "dose_day": 1}), "days[0].dose_day"),
        (a_case(patient=[7]), "patient"),
        (a_case(patient={"usual": {"pulse": 900}}), "patient.usual.pulse"),
        (a_case(patient={"baseline": {"hiccups": {}}}), "patient.baseline.hiccups"),
        (a_case(patient={"limits": {"systolic_low": "90"}}), "patient.limits.systolic_low"),
        (a_case(patient={"language": ""}), "patient.language"),
        (a_case(patient={"days_since_chemo": -1}), "patient.days_since_chemo"),
        (a_case(patient={"treatments": [{}]}), f"{DRUG}.drug"),
        (a_case(patient={"treatments": [{"drug": "bcg", "treatment_day": "1"}]}), f"{DRUG}.treatment_day"),
        (a_case(patient={"treatments": [{"drug": "bcg", "last_dose_hours": 4}]}), f"{DRUG}.last_dose_hours"),
        (a_case(open_flags=[{"day": -1, "level": "bad"}]), "open_flags[0].level"),
        (a_case(open_flags=[{"level": "urgent"}]), "open_flags[0].day"),
        (a_case(expected={"findings": ["fever"]}), "expected"),
        (a_case(expected=[1]), "expected"),
        (a_case(expected={"level": 2}), "expected.level"),
        (a_case(expected={"acceptable_levels": "urgent"}), "expected.acceptable_levels"),
        (a_case(expected={"level": "none", "findings": [1]}), "expected.findings[0]"),
        ({"id": "n", "note": None, "level": "worrying"}, "level"),
    ],
)  # fmt: skip
def test_an_error_names_the_file_and_the_place(case: Any, path: str) -> None:
    with pytest.raises(CaseError) as caught:
        read(case, "these.json", "[4]")
    assert caught.value.file == "these.json"
    assert caught.value.path == f"[4].{path}".rstrip(".")
    assert caught.value.problem


def test_a_slip_of_the_pen_is_an_error_that_says_what_was_meant() -> None:
    with pytest.raises(CaseError, match="did you mean days_since_chemo"):
        read(a_case(patient={"days_since_chemio": 9}))


def test_a_file_without_a_case_is_an_error() -> None:
    with pytest.raises(CaseError) as caught:
        entries([], "empty.json")
    assert str(caught.value) == "empty.json: there is no case in this file"


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (a_case({"day": 0, "readings": {"pulse": []}}), "must be a number, or a number with its unit"),
        (a_case({"day": 0, "readings": {"pulse": {"value": 8, "unit": 7}}}), "must be text"),
        (a_case({"day": 0, "readings": {"pulze": 80}}), "there is no such reading; did you mean pulse?"),
        (
            a_case({"day": 0, "readings": {"pulse": {"value": 8, "unit": "stone"}}}),
            "is in a unit that we do not know",
        ),
        (a_case({"day": 0, "logged": 0}), "must be true or false"),
        (a_case({"day": "0"}), "must be 0 for the day that is judged, -1 for the day before, and so on"),
        (a_case({"day": -1}), 'must end with day 0; write "logged": false when nothing came'),
        (a_case(TODAY, TODAY), "must run from the oldest to day 0, each day once"),
        (a_case({"day": 0, "logged": False, "note": "x"}), "nothing came that day, says logged"),
        (a_case(patient={"usual": {"pulse": 900}}), "must be a value that a living person can have"),
        (a_case(patient={"days_since_chemo": -1}), "must be a number, 0 or more"),
        (a_case(expected={"level": "bad"}), "must be one of none, routine, urgent, emergency"),
        (a_case(expected={"findings": []}), "needs a level"),
        ({"id": "n", "note": "x", "lang": ""}, "must be text"),
    ],
)
def test_an_error_says_what_is_wrong(case: Any, said: str) -> None:
    with pytest.raises(CaseError) as caught:
        read(case)
    assert caught.value.problem == said


def test_a_list_gives_each_of_its_cases_a_place() -> None:
    assert entries([{"id": "a"}, {"id": "b"}]) == [("[0]", {"id": "a"}), ("[1]", {"id": "b"})]
    assert entries({"id": "a"}) == [("", {"id": "a"})]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = sorted(casefile._CASE | casefile._PATIENT | casefile._DAY | casefile._EXPECTED)


@given(st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=6), st.sampled_from(KEYS), ANYTHING)
def test_whatever_stands_in_a_file_it_is_read_or_is_an_error(
    parts: dict[str, Any], key: str, value: Any
) -> None:
    day = {"day": 0, **{name: each for name, each in parts.items() if name in casefile._DAY - {"day"}}}
    patient = {name: each for name, each in parts.items() if name in casefile._PATIENT}
    for case in (parts, a_case(day, patient=patient), {**a_case(), key: value}):
        with suppress(CaseError):
            assert outcome(read(case), default_rules(), NOON).assessment.level in Level


# --- Notes --------------------------------------------------------------------------------------------------


def test_a_note_is_a_report_that_asked_for_nothing() -> None:
    story = read({"id": "n1", "note": "Fine.", "level": "none", "lang": "es", "codes": [], "trick": "plain"})
    report, history = story.replay(default_rules(), NOON)
    assert report == Report(note="Fine.")
    assert history == History(language="es")
    assert story.is_note
    assert not story.remarks


def test_a_note_keeps_what_readers_want_to_know_and_is_english_unless_it_says_otherwise() -> None:
    story = read({"id": "n1", "note": "Fine.", "why": "Nothing.", "author": "us", "notes": 1}, "f", "[2]")
    assert (story.id, story.reason, story.known.language) == ("n1", "Nothing.", "en")
    assert story.days[0].days_ago == 0
    assert story.expected is None
    assert story.remarks[0] == "[2].author means nothing to us"
    with pytest.raises(CaseError) as caught:
        read({"id": "n1", "note": 7, "lang": "en"}, "f", "[2]")
    assert caught.value.path == "[2].note"
    with pytest.raises(CaseError) as caught:
        read({"id": "n1", "note": "x", "lang": 7}, "f", "[2]")
    assert caught.value.path == "[2].lang"


@pytest.mark.parametrize(
    ("level", "acceptable"),
    [
        ("none", {Level.NONE, Level.ROUTINE}),
        ("routine", {Level.NONE, Level.ROUTINE}),
        ("urgent", {Level.URGENT, Level.EMERGENCY}),
        ("emergency", {Level.URGENT, Level.EMERGENCY}),
    ],
)
def test_a_note_must_be_raised_to_urgent_or_stay_below(level: str, acceptable: set[Level]) -> None:
    story = read({"id": "n1", "note": "x", "level": level})
    assert story.expected is not None
    assert story.expected.acceptable == acceptable


# --- Judging ------------------------------------------------------------------------------------------------

FEVER = {"day": 0, "readings": {"temperature": 38.4}}


def verdict(*days: Mapping[str, Any], **expected: Any) -> Any:
    found = judged(*days, expected=expected)
    assert found.story.expected is not None
    return judge(found, found.story.expected)


@pytest.mark.parametrize(
    ("levels", "side"),
    [
        (["urgent"], ""),
        (["urgent", "emergency"], ""),
        (["emergency"], "under"),
        (["none", "routine"], "over"),
        (["none", "emergency"], "beside"),
    ],
)
def test_too_low_and_too_high_are_told_apart(levels: list[str], side: str) -> None:
    told = verdict(FEVER, acceptable_levels=levels)
    assert told.side == side
    assert told.passed == (side == "")


def test_a_level_alone_is_the_only_acceptable_one() -> None:
    assert verdict(FEVER, level="urgent").passed
    assert verdict(FEVER, level="emergency").side == "under"


def test_what_was_not_found_asked_or_said_is_missed() -> None:
    told = verdict(
        FEVER,
        level="urgent",
        findings=["fever", "seizure"],
        checks=["temperature_unit"],
        screen_says=["call your care team or the 24-hour line today", "lie down and raise your legs"],
    )
    assert told.missed == (
        "no finding seizure",
        "no check temperature_unit",
        "the screen does not say: lie down and raise your legs",
    )


@pytest.mark.parametrize(
    ("sentence", "missed"),
    [
        ("raise a fever alert", True),
        ("Flag possible stroke", False),
        ("raise a stroke alert, or a spleen alert", False),
        ("say “call your care team”", True),
        ('say "no concerns"', False),
    ],
)
def test_what_must_not_happen_is_checked_where_it_names_a_finding_or_words(
    sentence: str, missed: bool
) -> None:
    told = verdict(FEVER, level="urgent", must_not=[sentence])
    assert told.passed != missed
    assert told.to_check == ()


def test_a_finding_is_named_without_its_vague_words_too() -> None:
    stroke = {"day": 0, "answers": {"face_arm_speech": {"presence": 1}}}
    told = verdict(stroke, level="emergency", must_not=["raise a stroke alert"])
    assert told.missed == ("it must not raise a stroke alert",)


@pytest.mark.parametrize(
    "sentence",
    ["raise a problem alert", "raise a change", "raise a possible alert"],
)
def test_a_vague_word_alone_names_no_finding(sentence: str) -> None:
    assert verdict(FEVER, level="urgent", must_not=[sentence]).to_check == (sentence,)


@pytest.mark.parametrize(
    "sentence",
    ["silently drop the rating", "hide the fever", "raise an alert from 179 kg", "dismiss the fever"],
)
def test_what_no_program_can_tell_is_given_to_a_person(sentence: str) -> None:
    assert verdict(FEVER, level="urgent", must_not=[sentence]).to_check == (sentence,)


def test_a_story_keeps_what_readers_want_to_know() -> None:
    story = read(a_case(title="A day", reason="Because."))
    assert (story.title, story.reason) == ("A day", "Because.")
    assert isinstance(story, Story)
