"""The list of patients, and the record of one: enrolled, looked at, changed. Every look is kept."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.forms import BaseForm, BaseFormSet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import AccessEvent, CareTeam
from config import searches
from tracker import moving
from tracker.models import Transfer
from tracker.team import pages
from tracker.team.access import CareTeamRequest, care_team_required
from tracker.team.people import enrolling, lists, record
from tracker.team.people.access import LOOK, keep_looks_at_asked, kept_record, sent, teams_kept_by
from tracker.team.people.forms import PersonForm
from tracker.team.people.plan_forms import FirstCourses

PATIENTS_A_PAGE = 50


@require_safe
@care_team_required
@transaction.atomic
def patients(request: CareTeamRequest) -> HttpResponse:
    """A list that shows patients is a look at each of them."""
    now = timezone.now()
    asked = lists.Asked.of(request.GET, request.user)
    found = Paginator(lists.patients(request.user, asked, now), PATIENTS_A_PAGE)
    page = found.get_page(request.GET.get("page"))
    lines = [lists.line(each, now) for each in page]
    pages.keep_looks(request, [each.patient for each in lines], AccessEvent.What.LIST)
    asked_for = list(Transfer.objects.for_leads(request.user).select_related("patient", "team"))
    keep_looks_at_asked(request, asked_for)
    return pages.page(
        request,
        "patients",
        now,
        page=page,
        lines=lines,
        asked=asked,
        states=lists.STATES,
        drugs=lists.drugs(request.user),
        may_enrol=bool(teams_kept_by(request.user)),
        several_teams=len(request.user.memberships.all()) > 1,
        transfers=asked_for,
    )


@require_POST
@care_team_required
def find(request: CareTeamRequest) -> HttpResponse:
    return searches.to_results("team:patients", request.POST, lists.NAMES, request.user.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
@transaction.atomic
def enrol(request: CareTeamRequest) -> HttpResponse:
    now = timezone.now()
    teams = teams_kept_by(request.user)
    if not teams:
        raise Http404
    today = now.astimezone(teams[0].zone).date()
    told = sent(request)
    if told is not None:  # of a button that was pressed twice, the second press finds the patient there
        list(CareTeam.objects.select_for_update(no_key=True).filter(pk__in=[team.pk for team in teams]))
    form = PersonForm(told, by=request.user, teams=teams, today=today)
    courses = FirstCourses(told, prefix="courses", form_kwargs={"today": today})
    if told is not None and _are_valid(form, courses):
        chosen = [each.cleaned_data for each in courses if each.cleaned_data.get("drug")]
        team = form.chosen_team
        assert team is not None  # noqa: S101 -- a valid form has one
        try:
            with transaction.atomic():
                patient = enrolling.enrol(form, chosen, team=team, by=request.user, now=now)
        except IntegrityError:
            form.add_error(None, _somebody_was_quicker())
        else:
            messages.success(request, _("%(name)s is enrolled.") % {"name": patient})
            return redirect("team:invite", pk=patient.pk)
    pages.keep_looks(request, set(form.twins), LOOK)
    return pages.page(request, "people/enrol", now, form=form, courses=courses, forms=[form, *courses])


def _are_valid(form: PersonForm, courses: BaseFormSet) -> bool:
    """Both are looked at, so that everything that is wrong is said at once."""
    is_valid = form.is_valid()
    born = form.cleaned_data.get("born_on")
    if courses.is_valid() and born:
        for each in courses:
            each.refuse_before_birth(born)
    return is_valid and courses.is_valid() and not _have_errors(courses)


def _have_errors(forms: Iterable[BaseForm]) -> bool:
    return any(each.errors for each in forms)


def _somebody_was_quicker() -> str:
    return _("A colleague has just saved somebody with this hospital number or address. Look at the list.")


@require_safe
@care_team_required
@transaction.atomic
def show_record(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    now = timezone.now()
    patient = pages.patient_of(request, pk)
    pages.keep_look(request, patient, LOOK)
    return pages.page(request, "people/record", now, **record.context(patient, request.user, now))


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
@transaction.atomic
def edit(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    now = timezone.now()
    patient = kept_record(request, pk)
    told = sent(request)
    if told is not None:
        moving.locked(patient.pk)  # of two who save at once, the second one is told
    form = PersonForm(told, instance=patient, by=request.user, teams=[patient.team], today=patient.today(now))
    if form.is_valid():
        try:
            with transaction.atomic():
                enrolling.change(form, by=request.user, now=now)
        except IntegrityError:
            form.add_error(None, _somebody_was_quicker())
        else:
            messages.success(request, _("Saved."))
            return redirect("team:record", pk=patient.pk)
    who = kept_record(request, pk)  # as it is kept, not as it was typed
    pages.keep_looks(request, {who, *form.twins}, LOOK)
    return pages.page(request, "people/edit", now, form=form, forms=[form], patient=who)
