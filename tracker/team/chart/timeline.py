"""What happened, newest first: reports, flags and what came of them, doses, agreements, grades.

Each source makes entries of its own; `joined` puts any number of them together. Whoever has another source,
such as messages, gives it one more function here or elsewhere, and one more argument in `page.py`.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role
from tracker.history import KnownDose
from tracker.models import Call, CheckIn, ClinicianGrade, Course, FlagEvent, Mute
from tracker.models.flags import Outcome
from tracker.team import told
from tracker.team.agreements import OwnLimit, muted_together
from tracker.team.chart.days import named
from tracker.triage.symptoms import LABELS


class Kind(models.TextChoices):
    """What can be asked for alone; an entry may be of several."""

    REPORTS = "reports", gettext_lazy("Reports")
    FLAGS = "flags", gettext_lazy("Flags")
    CALLS = "calls", gettext_lazy("Calls and outcomes")
    DOSES = "doses", gettext_lazy("Doses")
    AGREED = "agreed", gettext_lazy("Limits and mutes")
    GRADES = "grades", gettext_lazy("CTCAE grades")
    MESSAGES = "messages", gettext_lazy("Messages")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; `level` and `flag` only where a flag was raised, joined or answered."""

    at: dt.datetime
    what: str
    detail: str = ""
    note: str = ""
    level: int | None = None
    flag: UUID | None = None
    kinds: frozenset[str] = frozenset()


WHO = dict(Role.choices) | {
    "on_call": gettext_lazy("Whoever is on call"),
    "people": gettext_lazy("People by name"),
}
"""Whom a step is to reach, by the words that events keep."""


def joined(*sources: Iterable[Entry]) -> list[Entry]:
    """All of them, newest first."""
    entries = [entry for source in sources for entry in source]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def of_kind(entries: Iterable[Entry], kind: str) -> list[Entry]:
    """Those of one kind; "" is all of them."""
    return [entry for entry in entries if not kind or kind in entry.kinds]


def kinds_in(entries: Iterable[Entry]) -> list[tuple[Kind, int]]:
    """The kinds that there are, in our order, and how many of each."""
    counted = Counter(kind for entry in entries for kind in entry.kinds)
    return [(kind, counted[kind]) for kind in Kind if counted[kind]]


def within(entries: Iterable[Entry], start: dt.datetime, end: dt.datetime) -> Iterator[Entry]:
    return (entry for entry in entries if start <= entry.at < end)


# --- Reports ------------------------------------------------------------------------------------------------


def of_reports(reports: Iterable[CheckIn]) -> Iterator[Entry]:
    for report in reports:
        yield Entry(
            at=report.received_at,
            what=_report_name(report) % {"day": named(report.day)},
            detail="\n".join(filter(None, [report.mark, told.in_short(report)])),
            note=report.told.note,
            kinds=frozenset({Kind.CALLS, Kind.REPORTS} if report.told.wants_call else {Kind.REPORTS}),
        )


def _report_name(report: CheckIn) -> str:
    if report.is_call:
        return _("Request for a call, %(day)s")
    if report.is_message:
        return _("Message in which a rule found something, %(day)s")
    if report.amends_id:
        return _("Correction for %(day)s, sent late") if report.is_late else _("Correction for %(day)s")
    return _("Report for %(day)s, sent late") if report.is_late else _("Report for %(day)s")


# --- Flags --------------------------------------------------------------------------------------------------


KIND_WORDS = dict(FlagEvent.Kind.choices)
"""`get_kind_display` makes this anew for every event."""


def event_entry(event: FlagEvent) -> Entry:
    kind = str(KIND_WORDS[event.kind])
    what = f"{kind}: {event.by}" if event.by else kind
    is_outcome = event.kind == FlagEvent.Kind.RESOLVED
    return Entry(
        at=event.at,
        what=what,
        detail=_event_detail(event),
        note=event.note or _said_on_leaving(event),
        level=event.detail.get("level"),
        flag=event.flag_id,
        kinds=frozenset({Kind.FLAGS, Kind.CALLS} if is_outcome else {Kind.FLAGS}),
    )


def of_events(events: Iterable[FlagEvent]) -> Iterator[Entry]:
    return map(event_entry, events)


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


# --- Calls and messages -------------------------------------------------------------------------------------


def call_entry(call: Call) -> Entry:
    return _called(call.at, call.by.name, call.outcome, call.note)


def _called(at: dt.datetime, who: str, outcome: str, note: str) -> Entry:
    what = _("Called by %(who)s") % {"who": who}
    return Entry(at, what, str(Call.Outcome(outcome).label), note, kinds=frozenset({Kind.CALLS}))


def of_talks(talks: Iterable[Any]) -> Iterator[Entry]:
    """Of records.Talk."""
    for talk in talks:
        if talk.kind == "call":
            yield _called(talk.at, talk.who, talk.about, talk.words)
        else:
            what = _("Message: %(who)s") % {"who": talk.who}
            yield Entry(talk.at, what, talk.about, talk.words, kinds=frozenset({Kind.MESSAGES}))


# --- Doses --------------------------------------------------------------------------------------------------


def of_doses(courses: Iterable[tuple[Course, Iterable[KnownDose]]]) -> Iterator[Entry]:
    for course, doses in courses:
        for dose in doses:
            yield Entry(
                at=dose.given_at,
                what=_("Dose: %(drug)s") % {"drug": course.drug.name},
                detail="; ".join(_about_dose(dose)),
                kinds=frozenset({Kind.DOSES}),
            )


def _about_dose(dose: KnownDose) -> Iterator[str]:
    if dose.told_on:
        yield _("told by the patient")
    if not dose.is_timed:
        yield _("the time was not said")


# --- What was agreed ----------------------------------------------------------------------------------------


def of_limits(limits: Iterable[OwnLimit]) -> Iterator[Entry]:
    for limit in limits:
        record, kinds = limit.record, frozenset({Kind.AGREED})
        said = {"what": limit.what, "value": limit.value, "who": record.set_by}
        until = _("Until the end of %(day)s") % {"day": named(record.expires_on, "j F Y")}
        what = _("Limit set to %(value)s: %(who)s") % said
        yield Entry(record.set_at, what, f"{limit.what}\n{until}", record.reason, kinds=kinds)
        if record.ended_at:
            ended = _("Limit ended: %(who)s") % {"who": record.ended_by}
            yield Entry(record.ended_at, ended, f"{limit.what}, {limit.value}", kinds=kinds)


def of_mutes(mutes: Iterable[Mute]) -> Iterator[Entry]:
    """One for all rules that were muted together."""
    for act in muted_together(mutes):
        mute, kinds = act[0], frozenset({Kind.AGREED})
        until = {"who": mute.muted_by, "until": named(mute.until)}
        words = mute.finding.team_words
        what = _("Muted until %(until)s: %(who)s") % until
        yield Entry(mute.muted_at, what, words, mute.reason, kinds=kinds)
        if mute.ended_at:
            yield Entry(mute.ended_at, _("Mute ended: %(who)s") % {"who": mute.ended_by}, words, kinds=kinds)


# --- Grades -------------------------------------------------------------------------------------------------


def of_grades(grades: Iterable[ClinicianGrade]) -> Iterator[Entry]:
    for grade in grades:
        yield Entry(
            at=grade.recorded_at,
            what=_grade_name(grade) % {"day": named(grade.day), "who": grade.recorded_by},
            detail=_grade_in_words(grade),
            note=grade.reason,
            kinds=frozenset({Kind.GRADES}),
        )


def _grade_name(grade: ClinicianGrade) -> str:
    if grade.is_taken_back:
        return _("CTCAE grade for %(day)s taken back: %(who)s")
    if grade.replaces_id:
        return _("CTCAE grade for %(day)s corrected: %(who)s")
    return _("CTCAE grade for %(day)s: %(who)s")


def _grade_in_words(grade: ClinicianGrade) -> str:
    """With its version and code, which belong to it, and the diary's word where that is another."""
    said = {"term": grade.term, "grade": grade.grade, "version": grade.version, "code": grade.meddra}
    words = (
        _("%(term)s, grade %(grade)s (CTCAE %(version)s, MedDRA %(code)s)")
        if grade.meddra
        else _("%(term)s, grade %(grade)s (CTCAE %(version)s)")
    )
    label = LABELS.get(grade.symptom, "")
    lines = [words % said]
    if label and label != grade.term:
        lines.append(_("In the diary: %(symptom)s") % {"symptom": label})
    return "\n".join(lines)
