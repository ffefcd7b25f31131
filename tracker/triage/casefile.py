"""Case files: people, invented or made anonymous, what they reported, and what must come of it.

Clinicians try a rule change on them before it goes live; docs/case-files.md tells them the format. They are
read here, and replayed in story.py. Nothing here reads a clock or a disk.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, Never

from . import document
from .checks import CONFLICT, MISSED
from .readings import UnreadableReading, parse, parse_blood_pressure
from .report import ATTRIBUTES, History, Level, OpenFlag, Reading, Report, Treatment
from .rules import RuleSet, default_rules
from .slips import nearest
from .story import Day, Expected, Story
from .symptoms import SYMPTOMS
from .units import LIMITS, UNITS

FEW = 12
"""So many codes are listed where none looks like what was typed."""
CHECKS = frozenset(
    {
        CONFLICT, MISSED, "temperature_unit", "temperature_range", "blood_pressure_scale",
        "blood_pressure_range", "pulse_range", "spo2_range", "breaths_range", "weight_unit", "weight_range",
    }
)  # fmt: skip
"""Every question that triage can ask back."""

_BOXES = frozenset({*UNITS.values(), "F", "lb"})
"""Units as the boxes of the form have them; others are read as if they were typed after the number."""
_PRESSURE = ("systolic", "diastolic")
_CASE = frozenset({"id", "title", "patient", "days", "open_flags", "expected", "reason", "source"})
_NOTE = frozenset({"id", "note", "level", "lang", "codes", "trick", "why"})
_PATIENT = frozenset({"age", "language", "usual", "baseline", "limits", "treatments", "days_since_chemo"})
_TREATMENT = frozenset({"drug", "last_dose_hours_ago", "treatment_day", "ended_days_ago"})
_DAY = frozenset(
    {
        "day", "logged", "answers", "readings", "hours_since_last_urine", "note",
        "red_flags", "confirmed", "dose_day", "wants_call",
    }
)  # fmt: skip
_FLAG = frozenset({"day", "level", "acknowledged"})
_EXPECTED = frozenset({"level", "acceptable_levels", "findings", "checks", "screen_says", "must_not"})


class CaseError(ValueError):
    """`file` and `path` ("days[1].answers.nausea") say where, `problem` what."""

    def __init__(self, file: str, path: str, problem: str) -> None:
        self.file, self.path, self.problem = file, path, problem
        super().__init__(": ".join(filter(None, (file, path, problem))))


def entries(data: Any, file: str = "") -> list[tuple[str, Any]]:
    """The cases or notes of a file, each with its place in it: one, or a list. Raises CaseError."""
    if isinstance(data, list):
        if not data:
            raise CaseError(file, "", "there is no case in this file")
        return [(f"[{position}]", each) for position, each in enumerate(data)]
    return [("", data)]


def read(data: Any, file: str = "", place: str = "") -> Story:
    """One case, or one note of a list of notes. Raises CaseError, and nothing else whatever the value is."""
    reader = _Reader(file, place)
    is_note = isinstance(data, Mapping) and "note" in data and "days" not in data
    return reader.note(data) if is_note else reader.case(data)


def strangers(story: Story, rules: RuleSet, file: str = "") -> Iterator[CaseError | str]:
    """Codes in a case that the rules do not know: an error, or a remark where it may well be meant.

    A drug that no rule is about may be taken all the same. A limit, a language or a finding that does not
    exist can only be a slip, and would pass for something that was tried.
    """
    place, drugs = story.id, {code for names in rules.drug_names.values() for code in names}
    for each in story.known.treatments:
        if each.drug in drugs:
            continue
        if hint := nearest(each.drug, drugs):
            yield CaseError(file, place, f"there is no drug {each.drug}{hint}")
        else:
            yield f"no rule knows the drug {each.drug}"
    expected = story.expected or Expected(Level.NONE, frozenset())
    findings = {rule.finding for each in (rules, default_rules()) for rule in each.rules}
    for what, given, known in (
        ("limit", story.known.limits, rules.limits),
        ("language", [story.known.language], rules.advice),
        ("finding", expected.findings, findings),
        ("check", expected.checks, CHECKS),
    ):
        for code in given:
            if code not in known:
                hint = nearest(code, list(known)) or f"; there are {', '.join(sorted(known))}" * (
                    len(known) < FEW
                )
                yield CaseError(file, place, f"there is no {what} {code}{hint}")


class _Reader:
    """Walks one case; stops at the first part that cannot be understood."""

    def __init__(self, file: str, place: str) -> None:
        self._file, self._place = file, place
        self._remarks: list[str] = []

    def case(self, data: Any) -> Story:
        parts = self._object("", data, _CASE)
        patient = self._object("patient", parts.get("patient", {}), _PATIENT)
        usual = self._usual(patient.get("usual", {}))
        days = self._days(parts.get("days"), usual)
        return Story(
            id=self._id(parts),
            known=self._known(patient, usual, parts.get("open_flags", [])),
            days=days,
            expected=self._expected(parts.get("expected")),
            title=self._text("title", parts.get("title", "")),
            reason=self._text("reason", parts.get("reason", "")),
            remarks=tuple(self._remarks),
        )

    def note(self, data: Mapping[str, Any]) -> Story:
        parts = self._object("", data, _NOTE)
        report = self._document("", {"note": parts.get("note")})
        return Story(
            id=self._id(parts),
            known=History(language=self._text("lang", parts.get("lang", "en"))),
            days=(Day(0, report),),
            expected=self._expected_of_note(parts["level"]) if "level" in parts else None,
            reason=self._text("why", parts.get("why", "")),
            remarks=tuple(self._remarks),
            is_note=True,
        )

    def _expected_of_note(self, word: Any) -> Expected:
        """A serious note must be raised to urgent at least, a harmless one must stay below."""
        level = self._level("level", word)
        serious = level >= Level.URGENT
        return Expected(level, frozenset(each for each in Level if (each >= Level.URGENT) == serious))

    def _expected(self, data: Any) -> Expected | None:
        """None where nothing is expected."""
        parts = self._object("expected", data or {}, _EXPECTED)
        if not parts:
            return None
        words = self._list("expected.acceptable_levels", parts.get("acceptable_levels", []))
        levels = [self._level(f"expected.acceptable_levels[{n}]", word) for n, word in enumerate(words)]
        if "level" in parts:
            levels.insert(0, self._level("expected.level", parts["level"]))
        if not levels:
            self._wrong("expected", "needs a level")
        return Expected(
            level=levels[0],
            acceptable=frozenset(levels[1:] if words and "level" in parts else levels),
            findings=self._texts("expected.findings", parts.get("findings", [])),
            checks=self._texts("expected.checks", parts.get("checks", [])),
            screen_says=self._texts("expected.screen_says", parts.get("screen_says", [])),
            must_not=self._texts("expected.must_not", parts.get("must_not", [])),
        )

    def _known(self, patient: Mapping[str, Any], usual: Mapping[str, float], flags: Any) -> History:
        treatments = self._list("patient.treatments", patient.get("treatments", []))
        answers = self._document("patient", {"answers": patient.get("baseline", {})}, "baseline").answers
        return History(
            treatments=tuple(
                self._treatment(f"patient.treatments[{n}]", t) for n, t in enumerate(treatments)
            ),
            usual=usual,
            baseline=answers,
            days_since_chemo=self._count("patient.days_since_chemo", patient.get("days_since_chemo")),
            language=self._text("patient.language", patient.get("language", "en")),
            limits=dict(self._numbers("patient.limits", patient.get("limits", {}))),
            open_flags=tuple(
                self._flag(f"open_flags[{n}]", flag) for n, flag in enumerate(self._list("open_flags", flags))
            ),
        )

    def _treatment(self, path: str, data: Any) -> Treatment:
        parts = self._object(path, data, _TREATMENT)
        return Treatment(
            drug=self._text(f"{path}.drug", parts.get("drug")),
            treatment_day=self._count(f"{path}.treatment_day", parts.get("treatment_day")),
            hours_since_dose=self._number(f"{path}.last_dose_hours_ago", parts.get("last_dose_hours_ago")),
            days_since_end=self._count(f"{path}.ended_days_ago", parts.get("ended_days_ago")),
        )

    def _flag(self, path: str, data: Any) -> OpenFlag:
        parts = self._object(path, data, _FLAG)
        return OpenFlag(
            days_ago=-self._day_number(f"{path}.day", parts.get("day")),
            level=self._level(f"{path}.level", parts.get("level")),
            acknowledged=self._truth(f"{path}.acknowledged", parts.get("acknowledged", False)),
        )

    def _days(self, data: Any, usual: Mapping[str, float]) -> tuple[Day, ...]:
        rows = [
            (f"days[{n}]", self._object(f"days[{n}]", row, _DAY))
            for n, row in enumerate(self._list("days", data))
        ]
        numbers = [self._day_number(f"{path}.day", row.get("day")) for path, row in rows]
        if numbers != sorted(set(numbers)):
            self._wrong("days", "must run from the oldest to day 0, each day once")
        if not numbers or numbers[-1] != 0:
            self._wrong("days", 'must end with day 0; write "logged": false when nothing came')
        named = {
            code for path, row in rows for code in self._object(f"{path}.answers", row.get("answers", {}))
        }
        previous: dict[str, float] = {}
        days = []
        for number, (path, row) in zip(numbers, rows, strict=True):
            report = self._logged(path, row, named, usual, previous)
            days.append(Day(-number, report, self._truth(f"{path}.dose_day", row.get("dose_day", False))))
        return tuple(days)

    def _logged(
        self,
        path: str,
        row: Mapping[str, Any],
        named: Collection[str],
        usual: Mapping[str, float],
        previous: dict[str, float],
    ) -> Report | None:
        """What came that day, and None when nothing did; its readings join the `previous` ones."""
        if not self._truth(f"{path}.logged", row.get("logged", True)):
            if stray := sorted(row.keys() & _DAY - {"day", "logged", "dose_day"}):
                self._wrong(f"{path}.{stray[0]}", "nothing came that day, says logged")
            return None
        flags = row.get("red_flags", [])
        report = self._document(
            path,
            {
                "answers": self._object(f"{path}.answers", row.get("answers", {})),
                "red_flags": {"answer": "yes" if flags else "no", "codes": [] if flags is True else flags},
                "hours_since_urine": row.get("hours_since_last_urine"),
                "note": row.get("note"),
                "confirmed": row.get("confirmed", []),
                "wants_call": row.get("wants_call"),
            },
        )
        readings = dict(self._readings(f"{path}.readings", row.get("readings", {}), usual, previous))
        previous.update({kind: each.best for kind, each in readings.items() if each.best is not None})
        # Whatever no day of the case names was asked and is none on all of them: it cannot change anything.
        return replace(report, readings=readings, asked=report.asked.union(named))

    def _document(self, path: str, parts: dict[str, Any], called: str = "answers") -> Report:
        """Through the one door that checks reports. What is not asked about a symptom is kept all the same.

        `called` is what the case calls the answers.
        """
        answers, more = self._sorted_out(f"{path}.{called}", parts.get("answers"))
        try:
            report = document.read({**parts, "version": document.VERSION, "answers": answers})
        except document.InvalidReport as error:
            where, problem = next(iter(error.errors.items()))
            first, dot, rest = where.replace("red_flags.codes", "red_flags").partition(".")
            names = {"answers": called, "hours_since_urine": "hours_since_last_urine"}
            self._wrong(f"{path}.{names.get(first, first)}{dot}{rest}".lstrip("."), problem)
        if not more:
            return report
        kept = {code: replace(report.answers[code], **values) for code, values in more.items()}
        return replace(report, answers={**report.answers, **kept})

    def _sorted_out(self, path: str, answers: Any) -> tuple[Any, dict[str, dict[str, int]]]:
        """The answers to questions that are asked, and those to questions that are not, with a remark."""
        if not isinstance(answers, Mapping):
            return answers, {}
        asked, more = {}, {}
        for code, given in answers.items():
            if code not in SYMPTOMS or not isinstance(given, Mapping):
                asked[code] = given
                continue
            stray = {
                name: value
                for name, value in given.items()
                if name in ATTRIBUTES
                and name not in SYMPTOMS[code].attributes
                and type(value) is int
                and 0 <= value <= 4
            }
            asked[code] = {name: value for name, value in given.items() if name not in stray}
            if stray:
                more[code] = stray
                self._remark(f"{path}.{code}", f"is not asked for its {', '.join(sorted(stray))}")
        return asked, more

    def _usual(self, data: Any) -> dict[str, float]:
        usual = dict(self._readings("patient.usual", data, {}, {}))
        for kind, each in usual.items():
            if each.best is None:
                self._wrong(f"patient.usual.{kind}", "must be a value that a living person can have")
        return {kind: each.best for kind, each in usual.items() if each.best is not None}

    def _readings(
        self, path: str, data: Any, usual: Mapping[str, float], previous: Mapping[str, float]
    ) -> Iterator[tuple[str, Reading]]:
        """As the form reads them; what it would ask to type again is kept as typed."""
        given = self._object(path, data)
        for kind in given:
            if kind not in UNITS:
                self._wrong(f"{path}.{kind}", f"there is no such reading{nearest(kind, UNITS)}")
        typed = {kind: self._typed(f"{path}.{kind}", kind, value) for kind, value in given.items()}
        if typed.keys() & set(_PRESSURE):
            yield from _pressure({kind: typed.pop(kind) for kind in _PRESSURE if kind in typed})
        for kind, (text, unit, confirmed) in typed.items():
            try:
                reading = parse(kind, text, unit, usual, previous)
            except UnreadableReading as cannot:
                if cannot.code == "unknown_unit":
                    self._wrong(f"{path}.{kind}", "is in a unit that we do not know")
                reading = Reading(None, UNITS[kind], text)
            yield kind, replace(reading, confirmed=confirmed)

    def _typed(self, path: str, kind: str, value: Any) -> tuple[str, str, bool | None]:
        """What was typed, the unit of the box, and what the person answered when we asked about it."""
        parts = value if isinstance(value, Mapping) else {"value": value}
        self._object(path, parts, frozenset({"value", "unit", "confirmed"}))
        typed, unit = parts.get("value"), parts.get("unit", UNITS[kind])
        if isinstance(typed, bool) or not isinstance(typed, int | float | str):
            self._wrong(path, "must be a number, or a number with its unit")
        if not isinstance(unit, str):
            self._wrong(f"{path}.unit", "must be text")
        if unit not in _BOXES:
            typed, unit = f"{typed} {unit}", UNITS[kind]
        if (confirmed := parts.get("confirmed")) is not None:
            confirmed = self._truth(f"{path}.confirmed", confirmed)
        return str(typed), unit, confirmed

    def _id(self, parts: Mapping[str, Any]) -> str:
        return self._text("id", parts.get("id"))

    def _object(self, path: str, value: Any, known: frozenset[str] | None = None) -> Mapping[str, Any]:
        """Its parts, without those that are null, which says as much as leaving them out.

        A part that we do not know is a slip of the pen, or tells us nothing and is remarked on.
        """
        if not isinstance(value, Mapping):
            self._wrong(path, "must be an object with named parts")
        for key in value:
            if not isinstance(key, str):
                self._wrong(path, "must have names for its parts")
            if known is not None and key not in known:
                place = f"{path}.{key}" if path else key
                if hint := nearest(key, known - value.keys()):
                    self._wrong(place, f"there is no such part{hint}")
                self._remark(place, "means nothing to us")
        return {key: part for key, part in value.items() if part is not None}

    def _list(self, path: str, value: Any) -> list[Any]:
        if value is None:
            self._wrong(path, "is missing")
        if not isinstance(value, list):
            self._wrong(path, "must be a list")
        return value

    def _text(self, path: str, value: Any) -> str:
        if value is None:
            self._wrong(path, "is missing")
        if not isinstance(value, str) or (not value and path in ("id", "patient.language", "lang")):
            self._wrong(path, "must be text")
        return _whole(value)

    def _texts(self, path: str, value: Any) -> tuple[str, ...]:
        return tuple(self._text(f"{path}[{n}]", each) for n, each in enumerate(self._list(path, value)))

    def _numbers(self, path: str, value: Any) -> Iterator[tuple[str, float]]:
        for name, each in self._object(path, value).items():
            number = self._number(f"{path}.{name}", each)
            if number is None:
                self._wrong(f"{path}.{name}", "must be a number")
            yield name, number

    def _number(self, path: str, value: Any) -> float | None:
        if value is None:
            return None
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
            or value < 0
        ):
            self._wrong(path, "must be a number, 0 or more")
        return float(value)

    def _count(self, path: str, value: Any) -> int | None:
        """Whole days; a part of one is not over yet."""
        number = self._number(path, value)
        return None if number is None else int(number)

    def _day_number(self, path: str, value: Any) -> int:
        if type(value) is not int or value > 0:
            self._wrong(path, "must be 0 for the day that is judged, -1 for the day before, and so on")
        return value

    def _truth(self, path: str, value: Any) -> bool:
        if not isinstance(value, bool):
            self._wrong(path, "must be true or false")
        return value

    def _level(self, path: str, value: Any) -> Level:
        try:
            return Level.from_word(value)
        except (KeyError, AttributeError):
            self._wrong(path, f"must be one of {', '.join(each.word for each in Level)}")

    def _remark(self, path: str, text: str) -> None:
        self._remarks.append(f"{self._at(path)} {text}")

    def _wrong(self, path: str, problem: str) -> Never:
        raise CaseError(self._file, self._at(path), problem)

    def _at(self, path: str) -> str:
        return _whole(f"{self._place}.{path}" if self._place and path else self._place or path)


def _pressure(typed: Mapping[str, tuple[str, str, bool | None]]) -> Iterator[tuple[str, Reading]]:
    """Both numbers, from two boxes or from the first. The form asks for both; here one alone will do."""
    texts = [typed[kind][0] if kind in typed else "" for kind in _PRESSURE]
    confirmed = next(iter(typed.values()))[2]
    try:
        pair = parse_blood_pressure(*texts)
    except UnreadableReading:
        pair = (_alone("systolic", texts[0]), _alone("diastolic", texts[1]))
    for kind, reading in zip(_PRESSURE, pair, strict=True):
        if reading.typed:
            yield kind, replace(reading, confirmed=confirmed)


def _alone(kind: str, text: str) -> Reading:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    return Reading(value if LIMITS[kind].possible(value) else None, UNITS[kind], text)


def _whole(text: str) -> str:
    """Without halves of characters (lone surrogates), which JSON can hold and nobody can print."""
    return text.encode("utf-8", "replace").decode("utf-8")
