"""Patients and their treatment, what they reported, what was flagged, and who is being told."""

from tracker.models.alerts import Alert, EscalationStep, Heartbeat
from tracker.models.checkins import CheckIn, Finding
from tracker.models.flags import AlreadyClaimed, AlreadyResolved, Flag, FlagEvent, NewerReport
from tracker.models.notes import AlreadyRead, NoteToRead
from tracker.models.patients import Course, Dose, Patient
from tracker.models.personal import AlreadyEnded, CannotBeMuted, Mute, PatientLimit
from tracker.models.rules import Condition, DryRun, Rule, RuleSet

__all__ = [
    "Alert",
    "AlreadyClaimed",
    "AlreadyEnded",
    "AlreadyRead",
    "AlreadyResolved",
    "CannotBeMuted",
    "CheckIn",
    "Condition",
    "Course",
    "Dose",
    "DryRun",
    "EscalationStep",
    "Finding",
    "Flag",
    "FlagEvent",
    "Heartbeat",
    "Mute",
    "NewerReport",
    "NoteToRead",
    "Patient",
    "PatientLimit",
    "Rule",
    "RuleSet",
]
