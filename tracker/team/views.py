"""The team's pages: fetch what this person may see, act, answer. Every look at one patient is kept."""

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import AccessEvent
from accounts.recent import recently_proved
from tracker.alerts import outcome
from tracker.models import (
    AlreadyClaimed,
    AlreadyEnded,
    AlreadyRead,
    AlreadyResolved,
    Carer,
    Flag,
    Mute,
    NewerReport,
    NoteToRead,
    PatientLimit,
    rights,
)
from tracker.rulebook.in_force import current_rules
from tracker.team import agreements, notes, pages
from tracker.team import report as reporting
from tracker.team.access import (
    CareTeamRequest,
    answers_a_form,
    care_team_required,
    of_teams_of,
)
from tracker.team.chart.page import chart_page
from tracker.team.chart.records import patient_for_chart
from tracker.team.flag import FlagPage, who_was_quicker
from tracker.team.forms import MuteForm, OutcomeForm
from tracker.team.live import undo
from tracker.team.messages import thread

NOTES_A_PAGE = 25
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
@transaction.atomic
def flag(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    shown = pages.flag_of(request, pk)
    pages.keep_look(request, shown.patient, AccessEvent.What.FLAG)
    outcome.opened(shown, request.user, timezone.now())
    return pages.flag_page(request, shown)


@answers_a_form(_its_flag)
def claim(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    wanted, now = pages.flag_of(request, pk), timezone.now()
    try:
        undo.offer(request, [wanted.claim(by=request.user, now=now)], now)
    except (AlreadyClaimed, AlreadyResolved):
        _say_who_was_quicker(request, wanted)
    return redirect("team:flag", pk=pk)


@answers_a_form(_its_flag)
def take_over(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    wanted, now = pages.flag_of(request, pk), timezone.now()
    whose = request.POST.get("whose", "")[:KEY_MAX]
    try:
        seen = int(whose) if whose.isdecimal() else 0
        undo.offer(request, [wanted.take_over(by=request.user, whose=seen, now=now)], now)
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
            resolved = answered.resolve(by=request.user, now=now, **form.what_came)
        except AlreadyResolved:
            messages.warning(request, who_was_quicker(answered))
        except NewerReport:
            messages.warning(
                request, _("Another report came in while you were writing. Please read it, then save again.")
            )
            form = form.with_seen(answered.reports)
        else:
            notes.read_all(form.ticked_notes, by=request.user, now=now)
            undo.offer(request, [resolved], now)
            messages.success(
                request,
                _("Resolved: %(patient)s. %(outcome)s.")
                % {"patient": answered.patient, "outcome": answered.get_outcome_display()},
            )
            return redirect("team:board")
    pages.keep_look(request, answered.patient, AccessEvent.What.FLAG)
    return pages.flag_page(request, answered, outcome=form)


@answers_a_form(_its_chart)
@transaction.atomic
def set_limit(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    now = timezone.now()
    shown = patient_for_chart(request.user, pk, now)
    rules = current_rules().limits
    in_force = agreements.limits_in_force(shown, request.user, now, rules)
    form = agreements.limit_form(shown, now, rules, in_force, request.POST)
    if form.is_valid():
        before = form.now.get(form.cleaned_data["name"])
        limit = PatientLimit.of(shown, by=request.user, now=now, **form.what_is_set)
        messages.success(request, agreements.set_in_words(rules[limit.name], limit, before))
        return redirect(pages.chart_of(shown, "limits"))
    pages.keep_look(request, shown, AccessEvent.What.CHART)
    return chart_page(request, shown, now, limit=form)


@answers_a_form(_limits)
def end_limit(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    limit = _limit_of(request, pk)
    _end(request, limit)
    return redirect(pages.chart_of(limit.patient, "limits"))


def _carer_of(request: CareTeamRequest, pk: UUID) -> Carer:
    """Where the user is a nurse or the lead; 404 for another team's, and for its doctors."""
    known = Carer.objects.select_related("patient")
    return get_object_or_404(rights.worked_on_by(known, request.user, roles=rights.RECORD_KEEPERS), pk=pk)


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
    return redirect(pages.way_back(request) or pages.chart_of(found.patient, "mutes"))


@require_safe
@care_team_required
@transaction.atomic
def notes_to_read(request: CareTeamRequest) -> HttpResponse:
    now = timezone.now()
    show = request.GET.get("show", "")
    wanted = notes.chosen(notes.unread(request.user), request.user, show)
    found = Paginator(notes.with_reports(wanted), NOTES_A_PAGE)
    shown = found.get_page(request.GET.get("page"))
    rows = notes.rows(shown, now)
    pages.keep_looks(request, {row.note.patient for row in rows}, AccessEvent.What.NOTE)
    written = thread.to_read(request.user, now)
    pages.keep_looks(request, {row.message.patient for row in written.rows}, AccessEvent.What.MESSAGE)
    return pages.page(
        request,
        "notes",
        now,
        page=shown,
        rows=rows,
        show=show,
        choices=notes.choices(request.user),
        messages_to_read=written,
    )


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
    if request.POST.get("then") == "call":
        return redirect("team:call", pk=note.patient_id)
    return redirect(pages.way_back(request) or "team:notes")


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
def read_notes(request: CareTeamRequest) -> HttpResponse:
    """Those that are ticked. What a colleague was quicker to read is no matter: it has been read."""
    if request.method == "POST":
        count = notes.read_several(request.POST.getlist("notes"), by=request.user, now=timezone.now())
        words = ngettext("Read: %(count)d note.", "Read: %(count)d notes.", count)
        messages.success(request, words % {"count": count})
    return redirect(pages.way_back(request) or "team:notes")


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
@recently_proved()
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
