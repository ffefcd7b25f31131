"""The rows of the list: a patient, since when nothing came, why that matters, and who has called."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from tracker.models import Call, Carer, CheckIn, Finding, Flag, Patient
from tracker.models.base import level_word
from tracker.silence import AFTER_A_SERIOUS_DAY
from tracker.team import told
from tracker.team.treatment import with_courses
from tracker.team.why import telling
from tracker.triage.report import Level

CALLS_SHOWN = dt.timedelta(days=14)
REASONS_SHOWN = 2
# IDSA and ASCO: white cells are lowest on days 5 to 14 after chemotherapy, as the rule on fever has it.
LOWEST_COUNTS = range(5, 15)


@dataclass(frozen=True, slots=True)
class Row:
    """A patient as `page_of` fetches them. `last` is None for somebody who never reported.

    `calls` are those since anything was heard, newest first; `calling` is one that is going on.
    """

    patient: Any
    days: int
    last: CheckIn | None
    why: tuple[str, ...]
    calls: Sequence[Call]
    calling: Call | None

    @property
    def flag(self) -> Flag | None:
        return next(iter(self.patient.unresolved_flags), None)

    @property
    def call(self) -> Call | None:
        return next(iter(self.calls), None)


def with_what_is_shown(patients: Any) -> Any:
    """What a row needs of a patient beside the annotations of `silent.in_order`, in four queries."""
    flags = Flag.objects.unresolved().select_related("owner")
    return patients.select_related("team").prefetch_related(
        with_courses(), Prefetch("flags", flags, to_attr="unresolved_flags")
    )


def rows(patients: Iterable[Any], user: User, now: dt.datetime) -> list[Row]:
    """Four queries more, however many there are."""
    shown = list(patients)
    reports = _last_reports(shown, user)
    calls = _calls(shown, user, now)
    with_carers(shown, user, now)
    return [_row(each, reports.get(each.last_report), calls[each.pk], now) for each in shown]


def with_carers(patients: Sequence[Patient], user: User, now: dt.datetime) -> None:
    """Who helps with the diary now, as `helpers` of each."""
    found = defaultdict(list)
    carers = Carer.objects.visible_to(user).filter(patient__in=patients).in_force(now)
    for each in carers.select_related("user").order_by("name"):
        found[each.patient_id].append(each)
    for patient in patients:
        patient.helpers = found[patient.pk]  # type: ignore[attr-defined]


def _last_reports(patients: Iterable[Any], user: User) -> Mapping[UUID, CheckIn]:
    findings = Finding.objects.select_related("check_in", "mute")
    reports = CheckIn.objects.visible_to(user).defer("advice", "checks")
    reports = reports.prefetch_related(Prefetch("findings", findings))
    return reports.in_bulk([each.last_report for each in patients if each.last_report])


def _calls(patients: Iterable[Any], user: User, now: dt.datetime) -> Mapping[UUID, list[Call]]:
    """Since anything was heard of each, newest first."""
    heard = {each.pk: each.heard_at for each in patients}
    found: dict[UUID, list[Call]] = defaultdict(list)
    calls = (
        Call.objects.visible_to(user).filter(patient__in=heard).since(now - CALLS_SHOWN).select_related("by")
    )
    for call in calls.newest_first():
        heard_at = heard[call.patient_id]
        if heard_at is None or call.at > heard_at:
            found[call.patient_id].append(call)
    return found


def _row(patient: Any, last: CheckIn | None, calls: Sequence[Call], now: dt.datetime) -> Row:
    today = patient.today(now)
    return Row(
        patient=patient,
        days=(_last_due(patient, now) - patient.since).days,
        last=last,
        why=tuple(_why(patient, last, today)),
        calls=[each for each in calls if each.outcome != Call.Outcome.CALLING],
        calling=next((each for each in calls[:1] if each.holds(now)), None),
    )


def _last_due(patient: Any, now: dt.datetime) -> dt.date:
    """The last day whose deadline has passed."""
    local = now.astimezone(patient.zone)
    report_by = min(patient.report_by, AFTER_A_SERIOUS_DAY) if patient.is_serious else patient.report_by
    return local.date() if local.time() >= report_by else local.date() - dt.timedelta(days=1)


def _why(patient: Any, last: CheckIn | None, today: dt.date) -> Iterator[str]:
    """What the last report said, and the days that matter, in the order in which they do."""
    yield _last_in_words(patient, last)
    if patient.paused_until and patient.since == patient.paused_until:
        yield _("Expected again since %(day)s") % {"day": _day(patient.paused_until + dt.timedelta(days=1))}
    if patient.last_chemo_on and (today - patient.last_chemo_on).days in LOWEST_COUNTS:
        days = (today - patient.last_chemo_on).days
        yield _("Day %(days)d after chemotherapy: counts are lowest on days 5 to 14") % {"days": days}
    for course in patient.courses.all():
        if course.is_running(today):
            said = {"day": course.treatment_day(today), "drug": course.drug.name}
            yield capfirst(_("day %(day)d of %(drug)s") % said)


def _last_in_words(patient: Any, last: CheckIn | None) -> str:
    if last is None:
        return _("Never reported since enrolled on %(day)s") % {"day": _day(patient.enrolled_on)}
    said = {"day": _day(last.day), "what": _what_it_said(last)}
    if last.level == Level.NONE:
        return _("Last report %(day)s: %(what)s") % said
    return _("Last report %(day)s, %(level)s: %(what)s") % {**said, "level": level_word(last.level)}


def _what_it_said(last: CheckIn) -> str:
    """Why it was flagged, else its symptoms."""
    words = [each.words for each in telling(last.findings.all())[:REASONS_SHOWN]]
    return "; ".join(words) if words and last.level > Level.NONE else told.in_short(last)


def _day(day: dt.date) -> str:
    return date_format(day, "D j M")
