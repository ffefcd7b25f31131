"""The stored form of a report, and the one place that checks it.

    {"version": 1,
     "red_flags": {"answer": "yes" | "no" | "not_asked", "codes": ["chest_pain"]},
     "asked": ["nausea", "vomiting"],
     "answers": {"nausea": {"frequency": 2, "severity": null}},
     "readings": {"systolic": {"value": 84.0, "unit": "mmHg", "typed": "84/50", "suggested": null,
                               "confirmed": null}},
     "hours_since_urine": 16,
     "note": "…",
     "confirmed": ["nausea"],
     "doses": {"aldesleukin": {"answer": "taken" | "missed" | "not_due", "at": "2026-11-20T08:30:00+01:00"}},
     "wants_call": true,
     "call_number": "555 0142"}

Only `version` must be there; what follows the note stands only where somebody said so. An attribute that is
null or absent was skipped.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, cast

from .report import ATTRIBUTES, Answer, DoseAnswer, Reading, RedFlagAnswer, Report, ToldDose
from .symptoms import HIGHEST, RED_FLAGS, SYMPTOMS
from .units import UNITS

VERSION = 1
NOTE_MAX = 20_000
TYPED_MAX = 100
URINE_HOURS_MAX = 240
"""Ten days. A larger number is a slip of the finger, not a person."""
NUMBER_MAX = 100_000
"""No reading that a person types is larger; keeps a stray 1e300 out of arithmetic."""

DOSES_MAX = 20
"""Nobody takes so many of these drugs at home."""
CALL_NUMBER_MAX = 40

_DRUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DRUG_MAX = 60
_DOSE_ANSWERS = ("taken", "missed", "not_due")
_RED_FLAG_ANSWERS = ("yes", "no", "not_asked")
_KEYS = frozenset(
    {
        "version", "red_flags", "asked", "answers", "readings", "hours_since_urine", "note",
        "confirmed", "doses", "wants_call", "call_number",
    }
)  # fmt: skip
_READING_KEYS = frozenset({"value", "unit", "typed", "suggested", "confirmed"})


class InvalidReport(ValueError):
    """`errors` maps the place in the document ("answers.nausea.severity") to what is wrong there."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__("; ".join(f"{path or 'report'}: {problem}" for path, problem in self.errors.items()))


def read(document: Any) -> Report:
    """Raises InvalidReport, with every problem found, and nothing else whatever the value is."""
    reader = _Reader()
    report = reader.report(document)
    if reader.errors:
        raise InvalidReport(reader.errors)
    return report


def write(report: Report) -> dict[str, Any]:
    """The document of a report; keys and codes always come in the same order."""
    document = {
        "version": VERSION,
        "red_flags": {
            "answer": report.red_flag_answer,
            "codes": [code for code in RED_FLAGS if code in report.red_flags],
        },
        "asked": [code for code in SYMPTOMS if code in report.asked],
        "answers": {
            code: {each: getattr(report.answers[code], each) for each in kind.attributes}
            for code, kind in SYMPTOMS.items()
            if code in report.answers
        },
        "readings": {
            kind: _write_reading(report.readings[kind]) for kind in UNITS if kind in report.readings
        },
        "hours_since_urine": report.hours_since_urine,
        "note": report.note,
    }
    return document | _write_what_was_said_too(report)


def _write_what_was_said_too(report: Report) -> dict[str, Any]:
    """The parts that few reports have, of those that are there."""
    parts = {
        "confirmed": [code for code in SYMPTOMS if code in report.confirmed],
        "doses": {drug: _write_dose(report.doses[drug]) for drug in sorted(report.doses)},
        "wants_call": report.wants_call,
        "call_number": report.call_number,
    }
    return {name: part for name, part in parts.items() if part}


def _write_dose(dose: ToldDose) -> dict[str, Any]:
    return {"answer": dose.answer, "at": dose.at.isoformat() if dose.at else None}


def _write_reading(reading: Reading) -> dict[str, Any]:
    return {
        "value": reading.value,
        "unit": reading.unit,
        "typed": reading.typed,
        "suggested": reading.suggested,
        "confirmed": reading.confirmed,
    }


class _Reader:
    """Walks a document once and gathers every problem; what is wrong reads as missing."""

    def __init__(self) -> None:
        self.errors: dict[str, str] = {}

    def report(self, document: Any) -> Report:
        parts = self._object("", document, _KEYS)
        if not self.errors and (isinstance(version := parts.get("version"), bool) or version != VERSION):
            self.errors["version"] = f"The report must be version {VERSION}."
        answer, codes = self._red_flags(parts.get("red_flags"))
        return Report(
            answers=dict(self._answers(parts.get("answers"))),
            asked=self._codes("asked", parts.get("asked"), SYMPTOMS.keys(), "symptom"),
            red_flags=codes,
            red_flag_answer=answer,
            readings=dict(self._readings(parts.get("readings"))),
            hours_since_urine=self._number(
                "hours_since_urine", parts.get("hours_since_urine"), 0, URINE_HOURS_MAX
            ),
            note=self._text("note", parts.get("note"), NOTE_MAX),
            confirmed=self._codes("confirmed", parts.get("confirmed"), SYMPTOMS.keys(), "symptom"),
            doses=dict(self._doses(parts.get("doses"))),
            wants_call=self._truth("wants_call", parts.get("wants_call")),
            call_number=self._text("call_number", parts.get("call_number"), CALL_NUMBER_MAX),
        )

    def _red_flags(self, value: Any) -> tuple[RedFlagAnswer, frozenset[str]]:
        parts = self._object("red_flags", value, {"answer", "codes"})
        answer = parts.get("answer", "not_asked")
        if not (isinstance(answer, str) and answer in _RED_FLAG_ANSWERS):
            self.errors["red_flags.answer"] = "Must be yes, no or not_asked."
            answer = "not_asked"
        codes = self._codes("red_flags.codes", parts.get("codes"), RED_FLAGS, "red flag")
        return cast(RedFlagAnswer, answer), codes

    def _answers(self, value: Any) -> Iterator[tuple[str, Answer]]:
        for code, given in self._object("answers", value).items():
            path = f"answers.{_shown(code)}"
            if code not in SYMPTOMS:
                self.errors[path] = "There is no such symptom."
                continue
            yield code, self._answer(path, code, given)

    def _answer(self, path: str, code: str, value: Any) -> Answer:
        values: dict[str, int] = {}
        for attribute, number in self._object(path, value).items():
            place = f"{path}.{_shown(attribute)}"
            if attribute not in SYMPTOMS[code].attributes:
                known = attribute in ATTRIBUTES
                self.errors[place] = (
                    "This is not asked about this symptom." if known else "There is no such question."
                )
            elif number is None:
                continue
            elif type(number) is not int or not 0 <= number <= HIGHEST[attribute]:
                self.errors[place] = f"Must be a whole number from 0 to {HIGHEST[attribute]}."
            else:
                values[attribute] = number
        return Answer(**values)

    def _readings(self, value: Any) -> Iterator[tuple[str, Reading]]:
        for kind, given in self._object("readings", value).items():
            path = f"readings.{_shown(kind)}"
            if kind not in UNITS:
                self.errors[path] = "There is no such reading."
                continue
            yield kind, self._reading(path, UNITS[kind], given)

    def _reading(self, path: str, unit: str, value: Any) -> Reading:
        parts = self._object(path, value, _READING_KEYS)
        if parts.get("unit", unit) != unit:
            self.errors[f"{path}.unit"] = f"Must be {unit}."
        confirmed = parts.get("confirmed")
        if confirmed is not None and not isinstance(confirmed, bool):
            self.errors[f"{path}.confirmed"] = "Must be true, false or null."
        return Reading(
            value=self._number(f"{path}.value", parts.get("value"), -NUMBER_MAX, NUMBER_MAX),
            unit=unit,
            typed=self._text(f"{path}.typed", parts.get("typed"), TYPED_MAX),
            suggested=self._number(f"{path}.suggested", parts.get("suggested"), -NUMBER_MAX, NUMBER_MAX),
            confirmed=confirmed,
        )

    def _doses(self, value: Any) -> Iterator[tuple[str, ToldDose]]:
        """Drugs are the site's own: that one is not known here is no fault of the report."""
        doses = self._object("doses", value)
        if len(doses) > DOSES_MAX:
            self.errors["doses"] = f"Must be at most {DOSES_MAX} drugs."
            return
        for drug, said in doses.items():
            path = f"doses.{_shown(drug)}"
            if not (isinstance(drug, str) and len(drug) <= _DRUG_MAX and _DRUG.fullmatch(drug)):
                self.errors[path] = "Must be the code of a drug."
                continue
            parts = self._object(path, said, {"answer", "at"})
            answer = parts.get("answer")
            if not (isinstance(answer, str) and answer in _DOSE_ANSWERS):
                self.errors[f"{path}.answer"] = "Must be taken, missed or not_due."
                continue
            at = self._moment(f"{path}.at", parts.get("at"))
            if at and answer != "taken":
                self.errors[f"{path}.at"] = "Only a dose that was taken has a time."
            yield drug, ToldDose(cast(DoseAnswer, answer), at)

    def _moment(self, path: str, value: Any) -> datetime | None:
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            moment = None
        if moment is None or moment.utcoffset() is None or not 2000 <= moment.year <= 9000:
            self.errors[path] = "Must be a time with its offset, such as 2026-11-20T08:30:00+01:00."
            return None
        return moment

    def _truth(self, path: str, value: Any) -> bool:
        if value is not None and not isinstance(value, bool):
            self.errors[path] = "Must be true or false."
        return value is True

    def _object(self, path: str, value: Any, keys: Collection[str] | None = None) -> dict[str, Any]:
        """Absent below the top is empty. With `keys`, any other is a problem: nothing is dropped."""
        if value is None and path:
            return {}
        if not isinstance(value, dict):
            self.errors[path] = "Must be an object with named parts."
            return {}
        for key in value:
            if keys is not None and key not in keys:
                self.errors[f"{path}.{_shown(key)}".lstrip(".")] = "There is no such part."
        return value

    def _codes(self, path: str, value: Any, known: Collection[str], what: str) -> frozenset[str]:
        if value is None:
            return frozenset()
        if not isinstance(value, list):
            self.errors[path] = "Must be a list of codes."
            return frozenset()
        for position, code in enumerate(value):
            if not (isinstance(code, str) and code in known):
                self.errors[f"{path}.{position}"] = f"There is no {what} {_shown(code)}."
        return frozenset(code for code in value if isinstance(code, str))

    def _number(self, path: str, value: Any, lowest: float, highest: float) -> float | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.errors[path] = "Must be a number."
        elif isinstance(value, float) and not math.isfinite(value):
            self.errors[path] = "Must be a number that can be counted."
        elif not lowest <= value <= highest:
            self.errors[path] = f"Must be from {lowest:g} to {highest:g}."
        else:
            return value
        return None

    def _text(self, path: str, value: Any, longest: int) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            self.errors[path] = "Must be text."
        elif len(value) > longest:
            self.errors[path] = f"Must be at most {longest:,} characters; this is {len(value):,}."
        elif "\0" in value:
            self.errors[path] = "Has a NUL character, which cannot be stored."
        elif any("\ud800" <= character <= "\udfff" for character in value):
            self.errors[path] = "Has half of a character (a lone surrogate), which cannot be stored."
        else:
            return value
        return ""


def _shown(value: Any) -> str:
    """A stranger's code made safe to print, log and store."""
    if isinstance(value, str):
        return ascii(value)[1:-1][:60]
    return type(value).__name__
