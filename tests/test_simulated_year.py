"""The simulated year of `bench`: its events are all noticed, and the same seed gives the same year."""

from dataclasses import replace

import pytest

from bench.events import EVENTS, Event
from bench.patients import ORDINARY_NOTES, Person
from bench.year import NOON, lines, year
from tracker.triage.assess import assess
from tracker.triage.report import History, Level, PastDay, Report
from tracker.triage.rules import default_rules

PEOPLE = [Person.invent(number, seed=7) for number in range(150)]
DRUGS = frozenset(default_rules().drug_names["en"])


def day_for(event: Event) -> tuple[Person, int]:
    """Somebody to whom it can happen, and when."""
    return next((person, day) for person in PEOPLE for day in range(20, 60) if event.can_happen(person, day))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: f"{event.kind} by {event.way}")
def test_every_serious_event_is_noticed_on_an_ordinary_day(event: Event) -> None:
    person, day = day_for(event)
    weight = {"weight": f"{person.weight:.1f}"}
    before = [person.ordinary_day(each) for each in (day - 2, day - 1)]
    history = History(
        treatments=person.treatments(day),
        usual=person.usual,
        days=tuple(
            PastDay(ago, replace(report, readings=person.read(weight)))
            for ago, report in enumerate(reversed(before), 1)
        ),
        days_since_chemo=person.days_since_chemo(day),
        language=person.language,
    )
    report = event.happens(person.ordinary_day(day), person)
    assert assess(report, history, default_rules(), NOON).level >= event.lowest, event


@pytest.mark.parametrize(
    ("language", "note"), [(language, note) for language, notes in ORDINARY_NOTES.items() for note in notes]
)
def test_an_ordinary_note_raises_nothing(language: str, note: str) -> None:
    found = assess(Report(note=note), History(language=language), default_rules(), NOON)
    assert found.level < Level.URGENT, [each.team for each in found.findings]


def test_people_are_on_every_drug() -> None:
    assert {drug for person in PEOPLE for drug in person.regimen.drugs} == DRUGS


def test_the_same_seed_gives_the_same_year_whoever_else_is_in_it() -> None:
    first, again, other = (year(3, seed, 40, default_rules()) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert first.reports == sum(first.levels.values()) > 10


def test_a_year_counts_ordinary_days_and_events_apart() -> None:
    told = year(3, 1, 120, default_rules())
    assert sum(told.told.values()) + sum(told.ordinary.values()) == told.reports
    assert sum(told.told.values()) == 1
    assert any("missed: " in line for line in lines(told))
