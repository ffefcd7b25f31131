"""Any valid report and history, for properties that must hold of all of them."""

from __future__ import annotations

from hypothesis import strategies as st

from tracker.triage.report import Answer, History, PastDay, Reading, Report, Treatment
from tracker.triage.rules import default_rules
from tracker.triage.symptoms import HIGHEST, RED_FLAGS, SYMPTOMS
from tracker.triage.units import UNITS

DRUGS = sorted(default_rules().drug_names["en"])

numbers = st.floats(0, 400) | st.integers(0, 400)
plain_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


def answers_to(code: str) -> st.SearchStrategy[Answer]:
    values = {each: st.none() | st.integers(0, HIGHEST[each]) for each in SYMPTOMS[code].attributes}
    return st.builds(Answer, **values)


def readings_of(kind: str) -> st.SearchStrategy[Reading]:
    return st.builds(
        Reading,
        value=st.none() | numbers,
        unit=st.just(UNITS[kind]),
        typed=plain_text,
        suggested=st.none() | numbers,
        confirmed=st.none() | st.booleans(),
    )


def reports() -> st.SearchStrategy[Report]:
    codes = st.lists(st.sampled_from(sorted(SYMPTOMS)), max_size=8, unique=True)
    kinds = st.lists(st.sampled_from(sorted(UNITS)), max_size=7, unique=True)
    return st.builds(
        Report,
        answers=codes.flatmap(
            lambda chosen: st.fixed_dictionaries({code: answers_to(code) for code in chosen})
        ),
        asked=st.frozensets(st.sampled_from(sorted(SYMPTOMS)), max_size=8),
        red_flags=st.just(frozenset()) | st.frozensets(st.sampled_from(RED_FLAGS), max_size=2),
        red_flag_answer=st.sampled_from(["yes", "no", "not_asked"]),
        readings=kinds.flatmap(
            lambda chosen: st.fixed_dictionaries({kind: readings_of(kind) for kind in chosen})
        ),
        hours_since_urine=st.none() | st.floats(0, 240),
        note=plain_text,
    )


def treatments() -> st.SearchStrategy[Treatment]:
    return st.builds(
        Treatment,
        drug=st.sampled_from(DRUGS),
        treatment_day=st.none() | st.integers(1, 400),
        hours_since_dose=st.none() | st.floats(0, 2000),
        days_since_end=st.none() | st.integers(0, 400),
    )


def histories() -> st.SearchStrategy[History]:
    days = st.lists(st.tuples(st.integers(0, 20), reports(), st.booleans()), max_size=4)
    return st.builds(
        History,
        treatments=st.lists(treatments(), max_size=3).map(tuple),
        usual=st.dictionaries(st.sampled_from(sorted(UNITS)), numbers, max_size=7),
        baseline=st.just({}),
        days=days.map(lambda each: tuple(PastDay(*day) for day in sorted(each, key=lambda day: day[0]))),
        days_since_chemo=st.none() | st.integers(0, 100),
        dose_day=st.booleans(),
    )
