"""Red flags in free text: what a note says about the patient, now.

A note can only raise a level. What it says becomes mentions of a closed list of concepts, and numbers with
their kind; the rules decide what those mean. Two readers read it: one knows words and patterns (reading.py),
the other how serious notes usually read (likeness.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CONCEPTS: tuple[str, ...] = (
    # which the shipped rules read as an emergency
    "chest_pain",
    "breathless_at_rest",  # cannot finish a sentence, fighting for air sitting or lying, blue lips
    "faint",  # passed out, collapsed, found on the floor, or nearly so: "went grey and had to lie down"
    "confusion",  # new; seeing things, hard to wake, not making sense
    "stroke_signs",
    "seizure",
    "severe_allergy",  # swelling of throat, lips or tongue; hives with wheeze
    "heavy_bleeding",  # will not stop, soaks through, by the cupful
    "suicide_plan",  # a plan, a day, a means, an attempt, or cannot keep safe
    "sudden_headache",  # thunderclap, worst of a life
    # urgent
    "breathless",  # on effort, or new
    "palpitations",
    "low_blood_pressure",  # in words; numbers are readings
    "severe_dizziness",
    "fever",  # in words; numbers are readings
    "rigors",
    "infection_signs",  # pus, a hot red line site, spreading redness
    "leg_clot",  # one limb swollen, hot, hard or sore
    "less_urine",  # none or hardly any for about 12 hours, or cannot pass it
    "weight_gain",  # fast: 2 kg or more within days
    "swelling",
    "vomiting",  # again and again, or nothing stays down
    "cannot_eat_or_drink",
    "diarrhea",  # severe: many times a day, all night
    "blood_in_stool_or_vomit",  # also black like tar
    "blood_in_urine",
    "clots_in_urine",
    "bleeding_or_bruising",  # not heavy: nose, gums, many new bruises, pin-prick spots
    "spleen_pain",  # left upper belly, under the left ribs, tip of the left shoulder
    "severe_pain",
    "blistering_rash",
    "hives",  # or a rash all over
    "severe_headache",
    "vision_change",
    "jaundice",
    "suicidal_thoughts",
    "low_mood",  # severe: hopeless, cannot go on
    "harm_to_others",
    "missed_or_wrong_dose",
    "limb_problem",  # cold, blue, numb or useless
    "reads_serious",  # only the second reader finds it so: it is like serious notes as a whole
    # a person should read it soon
    "doubtful",  # the first reader found something, and the second finds the note quite harmless
    # nothing by themselves; they make something else worse
    "sudden_onset",  # out of nowhere, in a second, the worst of a life
    "unwell",  # clammy, grey, woozy, light-headed, weak, drowsy
    "asks_for_call",
)
"""What a note may mention. A code is for ever: rules hold them."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One concept that the note says the patient has now, and the words, as typed, that it was read from."""

    concept: str
    words: str


@dataclass(frozen=True, slots=True)
class NotedValue:
    """A measurement found in the text, in the unit that triage keeps for its kind, and its words as typed."""

    kind: str
    value: float
    words: str


@dataclass(frozen=True, slots=True)
class Note:
    """What was read. `denied`: concepts that the note says the patient does not have. `says_well`: it tells
    of an ordinary or active day and mentions nothing."""

    mentions: tuple[Mention, ...] = ()
    values: tuple[NotedValue, ...] = ()
    denied: frozenset[str] = frozenset()
    says_well: bool = False


def read_note(
    text: str,
    language: str = "en",
    usual: Mapping[str, float] | None = None,
    also: str = "",
    *,
    by_another: bool = False,
) -> Note:
    """Never raises, whatever is typed. `usual` helps to tell pounds from kilograms.

    `by_another`: we know that it was not the patient who typed.
    """
    from .reading import read  # reads this module's types

    return read(text, language, usual or {}, also, by_another=by_another)
