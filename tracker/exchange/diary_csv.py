"""A patient's reports as a table, a row for each thing that a report says, and what clinicians graded.

docs/download.md has the columns.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Exists, OuterRef

from education.models import Drug
from tracker.exchange.cells import BYTE_ORDER_MARK, line
from tracker.models import CheckIn, ClinicianGrade, Patient
from tracker.triage.report import Answer, Level, Reading, Report
from tracker.triage.symptoms import LABELS, RED_FLAGS, SYMPTOMS
from tracker.triage.units import UNITS
from tracker.triage.words import number, say

OF_REPORT = (
    "report",
    "corrects",
    "was_corrected",
    "day",
    "received_at",
    "came_by",
    "reported_by",
    "level",
)
OF_LINE = (
    "kind",
    "code",
    "name",
    "grade",
    "frequency",
    "severity",
    "interference",
    "amount",
    "presence",
    "value",
    "unit",
    "text",
)
COLUMNS = (*OF_REPORT, *OF_LINE)
AT_ONCE = 200

type Cells = dict[str, Any]


def written(patient: Patient) -> Iterator[str]:
    """Oldest first, every version of every report; what is left empty was not said."""
    yield BYTE_ORDER_MARK + line(COLUMNS)
    drugs = dict(Drug.objects.values_list("code", "plain_name"))
    for report in _reports(patient):
        of_report = _of_report(report, patient)
        for said in lines_of(report, patient, drugs):
            cells = of_report | said
            yield line(cells.get(name, "") for name in COLUMNS)
    for cells in _clinician_grades(patient):
        yield line(cells.get(name, "") for name in COLUMNS)


def lines_of(report: CheckIn, patient: Patient, drugs: Mapping[str, str]) -> Iterator[Cells]:
    """One for everything that was said; a report that says nothing bad has a line all the same.

    `drugs` are their names by code.
    """
    told = report.told
    found = [*_red_flags(told), *_symptoms(told, report.grades), *_readings(told)]
    found += [*_doses(told, patient.zone, drugs), *_rest(told), *_call(told, patient.phone)]
    yield from found or [{"kind": "nothing", "name": "nothing to report"}]


def _reports(patient: Patient) -> Iterator[CheckIn]:
    reports = patient.check_ins.defer("advice", "checks").select_related("reported_by")
    reports = reports.annotate(was_corrected=Exists(CheckIn.objects.filter(amends=OuterRef("pk"))))
    return reports.order_by("received_at").iterator(chunk_size=AT_ONCE)


def _clinician_grades(patient: Patient) -> Iterator[Cells]:
    """After the reports, each in a line of its own: `unit` has the version that the term and grade are of."""
    grades: Any = patient.clinician_grades.select_related("recorded_by")
    grades = grades.annotate(was_corrected=Exists(ClinicianGrade.objects.filter(replaces=OuterRef("pk"))))
    for grade in grades.order_by("recorded_at", "pk").iterator(chunk_size=AT_ONCE):
        was_corrected: bool = grade.was_corrected
        yield {
            "report": grade.pk,
            "corrects": grade.replaces_id or "",
            "was_corrected": "yes" if was_corrected else "no",
            "day": grade.day,
            "received_at": grade.recorded_at.astimezone(patient.zone).isoformat(" ", "seconds"),
            "came_by": "team",
            "reported_by": grade.recorded_by.name,
            "kind": "clinician's grade, taken back" if grade.is_taken_back else "clinician's grade",
            "code": grade.symptom,
            "name": grade.term,
            "grade": grade.grade,
            "value": grade.meddra or "",
            "unit": f"CTCAE {grade.version}",
            "text": grade.reason,
        }


def _of_report(report: CheckIn, patient: Patient) -> Cells:
    """Times by the patient's clock."""
    return {
        "report": report.pk,
        "corrects": report.amends_id or "",
        "was_corrected": "yes" if report.was_corrected else "no",  # type: ignore[attr-defined]  # annotated
        "day": report.day,
        "received_at": report.received_at.astimezone(patient.zone).isoformat(" ", "seconds"),
        "came_by": report.source,
        "reported_by": report.reported_by.name,
        "level": Level(report.level).word,
    }


def _red_flags(told: Report) -> Iterator[Cells]:
    for code in RED_FLAGS:
        if code in told.red_flags:
            yield {"kind": "serious sign", "code": code, "name": LABELS[code], "text": "yes"}
    if told.red_flag_answer == "yes" and not told.red_flags:
        yield {"kind": "serious sign", "text": "yes"}


def _symptoms(told: Report, grades: dict[str, int]) -> Iterator[Cells]:
    """What was asked and not ticked is none: grade 0. What was ticked and not described has no numbers."""
    for code in SYMPTOMS:
        if code in told.asked:
            given = told.answers.get(code)
            cells = {"kind": "symptom", "code": code, "name": LABELS[code], "grade": grades.get(code, "")}
            yield cells | (_answer(given) if given else {"grade": 0})


def _answer(answer: Answer) -> Cells:
    return {name: value for name, value in answer.given() if value is not None}


def _readings(told: Report) -> Iterator[Cells]:
    """In the unit that triage keeps; `text` is what was typed."""
    for kind in UNITS:
        if reading := told.readings.get(kind):
            yield {
                "kind": "reading",
                "code": kind,
                "name": say("reading", kind),
                "value": _value(reading),
                "unit": say("unit", kind),
                "text": reading.typed,
            }


def _value(reading: Reading) -> str:
    """Empty while nobody has said which of two numbers was meant."""
    return "" if reading.best is None or reading.is_doubtful else number(reading.best)


def _doses(told: Report, zone: dt.tzinfo, drugs: Mapping[str, str]) -> Iterator[Cells]:
    """`value` is when it was taken, by the patient's clock."""
    for code, said in told.doses.items():
        at = said.at.astimezone(zone).isoformat(" ", "minutes") if said.at else ""
        answer = said.answer.replace("_", " ")
        yield {"kind": "dose", "code": code, "name": drugs.get(code, code), "value": at, "text": answer}


def _call(told: Report, phone: str) -> Iterator[Cells]:
    """With the number that was given, or the one that we have."""
    if told.wants_call:
        yield {"kind": "request for a call", "text": told.call_number or phone}


def _rest(told: Report) -> Iterator[Cells]:
    if told.hours_since_urine is not None:
        yield {
            "kind": "hours since urine",
            "code": "hours_since_urine",
            "value": number(told.hours_since_urine),
            "unit": "h",
        }
    if told.note.strip():
        yield {"kind": "note", "text": told.note}
