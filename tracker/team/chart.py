"""A patient's chart: what was reported day by day, what was measured, and what happened since."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from tracker import charts
from tracker.models import Call, CheckIn, Dose, Flag, FlagEvent, Patient
from tracker.models.flags import Outcome, State
from tracker.team import told
from tracker.triage.words import measure, say, together

SPANS = (7, 28, 56)
USUAL_SPAN = 28  # days
PRESSURES = ("systolic", "diastolic")


def span(asked_for: str) -> int:
    """The number of days to show; anything but what we offer is the usual four weeks."""
    return next((days for days in SPANS if str(days) == asked_for), USUAL_SPAN)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; `level` and `flag` only where a flag was raised, joined or answered."""

    at: dt.datetime
    what: str
    detail: str = ""
    note: str = ""
    level: int | None = None
    flag: UUID | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    heat_map: charts.HeatMap
    readings: tuple[charts.ReadingChart, ...]
    entries: tuple[Entry, ...]
    open_flag: Flag | None

    @property
    def worst(self) -> tuple[charts.Row, dt.date] | None:
        """The symptom that was worst, and when."""
        if not self.heat_map.rows:
            return None
        row = self.heat_map.rows[0]
        return row, self.heat_map.columns[row.worst_at].day


def chart(patient: Patient, user: User, now: dt.datetime, days: int) -> Chart:
    """The last `days` days of a patient, by the patient's own calendar."""
    calendar = charts.calendar(patient.today(now), days)
    reports = _reports(patient, user, calendar[0])
    events = _events(patient, user, calendar[0])
    logged = charts.by_day(
        charts.logged_day(each.day, each.told, each.grades) for each in reports if each.is_of_a_day
    )
    return Chart(
        heat_map=charts.heat_map(logged, calendar, _dose_days(patient, user, calendar[0]), {}),
        readings=charts.reading_charts(logged, calendar, patient.usual),
        entries=entries(reports, events, _calls(patient, user, calendar[0])),
        open_flag=next((event.flag for event in events if event.flag.is_unresolved), None),
    )


def usual_in_words(patient: Patient) -> list[tuple[str, str]]:
    """The person's own usual readings that are known, each with its name."""
    usual = patient.usual
    facts = [(say("reading", kind), measure(kind, usual[kind])) for kind in usual if kind not in PRESSURES]
    if "systolic" in usual:
        pair = together(usual.get(kind) for kind in PRESSURES)
        facts.insert(0, (say("reading", "blood_pressure"), f"{pair} {say('unit', 'systolic')}"))
    return facts


WHO = dict(Role.choices) | {
    "on_call": gettext_lazy("Whoever is on call"),
    "people": gettext_lazy("People by name"),
}
"""Whom a step is to reach, by the words that events keep."""


def entries(
    reports: Iterable[CheckIn], events: Iterable[FlagEvent], calls: Iterable[Call] = ()
) -> tuple[Entry, ...]:
    """Reports and what was done about them, newest first."""
    all_of_them = [*map(event_entry, events), *map(_report_entry, reports), *map(call_entry, calls)]
    return tuple(sorted(all_of_them, key=lambda entry: entry.at, reverse=True))


def event_entry(event: FlagEvent) -> Entry:
    what = f"{event.get_kind_display()}: {event.by}" if event.by else event.get_kind_display()
    return Entry(
        at=event.at,
        what=what,
        detail=_event_detail(event),
        note=event.note or _said_on_leaving(event),
        level=event.detail.get("level"),
        flag=event.flag_id,
    )


def call_entry(call: Call) -> Entry:
    return Entry(
        at=call.at,
        what=_("Called by %(who)s") % {"who": call.by},
        detail=str(call.get_outcome_display()),
        note=call.note,
    )


def _said_on_leaving(event: FlagEvent) -> str:
    return str(event.detail.get("reason", "")) if event.kind == FlagEvent.Kind.LEFT else ""


def _event_detail(event: FlagEvent) -> str:
    """What came of it, or whom a step of the policy was to reach."""
    if event.kind == FlagEvent.Kind.UNDONE:
        return str(FlagEvent.Kind(event.detail["undoes"]).label)
    if event.kind == FlagEvent.Kind.HANDED_OVER:
        return _("to %(name)s") % {"name": event.detail["name"]}
    if event.kind == FlagEvent.Kind.CALL_BACK:
        return _promised(event.detail["at"])
    outcome = event.detail.get("outcome")
    if outcome in Outcome.values:
        return str(Outcome(outcome).label)
    who = event.detail.get("who")
    if who is None and "role" in event.detail:  # as it was written before policies
        who = [event.detail["role"]]
    if who is None:
        return ""
    return ", ".join(str(WHO.get(each, each)) for each in who if each) or _("The whole team")


def _promised(at: str | None) -> str:
    """When somebody will call again, by the clock of whoever reads it."""
    if at is None:
        return _("no longer")
    return date_format(localtime(dt.datetime.fromisoformat(at)), "D j M, H:i")


def _report_entry(report: CheckIn) -> Entry:
    return Entry(
        at=report.received_at,
        what=_report_name(report) % {"day": date_format(report.day, "j F")},
        detail="\n".join(filter(None, [report.mark, told.in_short(report)])),
        note=report.told.note,
    )


def _report_name(report: CheckIn) -> str:
    if report.is_call:
        return _("Request for a call, %(day)s")
    if report.is_message:
        return _("Message in which a rule found something, %(day)s")
    if report.amends_id:
        return _("Correction for %(day)s, sent late") if report.is_late else _("Correction for %(day)s")
    return _("Report for %(day)s, sent late") if report.is_late else _("Report for %(day)s")


def _reports(patient: Patient, user: User, since: dt.date) -> list[CheckIn]:
    """Oldest first, corrected ones left out."""
    reports = CheckIn.objects.visible_to(user).filter(patient=patient).current().since(since)
    # The team by whose clock a report is late.
    reports = reports.select_related("reported_by", "patient__team")
    return list(reports.defer("advice", "checks").order_by("day", "received_at"))


def _events(patient: Patient, user: User, since: dt.date) -> list[FlagEvent]:
    """What happened to the patient's flags since then, and all that happened to a flag still open."""
    start = dt.datetime.combine(since, dt.time.min, patient.zone)
    events = FlagEvent.objects.visible_to(user).filter(patient=patient).select_related("by", "flag")
    return list(events.filter(Q(at__gte=start) | ~Q(flag__state=State.RESOLVED)))


def _calls(patient: Patient, user: User, since: dt.date) -> list[Call]:
    start = dt.datetime.combine(since, dt.time.min, patient.zone)
    calls = Call.objects.visible_to(user).filter(patient=patient).ended().since(start)
    return list(calls.select_related("by"))


def _dose_days(patient: Patient, user: User, since: dt.date) -> set[dt.date]:
    start = dt.datetime.combine(since, dt.time.min, patient.zone)
    doses = Dose.objects.visible_to(user).filter(patient=patient, given_at__gte=start)
    return {given_at.astimezone(patient.zone).date() for given_at in doses.values_list("given_at", flat=True)}
