"""The page of figures, and each of them as a file."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import AccessEvent, CareTeam
from accounts.recent import recently_proved
from education.models import Drug
from tracker.models import Course
from tracker.team import pages
from tracker.team.access import CareTeamRequest, care_team_required, of_teams_of, patients_of
from tracker.team.cohort.cohort import Cohort
from tracker.team.cohort.exports import as_csv, as_png
from tracker.team.cohort.forms import CohortForm
from tracker.team.cohort.pictures import FIGURES, figure

LATE_SHOWN = 50
PICTURES = {"svg": "image/svg+xml", "png": "image/png"}


@require_safe
@care_team_required
@transaction.atomic
def cohort(request: CareTeamRequest) -> HttpResponse:
    """Figures name nobody; the list of late answers is a look at each patient on it."""
    now = timezone.now()
    form = _form(request, now)
    if form is None or not form.is_valid():
        return pages.page(request, "cohort/page", now, form=form)
    asked = _asked(request, form, now)
    shown = asked.answers.late[:LATE_SHOWN] if asked.stretches else []
    pages.keep_looks(request, {each.flag.patient for each in shown}, AccessEvent.What.REPORT)
    figures = [figure(asked, name) for name in FIGURES if name != "late"] if asked.stretches else []
    return pages.page(
        request,
        "cohort/page",
        now,
        form=form,
        cohort=asked,
        figures=figures,
        late=figure(asked, "late") if asked.stretches else None,
        late_shown=shown,
        late_left_out=len(asked.answers.late) - len(shown) if asked.stretches else 0,
        asked_for=_as_asked(form),
    )


@require_safe
@care_team_required
@recently_proved()
@transaction.atomic
def cohort_file(request: CareTeamRequest, name: str, kind: str) -> HttpResponse:
    """To take along: an access event for everybody who counts in it."""
    now = timezone.now()
    form = _form(request, now)
    if form is None or not form.is_valid() or name not in FIGURES:
        raise Http404
    asked = _asked(request, form, now)
    made = figure(asked, name)
    if kind == "csv":
        content: str | bytes = as_csv(made)
        kind_of_content = "text/csv; charset=utf-8"
    elif made.slide is None:
        raise Http404
    else:
        content = as_png(made.slide) if kind == "png" else str(made.slide)
        kind_of_content = PICTURES[kind]
    named = {each.flag.patient_id for each in asked.answers.late} if name == "late" else asked.patients
    _keep_export(request, named)
    file = f"{name}-{asked.drug.code}-{asked.since}-{asked.until}.{kind}"
    return HttpResponse(
        content,
        content_type=kind_of_content,
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )


def _form(request: CareTeamRequest, now: dt.datetime) -> CohortForm | None:
    """None where no patient of the user's teams is on any drug."""
    teams = CareTeam.objects.filter(pk__in=[each.team_id for each in request.user.memberships.all()])
    on = of_teams_of(Course.objects.all(), request.user)
    drugs = Drug.objects.filter(pk__in=on.values("drug")).order_by("name")
    most = on.values("drug__code").annotate(times=Count("pk")).order_by("-times", "drug__code").first()
    if most is None:
        return None
    yesterday = timezone.localdate(now) - dt.timedelta(days=1)
    return CohortForm(
        request.GET, teams=teams.order_by("name"), drugs=drugs, drug=most["drug__code"], yesterday=yesterday
    )


def _asked(request: CareTeamRequest, form: CohortForm, now: dt.datetime) -> Cohort:
    return Cohort(user=request.user, now=now, **form.cleaned_data)


def _as_asked(form: CohortForm) -> str:
    """The same question in the address of a file."""
    query = QueryDict(mutable=True)
    query.update({name: form.data[name] for name in form.fields})
    return query.urlencode()


def _keep_export(request: CareTeamRequest, patients: Iterable[UUID]) -> None:
    found = patients_of(request.user).filter(pk__in=patients).only("pk", "team")
    pages.keep_looks(request, found, AccessEvent.What.EXPORT)
