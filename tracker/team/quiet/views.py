"""The list of silent patients, and calling one: fetch, bind, act, answer. Every look is kept."""

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import AccessEvent
from tracker.models import (
    AlreadyClaimed,
    AlreadyResolved,
    Call,
    CheckIn,
    Flag,
    NewerReport,
    Patient,
    Taken,
)
from tracker.models.flags import State
from tracker.team import pages, told
from tracker.team.access import CareTeamRequest, answers_a_form, care_team_required
from tracker.team.flag import who_was_quicker
from tracker.team.quiet import calling
from tracker.team.quiet.forms import CallForm
from tracker.team.quiet.rows import rows, with_carers, with_what_is_shown
from tracker.team.quiet.silent import in_order, silent, to_call
from tracker.team.treatment import away_in_words, in_words

A_PAGE = 50
CALLS_SHOWN = 10


@require_safe
@care_team_required
@transaction.atomic
def index(request: CareTeamRequest) -> HttpResponse:
    now = timezone.now()
    found = Paginator(in_order(silent(request.user, now), request.user, now), A_PAGE)
    page = found.get_page(request.GET.get("page"))
    shown = rows(with_what_is_shown(page.object_list), request.user, now)
    pages.keep_looks(request, [row.patient for row in shown], AccessEvent.What.SILENCE)
    return pages.page(
        request,
        "quiet/index",
        now,
        page=page,
        silent_patients=to_call(request.user, now).count(),
        waiting=[row for row in shown if not row.patient.rests],
        resting=[row for row in shown if row.patient.rests],
    )


def _call_page(request: CareTeamRequest, pk: UUID) -> str:
    return reverse("team:call", args=[pages.patient_of(request, pk).pk])


@answers_a_form(_call_page)
def begin(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    patient = pages.patient_of(request, pk)
    try:
        calling.begin(patient, by=request.user, now=timezone.now())
    except Taken as quicker:
        messages.warning(request, call_in_words(quicker.call))
    except (AlreadyClaimed, AlreadyResolved) as quicker:
        messages.warning(request, who_was_quicker(quicker.flag))
    return redirect("team:call", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
def call(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    """What a nurse wants to know before they ring, and what came of it. What was typed is never lost."""
    now = timezone.now()
    patient = pages.patient_of(request, pk)
    flag = patient.flags.unresolved().select_related("owner").first()
    mine = flag if flag and flag.owner in (None, request.user) else None
    form = _form(request, patient, mine, now)
    if form.is_valid():
        try:
            kept = calling.end(
                patient,
                by=request.user,
                now=now,
                told=form.cleaned_data,
                flag=mine if form.cleaned_data.get("resolve") else None,
            )
        except Taken as quicker:
            messages.warning(
                request, call_in_words(quicker.call) + " " + _("Read it, then save yours again.")
            )
            form = _seen_again(form, patient, mine, now)
        except (AlreadyResolved, NewerReport):
            messages.warning(request, _("The flag has changed. Read it, then save again."))
            form = _seen_again(form, patient, mine, now)
        else:
            messages.success(request, f"{patient}: {call_in_words(kept)}")
            if "resolve" in request.POST and flag and flag != mine:
                messages.warning(request, _("The flag stays open.") + " " + who_was_quicker(flag))
            return _after(kept, request)
    with transaction.atomic():
        pages.keep_look(request, patient, AccessEvent.What.SILENCE)
    return _page(request, patient, flag, form, now)


def _form(request: CareTeamRequest, patient: Patient, flag: Flag | None, now: dt.datetime) -> CallForm:
    if request.method == "POST":
        return CallForm(request.POST, patient=patient, now=now, flag=flag)
    latest = Call.latest(patient.pk)
    seen = {"seen": latest.pk if latest else None, "reports": flag.reports if flag else None}
    return CallForm(initial=seen, patient=patient, now=now, flag=flag)


def _seen_again(form: CallForm, patient: Patient, flag: Flag | None, now: dt.datetime) -> CallForm:
    """The same answers on a page that shows what has come since."""
    if flag:
        flag.refresh_from_db()
    latest = Call.latest(patient.pk)
    data = {
        **form.data.dict(),  # type: ignore[attr-defined]  # of a request
        "seen": str(latest.pk) if latest else "",
        "reports": str(flag.reports) if flag else "",
    }
    return CallForm(data, patient=patient, now=now, flag=flag if flag and flag.is_unresolved else None)


def _after(kept: Call, request: CareTeamRequest) -> HttpResponse:
    """On to the report of somebody unwell, or to a flag that waits for its outcome; else to the list."""
    if kept.outcome == Call.Outcome.UNWELL:
        return redirect("team:by_phone", pk=kept.patient_id)
    flag = kept.flag
    if flag:
        flag.refresh_from_db()
        if flag.state == State.ACKNOWLEDGED and flag.owner == request.user:
            messages.info(request, _("The flag is still yours. It stays open until you write its outcome."))
            return redirect("team:flag", pk=flag.pk)
    return redirect("team:silence")


def _page(
    request: CareTeamRequest, patient: Patient, flag: Flag | None, form: CallForm, now: dt.datetime
) -> HttpResponse:
    with_carers([patient], request.user, now)
    calls = Call.objects.visible_to(request.user).filter(patient=patient).select_related("by")
    shown = list(calls.newest_first()[:CALLS_SHOWN])
    reports = CheckIn.objects.visible_to(request.user).filter(patient=patient).of_days().current()
    last = reports.select_related("patient__team", "reported_by").order_by("-day", "-received_at").first()
    return pages.page(
        request,
        "quiet/call",
        now,
        patient=patient,
        flag=flag,
        form=form,
        calls=[each for each in shown if each.outcome != Call.Outcome.CALLING],
        calling=next((each for each in shown[:1] if each.holds(now)), None),
        last=last,
        said=told.in_short(last) if last else "",
        treatment=in_words(patient.courses.all(), patient.today(now)),
        away=away_in_words(patient, patient.today(now)),
    )


def call_in_words(call: Call) -> str:
    """“Amira Nasser is calling since 10:05.”, “Amira Nasser called at 10:05: no answer.”"""
    at = localtime(call.at)
    said = {"who": call.by, "time": time_format(at, "H:i"), "what": call.get_outcome_display().lower()}
    if call.outcome == Call.Outcome.CALLING:
        return _("%(who)s has been calling since %(time)s.") % said
    words = _("%(who)s called at %(time)s: %(what)s.") % said
    if call.until:
        words += " " + _("Nothing is expected until %(day)s.") % {"day": date_format(call.until, "j F")}
    return words
