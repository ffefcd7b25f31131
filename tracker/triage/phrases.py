"""Evidence in words, for the team: "Blood pressure 84/50 mmHg, usual 124/78; Dizziness, severe"."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from .case import Case
from .conditions import UNSPECIFIED, Evidence
from .sameday import URINE
from .symptoms import LABELS, LANGUAGE, scales
from .words import measure, number, say, together

_PRESSURE = ("systolic", "diastolic")
A_DOSE_AGO = 10  # hours, from which on half ones are not told


def seen(evidence: Evidence, case: Case, drug_names: Mapping[str, str]) -> str:
    """Everything that the condition saw, most telling first."""
    parts = [
        *_red_flags(evidence.get("red_flags", ()), case),
        *(_note(evidence["note"], case) if "note" in evidence else ()),
        *(_readings(evidence["readings"], case) if "readings" in evidence else ()),
        *_weight_change(evidence),
        *_symptoms(evidence, case),
        *_circumstances(evidence, case, drug_names),
    ]
    return "; ".join(dict.fromkeys(parts))


def in_words(answer: Mapping[str, int], language: str = LANGUAGE) -> str:
    """An answer by its severity, or where it has none by its highest attribute: "severe", "often", "yes"."""
    if not answer:
        return say("phrase", "no_detail", language=language)
    if not any(answer.values()):
        return say("phrase", "none", language=language)
    attribute = "severity" if answer.get("severity") else max(answer, key=lambda each: answer[each])
    return scales(language)[attribute][answer[attribute]]


def _red_flags(codes: Collection[str], case: Case) -> Iterator[str]:
    for code in codes:
        words = say("phrase", "red_flag_unspecified") if code == UNSPECIFIED else LABELS[code]
        yield _aside(words, _told_at(case, "red_flags", code))


def _note(mentions: Mapping[str, str], case: Case) -> Iterator[str]:
    """Everything that was read from the note, in the person's own words; earlier notes of the day apart."""
    by_time: dict[str, dict[str, None]] = {}
    for concept, words in mentions.items():
        by_time.setdefault(_told_at(case, "note", concept), {})[words.strip()] = None
    for at, passages in by_time.items():
        yield _aside(say("phrase", "note", words=" … ".join(passages)), at)


def _readings(readings: Mapping[str, Any], case: Case) -> Iterator[str]:
    if "systolic" in readings or "diastolic" in readings:
        yield _blood_pressure(case)
    for kind, reading in readings.items():
        if kind not in ("systolic", "diastolic"):
            usual = reading.get("usual")
            shown = f"{say('reading', kind)} {measure(kind, reading['value'])}"
            shown = shown if usual is None else f"{shown}, {say('phrase', 'usual', usual=number(usual))}"
            yield _aside(shown, *_measured(case, kind))


def _blood_pressure(case: Case) -> str:
    now = together(case.values.get(kind) for kind in _PRESSURE)
    usual = [case.usual_of(kind) for kind in _PRESSURE]
    shown = f"{say('reading', 'blood_pressure')} {now} {say('unit', 'systolic')}"
    shown = shown if usual[0] is None else f"{shown}, {say('phrase', 'usual', usual=together(usual))}"
    return _aside(shown, *dict.fromkeys(aside for kind in _PRESSURE for aside in _measured(case, kind)))


def _measured(case: Case, kind: str) -> Iterator[str]:
    """When a reading was told that stands from earlier, and that it may be a slip."""
    yield _told_at(case, "readings", kind)
    if kind in case.readings and case.readings[kind].is_doubtful:
        yield say("phrase", "not_confirmed", typed=case.readings[kind].typed)


def _told_at(case: Case, part: str, code: str) -> str:
    at = case.told_at(part, code)
    return say("phrase", "told_at", at=at) if at else ""


def _aside(words: str, *asides: str) -> str:
    said = ", ".join(filter(None, asides))
    return f"{words} ({said})" if said else words


def _weight_change(evidence: Evidence) -> Iterator[str]:
    if "weight_gain" in evidence:
        gain = evidence["weight_gain"]
        yield _in_days("gain", gain["days_ago"], kg=number(gain["kg"]))
    if "weight_loss" in evidence:
        loss = evidence["weight_loss"]
        yield _in_days("loss", loss["days_ago"], percent=number(loss["percent"]))


def _symptoms(evidence: Evidence, case: Case) -> Iterator[str]:
    flagged = evidence.get("red_flags", [])
    compared = evidence.get("compared", {})
    for code, answer in evidence.get("symptoms", {}).items():
        if code in flagged and "presence" in answer:
            continue
        told_at = _told_at(case, "symptoms", code)
        if code in compared:
            yield _symptom(code, answer, _compared(compared[code]), told_at)
        elif (said := case.said.get(code)) is not None:
            yield said
        else:
            case.said[code] = _symptom(code, answer, _last_time(code, case), told_at)
            yield case.said[code]


def _symptom(code: str, answer: Mapping[str, int], before: str, told_at: str) -> str:
    shown = LABELS[code] if "presence" in answer else f"{LABELS[code]}, {in_words(answer)}"
    return _aside(shown, before, told_at)


def _compared(before: Mapping[str, Any]) -> str:
    if before["with"] == "unknown":
        return ""
    word = in_words(before["answer"])
    if before["with"] == "last_day":
        return _days_ago(word, before["days_ago"])
    return say("phrase", before["with"], word=word)


def _last_time(code: str, case: Case) -> str:
    for day, answer in case.earlier(code):
        return _days_ago(in_words(answer.answered()), day.days_ago)
    return ""


def _in_days(key: str, days: int, **words: str) -> str:
    """ "yesterday" and not "1 days ago"."""
    return say("phrase", f"{key}_one" if days == 1 else key, days=days, **words)


def _about(hours: float) -> str:
    """Half hours matter soon after a dose, and never later."""
    return number(hours if hours < A_DOSE_AGO else round(hours))


def _days_ago(word: str, days: int) -> str:
    key = {0: "earlier_today", 1: "yesterday"}.get(days, "days_ago")
    return say("phrase", key, word=word, days=days)


def _circumstances(evidence: Evidence, case: Case, drug_names: Mapping[str, str]) -> Iterator[str]:
    if URINE in evidence:
        words = say("phrase", "urine", hours=number(evidence[URINE])).capitalize()
        yield _aside(words, _told_at(case, URINE, URINE))
    if "lasting_days" in evidence:
        yield say("phrase", "lasting", days=evidence["lasting_days"])
    if "drugs" in evidence:
        names = dict.fromkeys(drug_names.get(each, each) for each in evidence["drugs"])
        yield say("phrase", "drug", drugs=", ".join(names))
    if "hours_since_dose" in evidence:
        yield say("phrase", "dose", hours=_about(evidence["hours_since_dose"]))
    if "treatment_day" in evidence:
        yield say("phrase", "treatment_day", day=evidence["treatment_day"])
    if "days_since_chemo" in evidence:
        yield _in_days("chemo", evidence["days_since_chemo"])
    if "missed_days" in evidence:
        missed = evidence["missed_days"]
        is_of_today = case.is_silence and missed == 1
        yield say("phrase", "missed_today") if is_of_today else _in_days("missed", missed)
    if "last_level" in evidence:
        last = evidence["last_level"]
        yield _in_days("last_level", last["days_ago"], level=say("level", last["level"]))
    if "open_flag" in evidence:
        flag = evidence["open_flag"]
        key = "answered_flag" if flag["acknowledged"] else "open_flag"
        yield _in_days(key, flag["days_ago"], level=say("level", flag["level"]))
    if "days_since_end" in evidence:
        yield _in_days("end", evidence["days_since_end"])
    if "wants_call" in evidence:
        yield from _call(evidence["wants_call"])


def _call(asked: Mapping[str, str]) -> Iterator[str]:
    if asked["number"]:
        yield say("phrase", "call_number", number=asked["number"])
    reason = asked["reason"]
    yield say("phrase", "call_reason", reason=reason) if reason else say("phrase", "call_without_reason")
