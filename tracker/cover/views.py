"""The pages of cover: fetch the team, bind, act unless a flag would be told to nobody, answer."""

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import CareTeam
from tracker.cover.access import leads, team_led_by, team_seen_by, teams_of
from tracker.cover.forms import (
    HolidayForm,
    OutcomeTimeForm,
    ShiftForm,
    Steps,
    SwapForm,
    people_of,
    steps_as_initial,
)
from tracker.cover.reachable import (
    LEVELS,
    ReachesNobody,
    in_words,
    kept_if_reached,
    policy_kept_if_reached,
    team_reach,
)
from tracker.cover.week import week_of
from tracker.models import EscalationPolicy, Shift, Swap
from tracker.models.base import level_word
from tracker.models.policies import OUTCOME_MINUTES
from tracker.team.access import CareTeamRequest, care_team_required
from tracker.team.pages import page
from tracker.triage.report import Level


@require_safe
@care_team_required
def index(request: CareTeamRequest) -> HttpResponse:
    """The reachability page: who would be told, how, and at which hours nobody."""
    now = timezone.now()
    reached = [team_reach(team, now) for team in teams_of(request.user)]
    return page(request, "cover/index", now, reached=reached, leads=leads(request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
def policy(request: CareTeamRequest, pk: int, level: str) -> HttpResponse:
    now = timezone.now()
    team, wanted = team_led_by(request.user, pk), _level(level)
    own = EscalationPolicy.objects.filter(team=team, level=wanted).first() or EscalationPolicy(
        team=team, level=wanted, outcome_minutes=OUTCOME_MINUTES[wanted]
    )
    data = request.POST or None
    form = OutcomeTimeForm(data, instance=own)
    people = list(people_of(team))
    # What was sent stands alone: beside a colleague's newer steps it might count as unchanged.
    initial = None if data else steps_as_initial(own)
    steps = Steps(data, initial=initial, prefix="step", form_kwargs={"people": people})
    if form.is_valid() and steps.is_valid():
        try:
            with policy_kept_if_reached(team, wanted, now):
                steps.save(form.save())
        except ReachesNobody as nobody:
            form.add_error(None, _unreached(nobody, team, now))
        else:
            messages.success(request, _("Saved. It goes for every flag from now on."))
            if request.POST.get("then") == "more":
                return redirect("cover:policy", pk, level)
            return redirect("cover:index")
    return page(request, "cover/policy", now, team=team, level=wanted, form=form, steps=steps)


@require_safe
@care_team_required
def rota(request: CareTeamRequest, pk: int) -> HttpResponse:
    return _rota(request, team_seen_by(request.user, pk))


@require_POST
@care_team_required
def add_shift(request: CareTeamRequest, pk: int) -> HttpResponse:
    team = team_led_by(request.user, pk)
    form = ShiftForm(request.POST, team=team)
    if form.is_valid() and _kept(request, team, form.save_all, _("On the rota."), form):
        return redirect("cover:rota", pk)
    return _rota(request, team, shift=form)


@require_POST
@care_team_required
def remove_shift(request: CareTeamRequest, pk: int, shift: int) -> HttpResponse:
    team = team_led_by(request.user, pk)
    _kept(request, team, get_object_or_404(Shift, pk=shift, team=team).delete, _("Removed."))
    return redirect("cover:rota", pk)


@require_POST
@care_team_required
def add_swap(request: CareTeamRequest, pk: int) -> HttpResponse:
    """Anybody of the team may swap; the rota itself is the lead's."""
    now = timezone.now()
    team = team_seen_by(request.user, pk)
    form = SwapForm(request.POST, team=team, now=now)
    with timezone.override(team.zone):
        is_valid = form.is_valid()
    if is_valid:
        swap = form.save(commit=False)
        swap.team, swap.made_by, swap.made_at = team, request.user, now
        if _kept(request, team, swap.save, _("Swapped."), form):
            return redirect("cover:rota", pk)
    return _rota(request, team, swap=form)


@require_POST
@care_team_required
def remove_swap(request: CareTeamRequest, pk: int, swap: int) -> HttpResponse:
    team = team_seen_by(request.user, pk)
    found = get_object_or_404(Swap.objects.not_over(timezone.now()), pk=swap, team=team)
    if found.made_by_id != request.user.pk:
        team_led_by(request.user, pk)
    _kept(request, team, found.delete, _("Removed."))
    return redirect("cover:rota", pk)


@require_POST
@care_team_required
def add_holiday(request: CareTeamRequest, pk: int) -> HttpResponse:
    team = team_led_by(request.user, pk)
    form = HolidayForm(request.POST, team=team, today=_today(team))
    if form.is_valid():
        new = form.cleaned_data["day"]
        if _kept(request, team, lambda: _change_holidays(team, add=new), _("A holiday now."), form):
            return redirect("cover:rota", pk)
    return _rota(request, team, holiday=form)


@require_POST
@care_team_required
def remove_holiday(request: CareTeamRequest, pk: int) -> HttpResponse:
    team = team_led_by(request.user, pk)
    with suppress(ValueError):
        gone = dt.date.fromisoformat(request.POST.get("day", ""))
        _kept(request, team, lambda: _change_holidays(team, remove=gone), _("Removed."))
    return redirect("cover:rota", pk)


def _rota(request: CareTeamRequest, team: CareTeam, **forms: Any) -> HttpResponse:
    now = timezone.now()
    is_lead = team.pk in leads(request.user)
    with timezone.override(team.zone):
        return page(
            request,
            "cover/rota",
            now,
            team=team,
            is_lead=is_lead,
            week=week_of(team, now),
            shifts=Shift.objects.filter(team=team).select_related("person"),
            swaps=Swap.objects.filter(team=team)
            .not_over(now)
            .select_related("person", "instead_of", "made_by"),
            shift_form=forms.get("shift") or ShiftForm(team=team),
            swap_form=forms.get("swap") or SwapForm(team=team, now=now),
            holiday_form=forms.get("holiday") or HolidayForm(team=team, today=_today(team)),
        )


def _kept(
    request: CareTeamRequest,
    team: CareTeam,
    act: Callable[[], Any],
    done: str,
    form: BaseForm | None = None,
) -> bool:
    """Does it and says so, unless some hour would be left to nobody: then the form or a message says that.

    Returns whether it was done.
    """
    now = timezone.now()
    try:
        with kept_if_reached(team, now):
            act()
    except ReachesNobody as nobody:
        words = _unreached(nobody, team, now)
        form.add_error(None, words) if form else messages.warning(request, words)
        return False
    messages.success(request, done)
    return True


def _change_holidays(team: CareTeam, *, add: dt.date | None = None, remove: dt.date | None = None) -> None:
    """Read again: a colleague may have changed them since, and what is refused must not stay on the page."""
    kept = CareTeam.objects.get(pk=team.pk)
    kept.holidays = sorted({*kept.holidays, *([add] if add else [])} - {remove})
    kept.save(update_fields=["holidays"])


def _unreached(nobody: ReachesNobody, team: CareTeam, now: dt.datetime) -> str:
    return _("Not saved: %(level)s flags would reach nobody %(when)s.") % {
        "level": level_word(nobody.level),
        "when": in_words(nobody.gap, team, now),
    }


def _level(word: str) -> Level:
    found = next((level for level in LEVELS if level.word == word), None)
    if found is None:
        raise Http404
    return found


def _today(team: CareTeam) -> dt.date:
    return timezone.now().astimezone(team.zone).date()
