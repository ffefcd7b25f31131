"""What every page with telephone numbers on it needs."""

import datetime as dt
from typing import Any

from tracker.models import Course, Patient
from tracker.patient.cover import cover_of
from tracker.patient.forms import RED_FLAG_WORDS
from tracker.triage.symptoms import RED_FLAGS


def frame(patient: Patient, courses: list[Course], day: dt.date, now: dt.datetime) -> dict[str, Any]:
    """Whom to call, what to tell them, who reads this."""
    return {
        "patient": patient,
        "team": patient.team,
        "cover": cover_of(patient.team, patient.zone, now),
        "treatments": [{"course": each, "day": each.treatment_day(day)} for each in courses],
        "crisis": patient.team.crisis_line,
        "red_flag_words": [RED_FLAG_WORDS[code] for code in RED_FLAGS],
    }
