"""More of what is kept about a patient: who asked them in, what was sent, and what became of it all."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db.models import QuerySet

from accounts.models import Invitation, SignedIn
from tracker.models import (
    CareEvent,
    Carer,
    EmergencyAccess,
    NoteToRead,
    Notice,
    Patient,
    ShownPage,
)

type Row = Mapping[str, Any]

AT_ONCE = 200
"""Rows that are held at a time."""


OF_A_PROFILE = (
    *("name", "born_on", "record_number", "phone", "contact_name", "contact_relation", "contact_phone"),
    *("allergies", "language", "time_zone", "remind_at", "paused_until"),
)


def _read_in_parts(rows: QuerySet[Any]) -> Iterator[Any]:
    return rows.iterator(chunk_size=AT_ONCE)


def _notes(patient: Patient) -> Iterator[Row]:
    """Who read the words of a report, and when; the words stand in the report."""
    notes = NoteToRead.objects.filter(patient=patient).select_related("read_by").order_by("due_at", "pk")
    for each in _read_in_parts(notes):
        yield {
            "report": each.check_in_id,
            "to_be_read_by": each.due_at,
            "read_at": each.read_at,
            "read_by": each.read_by.name if each.read_by else None,
        }


def _pages_shown(patient: Patient) -> Iterator[Row]:
    for each in _read_in_parts(ShownPage.objects.filter(patient=patient).order_by("shown_at", "pk")):
        yield {
            "report": each.check_in_id,
            "title": each.title,
            "language": each.language,
            "version": each.edition_id,
            "shown_at": each.shown_at,
        }


def _care(patient: Patient) -> Iterator[Row]:
    """What the team did with the record, without its own notes."""
    steps = CareEvent.objects.filter(patient=patient).select_related("by", "team").order_by("at", "pk")
    for each in _read_in_parts(steps):
        yield {"at": each.at, "what": each.kind, "by": each.by.name, "team": each.team.name} | {
            name: value for name, value in each.detail.items() if name in ("until", "from", "to", "drug")
        }


def _transfers(patient: Patient) -> Iterator[Row]:
    for each in patient.transfers.select_related("team", "to_team").order_by("asked_at"):
        yield {
            "from": each.team.name,
            "to": each.to_team.name,
            "asked_at": each.asked_at,
            "state": each.state,
            "answered_at": each.answered_at,
        }


def _emergencies(patient: Patient) -> Iterator[Row]:
    opened = EmergencyAccess.objects.filter(patient=patient).select_related("user").order_by("opened_at")
    for each in opened:
        yield {
            "who": each.user.name,
            "why": each.reason,
            "opened_at": each.opened_at,
            "over_at": each.over_at,
        }


def _sign_in(patient: Patient) -> Row:
    """How they sign in and where; never a key, a code or an address of the network."""
    user = patient.user
    proofs = Authenticator.objects.filter(user=user).order_by("created_at")
    return {
        "since": user.date_joined,
        "last_at": user.last_login,
        "may_sign_in": user.is_active,
        "proofs": [
            {"what": each.type, "since": each.created_at, "last_used_at": each.last_used_at}
            for each in proofs
        ],
        "browsers": [
            {"device": each.device, "since": each.started_at, "seen_at": each.seen_at}
            for each in SignedIn.objects.filter(user=user).order_by("started_at")
        ],
    }


def _invitations(patient: Patient) -> Iterator[Row]:
    asked = Invitation.objects.filter(user=patient.user_id).select_related("invited_by", "team")
    for each in asked.order_by("created_at", "pk"):
        yield {
            "by": each.invited_by.name,
            "team": each.team.name,
            "at": each.created_at,
            "accepted_at": each.accepted_at,
            "taken_back_at": each.ended_at,
        }


def _sent(patient: Patient) -> Iterator[Row]:
    """Reminders, and that a message had come."""
    sent = Notice.objects.filter(recipient=patient.user_id).order_by("created_at", "pk")
    for each in _read_in_parts(sent):
        yield {
            "what": each.kind,
            "way": each.channel,
            "at": each.created_at,
            "state": each.state,
            "handed_over_at": each.accepted_at,
        }


def _helps(patient: Patient) -> Iterator[Row]:
    """Whom the patient helps as a carer: not whose diary it is, which is another's to tell."""
    for each in Carer.objects.filter(user=patient.user_id).order_by("created_at"):
        yield {"as": each.relation, "may": each.scope, "since": each.accepted_at, "until": each.until}


def _earlier_profiles(patient: Patient) -> Iterator[Row]:
    """What stood in the profile before, from the history that is kept of it."""
    history: Any = apps.get_model("tracker.PatientEvent")
    events = history._default_manager.filter(pgh_obj_id=patient.pk).order_by("pgh_id")
    for each in events.values("pgh_created_at", *OF_A_PROFILE).iterator(chunk_size=AT_ONCE):
        yield {"written_at": each.pop("pgh_created_at")} | each


def _privacy(patient: Patient) -> Row:
    """What they asked, what was answered, and what was held, closed or deleted."""
    return {
        "requests": [
            {
                "asked_at": each.asked_at,
                "wish": each.wish,
                "reason": each.reason,
                "taken_back_at": each.withdrawn_at,
                "answered_at": each.decided_at,
                "answer": each.answer or None,
                "erased": each.erase,
                "carried_out_at": each.carried_out_at,
            }
            for each in patient.erasure_requests.order_by("asked_at")
        ],
        "closed": [
            {"since": each.at, "until": each.lifted_at} for each in patient.restrictions.order_by("at")
        ],
        "held": [
            {"since": each.at, "until": each.until, "ended_at": each.ended_at}
            for each in patient.legal_holds.order_by("at")
        ],
        "deleted": [
            {"at": at, "what": kind, "why": why, "rows": many} for at, kind, why, many in _deleted(patient)
        ],
    }


def _deleted(patient: Patient) -> Iterable[tuple[dt.datetime, str, str, int]]:
    return patient.deletions.order_by("at", "pk").values_list("at", "kind", "why", "many")


MORE_PARTS: Mapping[str, Callable[[Patient], Row | Iterable[Row]]] = {
    "notes": _notes,
    "pages_shown": _pages_shown,
    "care": _care,
    "transfers": _transfers,
    "emergencies": _emergencies,
    "sign_in": _sign_in,
    "invitations": _invitations,
    "sent": _sent,
    "helps": _helps,
    "earlier_profiles": _earlier_profiles,
    "privacy": _privacy,
}
