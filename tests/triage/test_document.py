import json
import math
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.build import a_report
from tests.triage.strategies import reports
from tracker.triage.document import NOTE_MAX, InvalidReport, read, write
from tracker.triage.report import NONE_ANSWER, Answer, Reading, Report, ToldDose

YES_NO = "Must be a whole number from 0 to 1."
OUTSIDE = "Must be from -100000 to 100000."
THREE = "Must be true, false or null."
SCALE = "Must be a whole number from 0 to 4."
UNCOUNTABLE = "Must be a number that can be counted."
NOT_ASKED = "This is not asked about this symptom."
SURROGATE = "Has half of a character (a lone surrogate), which cannot be stored."


def problems(**parts: Any) -> dict[str, str]:
    with pytest.raises(InvalidReport) as caught:
        read({"version": 1, **parts})
    return caught.value.errors


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
likely_keys = st.sampled_from(
    ["nausea", "rash", "severity", "presence", "systolic", "value", "unit", "answer", "codes", "zz"]
)
near_documents = st.fixed_dictionaries(
    {"version": st.just(1) | json_values},
    optional={
        key: json_values
        | st.dictionaries(likely_keys, json_values | st.dictionaries(likely_keys, json_values))
        for key in (
            "red_flags",
            "asked",
            "answers",
            "readings",
            "hours_since_urine",
            "note",
            "doses",
            "other",
        )
    },
)


def read_or_problems(document: Any) -> Report | dict[str, str]:
    try:
        return read(document)
    except InvalidReport as invalid:
        return invalid.errors


@given(json_values | near_documents)
def test_any_json_value_is_read_or_refused_in_words(document: Any) -> None:
    outcome = read_or_problems(document)
    if isinstance(outcome, Report):
        assert read(write(outcome)) == outcome
    else:
        assert outcome
        "".join([*outcome.keys(), *outcome.values()]).encode()


@given(reports())
def test_a_report_survives_being_written_and_read(report: Report) -> None:
    document = write(report)
    assert read(json.loads(json.dumps(document))) == report
    assert write(read(document)) == document


def test_the_same_report_is_always_the_same_text() -> None:
    one = read(
        {"version": 1, "asked": ["rash", "nausea"], "answers": {"rash": {}, "nausea": {"severity": 1}}}
    )
    other = read(
        {"version": 1, "answers": {"nausea": {"severity": 1}, "rash": {}}, "asked": ["nausea", "rash"]}
    )
    assert json.dumps(write(one)) == json.dumps(write(other))


def test_an_empty_check_in_is_a_report() -> None:
    assert read({"version": 1}) == Report()


def test_a_document_is_read_in_full() -> None:
    report = read(
        {
            "version": 1,
            "red_flags": {"answer": "yes", "codes": ["chest_pain"]},
            "asked": ["nausea", "vomiting"],
            "answers": {"nausea": {"frequency": 2, "severity": None}},
            "readings": {"systolic": {"value": 84.0, "unit": "mmHg", "typed": "84/50", "confirmed": True}},
            "hours_since_urine": 16,
            "note": "Tired 🙂 <script>",
        }
    )
    assert report == Report(
        answers={"nausea": Answer(frequency=2)},
        asked=frozenset({"nausea", "vomiting"}),
        red_flags=frozenset({"chest_pain"}),
        red_flag_answer="yes",
        readings={"systolic": Reading(84.0, "mmHg", "84/50", confirmed=True)},
        hours_since_urine=16,
        note="Tired 🙂 <script>",
    )


def test_none_skipped_and_not_asked_are_three_things() -> None:
    report = read({"version": 1, "asked": ["vomiting"], "answers": {"nausea": {"severity": None}}})
    assert report.answer("vomiting") == NONE_ANSWER
    assert report.answer("nausea") == Answer()
    assert report.answer("rash") is None


def test_a_named_red_flag_is_a_yes_even_beside_a_no() -> None:
    report = read({"version": 1, "red_flags": {"answer": "no", "codes": ["faint"]}})
    assert report.red_flag_answer == "yes"


@pytest.mark.parametrize("document", [None, [], "report", 1, True, {}, {"version": 2}, {"version": True}])
def test_what_is_no_document_of_this_version_is_refused(document: Any) -> None:
    with pytest.raises(InvalidReport):
        read(document)


def test_a_document_of_another_version_says_which_one_it_must_be() -> None:
    assert problems(version=2) == {"version": "The report must be version 1."}


@pytest.mark.parametrize(
    ("parts", "path", "problem"),
    [
        ({"answers": {"hiccups": {}}}, "answers.hiccups", "There is no such symptom."),
        ({"answers": {"rash": {"severity": 2}}}, "answers.rash.severity", NOT_ASKED),
        ({"answers": {"rash": {"colour": 2}}}, "answers.rash.colour", "There is no such question."),
        ({"answers": {"nausea": {"severity": 5}}}, "answers.nausea.severity", SCALE),
        ({"answers": {"nausea": {"severity": -1}}}, "answers.nausea.severity", SCALE),
        ({"answers": {"nausea": {"severity": 2.0}}}, "answers.nausea.severity", SCALE),
        ({"answers": {"nausea": {"severity": True}}}, "answers.nausea.severity", SCALE),
        ({"answers": {"rash": {"presence": 2}}}, "answers.rash.presence", YES_NO),
        ({"answers": {"nausea": 3}}, "answers.nausea", "Must be an object with named parts."),
        ({"asked": ["hiccups"]}, "asked.0", "There is no symptom hiccups."),
        ({"asked": "nausea"}, "asked", "Must be a list of codes."),
        ({"red_flags": {"codes": ["nausea"]}}, "red_flags.codes.0", "There is no red flag nausea."),
        ({"red_flags": {"answer": "maybe"}}, "red_flags.answer", "Must be yes, no or not_asked."),
        ({"readings": {"mood": {}}}, "readings.mood", "There is no such reading."),
        ({"readings": {"pulse": {"unit": "Hz"}}}, "readings.pulse.unit", "Must be beats/min."),
        ({"readings": {"pulse": {"value": "72"}}}, "readings.pulse.value", "Must be a number."),
        ({"readings": {"pulse": {"value": math.nan}}}, "readings.pulse.value", UNCOUNTABLE),
        ({"readings": {"pulse": {"value": math.inf}}}, "readings.pulse.value", UNCOUNTABLE),
        ({"readings": {"pulse": {"value": 10**400}}}, "readings.pulse.value", OUTSIDE),
        ({"readings": {"pulse": {"confirmed": 1}}}, "readings.pulse.confirmed", THREE),
        ({"hours_since_urine": -1}, "hours_since_urine", "Must be from 0 to 240."),
        ({"note": 5}, "note", "Must be text."),
        ({"note": "a\0b"}, "note", "Has a NUL character, which cannot be stored."),
        ({"note": "\ud83d"}, "note", SURROGATE),
        ({"mood": 3}, "mood", "There is no such part."),
    ],
)  # fmt: skip
def test_each_problem_is_named_with_its_place(parts: dict[str, Any], path: str, problem: str) -> None:
    assert problems(**parts) == {path: problem}


def test_a_note_may_be_long_but_not_longer() -> None:
    assert read({"version": 1, "note": "x" * NOTE_MAX}).note
    assert problems(note="x" * 20_001) == {"note": "Must be at most 20,000 characters; this is 20,001."}


def test_all_problems_are_told_at_once() -> None:
    assert problems(asked=["hiccups"], note="\0").keys() == {"asked.0", "note"}


def test_a_strange_code_is_safe_to_print() -> None:
    (path,) = problems(answers={"\ud800\n" + "x" * 500: {}})
    assert path.startswith(r"answers.\ud800\nxxx")
    assert len(path) < 80


def test_a_rating_that_was_confirmed_is_kept_and_nothing_is_written_where_none_was() -> None:
    confirmed = read({"version": 1, "confirmed": ["nausea"]})
    assert confirmed.confirmed == frozenset({"nausea"})
    assert write(confirmed)["confirmed"] == ["nausea"]
    assert "confirmed" not in write(a_report(nausea=3))
    assert problems(confirmed=["zz"]) == {"confirmed.0": "There is no symptom zz."}
    assert problems(confirmed="nausea") == {"confirmed": "Must be a list of codes."}


MORNING = datetime(2026, 11, 20, 8, 30, tzinfo=timezone(timedelta(hours=1)))
TAKEN = {"aldesleukin": {"answer": "taken", "at": "2026-11-20T08:30:00+01:00"}}


def test_what_was_said_of_doses_is_kept_and_nothing_is_written_where_nothing_was() -> None:
    told = read({"version": 1, "doses": TAKEN | {"filgrastim": {"answer": "missed"}}})
    assert told.doses == {"aldesleukin": ToldDose("taken", MORNING), "filgrastim": ToldDose("missed")}
    assert write(told)["doses"] == TAKEN | {"filgrastim": {"answer": "missed", "at": None}}
    assert "doses" not in write(a_report(nausea=3))


def test_a_request_to_be_called_is_kept_and_tells_nothing_of_the_day() -> None:
    told = read({"version": 1, "wants_call": True, "call_number": "555 0142", "note": "About the dates"})
    assert told.wants_call
    assert told.is_call_alone
    assert (write(told)["wants_call"], write(told)["call_number"]) == (True, "555 0142")
    assert not read({"version": 1, "wants_call": True, "asked": ["nausea"]}).is_call_alone
    assert not read({"version": 1, "note": "About the dates"}).is_call_alone


@pytest.mark.parametrize(
    ("doses", "where", "problem"),
    [
        ([], "doses", "Must be an object with named parts."),
        ({"A b": {"answer": "taken"}}, "doses.A b", "Must be the code of a drug."),
        ({"bcg": {}}, "doses.bcg.answer", "Must be taken, missed or not_due."),
        ({"bcg": {"answer": "yes"}}, "doses.bcg.answer", "Must be taken, missed or not_due."),
        ({"bcg": {"answer": "taken", "at": "08:30"}}, "doses.bcg.at", "Must be a time with its offset"),
        ({"bcg": {"answer": "taken", "at": 8}}, "doses.bcg.at", "Must be a time with its offset"),
        ({"bcg": {"answer": "taken", "at": "2026-11-20T08:30"}}, "doses.bcg.at", "Must be a time"),
        ({"bcg": {"answer": "missed", "at": "2026-11-20T08:30:00Z"}}, "doses.bcg.at", "Only a dose"),
        ({f"drug-{n}": {"answer": "taken"} for n in range(21)}, "doses", "Must be at most 20 drugs."),
    ],
)
def test_what_is_said_of_doses_wrongly_is_named(doses: Any, where: str, problem: str) -> None:
    found = problems(doses=doses)
    assert list(found) == [where]
    assert found[where].startswith(problem)


def test_a_request_that_is_no_yes_or_no_is_named() -> None:
    assert problems(wants_call="yes") == {"wants_call": "Must be true or false."}
