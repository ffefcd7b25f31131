"""A report laid beside what we knew, with the look-ups that rules share worked out once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from copy import copy
from functools import cached_property
from itertools import zip_longest
from statistics import median

from .conditions import Condition, Evidence
from .grading import composite_of, how_bad
from .limits import Limit
from .notes import Note, read_note
from .readings import Check, doubts, meant, understand
from .report import Answer, EarlierToday, History, Level, PastDay, Reading, Report, Treatment
from .sameday import URINE, standing, stands, told_of_doses
from .units import LIMITS, UNITS

_TOLD = ("red_flags", "note", "readings", "symptoms")
DOSE_DAY_HOURS = 24.0
ENOUGH_FOR_USUAL = 3
"""A person's own usual is the median of at least so many readings. Our own choice."""
PRESSURES = ("systolic", "diastolic")
AS_USUAL = 15
"""mmHg from the usual within which a pressure that was turned round is taken for theirs. Our own choice."""
WITH_LOW_PRESSURE = frozenset(
    {"dizziness", "faint", "confusion", "shortness_of_breath", "palpitations", "chest_pain", "blurry_vision"}
)
MILD = 1


class Case:
    """What one rule looks at. Every question has an answer, "we do not know" (None) among them."""

    def __init__(self, report: Report, history: History) -> None:
        """`told` is the report as it came, `report` the same with what stands from earlier that day."""
        self.told = report
        self._standing = standing(report, history.today)
        self.report = self._standing.report
        self.history = history
        self.is_doubtful = False
        """Whether it goes by numbers of which we think that others were meant."""
        self._comparable: dict[tuple[str, ...], tuple[PastDay, ...]] = {}
        self._past: dict[str, tuple[tuple[int, float], ...]] = {}
        self._composites: dict[str, int] = {}
        self._usual: dict[str, float | None] = {}
        self._seen: dict[int, Evidence | None] = {}
        self.said: dict[str, str] = {}
        """How the team reads each symptom, kept by phrases.py: many findings are about the same one."""

    def sees(self, condition: Condition) -> Evidence | None:
        """What a condition holds by, worked out once however many rules ask."""
        key = id(condition)
        try:
            return self._seen[key]
        except KeyError:
            evidence = self._seen[key] = condition.holds(self)
            return evidence

    def bound(self, bound: float | Limit) -> float:
        """A bound as it is for this person."""
        return bound.of(self.history.limits) if isinstance(bound, Limit) else bound

    # What stands from earlier that day

    @cached_property
    def before(self) -> Case | None:
        """What the earlier reports of the day told already; None when there was none."""
        return Case(Report(), self.history) if self.history.today else None

    def carried(self, evidence: Evidence) -> dict[str, str]:
        """When each thing that a rule saw was told, of those that stand from earlier that day."""
        if not self.history.today:
            return {}
        seen = ((code, self.told_at(part, code)) for part, code in _told_of(evidence))
        return {code: at for code, at in seen if at}

    def adds_to(self, evidence: Evidence) -> bool:
        """Whether this very report told any of what a rule saw, or nothing of that was told at all."""
        told = list(_told_of(evidence))
        return not told or any(not self.told_at(part, code) for part, code in told)

    @cached_property
    def doses_told_now(self) -> frozenset[str]:
        """The drugs of which this very report says something new."""
        before = told_of_doses(self.history.today)
        return frozenset(drug for drug, said in self.told.doses.items() if before.get(drug) != said)

    def told_at(self, part: str, code: str) -> str:
        """When something was told that stands from earlier that day; "" when it was told now."""
        return self._told_at.get(part, {}).get(code, "") if self.history.today else ""

    @cached_property
    def _told_at(self) -> dict[str, Mapping[str, str]]:
        noted = {concept: at for concept, (_, at) in self._noted_before.items()}
        return {**self._standing.told_at, "note": noted}

    # What was measured

    @cached_property
    def readings(self) -> dict[str, Reading]:
        return understand(self.report.readings, self._usual_weight, self.previous)

    @cached_property
    def values(self) -> dict[str, float]:
        """Every reading that a living person can have, by kind, in the unit we keep.

        What the note says stands in for what was not measured.
        """
        best = ((kind, reading.best) for kind, reading in self.readings.items())
        typed = {kind: value for kind, value in best if value is not None and LIMITS[kind].possible(value)}
        noted = {kind: values[0] for kind, values in self.noted_values.items()}
        return noted | typed

    @cached_property
    def as_typed(self) -> dict[str, float]:
        """What was typed and may be right though we asked whether another number was meant.

        A weight of twice the person's own is not: nobody gains that, and it would raise an alarm for fluid.
        Neither are two pressures in each other's boxes, usual when turned round, of somebody who seems well.
        """
        left_out = {"weight", *(PRESSURES if self._boxes_were_swapped else ())}
        return {
            kind: reading.value
            for kind, reading in self.readings.items()
            if reading.is_doubtful and kind not in left_out and reading.value is not None
            if LIMITS[kind].possible(reading.value)
        }

    @property
    def _boxes_were_swapped(self) -> bool:
        """The upper pressure is below the lower, both are usual the other way round, and the person well."""
        top, bottom = (self.readings.get(kind) for kind in PRESSURES)
        if not top or not bottom or top.value is None or bottom.value is None or top.value >= bottom.value:
            return False
        return self._seems_well and all(
            usual is not None and each.suggested is not None and abs(each.suggested - usual) <= AS_USUAL
            for each, usual in ((top, self.usual_of("systolic")), (bottom, self.usual_of("diastolic")))
        )

    @property
    def _seems_well(self) -> bool:
        """No sign ticked or written, nothing worse than mild, and nothing that goes with a low pressure."""
        answers = self.report.answers.items()
        return not (
            self.report.red_flags
            or self.noted
            or any((each.worst or 0) > (0 if code in WITH_LOW_PRESSURE else MILD) for code, each in answers)
        )

    @cached_property
    def usual(self) -> Mapping[str, float]:
        """The person's own usual of every kind that we know it of."""
        return {kind: usual for kind in UNITS if (usual := self.usual_of(kind)) is not None}

    def usual_of(self, kind: str) -> float | None:
        """As entered, else the median of what was measured so far, if that is enough."""
        if kind not in self._usual:
            entered = self.history.usual.get(kind)
            self._usual[kind] = self._median(kind) if entered is None else entered
        return self._usual[kind]

    def _median(self, kind: str) -> float | None:
        """Of the days on which nothing was urgent: what an illness measures is nobody's usual."""
        urgent = {day.days_ago for day in self.history.days if (day.level or Level.NONE) >= Level.URGENT}
        past = [value for days_ago, value in self.past(kind) if days_ago not in urgent]
        return median(past) if len(past) >= ENOUGH_FOR_USUAL else None

    @property
    def _usual_weight(self) -> Mapping[str, float]:
        usual = self.usual_of("weight") if "weight" in self.report.readings else None
        return {} if usual is None else {"weight": usual}

    @cached_property
    def previous(self) -> dict[str, float]:
        """The last known weight: the one kind that is understood, and asked about, by the value before it."""
        past = self.past("weight") if "weight" in self.report.readings else ()
        return {"weight": past[0][1]} if past else {}

    def past(self, kind: str) -> tuple[tuple[int, float], ...]:
        """(days ago, value) of a kind of reading as far as we remember, newest first.

        Each is understood by the ones before it, as it would have been on its day: pounds in the kilogram
        box that nobody noticed must not become what the next weights are compared with.
        """
        if kind not in self._past:
            self._past[kind] = tuple(self._sound(kind))[::-1]
        return self._past[kind]

    def _sound(self, kind: str) -> Iterator[tuple[int, float]]:
        before: dict[str, float] = {}
        limits = LIMITS[kind]
        for day in reversed(self.history.days):
            value = meant(kind, day.report.readings, self.history.usual, before)
            if value is not None and limits.lowest <= value <= limits.highest:
                before[kind] = value
                yield day.days_ago, value

    def weights(self, within_days: int) -> tuple[tuple[int, float], ...]:
        """(days ago, kg) of the weights that were logged in the last days."""
        return tuple(each for each in self.past("weight") if 0 < each[0] <= within_days)

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        return doubts(self.told.readings, self._usual_weight, self.previous, self.history.language)

    # What was answered

    def composite(self, code: str) -> int:
        """The composite grade of a symptom that is present; 0 where it has none."""
        if code not in self._composites:
            self._composites[code] = composite_of(code, self.present[code]) or 0
        return self._composites[code]

    @cached_property
    def present(self) -> dict[str, Answer]:
        """The symptoms that the person has, which are few: what was asked and is none can hold no rule.

        One that was ticked and not described is among them.
        """
        return {code: answer for code, answer in self.report.answers.items() if answer.worst != 0}

    @cached_property
    def given(self) -> dict[str, dict[str, int]]:
        """For each symptom that is present, the attributes that were answered, if any."""
        return {code: answer.answered() for code, answer in self.present.items()}

    @cached_property
    def bad(self) -> dict[str, int]:
        """For each symptom that is present how bad it is, 1 to 4."""
        return {code: how_bad(given) for code, given in self.given.items()}

    # What was written

    @cached_property
    def note(self) -> Note:
        """What the note says; empty when there is none."""
        return self._read(self.told)

    def _read(self, report: Report) -> Note:
        known = self.history
        if not report.note.strip():
            return Note()
        return read_note(
            report.note, known.language, self.usual, known.also_writes, by_another=report.by_another
        )

    @cached_property
    def noted_now(self) -> dict[str, str]:
        """Concept → the words that the note says it in."""
        return _in_words(self.note)

    @cached_property
    def noted(self) -> dict[str, str]:
        """The same, with what earlier notes of the day said."""
        return {**{concept: words for concept, (words, _) in self._noted_before.items()}, **self.noted_now}

    @cached_property
    def _notes_before(self) -> list[tuple[EarlierToday, Note]]:
        return [(each, self._read(each.report)) for each in self._standing.notes]

    @cached_property
    def _noted_before(self) -> dict[str, tuple[str, str]]:
        """Concept → the words of an earlier note and when it came, unless the note says or denies it now."""
        noted: dict[str, tuple[str, str]] = {}
        for each, note in self._notes_before:
            for concept, words in _in_words(note).items():
                if concept not in self.noted_now and concept not in self.note.denied:
                    noted.setdefault(concept, (words, each.at))
        return noted

    @cached_property
    def noted_values(self) -> dict[str, list[float]]:
        """Kind of reading → the values that the note gives, in its order; else those of an earlier note."""
        values = _in_numbers(self.note)
        measured = self.told.readings.keys() | values.keys()
        for each, note in self._notes_before:
            if stands(each):
                later = {kind: given for kind, given in _in_numbers(note).items() if kind not in measured}
                values |= later
                measured |= later.keys()
        return values

    def otherwise_read(self) -> Iterator[Case]:
        """The same case by each value that the note gives beside a typed one or another of its own, and by
        what was typed where nobody has said yet that another number was meant.

        Whichever is worse wins: a note may only raise, and so may the boxes.
        """
        for together in zip_longest(*self.noted_values.values()):
            noted = {
                kind: value
                for kind, value in zip(self.noted_values, together, strict=True)
                if value is not None
            }
            yield from self._by(noted)
        for other in self._by(self.as_typed):
            other.is_doubtful = True
            yield other

    def _by(self, values: dict[str, float]) -> Iterator[Case]:
        """The case by these values, where that makes a difference."""
        together = self.values | values
        if together != self.values:
            other = copy(self)
            other._seen = {}
            other.__dict__["values"] = together
            yield other

    # What came before

    def treatments(self, drugs: Collection[str]) -> tuple[Treatment, ...]:
        return tuple(each for each in self.history.treatments if each.drug in drugs)

    def is_dose_day(self, drugs: Collection[str]) -> bool:
        """Within a day of a dose of one of these drugs: by the clock, or where no dose is known by the plan.

        The plan's dose day is not this drug's when another drug's dose explains it.
        """
        hours = {each: each.hours_since_dose for each in self.history.treatments if not each.days_since_end}
        ours = [each for drug, each in hours.items() if drug.drug in drugs]
        if any(each is not None and each <= DOSE_DAY_HOURS for each in ours):
            return True
        if any(each.untimed_dose_today for each in hours if each.drug in drugs):
            return True
        explained = any(each is not None and each <= DOSE_DAY_HOURS for each in hours.values())
        return None in ours and self.history.dose_day and not explained

    def comparable_days(self, dose_cycle: Collection[str]) -> tuple[PastDay, ...]:
        """Newest first; on one of these drugs, dose days are like a dose day and the others like another."""
        key = tuple(dose_cycle)
        if key not in self._comparable:
            days, today = self.history.days, self.is_dose_day(key)
            on_them = any(not each.days_since_end for each in self.treatments(key))
            self._comparable[key] = tuple(each for each in days if not on_them or each.dose_day == today)
        return self._comparable[key]

    def earlier(self, code: str) -> Iterator[tuple[PastDay, Answer]]:
        """The days on which this symptom was asked, newest first."""
        for day in self.history.days:
            answer = day.report.answer(code)
            if answer is not None:
                yield day, answer

    @cached_property
    def missed_days(self) -> int | None:
        """Whole days without a report since the last one; None before a first one.

        A silence of somebody who never reported counts from the day on which they came: somebody saw them
        then. Days on which none was expected, as in hospital, are none that were missed.
        """
        last = next((day.days_ago for day in self.history.days), None)
        if last is None and self.is_silence:
            last = self.history.days_since_enrolled
        if last is None:
            return None
        away = self.history.days_since_away
        last = last if away is None else min(last, away)
        return max(0, last if self.is_silence else last - 1)

    @cached_property
    def is_silence(self) -> bool:
        """Nothing was asked or told: this is not a report but the lack of one."""
        report = self.report
        told = (
            report.asked,
            report.readings,
            report.note.strip(),
            report.hours_since_urine is not None,
            report.red_flag_answer != "not_asked",
            report.doses,
            report.wants_call,
        )
        return not any(told)


def _in_words(note: Note) -> dict[str, str]:
    words: dict[str, str] = {}
    for mention in note.mentions:
        words.setdefault(mention.concept, mention.words)
    return words


def _in_numbers(note: Note) -> dict[str, list[float]]:
    """Those that a living person can have."""
    values: dict[str, list[float]] = {}
    for each in note.values:
        if each.kind in LIMITS and LIMITS[each.kind].possible(each.value):
            values.setdefault(each.kind, []).append(each.value)
    return values


def _told_of(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """What a rule saw of what people tell: the part of the evidence, and the code."""
    for part in _TOLD:
        for code in evidence.get(part, ()):
            yield part, code
    if URINE in evidence:
        yield URINE, URINE


def understood(report: Report, history: History) -> Mapping[str, Reading]:
    """The readings of a report as triage takes them: with what was meant beside every slip."""
    return Case(report, history).readings
