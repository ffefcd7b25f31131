"""Serious events for a simulated year: each kind as people tell of it, by a tick, a number or a note.

`lowest` is the level below which the event was missed. Words are our own, as unlike each other as we could
make them; the rest of the report is that of an ordinary day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bench.patients import Person
from tracker.triage.report import Answer, Level, Report

YES = Answer(presence=1)
FLUID = frozenset({"aldesleukin", "oprelvekin", "sargramostim"})
ESA = frozenset({"epoetin-alfa", "darbepoetin-alfa"})
G_CSF = frozenset({"filgrastim", "pegfilgrastim"})
IFN = frozenset({"interferon-alfa-2b", "peginterferon-alfa-2b"})
BLADDER = frozenset({"bcg"})


@dataclass(frozen=True, slots=True)
class Event:
    """One way of telling one kind of event. It comes to people on these `drugs`, if any are named."""

    kind: str
    way: str
    lowest: Level = Level.EMERGENCY
    answers: Mapping[str, Answer] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()
    typed: Mapping[str, str] = field(default_factory=dict)
    urine: float | None = None
    note: str = ""
    drugs: frozenset[str] = frozenset()
    after_hours: tuple[float, float] | None = None
    chemo_days: tuple[int, int] | None = None
    language: str = ""

    def can_happen(self, person: Person, day: int) -> bool:
        if self.language not in ("", person.language):
            return False
        taken = [each for each in person.treatments(day) if each.hours_since_dose is not None]
        if self.drugs and not any(each.drug in self.drugs and not each.days_since_end for each in taken):
            return False
        if self.after_hours:
            low, high = self.after_hours
            if not any(low <= (each.hours_since_dose or 0) <= high for each in taken):
                return False
        chemo = person.days_since_chemo(day)
        low_day, high_day = self.chemo_days or (0, 0)
        return not self.chemo_days or (chemo is not None and low_day <= chemo <= high_day)

    def happens(self, ordinary: Report, person: Person) -> Report:
        unmeasured = {"temperature"} if "fever_feeling" in self.answers else set()
        measured = {kind: each for kind, each in ordinary.readings.items() if kind not in unmeasured}
        return replace(
            ordinary,
            answers={**ordinary.answers, **self.answers},
            red_flags=self.flags,
            red_flag_answer="yes" if self.flags else ordinary.red_flag_answer,
            readings={**measured, **person.read(self._typed_by(person))},
            hours_since_urine=ordinary.hours_since_urine if self.urine is None else self.urine,
            note=self.note or ordinary.note,
        )

    def _typed_by(self, person: Person) -> dict[str, str]:
        """A weight with a plus is that much more than the person weighs."""
        return {
            kind: f"{person.weight + float(text):.1f}" if text.startswith("+") else text
            for kind, text in self.typed.items()
        }


def _severe(**severities: int) -> dict[str, Answer]:
    return {code: Answer(severity=value) for code, value in severities.items()}


def _notes(
    kind: str, *notes: str, lowest: Level = Level.EMERGENCY, drugs: frozenset[str] = frozenset()
) -> list[Event]:
    """Each of these notes is an event, told by nothing else."""
    return [Event(kind, "note", lowest, note=note, drugs=drugs, language="en") for note in notes]


def _spanish(kind: str, *notes: str, lowest: Level = Level.EMERGENCY) -> list[Event]:
    return [Event(kind, "note", lowest, note=note, language="es") for note in notes]


U = Level.URGENT
EVENTS: tuple[Event, ...] = (
    Event("chest pain", "tick", flags=frozenset({"chest_pain"})),
    Event("chest pain", "tick", answers=_severe(chest_pain=1)),
    Event("chest pain", "tick", answers={"chest_pain": Answer()}),
    *_notes(
        "chest pain",
        "tight band round my chest since breakfast and my left arm aches",
        "crushing pain in chest",
        "feels like an elephant is sat on my chest",
        "chest is hurting when i climb the stairs and now at rest too",
        "my husband is holding his chest and sweating",
        "pressure behind my breastbone going up to the jaw",
    ),
    Event("breathless at rest", "tick", flags=frozenset({"breathless_at_rest"})),
    Event("breathless at rest", "tick", answers={"shortness_of_breath": Answer(severity=4, interference=4)}),
    *_notes(
        "breathless at rest",
        "cant get my breath even sitting still",
        "gasping for air in bed, had to sit up all night",
        "I can't finish a sentence without stopping to breathe",
        "struggling to breathe just lying here",
    ),
    Event("low oxygen", "number", typed={"spo2": "91"}),
    Event("low oxygen", "number", typed={"spo2": "88"}),
    *_notes("low oxygen", "sats were 89 this morning", "oxygen reading 90% on the finger thing"),
    Event("fast breathing", "number", typed={"breaths": "28"}),
    Event("fainting", "tick", flags=frozenset({"faint"})),
    Event("fainting", "tick", answers={"faint": YES}),
    *_notes(
        "fainting",
        "passed out in the kitchen",
        "blacked out for a few seconds getting out of the bath",
        "she collapsed in the hallway about an hour ago",
        "found him on the bathroom floor this morning",
        "nearly fainted twice, everything went black",
    ),
    Event("confusion", "tick", answers={"confusion": YES}),
    *_notes(
        "confusion",
        "he doesn't know what day it is and keeps calling me by his sister's name",
        "mum is talking nonsense since last night and can't tell me where she is",
        "I keep seeing people in the room who are not there",
        "can't wake him properly, he just mumbles",
    ),
    Event("stroke", "tick", flags=frozenset({"face_arm_speech"})),
    *_notes(
        "stroke",
        "one side of my face has dropped",
        "can't lift my right arm and my words come out slurred",
        "her mouth is lopsided and she can't get words out",
        "left arm suddenly gone dead and useless",
    ),
    Event("seizure", "tick", flags=frozenset({"seizure"})),
    *_notes("seizure", "he had a fit, shaking all over and wet himself", "had a seizure at lunch"),
    Event("anaphylaxis", "tick", flags=frozenset({"throat_or_lip_swelling"})),
    Event("anaphylaxis", "tick", answers={"hives": YES, "wheezing": Answer(severity=2)}),
    *_notes(
        "anaphylaxis",
        "tongue is swelling and my throat feels tight after the injection",
        "lips have blown up and I'm covered in hives",
        "welts everywhere and wheezing",
    ),
    Event("heavy bleeding", "tick", flags=frozenset({"bleeding"})),
    *_notes(
        "heavy bleeding",
        "nose bleed won't stop, over an hour now, towel soaked",
        "blood is pouring out when I go to the toilet",
        "vomited a cupful of blood",
    ),
    Event("suicide", "tick", U, answers={"self_harm_thoughts": YES}),
    *_notes(
        "suicide",
        "I have worked out how to end it and when",
        "got the pills lined up, tonight I will take them all",
        "I am going to kill myself",
    ),
    *_notes(
        "suicide",
        "I don't want to be here any more",
        "everyone would be better off without me",
        "thinking about ending my life",
        lowest=U,
    ),
    Event("low pressure", "number", answers=_severe(dizziness=2), typed={"blood_pressure": "84/50"}),
    Event("low pressure", "number", typed={"blood_pressure": "86/52", "pulse": "122"}),
    Event("low pressure", "number", answers=_severe(dizziness=1), typed={"blood_pressure": "8/5"}),
    Event("low pressure", "number", U, typed={"blood_pressure": "88/54"}),
    *_notes(
        "low pressure",
        "BP 82/48 and feeling woozy",
        "blood pressure was 85 over 50, light headed when I stand",
    ),
    Event("fast heart", "number", typed={"pulse": "138"}),
    Event("fast heart", "number", U, typed={"pulse": "118"}),
    Event("fast heart", "tick", answers={"palpitations": Answer(frequency=3, severity=2), "faint": YES}),
    *_notes("fast heart", "pulse is 144 at rest", "fitbit says heart rate 151 sitting down"),
    *_notes("fast heart", "heart is racing and skipping beats for an hour now", lowest=U),
    Event("slow heart", "number", U, typed={"pulse": "38"}),
    Event("high pressure", "number", U, typed={"blood_pressure": "186/108"}),
    Event(
        "high pressure",
        "number",
        answers={"headache": Answer(frequency=3, severity=3, interference=2)},
        typed={"blood_pressure": "192/116"},
        drugs=ESA,
    ),
    Event("sepsis", "number", U, typed={"temperature": "38.3"}, chemo_days=(5, 14)),
    Event("sepsis", "number", U, typed={"temperature": "101.1"}, chemo_days=(5, 14)),
    Event("sepsis", "number", typed={"temperature": "38.4", "blood_pressure": "88/50"}),
    Event("sepsis", "tick", U, answers={"chills": Answer(frequency=2, severity=3)}, chemo_days=(3, 16)),
    Event("sepsis", "tick", U, answers={"fever_feeling": YES}, chemo_days=(3, 16)),
    *_notes(
        "sepsis",
        "temp 38.6 this evening",
        "temperature 101.5 and shaking",
        "shivering so hard the bed shook",
        "line site is red hot and oozing pus",
        lowest=U,
    ),
    Event(
        "fever after the dose's own",
        "number",
        U,
        typed={"temperature": "38.4"},
        drugs=IFN,
        after_hours=(26, 160),
    ),
    Event("leak", "number", answers=_severe(shortness_of_breath=4), typed={"weight": "+3.4"}, drugs=FLUID),
    Event("leak", "number", U, typed={"weight": "+3.6"}, drugs=FLUID),
    Event(
        "leak",
        "tick",
        U,
        answers={
            "swelling": Answer(frequency=3, severity=2, interference=1),
            **_severe(shortness_of_breath=2),
        },
        drugs=FLUID,
    ),
    *_notes(
        "leak",
        "up 3 kilos since Friday and my ankles are like balloons",
        "put on 7 lb in two days, rings don't fit",
        lowest=U,
        drugs=FLUID,
    ),
    Event("no urine", "number", U, urine=14),
    Event("no urine", "number", urine=20),
    *_notes(
        "no urine",
        "haven't had a wee since yesterday lunchtime",
        "not passed any water for 15 hours",
        lowest=U,
    ),
    Event("spleen", "tick", U, answers=_severe(left_shoulder_or_upper_belly_pain=2), drugs=G_CSF),
    Event(
        "spleen",
        "tick",
        answers={**_severe(left_shoulder_or_upper_belly_pain=2), "faint": YES},
        typed={"pulse": "124"},
        drugs=G_CSF,
    ),
    *_notes("spleen", "sharp pain under my left ribs up into the shoulder", lowest=U, drugs=G_CSF),
    Event("clot", "tick", U, answers={"one_leg_swelling": YES}),
    Event("clot", "tick", answers={"one_leg_swelling": YES, **_severe(shortness_of_breath=2)}),
    *_notes(
        "clot",
        "left calf is twice the size of the right, hot and throbbing",
        "one leg swollen and sore since Tuesday",
        lowest=U,
    ),
    Event("vomiting", "tick", U, answers={"vomiting": Answer(frequency=4, severity=3)}),
    *_notes("vomiting", "been sick nine times today", "can't keep even water down", lowest=U),
    Event("diarrhoea", "tick", U, answers={"diarrhea": Answer(frequency=4)}),
    *_notes("diarrhoea", "on the toilet all night, at least twelve times, just water", lowest=U),
    *_notes("gut bleeding", "stool black as tar since yesterday", "blood in the pan when I went", lowest=U),
    Event("sight", "tick", U, answers={"vision_loss": YES}),
    *_notes("sight", "I've lost the sight in my left eye", "suddenly seeing double", lowest=U),
    Event(
        "mood", "tick", U, answers={"hopeless": Answer(frequency=3, severity=2, interference=2)}, drugs=IFN
    ),
    Event("mood", "tick", U, answers={"hopeless": Answer(frequency=4, severity=3, interference=3)}),
    *_notes("mood", "I feel completely hopeless, can't go on like this", lowest=U),
    *_notes(
        "harm to others", "I'm frightened I will hurt my wife, the rage is unbearable", lowest=U, drugs=IFN
    ),
    Event("BCG infection", "number", U, typed={"temperature": "38.7"}, drugs=BLADDER, after_hours=(50, 400)),
    Event(
        "blocked bladder", "note", U, note="cannot pee at all, bladder bursting, passing clots", drugs=BLADDER
    ),
    Event("headache", "tick", U, answers={"headache": Answer(frequency=4, severity=4, interference=4)}),
    *_notes("headache", "worst headache of my life, came on like a thunderclap"),
    *_notes("skin", "rash has blistered and the skin is peeling off in sheets", lowest=U),
    *_notes("liver", "the whites of my eyes have gone yellow", lowest=U),
    Event("severe symptom", "tick", U, answers={"mouth_sores": Answer(severity=4, interference=0)}),
    Event(
        "severe symptom",
        "tick",
        U,
        answers={"abdominal_pain": Answer(frequency=3, severity=3, interference=3)},
    ),
    *_spanish(
        "chest pain",
        "me duele el pecho y se me va el dolor al brazo izquierdo",
        "siento una opresión fuerte en el pecho desde esta mañana",
    ),
    *_spanish(
        "breathless at rest",
        "no puedo respirar ni estando sentado",
        "me ahogo acostada, no termino una frase",
    ),
    *_spanish("fainting", "me desmayé en la ducha", "se cayó redondo al suelo en la cocina"),
    *_spanish("confusion", "mi padre está muy confundido, no sabe dónde está ni qué día es"),
    *_spanish(
        "stroke", "se le ha torcido la boca y habla raro", "no puedo mover el brazo derecho de repente"
    ),
    *_spanish("anaphylaxis", "se me hinchan los labios y la lengua después del pinchazo"),
    *_spanish("heavy bleeding", "sangro por la nariz desde hace una hora y no para"),
    *_spanish("suicide", "ya tengo las pastillas preparadas, esta noche acabo con todo"),
    *_spanish("suicide", "no quiero seguir viviendo", lowest=U),
    *_spanish("low pressure", "la tensión 8/5 y muy mareada"),
    *_spanish("low oxygen", "el oxígeno está en 88"),
    *_spanish("sepsis", "tengo 38,7 de fiebre", "escalofríos tan fuertes que temblaba la cama", lowest=U),
    *_spanish("clot", "una pierna hinchada, roja y caliente, la otra no", lowest=U),
    *_spanish("no urine", "no orino desde ayer al mediodía", lowest=U),
    *_spanish("vomiting", "he vomitado ocho veces hoy, no retengo ni el agua", lowest=U),
    *_spanish("gut bleeding", "las heces negras como el alquitrán desde ayer", lowest=U),
    *_spanish("sight", "de repente no veo por el ojo izquierdo", lowest=U),
)
