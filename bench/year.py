"""A simulated year: how often rules flag, and whether they miss anything serious.

    .venv/bin/python -m bench.year [--patients 500] [--days 365] [--seed 1] [--rules FILE]

Invented people report most days, each on a drug with its course, among noise and slips of the finger. Now and
then something serious happens to one of them, told by a tick, a number or a note. Exit status 1 when any of
that stays below urgent.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing import Pool
from pathlib import Path
from random import Random

from bench.events import EVENTS, Event
from bench.patients import Person
from tracker.triage.assess import Assessment, assess
from tracker.triage.report import Answer, History, Level, OpenFlag, PastDay, Report
from tracker.triage.rules import RuleSet, default_rules, load

REMEMBERED = 60
"""Days, as the site remembers them."""
EVENTS_A_YEAR = 2.0
SETTLING_IN = 9
"""Days without an event at the beginning: weight and usual readings are known after them."""
UNANSWERED = 0.01
"""Flags that nobody answers; the others are answered within a day, and resolved within three."""
SHOWN_RULES = 25
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class Tally:
    """What came of reports, and of serious events."""

    reports: int = 0
    levels: Counter[str] = field(default_factory=Counter)
    ordinary: Counter[str] = field(default_factory=Counter)
    opened: Counter[str] = field(default_factory=Counter)
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)
    alone: Counter[str] = field(default_factory=Counter)
    drugs: Counter[tuple[str, str]] = field(default_factory=Counter)
    told: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    def report(self, found: Assessment, person: Person, event: Event | None, joins: bool) -> None:
        """`joins`: the person has a flag that nobody has resolved yet, and the report is added to it."""
        self.reports += 1
        level = found.level.word
        self.levels[level] += 1
        drug = person.regimen.drugs[0]
        self.drugs[drug, "reports"] += 1
        if event:
            return self.event(found, event, drug)
        self.ordinary[level] += 1
        if found.level and not joins:
            self.opened[level] += 1
        self.drugs[drug, level] += 1
        codes = {each.rule for each in found.findings if each.level == found.level and found.level}
        self.rules.update((level, code) for code in codes)
        if len(codes) == 1 and found.level >= Level.URGENT:
            self.alone.update(codes)
        return None

    def event(self, found: Assessment, event: Event, drug: str) -> None:
        came = "missed" if found.level < Level.URGENT else "low" if found.level < event.lowest else "found"
        self.told[event.kind, event.way, came] += 1
        if came != "found":
            what = event.note or {**event.answers, **event.typed} or event.flags or event.urine
            self.missed.append(f"{came} ({found.level.word}): {event.kind} by {event.way} on {drug}: {what}")

    def add(self, other: Tally) -> None:
        self.reports += other.reports
        for name in ("levels", "ordinary", "opened", "rules", "alone", "drugs", "told"):
            getattr(self, name).update(getattr(other, name))
        self.missed += other.missed


def year(number: int, seed: int, days: int, rules: RuleSet) -> Tally:
    """One person's year."""
    person, tally = Person.invent(number, seed), Tally()
    events, baseline = _events(person, seed, days), _baseline(person)
    past: deque[tuple[int, Report, bool, Level]] = deque(maxlen=REMEMBERED)
    flags: list[tuple[int, Level, int, bool]] = []  # raised on, level, resolved on, answered
    for day in range(1, days + 1):
        if not person.reports_on(day) and day not in events:
            continue
        report, event = person.ordinary_day(day), events.get(day)
        if event:
            report = event.happens(report, person)
        history = History(
            treatments=person.treatments(day),
            usual=person.known_usual(),
            baseline=baseline,
            days=tuple(PastDay(day - at, told, dosed, level) for at, told, dosed, level in past),
            days_since_chemo=person.days_since_chemo(day),
            dose_day=day in person.doses,
            language=person.language,
            open_flags=tuple(
                OpenFlag(day - at, level, answered)
                for at, level, until, answered in flags
                if day <= until or (past and at == past[0][0])  # the last thing that happened is known
            ),
        )
        found = assess(report, history, rules, NOON)
        tally.report(found, person, event, joins=any(day <= until for _, _, until, _ in flags))
        past.appendleft((day, report, day in person.doses, found.level))
        if found.level:
            answered = person.chance.random() >= UNANSWERED
            flags.append((day, found.level, day + person.chance.randint(1, 3), answered))
    return tally


def _events(person: Person, seed: int, days: int) -> dict[int, Event]:
    """When something serious happens to this person, and what: each that can, as likely as another."""
    chance = Random(f"{seed}/{person.number}/events")
    possible_days = range(SETTLING_IN + 1, days + 1)
    times = sorted(chance.sample(possible_days, k=min(round(EVENTS_A_YEAR * days / 365), len(possible_days))))
    return {
        day: chance.choice(possible)
        for day in times
        if (possible := [each for each in EVENTS if each.can_happen(person, day)])
    }


def _baseline(person: Person) -> dict[str, Answer]:
    """Half of the people told how they were before treatment: mostly well."""
    chance = Random(f"{person.number}/baseline")
    if chance.random() < 0.5:
        return {}
    return {code: Answer(severity=0, frequency=0, interference=0) for code in person.asked()}


def _year(task: tuple[int, int, int, str]) -> Tally:
    number, seed, days, file = task
    return year(number, seed, days, load(Path(file)) if file else default_rules())


def lines(tally: Tally) -> Iterator[str]:
    ordinary = sum(tally.ordinary.values())
    events = sum(tally.told.values())
    yield f"{tally.reports:,} reports, {events:,} of them with a serious event"
    yield "reports without an event, of 100: at this level, and how many opened a flag (others joined one)"
    for level in sorted(Level, reverse=True):
        at_level, opened = tally.ordinary[level.word], tally.opened[level.word]
        yield f"  {level.word:<10} {100 * at_level / ordinary:6.2f} {100 * opened / ordinary:6.2f}"
    urgent = sum(tally.levels[level.word] for level in (Level.URGENT, Level.EMERGENCY))
    yield f"urgent or above, of all reports: {100 * urgent / tally.reports:.2f} %"
    yield from _by_drug(tally)
    yield from _by_rule(tally, ordinary)
    yield from _by_event(tally)


def _by_drug(tally: Tally) -> Iterator[str]:
    yield "by drug, per 100 reports: urgent or above, routine"
    for drug in sorted({drug for drug, _ in tally.drugs}):
        count = tally.drugs[drug, "reports"]
        urgent = tally.drugs[drug, "urgent"] + tally.drugs[drug, "emergency"]
        routine = tally.drugs[drug, "routine"]
        yield f"  {drug:<24} {100 * urgent / count:6.2f} {100 * routine / count:6.2f}  of {count:,}"


def _by_rule(tally: Tally, ordinary: int) -> Iterator[str]:
    yield "rules that made the level, per 1,000 reports without an event (alone: no other rule did)"
    for (level, code), count in tally.rules.most_common(SHOWN_RULES):
        alone = f"{1000 * tally.alone[code] / ordinary:6.2f} alone" if tally.alone[code] else ""
        yield f"  {level:<10} {code:<40} {1000 * count / ordinary:7.2f} {alone}"


def _by_event(tally: Tally) -> Iterator[str]:
    yield "serious events: how many, missed (below urgent), lower than they are"
    for kind in dict.fromkeys(event.kind for event in EVENTS):
        for way in ("tick", "number", "note"):
            came = {each: tally.told[kind, way, each] for each in ("found", "low", "missed")}
            if count := sum(came.values()):
                yield f"  {kind:<28} {way:<7} {count:5} {came['missed']:5} {came['low']:5}"
    missed = sum(count for (_, _, came), count in tally.told.items() if came == "missed")
    low = sum(count for (_, _, came), count in tally.told.items() if came == "low")
    yield f"missed: {missed} of {sum(tally.told.values())}; lower than they are: {low}"
    yield from sorted(f"  {count} × {what}" for what, count in Counter(tally.missed).items())


def main() -> int:
    parser = argparse.ArgumentParser(description="Flags and misses in a simulated year.")
    parser.add_argument("--patients", type=int, default=500)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rules", default="", metavar="FILE", help="instead of the rules we ship")
    chosen = parser.parse_args()
    started, tally = time.monotonic(), Tally()
    tasks = [(number, chosen.seed, chosen.days, chosen.rules) for number in range(chosen.patients)]
    with Pool(chosen.processes) as pool:
        for each in pool.imap_unordered(_year, tasks, chunksize=4):
            tally.add(each)
    print(f"{chosen.patients} people, {chosen.days} days, seed {chosen.seed}")
    print("\n".join(lines(tally)))
    print(f"{time.monotonic() - started:.0f} s")
    return 1 if any(came == "missed" for _, _, came in tally.told) else 0


if __name__ == "__main__":
    sys.exit(main())
