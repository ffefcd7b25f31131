"""Invented people for a simulated year: who they are, how their drug is given, what an ordinary day brings.

Nothing here is taken from anybody. Courses follow what labels say of each drug; how far days stray, how often
people report and how good their devices are is set by hand, wide rather than narrow, so that rules are tried
on noise. An ordinary day can be a bad one: severe days come about as often as published diaries had them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from tracker.triage import readings
from tracker.triage.report import Answer, Reading, Report, Treatment
from tracker.triage.symptoms import SYMPTOMS

CHEMO_EVERY = 21
DAY_TO_DAY = 0.7
"""How much of today's deviation from the usual course stays until tomorrow."""
SPREAD = 0.25
"""How far a symptom strays from its course in a day, in grades; half a grade in the long run."""
HARD_DAY = 0.008
"""How often an ordinary day is much worse than its course, in one symptom."""
SLIP = 0.004
"""How often a number is typed in another unit, or as 12/8."""
NOTE = 0.2
"""How many reports have a note."""
SPANISH = 0.15
"""How many people write in Spanish."""

type Course = tuple[float, ...]
"""Usual severity on the dose day, a day after, two days …; the last one stays."""

_FLU: Mapping[str, Course] = {
    "chills": (1.2, 0.4, 0.0),
    "muscle_aches": (1.3, 0.8, 0.3),
    "headache": (1.0, 0.5, 0.2),
    "nausea": (0.7, 0.4, 0.2),
    "fatigue": (1.3, 1.1, 0.8),
    "appetite_loss": (0.7, 0.6, 0.4),
}
_MARROW: Mapping[str, Course] = {
    "general_pain": (0.7, 1.5, 1.7, 1.2, 0.7, 0.3, 0.0),
    "muscle_aches": (0.5, 1.0, 1.0, 0.7, 0.3, 0.0),
    "fatigue": (1.1, 1.1, 0.9, 0.8, 0.7, 0.5),
    "nausea": (0.8, 0.6, 0.4, 0.2, 0.0),
    "headache": (0.4, 0.4, 0.2, 0.0),
}
_BLADDER: Mapping[str, Course] = {
    "painful_urination": (1.3, 0.7, 0.2, 0.0),
    "urinary_urgency": (1.4, 0.8, 0.3, 0.1),
    "urinary_frequency": (1.4, 0.8, 0.3, 0.1),
    "fatigue": (1.0, 0.8, 0.4),
    "chills": (0.5, 0.2, 0.0),
    "muscle_aches": (0.6, 0.4, 0.1),
}
_EVERYBODY: Mapping[str, Course] = {
    "fatigue": (0.5,),
    "insomnia": (0.4,),
    "joint_aches": (0.3,),
    "sad": (0.15,),
    "anxious": (0.2,),
    "constipation": (0.15,),
    "dizziness": (0.08,),
    "shortness_of_breath": (0.05,),
    "palpitations": (0.04,),
    "cough": (0.08,),
    "swelling": (0.06,),
    "diarrhea": (0.1,),
}


@dataclass(frozen=True, slots=True)
class Regimen:
    """How a drug is given. `days`: days of the cycle with a dose; `share`: of the people who are on it."""

    drugs: tuple[str, ...]
    share: float
    cycle: int
    days: tuple[int, ...]
    course: Mapping[str, Course]
    weeks: int = 52
    chemo: bool = False
    measures: tuple[str, ...] = ("temperature",)
    fever: float = 0.0
    """Degrees above the usual that a dose brings for a day, when it brings chills."""
    ends_after: int | None = None

    def doses(self) -> frozenset[int]:
        """Days of the year, from 1, on which a dose is given."""
        last = min(7 * self.weeks, self.ends_after or 366)
        return frozenset(day for day in range(1, last + 1) if (day - 1) % self.cycle + 1 in self.days)


REGIMENS: tuple[Regimen, ...] = (
    Regimen(
        ("aldesleukin",),
        0.14,
        56,
        tuple(d for w in range(6) for d in range(7 * w + 1, 7 * w + 6)),
        {
            **_FLU,
            "itching": (0.7, 0.6, 0.4),
            "rash": (0.3, 0.2, 0.1),
            "diarrhea": (0.5, 0.4, 0.1),
            "dizziness": (0.3, 0.2, 0.1),
            "swelling": (0.3, 0.3, 0.1),
            "injection_site_reaction": (0.6, 0.4, 0.2),
        },
        measures=("temperature", "blood_pressure", "pulse", "weight"),
        fever=0.7,
    ),
    Regimen(
        ("interferon-alfa-2b",),
        0.12,
        7,
        (1, 3, 5),
        {**_FLU, "sad": (0.35,), "concentration": (0.5,), "hair_loss": (0.8,), "taste_change": (0.6,)},
        weeks=48,
        fever=0.9,
    ),
    Regimen(
        ("peginterferon-alfa-2b",),
        0.08,
        7,
        (1,),
        {**_FLU, "sad": (0.35,), "insomnia": (0.7,), "injection_site_reaction": (0.6, 0.3, 0.0)},
        fever=0.9,
    ),
    Regimen(("peginterferon-alfa-2b",), 0.04, 7, (1,), {**_FLU, "sad": (0.35,)}, fever=0.9, ends_after=120),
    Regimen(("interferon-gamma-1b",), 0.05, 7, (1, 3, 5), _FLU, fever=0.7),
    Regimen(
        ("filgrastim",),
        0.1,
        CHEMO_EVERY,
        (3, 4, 5, 6, 7, 8, 9),
        _MARROW,
        chemo=True,
        measures=("temperature", "pulse"),
    ),
    Regimen(
        ("pegfilgrastim",), 0.16, CHEMO_EVERY, (2,), _MARROW, chemo=True, measures=("temperature", "spo2")
    ),
    Regimen(
        ("sargramostim",),
        0.05,
        28,
        tuple(range(6, 16)),
        {**_MARROW, "chills": (0.6, 0.2, 0.0)},
        chemo=True,
        measures=("temperature", "pulse", "weight"),
        fever=0.4,
    ),
    Regimen(
        ("epoetin-alfa",),
        0.1,
        7,
        (1,),
        {"fatigue": (1.1,), "headache": (0.3,), "joint_aches": (0.5,)},
        measures=("temperature", "blood_pressure"),
    ),
    Regimen(
        ("darbepoetin-alfa",),
        0.04,
        CHEMO_EVERY,
        (1,),
        {"fatigue": (1.2, 1.1), "nausea": (0.8, 0.7, 0.4, 0.1)},
        chemo=True,
        measures=("temperature", "blood_pressure"),
    ),
    Regimen(
        ("oprelvekin",),
        0.03,
        CHEMO_EVERY,
        tuple(range(2, 15)),
        {"swelling": (0.5, 0.4, 0.2), "fatigue": (1.0,), "palpitations": (0.1,), "headache": (0.4, 0.2)},
        chemo=True,
        measures=("temperature", "weight", "pulse"),
    ),
    Regimen(
        ("nogapendekin-alfa", "bcg"),
        0.07,
        91,
        (1, 8, 15, 22, 29, 36),
        _BLADDER,
        fever=0.7,
        measures=("temperature",),
    ),
    Regimen(("tasonermin",), 0.02, 400, (1,), {"general_pain": (1.4, 1.3, 1.2, 1.0), "swelling": (0.6, 0.5)}),
)

ORDINARY_NOTES: Mapping[str, tuple[str, ...]] = {
    "en": (
        "Slept well.",
        "Went for a short walk.",
        "My daughter cooked. I ate most of it.",
        "Rested in the afternoon.",
        "Took paracetamol at noon, as agreed.",
        "A bit better than yesterday.",
        "Visitors today. Tired, but glad.",
        "Nothing new.",
        "same as yesterday",
        "Bit achy after the jab but ok",
        "Garden looks lovely",
        "Watched telly.",
        "Couldn't be bothered to cook, had toast",
        "Slightly queasy first thing, gone by ten",
        "Mouth a bit dry",
        "No scales here at my sister's",
        "Physio went well",
        "Appointment moved to Thursday",
        "Skin a little itchy, cream helps",
        "No fever, no chest pain, all fine",
        "No complaints today",
        "Tired but happy",
        "Low-grade temp after the dose, gone now",
        "Shivery after the injection, as it always is",
        "Head a bit fuzzy in the morning",
        "Legs heavy after the walk",
        "Bruise where the needle went in, small",
        "Ate well, two meals and soup",
        "My husband has a bad cold",
        "The neighbour had a heart attack, awful",
        "If I get a temperature tonight I will ring",
        "Slept badly, too hot",
        "Bit down about missing the wedding",
        "Good day! Baked a cake",
        "Loose tummy once",
        "Back at work half days",
        "Can't wait for the weekend",
        "Knee is playing up again, old injury",
        "Drank two litres",
        "Nurse came for bloods",
    ),
    "es": (
        "Dormí bien.",
        "Hoy nada nuevo.",
        "Un poco cansada, como siempre después de la inyección.",
        "Di un paseo corto con mi hija.",
        "Sin fiebre y sin dolor, todo bien.",
        "Algo de náusea por la mañana, ya pasó.",
        "Mi marido tiene gripe.",
        "Comí bien, dos platos.",
        "Si me sube la fiebre esta noche llamo.",
        "La boca un poco seca.",
        "Me picó el brazo donde me pincharon, poca cosa.",
        "Hoy vino la enfermera a sacar sangre.",
        "El año pasado tuve una neumonía, nada que ver con esto.",
        "Con ganas de ver a los nietos.",
    ),
}


@dataclass(slots=True)
class Person:
    """Somebody on one regimen. `chance` is theirs alone: a year does not depend on who else is in it."""

    number: int
    regimen: Regimen
    chance: Random
    strength: float
    logs: float
    hour: int
    dose_hour: int
    usual: dict[str, float]
    knows_usual: bool
    drift: dict[str, float] = field(default_factory=dict)
    pause: int = 0
    weight: float = 0.0
    doses: frozenset[int] = frozenset()
    language: str = "en"

    @classmethod
    def invent(cls, number: int, seed: int) -> Person:
        chance = Random(f"{seed}/{number}")
        regimen = chance.choices(REGIMENS, [each.share for each in REGIMENS])[0]
        usual = {
            "systolic": round(max(106, chance.gauss(126, 13))),
            "diastolic": round(chance.gauss(77, 7)),
            "pulse": round(chance.gauss(74, 8)),
            "spo2": round(min(99, chance.gauss(97.2, 0.9))),
            "temperature": round(chance.gauss(36.6, 0.15), 1),
            "weight": round(chance.gauss(75, 14), 1),
        }
        return cls(
            number=number,
            regimen=regimen,
            chance=chance,
            strength=chance.lognormvariate(0, 0.3),
            logs=chance.betavariate(6, 2),
            hour=chance.choice((8, 9, 18, 19, 20, 21)),
            dose_hour=chance.choice((9, 18, 19)),
            usual=usual,
            knows_usual=chance.random() < 0.6,
            weight=usual["weight"],
            doses=regimen.doses(),
            language="es" if chance.random() < SPANISH else "en",
        )

    def reports_on(self, day: int) -> bool:
        """People miss a day now and then, and go away for some."""
        if self.pause:
            self.pause -= 1
            return False
        if self.chance.random() < 0.004:
            self.pause = self.chance.randint(2, 9)
        return self.chance.random() < self.logs

    def days_since_dose(self, day: int) -> int | None:
        return next((day - each for each in range(day, 0, -1) if each in self.doses), None)

    def treatments(self, day: int) -> tuple[Treatment, ...]:
        last, end = max((each for each in self.doses if each <= day), default=None), self.regimen.ends_after
        hours = None if last is None else (day - last) * 24.0 + self.hour - self.dose_hour
        if hours is not None and hours < 0:
            before = max((each for each in self.doses if each < day), default=None)
            hours = None if before is None else (day - before) * 24.0 + self.hour - self.dose_hour
        ended = None if end is None or day <= end else day - end
        return tuple(Treatment(drug, day, hours, ended) for drug in self.regimen.drugs)

    def days_since_chemo(self, day: int) -> int | None:
        return (day - 1) % CHEMO_EVERY if self.regimen.chemo else None

    def asked(self) -> frozenset[str]:
        return frozenset(self.regimen.course) | _EVERYBODY.keys()

    def ordinary_day(self, day: int) -> Report:
        severities = dict(self._severities(day))
        return Report(
            answers={code: self._answer(code, bad) for code, bad in severities.items() if bad},
            asked=self.asked(),
            red_flag_answer="no",
            readings=self._readings(day, severities.get("chills", 0) > 0),
            note=self.chance.choice(ORDINARY_NOTES[self.language]) if self.chance.random() < NOTE else "",
        )

    def read(self, typed: Mapping[str, str]) -> dict[str, Reading]:
        """Readings as the form reads them."""
        found: dict[str, Reading] = {}
        for kind, text in typed.items():
            if kind == "blood_pressure":
                found["systolic"], found["diastolic"] = readings.parse_blood_pressure(text)
            else:
                found[kind] = readings.parse(kind, text, usual=self.known_usual())
        return found

    def known_usual(self) -> dict[str, float]:
        return self.usual if self.knows_usual else {}

    def _severities(self, day: int) -> Iterator[tuple[str, int]]:
        since = self.days_since_dose(day)
        ended = self.regimen.ends_after is not None and day > self.regimen.ends_after
        hard = self.chance.choice(tuple(self.asked())) if self.chance.random() < HARD_DAY else None
        for code in sorted(self.asked()):
            course = None if ended or since is None else self.regimen.course.get(code)
            usual = max(_at(course, since or 0) * self.strength, _at(_EVERYBODY.get(code), 0))
            kept = DAY_TO_DAY * self.drift.get(code, 0.0)
            self.drift[code] = kept + self.chance.gauss(0, SPREAD * (0.4 + min(usual, 1.0)))
            bad = usual + self.drift[code] + (1.5 if code == hard else 0)
            yield code, max(0, min(4, round(bad)))

    def _readings(self, day: int, chills: bool) -> dict[str, Reading]:
        chance, usual = self.chance, self.usual
        since = self.days_since_dose(day)
        warm = self.regimen.fever if chills and since is not None and since <= 1 else 0.0
        self.weight += 0.08 * (usual["weight"] - self.weight) + chance.gauss(0, 0.2)
        typed = {}
        for kind in self.regimen.measures:
            if chance.random() < 0.15:
                continue
            if kind == "temperature":
                value = usual[kind] + chance.gauss(warm, 0.2 + warm / 4)
                slip = chance.random() < SLIP
                typed[kind] = f"{value * 9 / 5 + 32:.1f}" if slip else f"{value:.1f}"
            elif kind == "blood_pressure":
                top, bottom = chance.gauss(usual["systolic"], 8), chance.gauss(usual["diastolic"], 5)
                slip = chance.random() < SLIP
                typed[kind] = f"{top / 10:.0f}/{bottom / 10:.0f}" if slip else f"{top:.0f}/{bottom:.0f}"
            elif kind == "pulse":
                typed[kind] = f"{chance.gauss(usual['pulse'] + 8 * warm, 5):.0f}"
            elif kind == "weight":
                value = self.weight + chance.gauss(0, 0.25)
                typed[kind] = f"{value / 0.4536:.1f}" if chance.random() < SLIP else f"{value:.1f}"
            else:
                typed[kind] = f"{min(100, chance.gauss(usual['spo2'], 0.6)):.0f}"
        return self.read(typed)

    def _answer(self, code: str, bad: int) -> Answer:
        """It comes about as often as it is bad, and gets in the way somewhat less."""
        said = {
            "severity": bad,
            "frequency": max(1, min(4, bad + self.chance.choice((0, 0, 0, 1)))),
            "interference": max(0, bad - self.chance.choice((0, 1, 1, 2))),
            "amount": bad,
            "presence": 1,
        }
        if "severity" not in SYMPTOMS[code].attributes and "frequency" in SYMPTOMS[code].attributes:
            said["frequency"] = bad
        return Answer(**{name: said[name] for name in SYMPTOMS[code].attributes})


def _at(course: Course | None, since: int) -> float:
    return course[min(since, len(course) - 1)] if course else 0.0
