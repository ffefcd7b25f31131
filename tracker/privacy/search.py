"""Finding looks, and taking them along as a table."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AccessEvent
from tracker.exchange.cells import table
from tracker.models import Patient
from tracker.team.people.search import found_exactly

A_DAY = dt.timedelta(days=1)
EXPORTED_MAX = 50_000
EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2100, 1, 1)
"""Between them every look lies, and a day more or less is a date too."""


def looks(asked: Mapping[str, Any]) -> QuerySet[AccessEvent]:
    """Newest first; `asked` as LooksForm cleaned it. Officers' own reviews only where they are asked for."""
    events = AccessEvent.objects.filter(of_days(asked["since"], asked["until"]))
    if asked["person"]:
        words = asked["person"]
        events = events.filter(Q(actor__name__icontains=words) | Q(actor__email__iexact=words))
    if asked["patient"]:
        patients = found_exactly(Patient.objects.order_by(), asked["patient"])
        events = events.filter(patient_id__in=patients.values("pk"))
    if asked["what"]:
        events = events.filter(what=asked["what"])
    if asked["purpose"]:
        events = events.filter(purpose=asked["purpose"])
    elif asked["what"] != AccessEvent.What.REVIEW:
        events = events.exclude(purpose=AccessEvent.Purpose.REVIEW)
    return events.select_related("actor", "team").order_by("-at", "-pk")


def of_days(since: dt.date, until: dt.date) -> Q:
    """By the clock of the page, from the first minute of the one to the last of the other."""
    zone = timezone.get_current_timezone()
    begin = dt.datetime.combine(since, dt.time.min, zone)
    return Q(at__gte=begin, at__lt=dt.datetime.combine(until + A_DAY, dt.time.min, zone))


def patients_in(events: Iterable[AccessEvent]) -> dict[UUID, Patient]:
    """Name and team, by key: all that an officer learns of a patient."""
    keys = {event.patient_id for event in events if event.patient_id}
    return Patient.objects.only("pk", "name", "team").in_bulk(keys)


def as_csv(events: Iterable[AccessEvent], patients: Mapping[UUID, Patient]) -> str:
    headings = [
        *(_("When"), _("Who"), _("E-mail"), _("What"), _("Purpose"), _("Patient")),
        *(_("Key of the patient"), _("Care team"), _("Request"), _("Event")),
    ]
    return table(headings, (_cells(event, patients) for event in events))


def _cells(event: AccessEvent, patients: Mapping[UUID, Patient]) -> list[object]:
    patient = patients.get(event.patient_id) if event.patient_id else None
    return [
        timezone.localtime(event.at).isoformat(timespec="seconds"),
        event.actor.name,
        event.actor.email or "",
        event.get_what_display(),
        event.get_purpose_display(),
        patient or "",
        event.patient_id or "",
        event.team or "",
        event.request_id,
        event.pk,
    ]
