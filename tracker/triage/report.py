"""What a person told us, and what we already knew, as plain values that any rule can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import IntEnum
from typing import Any, Literal

type RedFlagAnswer = Literal["yes", "no", "not_asked"]
type DoseAnswer = Literal["taken", "missed", "not_due"]


class Level(IntEnum):
    """How soon somebody must act; comparable, so the worst finding decides."""

    NONE = 0
    ROUTINE = 1
    URGENT = 2
    EMERGENCY = 3

    @property
    def word(self) -> str:
        return self.name.lower()

    @classmethod
    def from_word(cls, word: str) -> Level:
        """Raises KeyError for a word that names no level."""
        return cls[word.upper()]


@dataclass(frozen=True, slots=True)
class Answer:
    """One symptom: 0 (none) to 4 (worst) an attribute, presence 0 or 1. None: not asked, or skipped."""

    frequency: int | None = None
    severity: int | None = None
    interference: int | None = None
    amount: int | None = None
    presence: int | None = None

    @property
    def worst(self) -> int | None:
        """The highest value given; None when the symptom was ticked and every question skipped."""
        return max(self.answered().values(), default=None)

    def given(self) -> tuple[tuple[str, int], ...]:
        """The attributes that were answered, in the order of the scale."""
        return tuple(self.answered().items())

    def answered(self) -> dict[str, int]:
        """The same by attribute. Spelled out, for triage asks it of every answer of every day."""
        answered = {}
        if self.frequency is not None:
            answered["frequency"] = self.frequency
        if self.severity is not None:
            answered["severity"] = self.severity
        if self.interference is not None:
            answered["interference"] = self.interference
        if self.amount is not None:
            answered["amount"] = self.amount
        if self.presence is not None:
            answered["presence"] = self.presence
        return answered


ATTRIBUTES: tuple[str, ...] = tuple(each.name for each in fields(Answer))

NONE_ANSWER = Answer(frequency=0, severity=0, interference=0, amount=0, presence=0)
"""Asked, and the person has not had it: a zero in every attribute."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A measurement as typed and as understood, in the one unit we keep for its kind.

    `confirmed` is the person's answer to the question we asked back: with a suggestion, "did you mean this?";
    without one, "is that right?". None: not asked, or not answered yet.
    """

    value: float | None
    unit: str
    typed: str = ""
    suggested: float | None = None
    confirmed: bool | None = None

    @property
    def best(self) -> float | None:
        """What triage goes by. We suggest only when the typed value cannot be right, so the suggestion
        stands until the person refuses it."""
        if self.suggested is not None and self.confirmed is not False:
            return self.suggested
        return self.value

    @property
    def is_doubtful(self) -> bool:
        """Whether we think that another number was meant, and nobody has said yet."""
        return self.suggested is not None and self.confirmed is None


@dataclass(frozen=True, slots=True)
class ToldDose:
    """What the person said of a drug that they take at home; `at` is when it was taken, if they said so."""

    answer: DoseAnswer
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Treatment:
    """One drug of the person's plan; `treatment_day` 1 is the day of the first dose.

    Where the last dose has no time, `hours_since_dose` is None, and `hours_since_timed_dose` may know of one
    before it; `untimed_dose_today` says that it was of the day of the report.
    """

    drug: str
    treatment_day: int | None = None
    hours_since_dose: float | None = None
    days_since_end: int | None = None
    hours_since_timed_dose: float | None = None
    untimed_dose_today: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """One check-in. A symptom that was asked and not answered is none; one that was not asked is unknown."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    red_flags: frozenset[str] = frozenset()
    red_flag_answer: RedFlagAnswer = "not_asked"
    readings: Mapping[str, Reading] = field(default_factory=dict)
    hours_since_urine: float | None = None
    note: str = ""
    confirmed: frozenset[str] = frozenset()
    """Symptoms whose rating the person stood by when we asked "is that right?"."""
    by_another: bool = False
    """Somebody else typed it for the patient: "mum" in the note is the patient then. Not in the document."""
    doses: Mapping[str, ToldDose] = field(default_factory=dict)
    """By drug, of the day that the report is about."""
    wants_call: bool = False
    """The person asks to be called back: at `call_number`, or where that is "" at the number we have."""
    call_number: str = ""

    def __post_init__(self) -> None:
        """Whatever was answered was asked, and naming one red flag is a yes even beside a ticked "no"."""
        object.__setattr__(self, "asked", self.asked.union(self.answers))
        if self.red_flags:
            object.__setattr__(self, "red_flag_answer", "yes")

    @property
    def is_call_alone(self) -> bool:
        """Nothing but a request to be called, and perhaps why: it tells nothing of how the day was."""
        return self.wants_call and not (
            self.asked
            or self.readings
            or self.doses
            or self.hours_since_urine is not None
            or self.red_flag_answer != "not_asked"
        )

    def answer(self, code: str) -> Answer | None:
        """Zeros when the symptom was asked and not ticked; None when it was not asked."""
        given = self.answers.get(code)
        if given is None and code in self.asked:
            return NONE_ANSWER
        return given

    def value(self, kind: str) -> float | None:
        """The value triage goes by for a kind of reading; None when there is none that can be read."""
        reading = self.readings.get(kind)
        return reading.best if reading else None


@dataclass(frozen=True, slots=True)
class PastDay:
    """An earlier day that was logged; days without a report are simply absent.

    `level` is what that day came to; None when nobody knows any more.
    """

    days_ago: int
    report: Report
    dose_day: bool = False
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class EarlierToday:
    """A report of the same day that came before this one; `at` is when, as people read it ("09:12")."""

    report: Report
    hours_ago: float = 0
    at: str = ""


@dataclass(frozen=True, slots=True)
class OpenFlag:
    """A flag that an earlier day raised, acknowledged once somebody of the team has claimed or resolved it.

    A resolved flag belongs here too while no later report has come: without it a silence looks worse.
    """

    days_ago: int
    level: Level
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class Mute:
    """A nurse expects this finding: she saw it at this level, with these inputs (those of the Finding)."""

    rule: str
    level: Level
    inputs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class History:
    """What we knew before this report. Any part may be missing; `days` and `today` run newest first.

    `language` is that of the note and the screen; a note may be in the one that is `also_writes` as well.
    `days_since_away` counts from the last day on which no report was expected, `days_since_enrolled` from the
    day on which somebody came: known only while it would show a first report. `limits` are the person's own,
    by the name of the limit in the rules.
    """

    treatments: tuple[Treatment, ...] = ()
    usual: Mapping[str, float] = field(default_factory=dict)
    baseline: Mapping[str, Answer] = field(default_factory=dict)
    days: tuple[PastDay, ...] = ()
    days_since_chemo: int | None = None
    days_since_away: int | None = None
    days_since_enrolled: int | None = None
    dose_day: bool = False
    language: str = "en"
    limits: Mapping[str, float] = field(default_factory=dict)
    mutes: tuple[Mute, ...] = ()
    open_flags: tuple[OpenFlag, ...] = ()
    today: tuple[EarlierToday, ...] = ()
    also_writes: str = ""
