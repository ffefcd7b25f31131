"""Patients and their treatment, what they reported, what was flagged, and who is being told."""

from tracker.models.alerts import Alert, EscalationStep, Heartbeat
from tracker.models.checkins import CheckIn, Finding
from tracker.models.flags import AlreadyClaimed, AlreadyResolved, Flag, FlagEvent, NewerReport
from tracker.models.patients import Course, Dose, Patient

__all__ = [
    "Alert",
    "AlreadyClaimed",
    "AlreadyResolved",
    "CheckIn",
    "Course",
    "Dose",
    "EscalationStep",
    "Finding",
    "Flag",
    "FlagEvent",
    "Heartbeat",
    "NewerReport",
    "Patient",
]
