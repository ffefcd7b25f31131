"""The team's pages: fetch what this person may see, act, answer. Every look at one patient is kept."""

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import OuterRef, Prefetch, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import AccessEvent
from tracker.alerts import watch
from tracker.models import AlreadyClaimed, AlreadyResolved, CheckIn, Flag, NewerReport, Patient
from tracker.team.access import CareTeamRequest, care_team_required, flags_of, patients_of
from tracker.team.board import SHOWN, chosen, rows
from tracker.team.chart import SPANS, chart, span, usual_in_words
from tracker.team.flag import FlagPage, who_was_quicker
from tracker.team.forms import OutcomeForm
from tracker.team.treatment import in_words, with_courses

POLL_SECONDS = 20
PATIENTS_A_PAGE = 50
NAME_MAX = 100  # characters of a search; what is longer is cut, not refused
KEY_MAX = 20  # digits; Python will not read a number of thousands of them


@require_safe
@care_team_required
def board(request: CareTeamRequest) -> HttpResponse:
    now = timezone.now()
    show = request.GET.get("show", "")
    waiting = rows(chosen(flags_of(request.user), request.user, show), request.user, now)
    return _page(
        request,
        "board",
        now,
        rows=waiting,
        over=sum(row.over_by is not None for row in waiting),
        show=show,
        choices=SHOWN,
        every=POLL_SECONDS,
    )


@require_safe
@care_team_required
@transaction.atomic
def flag(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    shown = _flag(request, pk)
    _keep_look(request, shown.patient, AccessEvent.What.FLAG)
    return _flag_page(request, shown, OutcomeForm(initial={"seen": shown.reports}))


@require_POST
@care_team_required
def claim(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    wanted = _flag(request, pk)
    try:
        wanted.claim(by=request.user, now=timezone.now())
    except (AlreadyClaimed, AlreadyResolved):
        _say_who_was_quicker(request, wanted)
    return redirect("team:flag", pk=pk)


@require_POST
@care_team_required
def take_over(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    wanted = _flag(request, pk)
    whose = request.POST.get("whose", "")[:KEY_MAX]
    try:
        wanted.take_over(by=request.user, whose=int(whose) if whose.isdecimal() else 0, now=timezone.now())
    except (AlreadyClaimed, AlreadyResolved):
        _say_who_was_quicker(request, wanted)
    return redirect("team:flag", pk=pk)


@require_POST
@care_team_required
@transaction.atomic
def resolve(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    """What was typed stays on the page whatever goes wrong."""
    answered = _flag(request, pk)
    form = OutcomeForm(request.POST)
    if form.is_valid():
        try:
            answered.resolve(by=request.user, now=timezone.now(), **form.cleaned_data)
        except AlreadyResolved:
            messages.warning(request, who_was_quicker(answered))
        except NewerReport:
            messages.warning(
                request, _("Another report came in while you were writing. Please read it, then save again.")
            )
            form = form.with_seen(answered.reports)
        else:
            messages.success(
                request,
                _("Resolved: %(patient)s. %(outcome)s.")
                % {"patient": answered.patient, "outcome": answered.get_outcome_display()},
            )
            return redirect("team:board")
    _keep_look(request, answered.patient, AccessEvent.What.FLAG)
    return _flag_page(request, answered, form)


@require_safe
@care_team_required
def patients(request: CareTeamRequest) -> HttpResponse:
    now = timezone.now()
    name = request.GET.get("q", "").strip()[:NAME_MAX]
    reports = CheckIn.objects.filter(patient=OuterRef("pk")).order_by("-day", "-received_at")
    found = (
        patients_of(request.user)
        .filter(name__icontains=name)
        .select_related("team")
        .annotate(last_day=Subquery(reports.values("day")[:1]))
        .prefetch_related(
            with_courses(), Prefetch("flags", Flag.objects.unresolved(), to_attr="unresolved_flags")
        )
        .order_by("name", "pk")
    )
    page = Paginator(found, PATIENTS_A_PAGE).get_page(request.GET.get("page"))
    lines = [(each, in_words(each.courses.all(), each.today(now))) for each in page]
    return _page(request, "patients", now, page=page, lines=lines, name=name)


@require_safe
@care_team_required
@transaction.atomic
def patient(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    now = timezone.now()
    found = patients_of(request.user).select_related("team").prefetch_related(with_courses())
    shown = get_object_or_404(found, pk=pk)
    _keep_look(request, shown, AccessEvent.What.CHART)
    days = span(request.GET.get("days", ""))
    return _page(
        request,
        "patient",
        now,
        patient=shown,
        treatment=in_words(shown.courses.all(), shown.today(now)),
        usual=usual_in_words(shown),
        chart=chart(shown, request.user, now, days),
        days=days,
        spans=SPANS,
    )


def _flag(request: CareTeamRequest, pk: UUID) -> Flag:
    """One flag with what its page shows of the patient; 404 for another team's."""
    flags = flags_of(request.user).select_related("patient__team", "owner", "check_in")
    return get_object_or_404(flags.prefetch_related(with_courses("patient__courses")), pk=pk)


def _flag_page(request: CareTeamRequest, shown: Flag, form: OutcomeForm) -> HttpResponse:
    now = timezone.now()
    page = FlagPage(shown, request.user, now)
    return _page(
        request,
        "flag",
        now,
        page=page,
        flag=shown,
        patient=shown.patient,
        usual=usual_in_words(shown.patient),
        form=form,
    )


def _page(request: CareTeamRequest, template: str, now: dt.datetime, **context: object) -> HttpResponse:
    """Every page of the team says so when nobody is being told of flags."""
    context |= {"now": now, "worker_problem": watch.problem(now)}
    return render(request, f"tracker/team/{template}.html", context)


def _keep_look(request: CareTeamRequest, seen: Patient, what: str) -> None:
    """Written in the transaction of the page: without the note there is no look."""
    AccessEvent.objects.create(
        team_id=seen.team_id, patient_id=seen.pk, actor=request.user, what=what, at=timezone.now()
    )


def _say_who_was_quicker(request: CareTeamRequest, wanted: Flag) -> None:
    """Nothing to say to somebody who pressed twice."""
    if wanted.is_unresolved and wanted.owner == request.user:
        return
    messages.warning(request, who_was_quicker(wanted))
