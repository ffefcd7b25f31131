"""Any valid report and history, for properties that must hold of all of them."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.triage.build import NOON
from tracker.triage.assess import assess
from tracker.triage.report import Answer, History, Level, Mute, OpenFlag, PastDay, Reading, Report, Treatment
from tracker.triage.rules import default_rules
from tracker.triage.symptoms import HIGHEST, RED_FLAGS, SYMPTOMS
from tracker.triage.units import UNITS

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
)

numbers = st.floats(0, 400) | st.integers(0, 400)
plain_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
levels = st.sampled_from(Level)


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
        note=st.just("") | plain_text | st.sampled_from(SENTENCES),
        confirmed=st.frozensets(st.sampled_from(sorted(SYMPTOMS)), max_size=2),
    )


def treatments() -> st.SearchStrategy[Treatment]:
    return st.builds(
        Treatment,
        drug=st.sampled_from(DRUGS),
        treatment_day=st.none() | st.integers(1, 400),
        hours_since_dose=st.none() | st.floats(0, 2000),
        days_since_end=st.none() | st.integers(0, 400),
    )


def past_days() -> st.SearchStrategy[tuple[PastDay, ...]]:
    """Newest first; a day may have any level, or none that we know."""
    days = st.lists(
        st.builds(PastDay, st.integers(0, 20), reports(), st.booleans(), st.none() | levels), max_size=4
    )
    return days.map(lambda each: tuple(sorted(each, key=lambda day: day.days_ago)))


def histories() -> st.SearchStrategy[History]:
    symptoms = st.sampled_from(sorted(SYMPTOMS))
    return st.builds(
        History,
        treatments=st.lists(treatments(), max_size=3).map(tuple),
        usual=st.dictionaries(st.sampled_from(sorted(UNITS)), numbers, max_size=7),
        baseline=st.lists(symptoms, max_size=3, unique=True).flatmap(
            lambda chosen: st.fixed_dictionaries({code: answers_to(code) for code in chosen})
        ),
        days=past_days(),
        days_since_chemo=st.none() | st.integers(0, 100),
        dose_day=st.booleans(),
        language=st.sampled_from(["en", "es", "fr"]),
        limits=st.dictionaries(st.sampled_from(sorted(RULES.limits)), numbers, max_size=4),
        open_flags=st.lists(st.builds(OpenFlag, st.integers(0, 9), levels, st.booleans()), max_size=2).map(
            tuple
        ),
    )


@st.composite
def muted_histories(draw: st.DrawFn) -> History:
    """A history in which a nurse has muted some of what another report would have found."""
    history = draw(histories())
    findings = assess(draw(reports()), history, RULES, NOON).findings
    if not findings:
        return history
    chosen = draw(st.lists(st.sampled_from(findings), max_size=4))
    mutes = tuple(Mute(each.rule, each.level, each.inputs) for each in chosen)
    return History(**{name: getattr(history, name) for name in History.__slots__} | {"mutes": mutes})
