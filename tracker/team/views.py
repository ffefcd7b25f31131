"""The team's pages: fetch what this person may see, act, answer. Every look at one patient is kept."""

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import OuterRef, Prefetch, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import AccessEvent
from tracker.alerts import outcome
from tracker.models import (
    AlreadyClaimed,
    AlreadyEnded,
    AlreadyRead,
    AlreadyResolved,
    Carer,
    CheckIn,
    Flag,
    Mute,
    NewerReport,
    NoteToRead,
    PatientLimit,
)
from tracker.rulebook.in_force import current_rules
from tracker.team import agreements, notes, pages
from tracker.team import report as reporting
from tracker.team.access import (
    CareTeamRequest,
    answers_a_form,
    care_team_required,
    flags_of,
    of_teams_of,
    patients_of,
)
from tracker.team.board import SHOWN, chosen, rows
from tracker.team.flag import FlagPage, who_was_quicker
from tracker.team.forms import MuteForm, OutcomeForm
from tracker.team.treatment import away_in_words, in_words, with_courses_now

POLL_SECONDS = 20
PATIENTS_A_PAGE = 50
NOTES_A_PAGE = 25
NAME_MAX = 100  # characters of a search; what is longer is cut, not refused
KEY_MAX = 20  # digits; Python will not read a number of thousands of them


def _its_flag(request: CareTeamRequest, pk: UUID) -> str:
    return reverse("team:flag", args=[pages.flag_of(request, pk).pk])


def _its_chart(request: CareTeamRequest, pk: UUID) -> str:
    return pages.chart_of(pages.patient_of(request, pk), "limits")


def _limit_of(request: CareTeamRequest, pk: UUID) -> PatientLimit:
    limits = of_teams_of(PatientLimit.objects.select_related("patient", "ended_by"), request.user)
    return get_object_or_404(limits, pk=pk)


def _mute_of(request: CareTeamRequest, pk: UUID) -> Mute:
    mutes = of_teams_of(Mute.objects.select_related("patient", "ended_by"), request.user)
    return get_object_or_404(mutes, pk=pk)


def _note_of(request: CareTeamRequest, pk: UUID) -> NoteToRead:
    found = of_teams_of(NoteToRead.objects.select_related("patient", "read_by"), request.user)
    return get_object_or_404(found, pk=pk)


def _limits(request: CareTeamRequest, pk: UUID) -> str:
    return pages.chart_of(_limit_of(request, pk).patient, "limits")


def _mutes(request: CareTeamRequest, pk: UUID) -> str:
    return pages.chart_of(_mute_of(request, pk).patient, "mutes")


def _note(request: CareTeamRequest, pk: UUID) -> str:
    return pages.chart_of(_note_of(request, pk).patient, "notes")


@require_safe
@care_team_required
def board(request: CareTeamRequest) -> HttpResponse:
    now = timezone.now()
    show = request.GET.get("show", "")
    waiting = rows(chosen(flags_of(request.user), request.user, show), request.user, now)
    return pages.page(
        request,
        "board",
        now,
        rows=waiting,
        over=sum(row.over_by is not None for row in waiting),
        months=reporting.in_short(request.user, now),
        show=show,
        choices=SHOWN,
        every=POLL_SECONDS,
    )


@require_safe
@care_team_required
@transaction.atomic
def flag(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    shown = pages.flag_of(request, pk)
    pages.keep_look(request, shown.patient, AccessEvent.What.FLAG)
    outcome.opened(shown, request.user, timezone.now())
    return pages.flag_page(request, shown)


@answers_a_form(_its_flag)
def claim(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    wanted = pages.flag_of(request, pk)
    try:
        wanted.claim(by=request.user, now=timezone.now())
    except (AlreadyClaimed, AlreadyResolved):
        _say_who_was_quicker(request, wanted)
    return redirect("team:flag", pk=pk)


@answers_a_form(_its_flag)
def take_over(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    wanted = pages.flag_of(request, pk)
    whose = request.POST.get("whose", "")[:KEY_MAX]
    try:
        wanted.take_over(by=request.user, whose=int(whose) if whose.isdecimal() else 0, now=timezone.now())
    except (AlreadyClaimed, AlreadyResolved):
        _say_who_was_quicker(request, wanted)
    return redirect("team:flag", pk=pk)


@answers_a_form(_its_flag)
@transaction.atomic
def resolve(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    """What was typed stays on the page whatever goes wrong."""
    now = timezone.now()
    answered = pages.flag_of(request, pk)
    form = OutcomeForm(request.POST, notes=FlagPage(answered, request.user, now).notes)
    if form.is_valid():
        try:
            answered.resolve(by=request.user, now=now, **form.what_came)
        except AlreadyResolved:
            messages.warning(request, who_was_quicker(answered))
        except NewerReport:
            messages.warning(
                request, _("Another report came in while you were writing. Please read it, then save again.")
            )
            form = form.with_seen(answered.reports)
        else:
            notes.read_all(form.ticked_notes, by=request.user, now=now)
            messages.success(
                request,
                _("Resolved: %(patient)s. %(outcome)s.")
                % {"patient": answered.patient, "outcome": answered.get_outcome_display()},
            )
            return redirect("team:board")
    pages.keep_look(request, answered.patient, AccessEvent.What.FLAG)
    return pages.flag_page(request, answered, outcome=form)


@require_safe
@care_team_required
def patients(request: CareTeamRequest) -> HttpResponse:
    now = timezone.now()
    name = request.GET.get("q", "").strip()[:NAME_MAX]
    reports = CheckIn.objects.of_days().filter(patient=OuterRef("pk")).order_by("-day", "-received_at")
    found = (
        patients_of(request.user)
        .filter(name__icontains=name)
        .select_related("team")
        .annotate(last_day=Subquery(reports.values("day")[:1]))
        .prefetch_related(
            with_courses_now(now.date()),
            Prefetch("flags", Flag.objects.unresolved(), to_attr="unresolved_flags"),
        )
        .order_by("name", "pk")
    )
    page = Paginator(found, PATIENTS_A_PAGE).get_page(request.GET.get("page"))
    days = ((each, each.today(now)) for each in page)
    lines = [(each, in_words(each.courses.all(), today), away_in_words(each, today)) for each, today in days]
    return pages.page(request, "patients", now, page=page, lines=lines, name=name)


@require_safe
@care_team_required
@transaction.atomic
def patient(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    shown = pages.patient_of(request, pk)
    pages.keep_look(request, shown, AccessEvent.What.CHART)
    return pages.chart_page(request, shown)


@answers_a_form(_its_chart)
@transaction.atomic
def set_limit(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    now = timezone.now()
    shown = pages.patient_of(request, pk)
    rules = current_rules().limits
    in_force = agreements.limits_in_force(shown, request.user, now, rules)
    form = agreements.limit_form(shown, now, rules, in_force, request.POST)
    if form.is_valid():
        before = form.now.get(form.cleaned_data["name"])
        limit = PatientLimit.of(shown, by=request.user, now=now, **form.what_is_set)
        messages.success(request, agreements.set_in_words(rules[limit.name], limit, before))
        return redirect(pages.chart_of(shown, "limits"))
    pages.keep_look(request, shown, AccessEvent.What.CHART)
    return pages.chart_page(request, shown, form)


@answers_a_form(_limits)
def end_limit(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    limit = _limit_of(request, pk)
    _end(request, limit)
    return redirect(pages.chart_of(limit.patient, "limits"))


def _carer_of(request: CareTeamRequest, pk: UUID) -> Carer:
    """Where the user is a nurse or the lead; 404 for another team's, and for its doctors."""
    ends = request.user.memberships.filter(role__in=pages.ENDS_CARERS).values("team")
    found = of_teams_of(Carer.objects.select_related("patient"), request.user).filter(team__in=ends)
    return get_object_or_404(found, pk=pk)


def _carers(request: CareTeamRequest, pk: UUID) -> str:
    return pages.chart_of(_carer_of(request, pk).patient, "carers")


@answers_a_form(_carers)
def end_carer(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    """From now on their next click finds nothing, and their phones send nothing. Twice does no harm."""
    carer = _carer_of(request, pk)
    if Carer.objects.filter(pk=carer.pk).end(by=request.user, now=timezone.now()):
        messages.success(request, _("%(name)s sees and sends nothing any more.") % {"name": carer.name})
    return redirect(pages.chart_of(carer.patient, "carers"))


@answers_a_form(_its_flag)
@transaction.atomic
def mute(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    """All findings of one line: to quiet one and hear the others say the same would be no rest."""
    now = timezone.now()
    shown = pages.flag_of(request, pk)
    form = MuteForm(request.POST)
    line = FlagPage(shown, request.user, now).line_of(form.data.get("finding", ""))
    if line is None or not line.can_be_muted:
        messages.warning(
            request, _("This cannot be muted, or another report has come in. Please look again.")
        )
        return redirect("team:flag", pk=pk)
    if form.is_valid():
        until = shown.patient.today(now) + dt.timedelta(days=form.cleaned_data["days"])
        for finding in line.findings:
            Mute.of(finding, by=request.user, until=until, reason=form.cleaned_data["reason"], now=now)
        messages.success(request, _("Muted until %(day)s.") % {"day": date_format(until, "j F")})
        return redirect("team:flag", pk=pk)
    pages.keep_look(request, shown.patient, AccessEvent.What.FLAG)
    return pages.flag_page(request, shown, mute=form)


@answers_a_form(_mutes)
def end_mute(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    found = _mute_of(request, pk)
    _end(request, found)
    return redirect(_back(request) or pages.chart_of(found.patient, "mutes"))


@require_safe
@care_team_required
@transaction.atomic
def notes_to_read(request: CareTeamRequest) -> HttpResponse:
    now = timezone.now()
    found = Paginator(notes.with_reports(notes.unread(request.user)), NOTES_A_PAGE)
    shown = found.get_page(request.GET.get("page"))
    rows = notes.rows(shown, now)
    pages.keep_looks(request, {row.note.patient for row in rows}, AccessEvent.What.NOTE)
    return pages.page(request, "notes", now, page=shown, rows=rows)


@answers_a_form(_note)
def read_note(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    note = _note_of(request, pk)
    try:
        note.read(by=request.user, now=timezone.now())
    except AlreadyRead:
        if note.read_by != request.user:  # nothing to say to somebody who pressed twice
            messages.warning(request, notes.who_was_quicker(note))
    else:
        messages.success(request, _("Read: the note of %(patient)s.") % {"patient": note.patient})
    return redirect(_back(request) or "team:notes")


@require_safe
@care_team_required
@transaction.atomic
def report(request: CareTeamRequest, month: str = "") -> HttpResponse:
    """A list of patients who waited too long is a look at each of them."""
    now = timezone.now()
    shown = reporting.Month.asked_for(month, timezone.localdate(now))
    made = reporting.reports(request.user, shown, now)
    pages.keep_looks(request, reporting.named(made), AccessEvent.What.REPORT)
    has_next = shown.next.first <= timezone.localdate(now)
    return pages.page(request, "report", now, month=shown, reports=made, has_next=has_next)


@require_safe
@care_team_required
@transaction.atomic
def late_csv(request: CareTeamRequest, month: str) -> HttpResponse:
    now = timezone.now()
    shown = reporting.Month.asked_for(month, timezone.localdate(now))
    made = reporting.reports(request.user, shown, now)
    pages.keep_looks(request, reporting.named(made), AccessEvent.What.REPORT)
    return HttpResponse(
        reporting.as_csv(made),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="late-{shown}.csv"'},
    )


def _say_who_was_quicker(request: CareTeamRequest, wanted: Flag) -> None:
    """Nothing to say to somebody who pressed twice."""
    if wanted.is_unresolved and wanted.owner == request.user:
        return
    messages.warning(request, who_was_quicker(wanted))


def _end(request: CareTeamRequest, agreed: PatientLimit | Mute) -> None:
    end = agreed.end_all if isinstance(agreed, Mute) else agreed.end
    try:
        end(by=request.user, now=timezone.now())
    except AlreadyEnded:
        if agreed.ended_by != request.user:
            messages.warning(request, agreements.who_was_quicker(agreed))
    else:
        messages.success(request, _("Ended. It counts no more from now on."))


def _back(request: CareTeamRequest) -> str | None:
    """The page of ours that the button was on."""
    where = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(where, {request.get_host()}, require_https=request.is_secure())
    return where if ours and where.startswith("/team/") else None
