"""The days that were not ordinary: what the boards show when the demonstration opens."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tracker.models.flags import Outcome
from tracker.triage.report import Answer


@dataclass(frozen=True, slots=True)
class Expected:
    """A finding, by its code, that is muted for the days to come, and why."""

    finding: str
    days: int
    reason: str


@dataclass(frozen=True, slots=True)
class Handling:
    """Who claimed the flag, after how many minutes, and what came of it; without an outcome it is theirs."""

    by: str
    after: int
    outcome: str = ""
    note: str = ""
    expected: Expected | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """What differs from an ordinary day, and how long ago it was sent. Without handling it still waits."""

    ago: dt.timedelta
    answers: Mapping[str, Answer] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    red_flags: frozenset[str] = frozenset()
    note: str = ""
    handling: Handling | None = None


INCIDENTS: Mapping[str, Incident] = MappingProxyType(
    {
        # Answered: the patient's page says who saw it and what came of it.
        "rosa": Incident(
            dt.timedelta(days=1, hours=2),
            answers={
                "chills": Answer(frequency=3, severity=3),
                "fatigue": Answer(severity=2, interference=2),
            },
            typed={"temperature": "37.8"},
            note="Shaking for an hour after the injection.",
            handling=Handling(
                "amira",
                6,
                Outcome.ADVISED,
                "Blankets, paracetamol as agreed, call at 38.0.",
                Expected("chills", 5, "Comes for an hour after each dose of this cycle. Knows when to call."),
            ),
        ),
        "dev": Incident(
            dt.timedelta(days=1, hours=4),
            answers={"sad": Answer(frequency=3, severity=2, interference=2)},
            note="Hard to get going. My wife has noticed too.",
            handling=Handling("ben", 48, Outcome.CALLED, "Talked for 20 minutes. Visit on Thursday."),
        ),
        # On Harbour Clinic's board.
        "ines": Incident(
            dt.timedelta(minutes=4),
            answers={"dizziness": Answer(severity=2, interference=2)},
            typed={"blood_pressure": "84/50", "pulse": "104"},
            note="Dizzy when I stand up.",
        ),
        "mina": Incident(
            dt.timedelta(minutes=13),
            answers={"fatigue": Answer(severity=2, interference=2)},
            typed={"temperature": "38.4"},
        ),
        "pavel": Incident(
            dt.timedelta(minutes=52),
            answers={"nausea": Answer(frequency=3, severity=3)},
            note="Cannot keep water down.",
        ),
        "tomas": Incident(
            dt.timedelta(hours=1, minutes=35),
            answers={"swelling": Answer(frequency=3, severity=2, interference=1)},
            note="My ankles are thick tonight.",
            handling=Handling("amira", 9),
        ),
        # What somebody wrote in words, and ticked nowhere.
        "grace": Incident(
            dt.timedelta(minutes=17),
            note="Woke up with a sharp pain under my left ribs. It goes right up into my shoulder.",
        ),
        "sofia": Incident(
            dt.timedelta(minutes=41),
            note="Another long night. Sometimes I think everybody would be better off if I was dead.",
            handling=Handling("ben", 5),
        ),
        # Nothing serious, and yet nobody has read it in time.
        "hugo": Incident(
            dt.timedelta(hours=27),
            note="My scan is on the same day as my next visit. Which of the two should I move?",
        ),
        "carla": Incident(
            dt.timedelta(hours=5, minutes=10),
            answers={"fatigue": Answer(severity=2, interference=1)},
            typed={"temperature": "37.7"},
        ),
        "luis": Incident(dt.timedelta(hours=19), typed={"blood_pressure": "164/96"}),
        "oskar": Incident(
            dt.timedelta(hours=26),
            answers={"insomnia": Answer(severity=2, interference=2)},
            note="Awake until four again.",
            handling=Handling("ben", 200),
        ),
        # On Hillside Hospital's.
        "harriet": Incident(
            dt.timedelta(minutes=21),
            answers={"left_shoulder_or_upper_belly_pain": Answer(severity=1)},
        ),
        "gareth": Incident(
            dt.timedelta(minutes=9),
            note="cant keep anything down since last night, even water comes straight back up",
        ),
        "linda": Incident(dt.timedelta(hours=7), typed={"blood_pressure": "162/98"}),
    }
)
