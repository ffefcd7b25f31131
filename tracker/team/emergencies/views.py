"""Find exactly one patient of another team, open their chart to read, end it; every step is kept."""

import datetime as dt
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.groups import REVIEW
from accounts.models import AccessEvent, User
from accounts.recent import recently_proved
from config.database.asking import Opening
from config.database.asking import opened as wall_opened
from tracker import emergencies
from tracker.models import EmergencyAccess, ShiftNote
from tracker.team import pages
from tracker.team.access import CareTeamRequest, care_team_required
from tracker.team.chart.asked import Asked
from tracker.team.chart.page import Chart
from tracker.team.chart.records import Records, patient_for_chart
from tracker.team.emergencies import banner
from tracker.team.emergencies.forms import BreakGlassForm, NoteForm, ReviewForm

Purpose, What = AccessEvent.Purpose, AccessEvent.What


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
@recently_proved()
@wall_opened(Opening.EMERGENCY)
@transaction.atomic
def find(request: CareTeamRequest) -> HttpResponse:
    """Whoever finds a patient here has opened the chart: there is no list to look through before."""
    now = timezone.now()
    form = BreakGlassForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if not ratelimit.consume(request, action="break_glass", user=request.user):
            form.add_error(
                None, _("Too many tries within the hour. Call the team that looks after the patient.")
            )
        elif answer := _open(request, form, now):
            return answer
    return pages.page(request, "emergencies/find", now, form=form)


def _open(request: CareTeamRequest, form: BreakGlassForm, now: dt.datetime) -> HttpResponse | None:
    """None where nobody fits, or several do: that was a search, which is kept."""
    found = [each for each in form.found() if each.user_id != request.user.pk]
    if len(found) != 1:
        AccessEvent.objects.keep(
            [(None, None)], by=request.user, what=What.SEARCH, purpose=Purpose.EMERGENCY, now=now
        )
        form.refuse(found)
        return None
    [patient] = found
    is_ours = any(each.team_id == patient.team_id for each in request.user.memberships.all())
    if is_ours and not patient.restricted_at:
        return redirect("team:patient", pk=patient.pk)
    told = form.cleaned_data
    opened = emergencies.open_chart(
        patient, by=request.user, reason=told["reason"], words=told["words"], now=now
    )
    banner.begin(request, opened)
    return redirect("emergencies:chart", pk=opened.pk)


def _theirs(request: CareTeamRequest, pk: UUID, now: dt.datetime) -> EmergencyAccess:
    """One that this person opened and whose hour runs; 404 for everybody else, and after it."""
    mine = request.user.emergency_accesses.in_force(now).select_related("patient", "team")
    found: EmergencyAccess = get_object_or_404(mine, pk=pk)
    return found


@require_safe
@care_team_required
@transaction.atomic
def chart(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    """To read: what could be done on it is the other team's to do."""
    now = timezone.now()
    return _chart(request, _theirs(request, pk, now), now, NoteForm())


def _chart(
    request: CareTeamRequest, opened: EmergencyAccess, now: dt.datetime, form: NoteForm
) -> HttpResponse:
    patient = patient_for_chart(request.user, opened.patient_id, now, in_an_emergency=True)
    AccessEvent.objects.keep(
        [(patient.team_id, patient.pk)],
        by=request.user,
        what=What.EMERGENCY,
        purpose=Purpose.EMERGENCY,
        now=now,
    )
    today = patient.today(now)
    asked = Asked.of(request.GET, today)
    shown = Chart(Records(patient, request.user, now, asked.calendar(today)), asked)
    return pages.page(
        request,
        "emergencies/chart",
        now,
        opened=opened,
        patient=patient,
        chart=shown,
        asked=asked,
        days=asked.days,
        limits=shown.limits,
        mutes=shown.mutes,
        form=form,
        reads_only=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
@transaction.atomic
def write(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    """A word to the patient's team, on its next hand-over."""
    now = timezone.now()
    opened = _theirs(request, pk, now)
    if request.method != "POST":
        return redirect("emergencies:chart", pk=pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _chart(request, opened, now, form)
    # With a name: on a hand-over of several patients nobody else would know whose it is.
    words = f"{opened.patient}: {form.cleaned_data['words']}"
    ShiftNote.objects.create(team=opened.patient.team, words=words, by=request.user, at=now)
    messages.success(request, _("It stands on their hand-over."))
    return redirect("emergencies:chart", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
def end(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    """Ending what has ended does no harm."""
    mine = EmergencyAccess.objects.filter(user=request.user, pk=pk)
    if not mine.exists():
        raise Http404
    if request.method != "POST":
        return redirect("emergencies:told", pk=pk)
    mine.end(timezone.now())
    banner.end(request, pk)
    messages.success(request, _("Closed: you see nothing of that patient any more."))
    return redirect("team:board")


# --- Those who are told -------------------------------------------------------------------------------------


def _told_of(user: User, pk: UUID) -> EmergencyAccess:
    """For privacy officers, the patient's team of then and of now, and whoever it was; 404 for the others."""
    found = EmergencyAccess.objects.select_related("patient", "team", "user").prefetch_related("user__teams")
    opened = get_object_or_404(found, pk=pk)
    teams = {each.team_id for each in user.memberships.all()}
    is_theirs = user.pk == opened.user_id or teams & {opened.team_id, opened.patient.team_id}
    if not is_theirs and not user.has_perm(REVIEW):
        raise Http404
    return opened


@require_http_methods(["GET", "HEAD", "POST"])
@wall_opened(Opening.EMERGENCY)
@transaction.atomic
def told(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who, whose, why and when; nothing of their health but what the reason says. Officers write a note."""
    assert isinstance(request.user, User)  # noqa: S101 -- the middleware has seen to it
    now = timezone.now()
    opened = _told_of(request.user, pk)
    may_review = request.user.has_perm(REVIEW) and request.user.pk != opened.user_id
    review = getattr(opened, "review", None)
    form = ReviewForm(request.POST if request.method == "POST" and may_review else None)
    if form.is_valid():
        if review is None:
            emergencies.review(opened, by=request.user, note=form.cleaned_data["note"], now=now)
            messages.success(request, _("Kept: you have looked into it."))
        return redirect("emergencies:told", pk=pk)
    AccessEvent.objects.keep(
        [(opened.patient.team_id, opened.patient_id)],
        by=request.user,
        what=What.REVIEW,
        purpose=Purpose.REVIEW,
        now=now,
    )
    context = {
        "now": now,
        "opened": opened,
        "is_open": opened.is_open(now),
        "is_theirs": opened.user_id == request.user.pk,
        "review": review,
        "is_overdue": review is None and opened.review_due_at <= now,
        "form": form if may_review and review is None else None,
        "opened_pages": AccessEvent.objects.filter(
            actor=opened.user, patient_id=opened.patient_id, at__range=(opened.opened_at, opened.over_at)
        ).order_by("at"),
    }
    with timezone.override(opened.team.zone):
        return render(request, "tracker/team/emergencies/told.html", context)
