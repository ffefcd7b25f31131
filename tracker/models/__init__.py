"""Patients and their treatment, what they reported, what was flagged, and who is being told."""

from tracker.models.alerts import Alert, EscalationStep, Heartbeat
from tracker.models.checkins import CheckIn, Finding
from tracker.models.flags import AlreadyClaimed, AlreadyResolved, Flag, FlagEvent, NewerReport
from tracker.models.patients import Course, Dose, Patient
from tracker.models.rules import Condition, DryRun, Rule, RuleSet

__all__ = [
    "Alert",
    "AlreadyClaimed",
    "AlreadyResolved",
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
    "NewerReport",
    "Patient",
    "Rule",
    "RuleSet",
]
