"""What every page of the team has in common, and the two that a wrong answer brings back."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent, Role
from tracker.alerts import watch
from tracker.models import Carer, Flag, Patient
from tracker.rulebook.in_force import current_rules
from tracker.team import agreements, notes
from tracker.team.access import CareTeamRequest, flags_of, patients_of
from tracker.team.chart import SPANS, chart, span, usual_in_words
from tracker.team.flag import FlagPage
from tracker.team.forms import LimitForm, MuteForm, OutcomeForm
from tracker.team.treatment import away_in_words, in_words, with_courses

RECORD_KEEPERS = (Role.NURSE, Role.LEAD)
"""Those of a team who enrol, discharge and hand over, and who end what a carer may do."""


def page(request: CareTeamRequest, template: str, now: dt.datetime, **context: object) -> HttpResponse:
    """Every page says so when nobody is being told of flags, and how many notes wait to be read."""
    context |= {
        "now": now,
        "worker_problem": watch.problem(now),
        "notes_to_read": notes.unread(request.user).count(),
    }
    return render(request, f"tracker/team/{template}.html", context)


def keep_look(request: CareTeamRequest, seen: Patient, what: str) -> None:
    """Written in the transaction of the page: without the note there is no look."""
    keep_looks(request, [seen], what)


def keep_looks(request: CareTeamRequest, seen: Iterable[Patient], what: str) -> None:
    """The same for a page that shows several patients."""
    at = timezone.now()
    AccessEvent.objects.bulk_create(
        AccessEvent(team_id=each.team_id, patient_id=each.pk, actor=request.user, what=what, at=at)
        for each in seen
    )


def flag_of(request: CareTeamRequest, pk: UUID) -> Flag:
    """One flag with what its page shows of the patient; 404 for another team's."""
    flags = flags_of(request.user).select_related("patient__team", "owner", "check_in")
    return get_object_or_404(flags.prefetch_related(with_courses("patient__courses")), pk=pk)


def patient_of(request: CareTeamRequest, pk: UUID) -> Patient:
    """One patient with team and courses; 404 for another team's."""
    found = patients_of(request.user).select_related("team").prefetch_related(with_courses())
    return get_object_or_404(found, pk=pk)


def chart_of(shown: Patient, part: str) -> str:
    """The address of a part of a patient's chart."""
    return f"{reverse('team:patient', args=[shown.pk])}#{part}"


def flag_page(
    request: CareTeamRequest, shown: Flag, *, outcome: OutcomeForm | None = None, mute: MuteForm | None = None
) -> HttpResponse:
    """With the form that was answered wrongly, if any, as it was filled in."""
    now = timezone.now()
    told = FlagPage(shown, request.user, now, mute)
    return page(
        request,
        "flag",
        now,
        page=told,
        flag=shown,
        patient=shown.patient,
        usual=usual_in_words(shown.patient),
        away=away_in_words(shown.patient, shown.patient.today(now)),
        form=outcome or OutcomeForm(initial={"seen": shown.reports}, notes=told.notes),
    )


def chart_page(request: CareTeamRequest, shown: Patient, limit: LimitForm | None = None) -> HttpResponse:
    """With the limit that was answered wrongly, if any, as it was filled in."""
    now = timezone.now()
    days = span(request.GET.get("days", ""))
    rules = current_rules().limits
    limits = agreements.limits_in_force(shown, request.user, now, rules)
    mutes = agreements.mutes_in_force(shown, request.user, now)
    of_patient = notes.unread(request.user).filter(patient=shown)
    return page(
        request,
        "patient",
        now,
        patient=shown,
        treatment=in_words(shown.courses.all(), shown.today(now)),
        usual=usual_in_words(shown),
        away=away_in_words(shown, shown.today(now)),
        chart=chart(shown, request.user, now, days),
        days=days,
        spans=SPANS,
        limits=limits,
        limit_form=limit or agreements.limit_form(shown, now, rules, limits),
        mutes=[act[0] for act in agreements.muted_together(mutes)],
        notes=notes.rows(notes.with_reports(of_patient), now),
        carers=Carer.objects.visible_to(request.user).filter(patient=shown).in_force(now),
        ends_carers=_keeps_record(request, shown),
        keeps_record=_keeps_record(request, shown),
    )


def _keeps_record(request: CareTeamRequest, shown: Patient) -> bool:
    return any(
        each.team_id == shown.team_id and each.role in RECORD_KEEPERS
        for each in request.user.memberships.all()
    )
