"""How long triage takes: a full report with 60 days of history, and a note of 500 characters.

    .venv/bin/python -m bench.assess [--times 300]

The aims are 2 ms for the report and 5 ms for the note, at the median, on one core.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from statistics import median

from bench.patients import Person
from tracker.triage.assess import assess
from tracker.triage.notes import read_note
from tracker.triage.report import Answer, History, Level, PastDay, Reading, Report, Treatment
from tracker.triage.rules import default_rules
from tracker.triage.symptoms import HIGHEST, SYMPTOMS
from tracker.triage.units import UNITS

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAYS = 60
CHARACTERS = 500
HEALTHY = {
    "systolic": 124,
    "diastolic": 78,
    "pulse": 76,
    "spo2": 97,
    "temperature": 36.8,
    "weight": 72.4,
    "breaths": 15,
}
NOTES = (
    "Slept badly again but the night sweats were not as bad as on Tuesday. No chest pain, no fever, "
    "temp 37.1 at breakfast. My husband has had a cough all week and my sister fainted at the wedding, "
    "what a day. I walked to the shop and back, legs heavy. If my temperature goes over 38 I know to "
    "ring you. Last year after the first chemo I had shaking chills, nothing like that now. A bit "
    "queasy after lunch, kept it down, drank two litres. Itchy arms, the cream helps. Looking forward "
    "to seeing the grandchildren on Sunday.",
    "woke up at 4 with my heart pounding nd couldnt catch my breath, sat on the edge of the bed for an "
    "hour. bp 98/60 puls 112 sats 95. up 2 kilos since friday and my rings are tight, ankles like "
    "ballons. not been to the loo much either just a dribble since yesterday dinner time. no pain. kids"
    " are at school so im on my own, mum says ring the ward but i dont want to be a bother. temp was "
    "101.2 last night now 99. had the injection on wed, usual shivers after. bit dizzy when i stand, "
    "rash on belly the same.",
    "Llevo dos días con fiebre de 38,5 y escalofríos, anoche temblaba tanto que se movía la cama. No "
    "tengo dolor de pecho ni me falta el aire. Mi marido tuvo gripe la semana pasada. Tomé paracetamol "
    "a las ocho y bajó a 37,2. Tengo la pierna izquierda hinchada y me duele la pantorrilla al caminar."
    " Si empeora llamo mañana. He orinado poco, solo una vez desde ayer por la tarde, muy oscuro. La "
    "tensión estaba en 10/6 esta mañana y el pulso a 104. Como poco, todo me sabe a metal. Gracias por "
    "todo, un saludo.",
)


def full_report() -> Report:
    """Every symptom ticked and described, every reading measured."""
    return Report(
        answers={code: _mild(code) for code in SYMPTOMS},
        asked=frozenset(SYMPTOMS),
        red_flag_answer="no",
        readings={kind: Reading(value, UNITS[kind], str(value)) for kind, value in HEALTHY.items()},
        hours_since_urine=3,
    )


def long_history(report: Report) -> History:
    """The same report on each of the last days, by somebody on three drugs."""
    person = Person.invent(1, seed=1)
    return History(
        treatments=(
            Treatment("aldesleukin", 40, 20.0),
            Treatment("interferon-alfa-2b", 40, 44.0),
            Treatment("pegfilgrastim", 12, 260.0),
        ),
        usual=person.usual,
        baseline={code: Answer(**dict.fromkeys(kind.attributes, 0)) for code, kind in SYMPTOMS.items()},
        days=tuple(PastDay(ago, report, ago % 2 == 0, Level.ROUTINE) for ago in range(1, DAYS + 1)),
        days_since_chemo=9,
    )


def _mild(code: str) -> Answer:
    return Answer(**{name: min(1, HIGHEST[name]) for name in SYMPTOMS[code].attributes})


def _timed(what: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of processor time that each of so many calls took, after some that warm up."""
    for _ in range(10):
        what()
    gc.collect()
    taken = []
    for _ in range(times):
        started = time.process_time()
        what()
        taken.append(1000 * (time.process_time() - started))
    return taken


def _show(name: str, taken: Sequence[float], aim: float) -> None:
    late = sorted(taken)[int(0.95 * len(taken))]
    print(f"{name:<58} median {median(taken):6.2f} ms   95 % within {late:6.2f} ms   aim {aim:g} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description="How long triage takes.")
    parser.add_argument("--times", type=int, default=300)
    times = parser.parse_args().times
    rules, report = default_rules(), full_report()
    history = long_history(report)
    name = f"assess: {len(report.answers)} symptoms, all readings, {DAYS} days"
    _show(name, _timed(lambda: assess(report, history, rules, NOON), times), aim=2)
    for language, text in zip(("en", "en", "es"), NOTES, strict=True):
        note = text[:CHARACTERS]
        started = time.process_time()
        read_note(note, language, HEALTHY)
        first = 1000 * (time.process_time() - started)
        name = f"note: {len(note)} characters, {language} (first one {first:.0f} ms)"
        _show(name, _timed(lambda: read_note(note, language, HEALTHY), times), aim=5)  # noqa: B023
    noted = replace(report, note=NOTES[1][:CHARACTERS])
    _show(
        "assess: the same report with a note",
        _timed(lambda: assess(noted, history, rules, NOON), times),
        aim=7,
    )


if __name__ == "__main__":
    main()
