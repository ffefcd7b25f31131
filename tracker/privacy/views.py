"""Search, take along, review, and watch: every page here is itself on the record of looks."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import AccessEvent, AuditAnchor
from accounts.recent import recently_proved
from config import searches
from tracker.models import EmergencyAccess, LookReview, Patient
from tracker.privacy import search, unusual
from tracker.privacy.access import OfficerRequest, keep_reviewed, officer_required
from tracker.privacy.forms import LooksForm, PeriodForm
from tracker.team.emergencies.forms import ReviewForm, WhoForm

LOOKS_A_PAGE = 50
UNUSUAL_A_PAGE = 50


def page(request: OfficerRequest, template: str, now: dt.datetime, **context: Any) -> HttpResponse:
    context |= {"now": now, "zone": timezone.get_current_timezone_name()}
    return render(request, f"tracker/privacy/{template}.html", context)


@require_safe
@officer_required
@transaction.atomic
def looks(request: OfficerRequest) -> HttpResponse:
    now = timezone.now()
    form = LooksForm(_looks_asked(request), today=timezone.localdate(now))
    events = search.looks(form.cleaned_data) if form.is_valid() else AccessEvent.objects.none()
    shown = Paginator(events, LOOKS_A_PAGE).get_page(request.GET.get("page"))
    patients = search.patients_in(shown)
    keep_reviewed(request, patients.values(), now)
    rows = [(each, patients.get(each.patient_id) if each.patient_id else None) for each in shown]
    return page(
        request,
        "looks",
        now,
        part="looks",
        form=form,
        page=shown,
        rows=rows,
        asked=_asked(request),
        too_many=shown.paginator.count > search.EXPORTED_MAX,
        anchor=AuditAnchor.objects.first(),
    )


@require_POST
@officer_required
def find(request: OfficerRequest) -> HttpResponse:
    return searches.to_results("privacy:looks", request.POST, LooksForm.NAMES, request.user.pk)


@require_safe
@officer_required
@recently_proved()
@transaction.atomic
def looks_csv(request: OfficerRequest) -> HttpResponse:
    now = timezone.now()
    form = LooksForm(_looks_asked(request), today=timezone.localdate(now))
    if not form.is_valid():
        raise Http404
    events = list(search.looks(form.cleaned_data)[: search.EXPORTED_MAX + 1])
    if len(events) > search.EXPORTED_MAX:
        raise Http404
    patients = search.patients_in(events)
    keep_reviewed(request, patients.values(), now)
    told = form.cleaned_data
    name = f"looks-{told['since']}-{told['until']}.csv"
    return HttpResponse(
        search.as_csv(events, patients),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
@officer_required
@transaction.atomic
def review(request: OfficerRequest) -> HttpResponse:
    """What waits for an officer: emergencies first, then days that are unusual."""
    now = timezone.now()
    form = PeriodForm(request.GET, today=timezone.localdate(now))
    told = form.cleaned_data if form.is_valid() else None
    found = unusual.unusual(told["since"], told["until"]) if told else []
    everything = request.GET.get("reviewed") == "on"
    wanted = unusual.folded(each for each in found if everything or each.review is None)
    shown = Paginator(wanted, UNUSUAL_A_PAGE).get_page(request.GET.get("page"))
    waiting = list(EmergencyAccess.objects.to_review().select_related("patient", "user", "team"))
    named = [each.patient for each in shown if isinstance(each, unusual.Unusual)]
    keep_reviewed(request, named + [each.patient for each in waiting], now)
    return page(
        request,
        "review",
        now,
        part="review",
        form=form,
        page=shown,
        everything=everything,
        asked=_asked(request),
        reviewed=sum(each.review is not None for each in found),
        emergencies=[(each, each.review_due_at <= now) for each in reversed(waiting)],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required
@transaction.atomic
def review_day(request: OfficerRequest, actor: int, patient: UUID, day: str) -> HttpResponse:
    """One day of one person and one patient: what was opened, and what officers found."""
    now = timezone.now()
    group = next(iter(_of_day(day, Q(actor=actor, patient_id=patient))), None)
    if group is None:
        raise Http404
    may_review = group.actor != request.user and group.review is None
    form = ReviewForm(request.POST if request.method == "POST" and may_review else None)
    if _is_kept(request, form, [group], now):
        return redirect("privacy:review")
    keep_reviewed(request, [group.patient], now)
    zone = group.patient.team.zone
    with timezone.override(zone):
        start = dt.datetime.combine(group.key.day, dt.time.min, zone)
        events = AccessEvent.objects.filter(actor=actor, patient_id=patient, at__gte=start)
        return page(
            request,
            "day",
            now,
            part="review",
            group=group,
            events=events.filter(at__lt=start + dt.timedelta(days=1)).order_by("at", "pk"),
            reviews=LookReview.objects.filter(actor=actor, patient=patient, day=group.key.day).select_related(
                "by"
            ),
            form=form if may_review else None,
        )


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required
@transaction.atomic
def review_hours(request: OfficerRequest, actor: int, day: str) -> HttpResponse:
    """One person's day on which only the hour is unusual, with all patients of it: one answer for all."""
    now = timezone.now()
    late = [each for each in _of_day(day, Q(actor=actor)) if each.is_only_late]
    if not late:
        raise Http404
    shift = unusual.OutOfHours(late)
    may_review = shift.actor != request.user
    form = ReviewForm(request.POST if request.method == "POST" and may_review else None)
    if _is_kept(request, form, shift.groups, now):
        return redirect("privacy:review")
    keep_reviewed(request, shift.patients, now)
    with timezone.override(shift.patients[0].team.zone):
        return page(request, "hours", now, part="review", shift=shift, form=form if may_review else None)


def _is_kept(
    request: OfficerRequest, form: ReviewForm, groups: list[unusual.Unusual], now: dt.datetime
) -> bool:
    """Whether what the officer found is written down for each. Not where more was opened while they wrote."""
    if not form.is_valid():
        return False
    if request.POST.get("up_to") != str(max(each.up_to for each in groups)):
        form.add_error(None, _("They have opened more meanwhile. Look at it, then mark it once more."))
        return False
    LookReview.objects.bulk_create(
        LookReview(
            actor=each.actor,
            patient=each.patient,
            day=each.key.day,
            up_to=each.up_to,
            by=request.user,
            at=now,
            note=form.cleaned_data["note"],
        )
        for each in groups
    )
    messages.success(request, _("Kept: you have looked into it."))
    return True


def _of_day(day: str, only: Q) -> list[unusual.Unusual]:
    """What is unusual on a day of the teams' calendars. 404 where it is no day that a look can be of."""
    try:
        of = parse_date(day)
    except ValueError:
        of = None
    if of is None or not search.EARLIEST <= of <= search.LATEST:
        raise Http404
    a_day = dt.timedelta(days=1)  # the team's day may begin on another one of the page's
    return [each for each in unusual.unusual(of - a_day, of + a_day, only=only) if each.key.day == of]


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required
@transaction.atomic
def watched(request: OfficerRequest) -> HttpResponse:
    """Patients every look at whom comes to be reviewed: somebody whom many know, a colleague, their child."""
    now = timezone.now()
    form = WhoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        found = form.found()
        if len(found) == 1:
            _watch(request, found[0], now, is_vip=True)
            return redirect("privacy:watched")
        form.refuse(found)
    patients = list(Patient.objects.filter(is_vip=True).select_related("team").order_by("name", "pk"))
    keep_reviewed(request, patients, now)
    return page(request, "watched", now, part="watched", form=form, patients=patients)


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required
@transaction.atomic
def unwatch(request: OfficerRequest, pk: UUID) -> HttpResponse:
    patient = get_object_or_404(Patient.objects.filter(is_vip=True), pk=pk)
    if request.method == "POST":
        _watch(request, patient, timezone.now(), is_vip=False)
    return redirect("privacy:watched")


def _watch(request: OfficerRequest, patient: Patient, now: dt.datetime, *, is_vip: bool) -> None:
    patient.is_vip = is_vip
    patient.save(update_fields=["is_vip"])
    kept = AccessEvent.What.WATCH if is_vip else AccessEvent.What.UNWATCH
    keep_reviewed(request, [patient], now, kept)
    words = (
        _("Looks at %(name)s are watched.") if is_vip else _("Looks at %(name)s are not watched any more.")
    )
    messages.success(request, words % {"name": patient})


def _looks_asked(request: OfficerRequest) -> QueryDict:
    return searches.asked(request.GET, LooksForm.NAMES, request.user.pk)


def _asked(request: OfficerRequest) -> str:
    """The same question in an address, without its page."""
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()
