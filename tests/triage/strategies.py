"""Any valid report and history, for properties that must hold of all of them."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import strategies as st

from tests.triage.build import NOON
from tracker.triage.assess import assess
from tracker.triage.report import (
    Answer,
    History,
    Level,
    Mute,
    OpenFlag,
    PastDay,
    Reading,
    Report,
    ToldDose,
    Treatment,
)
from tracker.triage.rules import default_rules
from tracker.triage.symptoms import HIGHEST, RED_FLAGS, SYMPTOMS
from tracker.triage.units import LIMITS, UNITS

RULES = default_rules()
DRUGS = sorted(RULES.drug_names["en"])
SENTENCES = (
    "My chest hurts.",
    "Fever since last night.",
    "I fainted in the shower.",
    "Temp 38.6 this morning",
    "bp 84/50",
    "No chest pain, no fever.",
    "Lovely walk with the dog today.",
    "Me duele el pecho.",
    # What nobody would call mild, see checks.ONLY_SAID_OF_SEVERE.
    "Been sick 9 times, nothing stays down.",
    "Diarrhoea 12 times today.",
    "Shaking so hard the bed rattled.",
    "Cannot breathe sitting still.",
    "The worst headache of my life, out of nowhere.",
    "So dizzy I cannot stand.",
    "The pain is unbearable.",
    "I see no point in anything any more.",
    " ".join(["hundred"] * 200),
)

numbers = st.floats(0, 400) | st.integers(0, 400)
plain_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
levels = st.sampled_from(Level)


def answers_to(code: str) -> st.SearchStrategy[Answer]:
    values = {each: st.none() | st.integers(0, HIGHEST[each]) for each in SYMPTOMS[code].attributes}
    return st.builds(Answer, **values)


def readings_of(kind: str) -> st.SearchStrategy[Reading]:
    return st.builds(
        Reading,
        value=st.none() | numbers,
        unit=st.just(UNITS[kind]),
        typed=st.sampled_from(["", "38,5", "twelve"]),
        suggested=st.none() | numbers,
        confirmed=st.none() | st.booleans(),
    )


def reports(most: int = 6) -> st.SearchStrategy[Report]:
    """With so many symptoms and readings at most."""
    codes = st.lists(st.sampled_from(sorted(SYMPTOMS)), max_size=most, unique=True)
    kinds = st.lists(st.sampled_from(sorted(UNITS)), max_size=most, unique=True)
    return st.builds(
        Report,
        answers=codes.flatmap(
            lambda chosen: st.fixed_dictionaries({code: answers_to(code) for code in chosen})
        ),
        asked=st.frozensets(st.sampled_from(sorted(SYMPTOMS)), max_size=most),
        red_flags=st.just(frozenset()) | st.frozensets(st.sampled_from(RED_FLAGS), max_size=2),
        red_flag_answer=st.sampled_from(["yes", "no", "not_asked"]),
        readings=kinds.flatmap(
            lambda chosen: st.fixed_dictionaries({kind: readings_of(kind) for kind in chosen})
        ),
        hours_since_urine=st.none() | st.floats(0, 240),
        note=st.just("") | plain_text | st.sampled_from(SENTENCES),
        confirmed=st.frozensets(st.sampled_from(sorted(SYMPTOMS)), max_size=2),
        doses=st.dictionaries(st.sampled_from(DRUGS), told_doses(), max_size=2),
        wants_call=st.booleans(),
        call_number=st.sampled_from(["", "555 0142"]),
    )


def told_doses() -> st.SearchStrategy[ToldDose]:
    taken = st.builds(ToldDose, st.just("taken"), st.sampled_from([None, NOON]))
    return taken | st.builds(ToldDose, st.sampled_from(["missed", "not_due"]))


def treatments() -> st.SearchStrategy[Treatment]:
    return st.builds(
        Treatment,
        drug=st.sampled_from(DRUGS),
        treatment_day=st.none() | st.integers(1, 400),
        hours_since_dose=st.none() | st.floats(0, 2000),
        days_since_end=st.none() | st.integers(0, 400),
    )


def a_random_report(random: Random, most: int) -> Report:
    """For what lies in the past: too much for hypothesis to draw, and nothing that needs shrinking."""
    codes = random.sample(sorted(SYMPTOMS), random.randint(0, most))
    kinds = random.sample(sorted(UNITS), random.randint(0, most))
    return Report(
        answers={code: _any_answer(random, code) for code in codes},
        asked=frozenset(random.sample(sorted(SYMPTOMS), random.randint(0, most))),
        red_flags=frozenset(random.sample(RED_FLAGS, random.choice([0, 0, 0, 1]))),
        readings={kind: _any_reading(random, kind) for kind in kinds},
        hours_since_urine=random.choice([None, random.uniform(0, 30)]),
    )


def _any_answer(random: Random, code: str) -> Answer:
    attributes = SYMPTOMS[code].attributes
    return Answer(**{each: random.choice([None, *range(HIGHEST[each] + 1)]) for each in attributes})


def _any_reading(random: Random, kind: str) -> Reading:
    limits = LIMITS[kind]
    value = round(random.uniform(limits.low - 10, limits.high + 10), 1)
    return Reading(value, UNITS[kind], confirmed=random.choice([None, None, True]))


def _past_days(seed: int) -> tuple[PastDay, ...]:
    random = Random(seed)
    days = sorted(random.sample(range(20), random.randint(0, 6)))
    return tuple(
        PastDay(day, a_random_report(random, 5), random.random() < 0.3, random.choice([None, *Level]))
        for day in days
    )


def histories() -> st.SearchStrategy[History]:
    symptoms = st.sampled_from(sorted(SYMPTOMS))
    return st.builds(
        History,
        treatments=st.lists(treatments(), max_size=3).map(tuple),
        usual=st.dictionaries(st.sampled_from(sorted(UNITS)), numbers, max_size=7),
        baseline=st.lists(symptoms, max_size=3, unique=True).flatmap(
            lambda chosen: st.fixed_dictionaries({code: answers_to(code) for code in chosen})
        ),
        days=st.integers(0, 10**6).map(_past_days),
        days_since_chemo=st.none() | st.integers(0, 100),
        dose_day=st.booleans(),
        language=st.sampled_from(["en", "es", "fr"]),
        limits=st.dictionaries(st.sampled_from(sorted(RULES.limits)), numbers, max_size=4),
        open_flags=st.lists(st.builds(OpenFlag, st.integers(0, 9), levels, st.booleans()), max_size=2).map(
            tuple
        ),
    )


def muted_histories() -> st.SearchStrategy[History]:
    """A history in which a nurse has muted some of what another report would have found."""
    return st.builds(_with_mutes, histories(), st.integers(0, 10**6))


def _with_mutes(history: History, seed: int) -> History:
    random = Random(seed)
    findings = [
        finding
        for _ in range(3)
        for finding in assess(a_random_report(random, 7), history, RULES, NOON).findings
    ]
    chosen = random.sample(findings, min(len(findings), 6))
    return replace(history, mutes=tuple(Mute(each.rule, each.level, each.inputs) for each in chosen))
