"""Patients and their treatment, what they reported, what was flagged, and who is being told."""

from tracker.models.alerts import Alert, AlertEvent, Canary, Heartbeat, Notice
from tracker.models.board import BoardChoice
from tracker.models.calls import Call, Taken
from tracker.models.care import AlreadyAnswered, CareEvent, DischargeReason, Transfer
from tracker.models.carers import Carer
from tracker.models.checkins import CheckIn, Finding
from tracker.models.cover import Shift, Swap
from tracker.models.ctcae import AlreadyCorrected, ClinicianGrade, CtcaeGrade
from tracker.models.dry_runs import DryRun
from tracker.models.emergencies import EmergencyAccess, EmergencyReview, LookReview
from tracker.models.erasure import ErasureRequest, Restriction
from tracker.models.flags import (
    AlreadyClaimed,
    AlreadyResolved,
    Flag,
    FlagEvent,
    NewerReport,
    NotYours,
    TooLateToCallBack,
)
from tracker.models.handover import AlreadyTicked, ShiftNote
from tracker.models.inbox import InboxItem, OfflineDevice
from tracker.models.messages import AlreadySeen, CannedReply, Message, MessageWay
from tracker.models.notes import AlreadyRead, NoteToRead
from tracker.models.patients import Course, Dose, Patient, ReminderWay
from tracker.models.personal import AlreadyEnded, CannotBeMuted, Mute, PatientLimit
from tracker.models.policies import Channel, EscalationPolicy, EscalationStep, StepPerson
from tracker.models.retention import Deletion, LegalHold, RetentionRule
from tracker.models.rules import Condition, Rule, RuleSet
from tracker.models.sealing import SealingKey
from tracker.models.shown import ShownPage
from tracker.models.silence import SilentDay

__all__ = [
    "Alert",
    "AlertEvent",
    "AlreadyAnswered",
    "AlreadyClaimed",
    "AlreadyCorrected",
    "AlreadyEnded",
    "AlreadyRead",
    "AlreadyResolved",
    "AlreadySeen",
    "AlreadyTicked",
    "BoardChoice",
    "Call",
    "Canary",
    "CannedReply",
    "CannotBeMuted",
    "CareEvent",
    "Carer",
    "Channel",
    "CheckIn",
    "ClinicianGrade",
    "Condition",
    "Course",
    "CtcaeGrade",
    "Deletion",
    "DischargeReason",
    "Dose",
    "DryRun",
    "EmergencyAccess",
    "EmergencyReview",
    "ErasureRequest",
    "EscalationPolicy",
    "EscalationStep",
    "Finding",
    "Flag",
    "FlagEvent",
    "Heartbeat",
    "InboxItem",
    "LegalHold",
    "LookReview",
    "Message",
    "MessageWay",
    "Mute",
    "NewerReport",
    "NotYours",
    "NoteToRead",
    "Notice",
    "OfflineDevice",
    "Patient",
    "PatientLimit",
    "ReminderWay",
    "Restriction",
    "RetentionRule",
    "Rule",
    "RuleSet",
    "SealingKey",
    "Shift",
    "ShiftNote",
    "ShownPage",
    "SilentDay",
    "StepPerson",
    "Swap",
    "Taken",
    "TooLateToCallBack",
    "Transfer",
]
