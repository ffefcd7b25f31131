"""The hand-over of a shift: fetch, bind, act, answer. Everybody named on it was looked at."""

import datetime as dt
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import AccessEvent, CareTeam
from tracker.models import AlreadyTicked, ShiftNote
from tracker.team import pages
from tracker.team.access import CareTeamRequest, care_team_required
from tracker.team.handover.forms import ShiftNoteForm
from tracker.team.handover.made import handover
from tracker.team.handover.period import PRESETS, TIME, USUAL, SinceForm, began
from tracker.team.handover.text import as_text
from tracker.team.report import teams_of

KEY_MAX = 20  # digits; Python will not read a number of thousands of them


@require_safe
@care_team_required
def index(request: CareTeamRequest) -> HttpResponse:
    return _page(request, _team(request, request.GET.get("team", "")), ShiftNoteForm())


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
def write(request: CareTeamRequest) -> HttpResponse:
    """What was typed stays on the page when it cannot be kept."""
    if request.method != "POST":
        return redirect("team:handover")
    team = _team(request, request.POST.get("team", ""))
    form = ShiftNoteForm(request.POST)
    if not form.is_valid():
        return _page(request, team, form)
    words = form.cleaned_data["words"]
    ShiftNote.objects.create(team=team, words=words, by=request.user, at=timezone.now())
    messages.success(request, _("Kept for the next shift."))
    return redirect(_address(team))


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
def tick(request: CareTeamRequest, pk: int) -> HttpResponse:
    found = ShiftNote.objects.of_teams_of(request.user).select_related("team", "ticked_by")
    note = get_object_or_404(found, pk=pk)
    if request.method == "POST":
        try:
            note.tick(by=request.user, now=timezone.now())
        except AlreadyTicked:
            if note.ticked_by != request.user:  # nothing to say to somebody who pressed twice
                at = time_format(localtime(note.ticked_at), "H:i")
                said = {"who": note.ticked_by, "time": at}
                messages.warning(request, _("%(who)s ticked this off at %(time)s.") % said)
        else:
            messages.success(request, _("Ticked off."))
    return redirect(_address(note.team))


def _team(request: CareTeamRequest, key: str) -> CareTeam:
    """The one that was asked for, else the first by name; 404 for another's."""
    teams = teams_of(request.user)
    if not key:
        return teams[0]
    wanted = int(key) if key.isdecimal() and len(key) <= KEY_MAX else 0
    team = next((each for each in teams if each.pk == wanted), None)
    if team is None:
        raise Http404
    return team


def _address(team: CareTeam, **more: str) -> str:
    return f"{reverse('team:handover')}?{urlencode({'team': team.pk, **more})}"


def _page(request: CareTeamRequest, team: CareTeam, form: ShiftNoteForm) -> HttpResponse:
    now = timezone.now()
    with timezone.override(team.zone):
        chosen = SinceForm(request.GET, now=now) if "since" in request.GET else None
        preset = request.GET.get("period", USUAL)
        is_own = chosen is not None and chosen.is_valid()
        since = chosen.cleaned_data["since"] if is_own and chosen else began(preset, now)
        return _shown(request, team, form, chosen, "" if is_own else preset, since, now)


@transaction.atomic
def _shown(
    request: CareTeamRequest,
    team: CareTeam,
    form: ShiftNoteForm,
    chosen: SinceForm | None,
    preset: str,
    since: dt.datetime,
    now: dt.datetime,
) -> HttpResponse:
    made = handover(team, request.user, since, now)
    pages.keep_looks(request, made.patients, AccessEvent.What.HANDOVER)
    initial = {"since": localtime(since).strftime(TIME)}
    return pages.page(
        request,
        "handover/index",
        now,
        made=made,
        text=as_text(made),
        team=team,
        teams=teams_of(request.user),
        presets=[(word, label, _address(team, period=word)) for word, label in PRESETS],
        preset=preset,
        since_form=chosen or SinceForm(now=now, initial=initial),
        form=form,
    )
