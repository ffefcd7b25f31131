"""A lead reads, adds, changes and removes replies; for everybody else the pages are not there."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import CareTeam
from tracker.cover.access import team_led_by
from tracker.cover.replies.forms import CannedReplyForm
from tracker.models import CannedReply
from tracker.starters import begin_with
from tracker.team.access import CareTeamRequest, care_team_required
from tracker.team.pages import page


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
def index(request: CareTeamRequest, pk: int) -> HttpResponse:
    team = team_led_by(request.user, pk)
    form = CannedReplyForm(request.POST or None, team=team)
    if form.is_valid():
        form.save()
        messages.success(request, _("Added."))
        return redirect("cover:replies", pk)
    replies = list(CannedReply.objects.filter(team=team).in_order())
    return page(request, "cover/replies/index", timezone.now(), team=team, replies=replies, form=form)


@require_POST
@care_team_required
def begin(request: CareTeamRequest, pk: int) -> HttpResponse:
    """With ours. What is there already, by its name, stays as it is."""
    begin_with(team_led_by(request.user, pk))
    messages.success(request, _("These are to begin with. Change them as you like."))
    return redirect("cover:replies", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
def change(request: CareTeamRequest, pk: int, reply: int) -> HttpResponse:
    team = team_led_by(request.user, pk)
    form = CannedReplyForm(request.POST or None, instance=_reply(team, reply), team=team)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("cover:replies", pk)
    shown = _reply(team, reply)
    return page(request, "cover/replies/change", timezone.now(), team=team, reply=shown, form=form)


@require_POST
@care_team_required
def remove(request: CareTeamRequest, pk: int, reply: int) -> HttpResponse:
    _reply(team_led_by(request.user, pk), reply).delete()
    messages.success(request, _("Removed."))
    return redirect("cover:replies", pk)


def _reply(team: CareTeam, pk: int) -> CannedReply:
    return get_object_or_404(CannedReply, pk=pk, team=team)
