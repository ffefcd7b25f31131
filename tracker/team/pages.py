"""What every page of the team has in common, and the one that a wrong answer brings back."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import AccessEvent
from tracker.alerts import watch
from tracker.models import Flag, Patient
from tracker.team.access import CareTeamRequest, colleagues_of, flags_of, patients_of
from tracker.team.chart.header import usual_in_words
from tracker.team.flag import FlagPage
from tracker.team.forms import MuteForm, OutcomeForm
from tracker.team.live import undo
from tracker.team.live.forms import CallBackForm, HandOverForm
from tracker.team.messages import thread
from tracker.team.treatment import away_in_words, with_courses

"""Those of a team who enrol, discharge and hand over, and who end what a carer may do."""


def page(
    request: CareTeamRequest, template: str, now: dt.datetime, problem: str | None = None, **context: object
) -> HttpResponse:
    """Every page says so when nobody is being told of flags.

    `problem` is what is wrong with the worker, if the caller has asked already.
    """
    context |= {
        "now": now,
        "worker_problem": watch.problem(now) if problem is None else problem,
        "undo": undo.offered(request, now),
    }
    return render(request, f"tracker/team/{template}.html", context)


def keep_look(request: CareTeamRequest, seen: Patient, what: str) -> None:
    """Written in the transaction of the page: without the note there is no look."""
    keep_looks(request, [seen], what)


def keep_looks(request: CareTeamRequest, seen: Iterable[Patient], what: str) -> None:
    """The same for a page that shows several patients."""
    AccessEvent.objects.keep(
        ((each.team_id, each.pk) for each in seen),
        by=request.user,
        what=what,
        purpose=AccessEvent.Purpose.CARE,
        now=timezone.now(),
    )


def flag_of(request: CareTeamRequest, pk: UUID) -> Flag:
    """One flag with what its page shows of the patient; 404 for another team's."""
    flags = flags_of(request.user).select_related(
        "patient__team", "patient__user", "patient__message_way", "owner", "check_in"
    )
    return get_object_or_404(flags.prefetch_related(with_courses("patient__courses")), pk=pk)


def patient_of(request: CareTeamRequest, pk: UUID) -> Patient:
    """One patient with team and courses; 404 for another team's."""
    found = patients_of(request.user).select_related("team", "user", "message_way")
    found = found.prefetch_related(with_courses())
    return get_object_or_404(found, pk=pk)


def chart_of(shown: Patient, part: str) -> str:
    """The address of a part of a patient's chart."""
    return f"{reverse('team:patient', args=[shown.pk])}#{part}"


def way_back(request: CareTeamRequest) -> str | None:
    """The page of ours that the button was on."""
    where = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(where, {request.get_host()}, require_https=request.is_secure())
    return where if ours and where.startswith("/team/") else None


def flag_page(
    request: CareTeamRequest,
    shown: Flag,
    *,
    outcome: OutcomeForm | None = None,
    mute: MuteForm | None = None,
    call_back: CallBackForm | None = None,
    hand_over: HandOverForm | None = None,
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
        talk=thread.talk(shown.patient, request.user, now, flag=shown),
        call_back=call_back or CallBackForm(flag=shown, now=now),
        hand_over=hand_over or HandOverForm(colleagues=colleagues_of(request.user, shown)),
    )
