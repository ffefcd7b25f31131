"""What an ordinary day on each drug feels like, so that the demonstration's diaries are believable.

The time courses are drawn from what the shipped pages say: chills and fever in the hours after interleukin-2,
a flu that follows each interferon dose, bones that ache after a growth factor, quiet days on epoetin.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType

from tracker.demo.people import Usual
from tracker.triage import readings
from tracker.triage.report import Answer, Reading, Report
from tracker.triage.symptoms import SYMPTOMS

SPREAD = 0.3
"""How far a day strays from the usual course, in grades."""
WORST_ORDINARY = 2
"""Grade 3 and more are no ordinary day; `incidents` has those."""


@dataclass(frozen=True, slots=True)
class Tendency:
    """The usual severity, 0–4, on the dose day, one day after, two days …; the last one stays."""

    after_dose: tuple[float, ...]
    a_week: float = 0.0
    """What each week of treatment adds."""

    def severity(self, days_since_dose: int, treatment_day: int) -> float:
        at = min(days_since_dose, len(self.after_dose) - 1)
        return self.after_dose[at] + self.a_week * treatment_day / 7


@dataclass(frozen=True, slots=True)
class Moment:
    """Where in their treatment somebody is. None: no dose yet."""

    treatment_day: int
    days_since_dose: int | None


_FLU = {
    "chills": Tendency((1.3, 0.3, 0.0)),
    "muscle_aches": Tendency((1.4, 0.8, 0.3)),
    "headache": Tendency((1.2, 0.6, 0.2)),
    "nausea": Tendency((0.8, 0.4, 0.2)),
    "appetite_loss": Tendency((0.8, 0.6, 0.5), a_week=0.05),
    "fatigue": Tendency((1.4, 1.2, 0.9), a_week=0.05),
    "insomnia": Tendency((0.5,), a_week=0.05),
    "sad": Tendency((0.1,), a_week=0.06),
}

HABITS: Mapping[str, Mapping[str, Tendency]] = MappingProxyType(
    {
        "aldesleukin": {
            "chills": Tendency((1.5, 0.6, 0.2, 0.0)),
            "fatigue": Tendency((1.4, 1.2, 0.9, 0.6)),
            "nausea": Tendency((0.9, 0.6, 0.3, 0.1)),
            "itching": Tendency((0.8, 0.7, 0.5, 0.2)),
            "injection_site_reaction": Tendency((0.6, 0.5, 0.3, 0.0)),
            "diarrhea": Tendency((0.4, 0.3, 0.1)),
        },
        "interferon-alfa-2b": _FLU | {"concentration": Tendency((0.4,), a_week=0.05)},
        "peginterferon-alfa-2b": _FLU,
        "pegfilgrastim": {
            "general_pain": Tendency((0.8, 1.6, 1.8, 1.3, 0.8, 0.3, 0.0)),
            "muscle_aches": Tendency((0.6, 1.1, 1.1, 0.8, 0.4, 0.0)),
            "fatigue": Tendency((1.2, 1.2, 1.0, 0.9, 0.8, 0.6, 0.5)),
            "nausea": Tendency((0.9, 0.7, 0.5, 0.2, 0.0)),
            "headache": Tendency((0.5, 0.5, 0.3, 0.1)),
        },
        "filgrastim": {
            "general_pain": Tendency((1.2, 0.7, 0.3, 0.0)),
            "fatigue": Tendency((1.1, 0.9, 0.7, 0.5)),
            "headache": Tendency((0.4, 0.2, 0.1)),
            "nausea": Tendency((0.5, 0.3, 0.1)),
        },
        "epoetin-alfa": {
            "fatigue": Tendency((1.1,), a_week=-0.05),
            "headache": Tendency((0.3, 0.1)),
            "joint_aches": Tendency((0.4, 0.3, 0.2)),
        },
    }
)
BEFORE_TREATMENT = frozenset({"fatigue", "headache", "joint_aches", "insomnia"})
"""What people have now and then without any of these drugs."""
FEVERISH = frozenset({"aldesleukin", "interferon-alfa-2b", "peginterferon-alfa-2b"})
NOTES = (
    "Slept well.",
    "Went for a short walk.",
    "My daughter cooked. I ate most of it.",
    "Rested in the afternoon.",
    "Took paracetamol at noon, as agreed.",
    "A bit better than yesterday.",
    "Visitors today. Tired, but glad.",
)


@dataclass(frozen=True, slots=True)
class Habit:
    """How one person reports: their drug, what they are asked, and what is usual for them."""

    drug: str
    asked: Collection[str]
    kinds: Collection[str]
    """The readings that are asked for, as Drug.readings has them."""
    asks_urine: bool
    usual: Usual
    strength: float = 1.0
    """How hard the drug is on this person; 1 is the usual course."""

    def ordinary_day(self, moment: Moment, yesterday: Mapping[str, int], chance: Random) -> Report:
        """`yesterday` has the last severities: from one day to the next they rise by one at most."""
        severities = {
            code: severity
            for code, tendency in HABITS[self.drug].items()
            if code in self.asked
            and (severity := self._severity(code, tendency, moment, yesterday.get(code, 0), chance))
        }
        feverish = self.drug in FEVERISH and severities.get("chills", 0) > 0
        return Report(
            answers={code: answer(code, severity, chance) for code, severity in severities.items()},
            asked=frozenset(self.asked),
            red_flag_answer="no",
            readings=self._readings(moment, feverish, chance),
            hours_since_urine=float(chance.randint(1, 4)) if self.asks_urine else None,
            note=chance.choice(NOTES) if chance.random() < 0.08 else "",
        )

    def _severity(self, code: str, tendency: Tendency, moment: Moment, before: int, chance: Random) -> int:
        if moment.days_since_dose is None:
            return int(code in BEFORE_TREATMENT and chance.random() < 0.15)
        usual = tendency.severity(moment.days_since_dose, moment.treatment_day) * self.strength
        return max(0, min(round(chance.gauss(usual, SPREAD)), before + 1, WORST_ORDINARY))

    def _readings(self, moment: Moment, feverish: bool, chance: Random) -> dict[str, Reading]:
        usual = self.usual
        typed = {
            "temperature": f"{chance.gauss(usual.temperature + (0.5 if feverish else 0), 0.12):.1f}",
            "blood_pressure": f"{chance.gauss(usual.systolic, 4):.0f}/{chance.gauss(usual.diastolic, 3):.0f}",
            "pulse": f"{chance.gauss(usual.pulse + (6 if feverish else 0), 3):.0f}",
            "weight": f"{chance.gauss(usual.weight, 0.15):.1f}",
            "spo2": f"{min(99, chance.gauss(usual.spo2, 0.4)):.0f}",
        }
        return read({kind: typed[kind] for kind in self.kinds})


def read(typed: Mapping[str, str]) -> dict[str, Reading]:
    """Readings as the form would read them: kind, as Drug.readings has it, → what was typed."""
    understood: dict[str, Reading] = {}
    for kind, text in typed.items():
        if kind == "blood_pressure":
            understood["systolic"], understood["diastolic"] = readings.parse_blood_pressure(text)
        else:
            understood[kind] = readings.parse(kind, text)
    return understood


def answer(code: str, severity: int, chance: Random) -> Answer:
    """What somebody with a symptom this bad would tick: it comes as often as it is bad, and hinders less."""
    said = {
        "frequency": severity,
        "severity": severity,
        "interference": max(0, severity - chance.choice((0, 1, 1))),
        "amount": severity,
        "presence": 1,
    }
    return Answer(**{attribute: said[attribute] for attribute in SYMPTOMS[code].attributes})
