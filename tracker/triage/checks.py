"""The questions to put back to the person: about readings, about days that are missing, and about a rating
that their own words speak against. None of them lowers a level or delays an answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from .case import Case
from .readings import Check
from .report import Level
from .symptoms import RED_FLAGS, SYMPTOMS, label, scales
from .words import say

MILD, SEVERE = 1, 3
MISSED_BY_ANYBODY = 2
"""One missed day of a person who was well is no question; after a serious day it is."""

CONFLICT, MISSED = "rating_conflicts_with_note", "missed_reports"

SAID_OF: Mapping[str, tuple[str, ...]] = {
    "chest_pain": ("chest_pain",),
    "shortness_of_breath": ("breathless_at_rest", "breathless"),
    "faint": ("faint",),
    "confusion": ("confusion",),
    "face_arm_speech": ("stroke_signs",),
    "throat_or_lip_swelling": ("severe_allergy",),
    "bleeding": ("heavy_bleeding",),
    "self_harm_thoughts": ("suicide_plan", "suicidal_thoughts"),
    "headache": ("sudden_headache", "severe_headache"),
    "palpitations": ("palpitations",),
    "dizziness": ("severe_dizziness",),
    "chills": ("rigors",),
    "fever_feeling": ("fever",),
    "one_leg_swelling": ("leg_clot",),
    "swelling": ("swelling",),
    "vomiting": ("vomiting",),
    "diarrhea": ("diarrhea",),
    "left_shoulder_or_upper_belly_pain": ("spleen_pain",),
    "general_pain": ("severe_pain",),
    "hives": ("hives",),
    "hopeless": ("low_mood",),
    "sad": ("low_mood",),
}
"""What a note may say of a symptom, or deny."""
ONLY_SAID_OF_SEVERE: frozenset[str] = frozenset(
    {
        "breathless_at_rest",
        "sudden_headache",
        "severe_headache",
        "severe_dizziness",
        "rigors",
        "vomiting",
        "diarrhea",
        "severe_pain",
        "low_mood",
    }
)
"""Of these, what nobody would call mild: sick seven times, nothing stays down."""


def checks_of(case: Case, seen: Collection[Mapping[str, Any]]) -> tuple[Check, ...]:
    """Every question, those about readings first. `seen` are the inputs of the serious findings."""
    return (*case.checks, *_conflicts(case, seen), *_missed(case))


def _conflicts(case: Case, seen: Collection[Mapping[str, Any]]) -> Iterator[Check]:
    told = case.told
    if not told.note:
        return
    note, language = case.note, case.history.language
    well = note.says_well and not any(each.get("readings") or each.get("red_flags") for each in seen)
    for code in SYMPTOMS:
        if code in told.confirmed or code not in told.asked or case.told_at("symptoms", code):
            continue
        concepts = SAID_OF.get(code, ())
        denied = not note.denied.isdisjoint(concepts)
        if code in case.given and _is_severe(case, code) and (denied or well):
            yield Check(CONFLICT, code, _question(code, case.given[code], language))
        elif code not in case.given and (words := _written(case, concepts)):
            if not told.red_flags.isdisjoint({code, *concepts}):
                continue  # ticked as a serious sign, on the page before
            asked = say(
                "question", "wrote_and_none", language=language, words=words, label=_named(code, language)
            )
            yield Check(CONFLICT, code, asked, typed=words)
        elif _is_mild(case, code) and (words := _written(case, _severe(concepts))):
            yield Check(CONFLICT, code, _milder(code, case.given[code], words, language), typed=words)


def _is_severe(case: Case, code: str) -> bool:
    """Severe, or a yes to one of the red flags."""
    return case.bad[code] >= SEVERE or (code in RED_FLAGS and "presence" in case.given[code])


def _is_mild(case: Case, code: str) -> bool:
    """Said to be: what was ticked and not described was said to be nothing."""
    return bool(case.given.get(code)) and case.bad[code] == MILD


def _written(case: Case, concepts: Collection[str]) -> str:
    return next((case.noted_now[each] for each in concepts if each in case.noted_now), "")


def _question(code: str, given: Mapping[str, int], language: str) -> str:
    named = _named(code, language)
    attribute = max(given, key=lambda each: (each != "frequency", given[each]))
    attribute = "severity" if given.get("severity", 0) >= SEVERE else attribute
    if attribute == "presence":
        return say("question", "you_said_yes", language=language, label=named)
    word = scales(language)[attribute][given[attribute]]
    return say("question", "you_chose", language=language, word=word, label=named)


def _severe(concepts: Iterable[str]) -> tuple[str, ...]:
    return tuple(each for each in concepts if each in ONLY_SAID_OF_SEVERE)


def _milder(code: str, given: Mapping[str, int], words: str, language: str) -> str:
    attribute = "severity" if "severity" in given else max(given, key=lambda each: given[each])
    chosen = scales(language)[attribute][given[attribute]]
    named = _named(code, language)
    return say("question", "wrote_and_chose", language=language, words=words, word=chosen, label=named)


def _named(code: str, language: str) -> str:
    named = label(code, language)
    return named[:1].lower() + named[1:]


def _missed(case: Case) -> Iterator[Check]:
    missed = case.missed_days or 0
    if missed >= MISSED_BY_ANYBODY or (missed and _was_serious(case)):
        key = "missed_one" if missed == 1 else "missed"
        yield Check(MISSED, "missed_days", say("question", key, language=case.history.language, days=missed))


def _was_serious(case: Case) -> bool:
    last = case.history.days[0].level
    return bool(last and last >= Level.URGENT) or any(
        each.level >= Level.URGENT and each.days_ago > 0 for each in case.history.open_flags
    )
