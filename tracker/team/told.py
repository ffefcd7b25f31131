"""A report in the team's words: what was answered, what was measured and how it was typed."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import time_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from tracker.models import CheckIn, NoteToRead
from tracker.team.notes import marked
from tracker.team.why import quotes
from tracker.triage.report import Answer, Reading, Report, ToldDose
from tracker.triage.rules import default_rules
from tracker.triage.symptoms import LABELS, LANGUAGE, RED_FLAGS, SCALES, SYMPTOMS
from tracker.triage.words import measure, number, say, together

type Grade = int | str


@dataclass(frozen=True, slots=True)
class ToldSymptom:
    """One symptom that was ticked; `grade` as the template tag takes it."""

    label: str
    grade: Grade
    words: str


@dataclass(frozen=True, slots=True)
class ToldReading:
    """`understood` is the value, "" when nothing could be read or nobody has confirmed our reading of it.

    `typed` is there when it differs. `doubt` says what may have been meant and whether that was confirmed, ""
    when there was nothing to ask.
    """

    label: str
    understood: str
    typed: str
    doubt: str


@dataclass(frozen=True, slots=True)
class Told:
    """One check-in for the team to read: `words` are the patient's own, `note` says who has read them."""

    check_in: CheckIn
    red_flags: str
    symptoms: tuple[ToldSymptom, ...]
    asked_and_none: tuple[str, ...]
    readings: tuple[ToldReading, ...]
    hours_since_urine: str
    doses: tuple[tuple[str, str], ...]
    call: str
    words: SafeString
    note: NoteToRead | None


def told(check_in: CheckIn) -> Told:
    report = check_in.told
    hours = report.hours_since_urine
    return Told(
        check_in=check_in,
        red_flags=_red_flags(report),
        symptoms=tuple(_symptoms(report, check_in)),
        asked_and_none=tuple(
            kind.label for code, kind in SYMPTOMS.items() if code in report.asked - report.answers.keys()
        ),
        readings=tuple(_readings(report)),
        hours_since_urine="" if hours is None else number(hours),
        doses=tuple((_drug(code), _dose(said)) for code, said in report.doses.items()),
        call=_call(report),
        words=marked(report.note, (words for each in check_in.findings.all() for words in quotes(each))),
        note=getattr(check_in, "note_to_read", None),
    )


def in_short(check_in: CheckIn) -> str:
    """The symptoms of a report in one line, worst first, and missed doses: "Chills 3, Nausea 1"."""
    if check_in.is_call:
        return _call(check_in.told)
    had = sorted(((grade, code) for code, grade in check_in.grades.items() if grade), reverse=True)
    symptoms = ", ".join(f"{LABELS[code]} {grade}" for grade, code in had) or _("No symptoms")
    missed = [_drug(code) for code, said in check_in.told.doses.items() if said.answer == "missed"]
    return "; ".join([symptoms, *(_("missed %(drug)s") % {"drug": drug} for drug in missed)])


def _call(report: Report) -> str:
    if not report.wants_call:
        return ""
    if report.call_number:
        return _("Asks for a call, at %(number)s") % {"number": report.call_number}
    return _("Asks for a call")


def _drug(code: str) -> str:
    return default_rules().drug_names[LANGUAGE].get(code, code)


def _dose(said: ToldDose) -> str:
    if said.answer == "taken" and said.at:
        return _("taken at %(time)s") % {"time": time_format(localtime(said.at), "H:i")}
    return {"taken": _("taken, time not said"), "missed": _("missed"), "not_due": _("not due")}[said.answer]


def _red_flags(report: Report) -> str:
    if report.red_flags:
        return ", ".join(LABELS[code] for code in RED_FLAGS if code in report.red_flags)
    words = {
        "yes": _("Yes, without saying which"),
        "no": _("None of them"),
        "not_asked": _("Not answered"),
    }
    return words[report.red_flag_answer]


def _symptoms(report: Report, check_in: CheckIn) -> Iterator[ToldSymptom]:
    for code, kind in SYMPTOMS.items():
        if answer := report.answers.get(code):
            yield ToldSymptom(
                kind.label, check_in.grades.get(code, "skipped"), _answer(answer, kind.attributes)
            )


def _answer(answer: Answer, attributes: tuple[str, ...]) -> str:
    values = ((each, getattr(answer, each)) for each in attributes)
    words = [SCALES[each][value] for each, value in values if value is not None]
    return ", ".join(words) or say("phrase", "no_detail")


def _readings(report: Report) -> Iterator[ToldReading]:
    top, bottom = report.readings.get("systolic"), report.readings.get("diastolic")
    if first := top or bottom:
        yield _reading("blood_pressure", _pressure(top, bottom), first)
    for kind, reading in report.readings.items():
        if kind not in ("systolic", "diastolic"):
            yield _reading(kind, "" if reading.best is None else measure(kind, reading.best), reading)


def _reading(kind: str, understood: str, reading: Reading) -> ToldReading:
    if reading.is_doubtful:
        words = _("may mean %(understood)s, not confirmed") % {"understood": understood}
        return ToldReading(say("reading", kind), "", reading.typed or number(reading.value or 0), words)
    typed = "" if understood.startswith(reading.typed) else reading.typed
    return ToldReading(say("reading", kind), understood, typed, _doubt(reading))


def _pressure(top: Reading | None, bottom: Reading | None) -> str:
    values = [reading.best if reading else None for reading in (top, bottom)]
    if values == [None, None]:
        return ""
    return f"{together(values)} {say('unit', 'systolic')}"


def _doubt(reading: Reading) -> str:
    if reading.confirmed is not None:
        return _("confirmed by the patient")
    return _("could not be read") if reading.value is None else ""
