"""All that is kept about a patient, as one JSON document, written piece by piece.

What the team wrote for itself stays out: notes on flags, agreed limits and mutes with their reasons, whom an
alert went to. `left_out` says so, in the document and on the page that offers it.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from accounts.models import AccessEvent, PushDevice
from tracker.exchange.also_json import MORE_PARTS
from tracker.models import CheckIn, Finding, Flag, FlagEvent, Message, MessageWay, Patient
from tracker.triage.report import Level

VERSION = 1
AT_ONCE = 200
"""Rows that are held at a time."""

TOLD_OF = (
    FlagEvent.Kind.RAISED,
    FlagEvent.Kind.JOINED,
    FlagEvent.Kind.CLAIMED,
    FlagEvent.Kind.TAKEN_OVER,
    FlagEvent.Kind.HANDED_OVER,
    FlagEvent.Kind.REOPENED,
    FlagEvent.Kind.SILENT,
    FlagEvent.Kind.NOTE_UNREAD,
    FlagEvent.Kind.UNREADABLE,
    FlagEvent.Kind.TOO_LATE,
    FlagEvent.Kind.TOO_LARGE,
    FlagEvent.Kind.LEFT,
    FlagEvent.Kind.CAME_BACK,
    FlagEvent.Kind.RESOLVED,
    FlagEvent.Kind.UNDONE,
)
"""What happened to a flag, without how the team was told of it and who was slower."""

type Row = Mapping[str, Any]


def left_out() -> list[str]:
    return [
        _("What your care team wrote for itself, such as notes on a call."),
        _("The limits that your care team set for you, and what they expect to see."),
        _("Whom in the team our alerts went to."),
    ]


def written(patient: Patient, now: dt.datetime) -> Iterator[str]:
    """A bounded number of queries for each part, however long the diary is."""
    yield '{"about": ' + _as_json(_about(now))
    for name, rows in PARTS.items():
        yield f',\n"{name}": '
        part = rows(patient)
        yield from [_as_json(part)] if isinstance(part, Mapping) else _listed(part)
    yield "\n}\n"


def _listed(rows: Iterable[Row]) -> Iterator[str]:
    yield "["
    between = "\n"
    for row in rows:
        yield between + _as_json(row)
        between = ",\n"
    yield "]"


def _as_json(value: object) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


def _about(now: dt.datetime) -> Row:
    return {"what": "sidelight diary", "version": VERSION, "made_at": now, "left_out": left_out()}


# --- Who --------------------------------------------------------------------------------------------------


def _profile(patient: Patient) -> Row:
    user = patient.user
    return {
        "name": patient.name,
        "called": user.name,
        "email": user.email,
        "phone": patient.phone,
        "born_on": patient.born_on,
        "hospital_number": patient.record_number,
        "emergency_contact": {
            "name": patient.contact_name,
            "relation": patient.contact_relation,
            "phone": patient.contact_phone,
        },
        "allergies": patient.allergies,
        "language": user.language or patient.language,
        "units": {"temperature": user.temperature_unit, "weight": user.weight_unit},
        "text_size": user.text_size,
        "time_zone": patient.zone.key,
        "usual_readings": patient.usual,
        "more_readings_asked_for": patient.extra_readings,
        "last_chemotherapy_on": patient.last_chemo_on,
        "enrolled_on": patient.enrolled_on,
        "paused_from": patient.paused_from,
        "paused_until": patient.paused_until,
        "left_on": patient.left_on,
    }


def _team(patient: Patient) -> Row:
    team = patient.team
    return {
        "name": team.name,
        "phone": team.phone,
        "line_24h": team.line_24h,
        "emergency_number": team.emergency_number,
    }


def _carers(patient: Patient) -> Iterator[Row]:
    for each in patient.carers.order_by("created_at"):
        yield {
            "name": each.name,
            "relation": each.relation,
            "email": each.email,
            "may": each.scope,
            "asked_at": each.created_at,
            "accepted_at": each.accepted_at,
            "until": each.until,
            "ended_at": each.ended_at,
        }


def _reminders(patient: Patient) -> Row:
    return {
        "at": patient.remind_at,
        "by": patient.remind_by,
        "reports_expected_by": patient.report_by,
        "told_of_messages_by": MessageWay.of(patient) or None,
    }


def _phones(patient: Patient) -> Iterator[Row]:
    """Those that may send reports, and those that take reminders; never their keys."""
    for sends in patient.offline_devices.order_by("created_at"):
        yield {
            "name": sends.name,
            "may": "send check-ins",
            "since": sends.created_at,
            "until": sends.revoked_at,
            "last_used_at": sends.last_used_at,
        }
    for takes in PushDevice.objects.filter(user=patient.user_id):
        yield {
            "name": takes.name,
            "may": "take messages",
            "since": takes.made_at,
            "until": takes.retired_at,
        }


# --- What was given and told --------------------------------------------------------------------------------


def _courses(patient: Patient) -> Iterator[Row]:
    for each in patient.courses.select_related("drug").order_by("started_on"):
        yield {
            "id": each.pk,
            "drug": each.drug.name,
            "plain_name": each.drug.plain_name,
            "cycle": each.cycle,
            "how_it_is_given": each.regimen,
            "started_on": each.started_on,
            "ended_on": each.ended_on,
        }


def _doses(patient: Patient) -> Iterator[Row]:
    for each in patient.doses.order_by("given_at").iterator(chunk_size=AT_ONCE):
        yield {
            "course": each.course_id,
            "given_at": each.given_at,
            "is_timed": each.is_timed,
            "told_on": each.told_on,
        }


def _reports(patient: Patient) -> Iterator[Row]:
    """Every version: a correction stands beside what it corrects."""
    heard = Finding.objects.filter(muted=False)
    reports = patient.check_ins.select_related("reported_by").order_by("received_at")
    reports = reports.prefetch_related(Prefetch("findings", heard, to_attr="heard"))
    return (_report(each) for each in reports.iterator(chunk_size=AT_ONCE))


def _report(report: CheckIn) -> Row:
    findings = report.heard  # type: ignore[attr-defined]  # prefetched
    return {
        "id": report.pk,
        "corrects": report.amends_id,
        "day": report.day,
        "sent_at": report.reported_at,
        "received_at": report.received_at,
        "came_by": report.source,
        "reported_by": report.reported_by.name,
        "report": report.report,
        "grades": report.grades,
        "level": Level(report.level).word,
        "found": [{"level": Level(each.level).word, "words": each.patient_words} for each in findings],
        "told": report.advice,
        "asked_back": report.checks,
        "rules": report.rules_version,
    }


def _from_phones(patient: Patient) -> Iterator[Row]:
    """What a phone sent and no report became of it, as far as it is text."""
    items = patient.inbox_items.filter(check_in=None).order_by("received_at")
    for each in items.iterator(chunk_size=1):  # up to 256 KB each
        yield {
            "received_at": each.received_at,
            "what": each.outcome,
            "as_it_came": bytes(each.raw).decode(errors="replace"),
        }


def _clinician_grades(patient: Patient) -> Iterator[Row]:
    """Every version, as reports are; term, version, code and grade belong together."""
    grades = patient.clinician_grades.select_related("recorded_by").order_by("recorded_at", "pk")
    for each in grades.iterator(chunk_size=AT_ONCE):
        yield {
            "id": each.pk,
            "corrects": each.replaces_id,
            "day": each.day,
            "ctcae_term": each.term,
            "ctcae_version": each.version,
            "meddra": each.meddra,
            "grade": each.grade,
            "symptom": each.symptom or None,
            "report": each.check_in_id,
            "recorded_by": each.recorded_by.name,
            "recorded_at": each.recorded_at,
            "why_corrected": each.reason or None,
            "is_taken_back": each.is_taken_back,
        }


# --- What came of it ----------------------------------------------------------------------------------------


def _flags(patient: Patient) -> Iterator[Row]:
    events = FlagEvent.objects.filter(kind__in=TOLD_OF).select_related("by")
    flags = patient.flags.select_related("owner").order_by("raised_at")
    flags = flags.prefetch_related(Prefetch("events", events, to_attr="told_of"))
    return (_flag(each) for each in flags.iterator(chunk_size=AT_ONCE))


def _flag(flag: Flag) -> Row:
    return {
        "id": flag.pk,
        "level": Level(flag.level).word,
        "state": flag.state,
        "owner": flag.owner.name if flag.owner else None,
        "outcome": flag.outcome or None,
        "raised_at": flag.raised_at,
        "resolved_at": flag.resolved_at,
        "events": [_event(each) for each in flag.told_of],  # type: ignore[attr-defined]  # prefetched
    }


def _event(event: FlagEvent) -> Row:
    """Without its note, which the team wrote for itself; why somebody left is their own words."""
    told = {
        "at": event.at,
        "what": event.kind,
        "by": event.by.name if event.by else None,
        "report": event.check_in_id,
    }
    shown = ("outcome", "reason") if event.kind == FlagEvent.Kind.LEFT else ("outcome",)
    own = {name: event.detail[name] for name in shown if name in event.detail}
    return told | own


def _messages(patient: Patient) -> Iterator[Row]:
    """What was written both ways, and who read it first."""
    messages = Message.objects.filter(patient=patient).select_related("author", "read_by")
    for each in messages.order_by("sent_at", "pk").iterator(chunk_size=AT_ONCE):
        yield {
            "id": each.pk,
            "sent_at": each.sent_at,
            "direction": each.direction,
            "written_by": each.author.name,
            "relation": each.relation or None,
            "text": each.body,
            "flag": each.flag_id,
            "report": each.check_in_id,
            "answers": each.answers_id,
            "read_at": each.read_at,
            "read_by": each.read_by.name if each.read_by else None,
        }


def _silent_days(patient: Patient) -> Iterator[Row]:
    for each in patient.silent_days.order_by("day").iterator(chunk_size=AT_ONCE):
        yield {"day": each.day, "level": Level(each.level).word}


def _calls(patient: Patient) -> Iterator[Row]:
    """When the team rang and what came of it, without its own notes."""
    for each in patient.calls.ended().order_by("at", "pk").iterator(chunk_size=AT_ONCE):
        yield {"at": each.at, "outcome": each.outcome, "in_hospital_until": each.until}


def _looks(patient: Patient) -> Iterator[Row]:
    """Who looked at it, without the patient."""
    looks = AccessEvent.objects.filter(patient_id=patient.pk).exclude(actor=patient.user_id)
    for each in looks.select_related("actor", "team").order_by("at", "pk").iterator(chunk_size=AT_ONCE):
        yield {"at": each.at, "who": each.actor.name, "team": str(each.team), "what": each.what}


PARTS: Mapping[str, Callable[[Patient], Row | Iterable[Row]]] = {
    "profile": _profile,
    "team": _team,
    "carers": _carers,
    "reminders": _reminders,
    "phones": _phones,
    "courses": _courses,
    "doses": _doses,
    "reports": _reports,
    "from_phones": _from_phones,
    "clinician_grades": _clinician_grades,
    "flags": _flags,
    "messages": _messages,
    "silent_days": _silent_days,
    "calls": _calls,
    "looks": _looks,
    **MORE_PARTS,
}
