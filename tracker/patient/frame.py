"""What every page with telephone numbers on it needs."""

import datetime as dt
from typing import Any

from education.languages import page_language
from education.models import in_language
from tracker.models import Course, Patient
from tracker.patient.cover import CHECK_INS, Reading, cover_of
from tracker.patient.forms import RED_FLAG_WORDS
from tracker.triage.symptoms import RED_FLAGS


def frame(
    patient: Patient, courses: list[Course], day: dt.date, now: dt.datetime, of: Reading = CHECK_INS
) -> dict[str, Any]:
    """Whom to call, what to tell them, who reads this."""
    return {
        "patient": patient,
        "team": patient.team,
        "cover": cover_of(patient.team, patient.zone, now, of),
        "treatments": treatments(courses, day, page_language()),
        "crisis": patient.team.crisis_line,
        "red_flag_words": [RED_FLAG_WORDS[code] for code in RED_FLAGS],
    }


def treatments(courses: list[Course], day: dt.date, language: str) -> list[dict[str, Any]]:
    """Each course with its drug as they say it on the phone; one query more where that is not English."""
    drugs = in_language([each.drug for each in courses], language)
    return [
        {"course": course, "drug": drug, "day": course.treatment_day(day)}
        for course, drug in zip(courses, drugs, strict=True)
    ]
