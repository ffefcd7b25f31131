"""Officers' pages on what is kept: requests to erase, holds, closed records, copies, and teams' schedules.

An officer sees how much there is of each kind and not what it says, but for a copy that a patient asked for.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import AccessEvent, CareTeam
from accounts.recent import recently_proved
from config.database.asking import Opening, opened, while_opened
from tracker.alerts import canary
from tracker.exchange import diary_json
from tracker.models import ErasureRequest, LegalHold, Patient, Restriction, RetentionRule
from tracker.privacy import record_forms as forms
from tracker.privacy.access import OfficerRequest, keep_reviewed, officer_required
from tracker.retention import erasing, restricting
from tracker.retention.deleting import Held
from tracker.retention.kinds import Kind, kind_of, kinds
from tracker.retention.schedule import SHORTER_AFTER, Periods, keep_for
from tracker.team.emergencies.forms import WhoForm

What = AccessEvent.What
A_PAGE = 50
DELETIONS_SHOWN = 50

type View = Callable[..., HttpResponse]


def _page(request: OfficerRequest, template: str, now: dt.datetime, **context: Any) -> HttpResponse:
    context |= {"now": now, "zone": timezone.get_current_timezone_name()}
    return render(request, f"tracker/privacy/{template}.html", context)


def _keep(request: OfficerRequest, seen: list[Patient], now: dt.datetime) -> None:
    keep_reviewed(request, seen, now, What.PRIVACY if seen else What.REVIEW)


def _theirs(request: OfficerRequest, pk: UUID) -> Patient:
    """Anybody's but one's own: another officer sees to that."""
    others = Patient.objects.exclude(user=request.user).select_related("team", "user")
    return get_object_or_404(others, pk=pk)


# --- Of whom something is asked, held or closed ------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required
@opened(Opening.RECORDS)
@transaction.atomic
def requests(request: OfficerRequest) -> HttpResponse:
    """What waits for an answer, whose record is held or closed, and the way to any other patient's."""
    now = timezone.now()
    form = WhoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        found = [each for each in form.found() if each.user_id != request.user.pk]
        if len(found) == 1:
            return redirect("privacy:record", pk=found[0].pk)
        form.refuse(found)
    others: dict[str, Any] = {"patient__user": request.user}
    asked = list(_with_patient(ErasureRequest.objects.waiting().exclude(**others)))
    unfinished = list(_with_patient(ErasureRequest.objects.to_carry_out().exclude(**others)))
    holds = _with_patient(LegalHold.objects.in_force(now).exclude(**others)).order_by("-at", "pk")
    held = Paginator(holds, A_PAGE).get_page(request.GET.get("holds"))
    closed = _with_patient(Restriction.objects.in_force().exclude(**others)).order_by("-at", "pk")
    shown = Paginator(closed, A_PAGE).get_page(request.GET.get("page"))
    _keep(request, [each.patient for each in [*asked, *unfinished, *held, *shown]], now)
    return _page(
        request,
        "requests",
        now,
        part="requests",
        form=form,
        waiting=[(each, each.is_overdue(now)) for each in asked],
        unfinished=unfinished,
        held=held,
        page=shown,
    )


def _with_patient(rows: Any) -> Any:
    return rows.select_related("patient", "team")


# --- One patient --------------------------------------------------------------------------------------------


@require_safe
@officer_required
@opened(Opening.RECORDS)
@transaction.atomic
def record(request: OfficerRequest, pk: UUID) -> HttpResponse:
    return _record(request, _theirs(request, pk), timezone.now())


def _record(request: OfficerRequest, patient: Patient, now: dt.datetime, **bound: Any) -> HttpResponse:
    """`bound` is the form that was sent and not accepted, by its name."""
    fates = erasing.fates(patient, now)
    asked = list(patient.erasure_requests.select_related("asked_by", "decided_by"))
    waits = next((each for each in asked if each.is_waiting), None)
    held = list(patient.legal_holds.select_related("by", "ended_by"))
    in_force = {*LegalHold.objects.in_force(now).filter(patient=patient).values_list("pk", flat=True)}
    is_closed = patient.restricted_at is not None
    shown: dict[str, Any] = {
        "hold": forms.HoldForm(today=patient.today(now)),
        "end": forms.EndHoldForm(),
        "lift": forms.LiftForm(),
        "ask": forms.AskForm(),
        "decide": forms.DecideForm(fates=fates, is_closed=is_closed),
        **bound,
    }
    keep_reviewed(request, [patient], now, What.PRIVACY)
    deletions = patient.deletions.order_by("-at", "-pk")[:DELETIONS_SHOWN]
    with timezone.override(patient.team.zone):
        return _page(
            request,
            "record",
            now,
            patient=patient,
            fates=fates,
            asked=[(each, [erasing.label_of(code) for code in each.erase]) for each in asked],
            waits=waits,
            holds=[(each, each.pk in in_force) for each in held],
            is_held=bool(in_force),
            restrictions=patient.restrictions.select_related("by", "lifted_by"),
            waiting=[forms.WAITS[each] for each in restricting.waiting(patient)],
            deletions=[(each, erasing.label_of(each.kind)) for each in deletions],
            forms=shown,
        )


def _acts(view: View) -> View:
    """One form of the page of a patient. Who asks for its address is led back to the page."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @officer_required
    @opened(Opening.RECORDS)
    def led(request: OfficerRequest, pk: UUID) -> HttpResponse:
        patient = _theirs(request, pk)
        if request.method != "POST":
            return redirect("privacy:record", pk=pk)
        return view(request, patient)

    return led


def _done(request: HttpRequest, patient: Patient, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("privacy:record", pk=patient.pk)


@_acts
@transaction.atomic
def hold(request: OfficerRequest, patient: Patient) -> HttpResponse:
    now = timezone.now()
    form = forms.HoldForm(request.POST, today=patient.today(now))
    if not form.is_valid():
        return _record(request, patient, now, hold=form)
    told = form.cleaned_data
    keep_reviewed(request, [patient], now, What.PRIVACY)
    LegalHold.place(patient, reason=told["reason"], until=told["until"], by=request.user, now=now)
    return _done(request, patient, _("From now on nothing of this patient’s is deleted."))


@_acts
@recently_proved()
@transaction.atomic
def end_holds(request: OfficerRequest, patient: Patient) -> HttpResponse:
    """All that are in force: what may be deleted again is the patient's whole record."""
    now = timezone.now()
    form = forms.EndHoldForm(request.POST)
    if not form.is_valid():
        return _record(request, patient, now, end=form)
    keep_reviewed(request, [patient], now, What.PRIVACY)
    for each in LegalHold.objects.in_force(now).filter(patient=patient):
        each.end(reason=form.cleaned_data["reason"], by=request.user, now=now)
    return _done(request, patient, _("The hold is ended. The schedule goes on."))


@_acts
@transaction.atomic
def ask(request: OfficerRequest, patient: Patient) -> HttpResponse:
    now = timezone.now()
    form = forms.AskForm(request.POST)
    if not form.is_valid():
        return _record(request, patient, now, ask=form)
    keep_reviewed(request, [patient], now, What.PRIVACY)
    told = form.cleaned_data
    if erasing.ask(patient, wish=told["wish"], reason=told["reason"], by=request.user, now=now):
        return _done(request, patient, _("Kept. It waits for an answer."))
    messages.warning(request, _("Another request waits already, and this one was not kept."))
    return redirect("privacy:record", pk=patient.pk)


@_acts
@recently_proved()
@transaction.atomic
def decide(request: OfficerRequest, patient: Patient) -> HttpResponse:
    now = timezone.now()
    waits = patient.erasure_requests.waiting().first()
    if waits is None or str(waits.pk) != request.POST.get("request"):  # another one than was read
        return _done(request, patient, _("It was answered, or taken back, meanwhile."))
    form = forms.DecideForm(
        request.POST, fates=erasing.fates(patient, now), is_closed=patient.restricted_at is not None
    )
    if form.is_valid() and _decided(request, waits, form, now):
        keep_reviewed(request, [patient], now, What.PRIVACY)
        return _done(request, patient, _("Answered. What is to be erased goes within a minute."))
    return _record(request, patient, now, decide=form)


def _decided(
    request: OfficerRequest, waits: ErasureRequest, form: forms.DecideForm, now: dt.datetime
) -> bool:
    told = form.cleaned_data
    try:
        with transaction.atomic():
            erasing.decide(
                waits.pk,
                erase=told.get("erase", []),
                restrict=told.get("restrict", False),
                answer=told["answer"],
                by=request.user,
                now=now,
            )
    except Held:
        form.add_error(None, forms.HELD)
    except restricting.StillWaiting as error:
        for each in error.what:
            form.add_error(None, forms.WAITS[each])
    except erasing.AlreadyDecided:
        form.add_error(None, _("It was answered, or taken back, meanwhile."))
    return not form.errors


@_acts
@recently_proved()
@transaction.atomic
def lift(request: OfficerRequest, patient: Patient) -> HttpResponse:
    now = timezone.now()
    form = forms.LiftForm(request.POST)
    if not form.is_valid():
        return _record(request, patient, now, lift=form)
    keep_reviewed(request, [patient], now, What.PRIVACY)
    restricting.lift(patient.pk, reason=form.cleaned_data["reason"], by=request.user, now=now)
    return _done(
        request, patient, _("The team sees the record again. To be watched, the patient has to come back.")
    )


@officer_required
@opened(Opening.RECORDS)
@require_POST
@recently_proved()
def export(request: OfficerRequest, pk: UUID) -> StreamingHttpResponse:
    """The patient's own file, for a request that came by letter; the look is kept before it is made."""
    now = timezone.now()
    patient = _theirs(request, pk)
    keep_reviewed(request, [patient], now, What.DOWNLOAD)
    name = f"sidelight-diary-{patient.today(now).isoformat()}.json"
    return StreamingHttpResponse(
        while_opened(Opening.RECORDS, diary_json.written(patient, now)),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


# --- How long -----------------------------------------------------------------------------------------------


def in_words(months: int | None) -> str:
    """“30 years”, “1 year and 6 months”, “for good”."""
    if months is None:
        return _("for good")
    years, rest = divmod(months, 12)
    parts = []
    if years or not rest:
        parts.append(ngettext("%(number)s year", "%(number)s years", years) % {"number": years})
    if rest:
        parts.append(ngettext("%(number)s month", "%(number)s months", rest) % {"number": rest})
    both = _("%(years)s and %(months)s")
    return both % {"years": parts[0], "months": parts[1]} if len(parts) == 2 else parts[0]


@require_safe
@officer_required
@opened(Opening.RECORDS)
def schedule(request: OfficerRequest) -> HttpResponse:
    """Every team's periods, without the invented one of the canary. It is about no patient."""
    now = timezone.now()
    periods = Periods.at(now)
    real = CareTeam.objects.exclude(patients__user__email=canary.EMAIL).order_by("name")
    teams = [(team, [_line(team, kind, periods) for kind in kinds()]) for team in real]
    return _page(request, "schedule", now, part="schedule", teams=teams)


def _line(team: CareTeam, kind: Kind, periods: Periods) -> dict[str, Any]:
    coming = periods.coming.get((team.pk, kind.code))
    return {
        "kind": kind,
        "period": in_words(periods.months(team.pk, kind)),
        "rule": periods.rules.get((team.pk, kind.code)),
        "coming": coming,
        "then": in_words(coming.months) if coming else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required
@opened(Opening.RECORDS)
@recently_proved()
@transaction.atomic
def period(request: OfficerRequest, team: int, kind: str) -> HttpResponse:
    now = timezone.now()
    whose = get_object_or_404(CareTeam, pk=team)
    if kind not in {each.code for each in kinds()}:
        raise Http404
    what, periods = kind_of(kind), Periods.at(now)
    months = periods.months(whose.pk, what)
    begin = {"for_good": months is None, "years": (months or 0) // 12, "months": (months or 0) % 12}
    form = forms.PeriodForm(request.POST if request.method == "POST" else None, initial=begin)
    if form.is_valid():
        rule = keep_for(whose, what, form.total, reason=form.cleaned_data["reason"], by=request.user, now=now)
        held = rule.holds_from > now
        day = timezone.localtime(rule.holds_from).date()
        later = _("Kept. It is shorter, and so holds from %(day)s on.")
        words = later if held else _("Kept. It holds from now on.")
        messages.success(request, words % {"day": day.isoformat()})
        return redirect("privacy:schedule")
    return _page(
        request,
        "period",
        now,
        form=form,
        team=whose,
        kind=what,
        period=in_words(months),
        suggested=in_words(what.months),
        rules=[(each, in_words(each.months)) for each in _rules(whose, kind)],
        days=SHORTER_AFTER.days,
    )


def _rules(team: CareTeam, kind: str) -> QuerySet[RetentionRule]:
    """Newest first."""
    return team.retention_rules.filter(kind=kind).select_related("set_by").order_by("-set_at", "-pk")
