"""What the page of a patient's record shows."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Invitation, User
from education.models.drugs import Reading
from tracker.models import CareEvent, Course, DischargeReason, Dose, Flag, Patient, Transfer
from tracker.team.chart.header import usual_in_words
from tracker.team.people.access import keeps_record_of
from tracker.team.treatment import away_in_words

DOSES_SHOWN = 7
EVENTS_SHOWN = 50
Kind = CareEvent.Kind


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the patient's way, in words."""

    event: CareEvent
    detail: str


def context(patient: Patient, user: User, now: dt.datetime) -> dict[str, Any]:
    today = patient.today(now)
    events = CareEvent.objects.visible_to(user).filter(patient=patient).select_related("by", "team")
    doses = Dose.objects.visible_to(user).filter(patient=patient).select_related("course__drug")
    return {
        "patient": patient,
        "keeps": keeps_record_of(user, patient),
        "usual": usual_in_words(patient),
        "readings": [str(Reading(each).label) for each in patient.extra_readings if each in Reading.values],
        "away": away_in_words(patient, today),
        "has_left": patient.has_left(today),
        "is_paused": patient.is_paused(today),
        "courses": _courses(patient.courses.all(), today),
        "doses": list(doses.order_by("-given_at")[:DOSES_SHOWN]),
        "sign_in": sign_in_in_words(patient, now),
        "open_flag": Flag.objects.visible_to(user).unresolved().filter(patient=patient).first(),
        "transfer": Transfer.objects.visible_to(user).waiting().filter(patient=patient).first(),
        "steps": [Step(each, in_words(each)) for each in events.order_by("-at", "-id")[:EVENTS_SHOWN]],
    }


def _courses(courses: Iterable[Course], today: dt.date) -> list[tuple[Course, bool]]:
    """Each with whether it runs, the latest first."""
    return [(each, each.is_running(today)) for each in courses]


def sign_in_in_words(patient: Patient, now: dt.datetime) -> str:
    """Whether they have come in, or with what they can."""
    last = Invitation.objects.of_patients().filter(user=patient.user_id).order_by("-created_at").first()
    if patient.user.last_login is not None:
        return _("They have signed in, last on %(day)s.") % {
            "day": date_format(patient.user.last_login, "j F Y")
        }
    if last is None:
        return _("They have not been invited yet.")
    said = {"day": date_format(last.created_at, "j F"), "until": date_format(last.expires_at, "j F")}
    if last.accepted_at is None and last.ended_at is None and last.expires_at > now:
        if last.code_digest:
            return _("A code was printed on %(day)s. It works until %(until)s.") % said
        return _("Invited by e-mail on %(day)s. The link works until %(until)s.") % said
    return _("Invited on %(day)s. That does not work any more: invite them again.") % said


def in_words(event: CareEvent) -> str:
    """What its detail says; "" where its kind says all."""
    detail = event.detail
    if event.kind == Kind.DISCHARGED and detail.get("reason") in DischargeReason.values:
        return str(DischargeReason(detail["reason"]).label)
    if event.kind == Kind.MOVED:
        return _("from %(before)s to %(after)s") % {"before": detail["from"], "after": detail["to"]}
    if event.kind in (Kind.ASKED, Kind.WITHDRAWN, Kind.REFUSED):
        return str(detail.get("to", ""))
    if event.kind == Kind.EDITED:
        return ", ".join(_field_in_words(each) for each in detail.get("fields", ()))
    if day := parse_date(str(detail.get("day") or detail.get("until") or "")):
        drug, on = detail.get("drug", ""), date_format(day, "j F Y")
        return f"{drug}, {on}" if drug else _("until %(day)s") % {"day": on}
    return str(detail.get("drug", ""))


def _field_in_words(name: str) -> str:
    if name == "email":
        return _("e-mail address")
    return str(getattr(Patient._meta.get_field(name), "verbose_name", name))
