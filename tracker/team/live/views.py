"""The board, and what is done from it: to one flag or to several, and taken back."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.middleware import polled
from accounts.models import AccessEvent, User
from config import searches
from tracker import handing_over, undoing
from tracker.alerts import watch
from tracker.models import (
    AlreadyClaimed,
    AlreadyResolved,
    BoardChoice,
    Flag,
    FlagEvent,
    NewerReport,
    NotYours,
    TooLateToCallBack,
)
from tracker.models.flags import Outcome
from tracker.team import pages
from tracker.team import report as reporting
from tracker.team.access import (
    CareTeamRequest,
    answers_a_form,
    care_team_required,
    colleagues_of,
    flags_of,
)
from tracker.team.board import Row, drawn, fetched, in_order
from tracker.team.flag import who_was_quicker
from tracker.team.live import board as boards
from tracker.team.live import filters, undo, version
from tracker.team.live.filters import Wanted
from tracker.team.live.forms import CallBackForm, CloseSeveralForm, HandOverForm
from tracker.triage.report import Level

AT_ONCE = 50
"""How many are acted on together: more than anybody looks at before."""
KEY_MAX = 20  # digits; Python will not read a number of thousands of them


@polled
@require_safe
@transaction.atomic
def board(request: CareTeamRequest) -> HttpResponse:
    """The page, or what a poll needs of it: nothing at all while nothing has changed.

    An ETag that holds was given to this user, in these teams: nothing else is looked up for it.
    """
    now = timezone.now()
    problem = watch.problem(now)
    etag = version.of_board(request.user, now, request.GET.urlencode(), problem)
    return get_conditional_response(request, etag=etag) or _board(request, now, problem, etag)


@care_team_required
def _board(request: CareTeamRequest, now: dt.datetime, problem: str, etag: str) -> HttpResponse:
    user = request.user
    teams = reporting.teams_of(user)
    wanted = Wanted.of(request.GET, user, teams)
    shown = boards.board(user, wanted, now)
    context: dict[str, Any] = {
        "board": shown,
        "wanted": wanted,
        "words": boards.words(),
        "etag": etag,
        "several_teams": len(teams) > 1,
        "zone": timezone.get_current_timezone_name(),
        "every": settings.BOARD_POLL_SECONDS,
        "ticked": request.GET.getlist("tick"),
    }
    boards.keep_looks_of(request, shown.rows, now)
    if request.headers.get("HX-Request") == "true":
        context |= {"now": now, "worker_problem": problem}
        answer = render(request, "tracker/team/live/board.html", context)
    else:
        context |= _around(request, wanted)
        answer = pages.page(request, "board", now, problem=problem, **context)
    answer["ETag"] = etag
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _around(request: CareTeamRequest, wanted: Wanted) -> dict[str, object]:
    """What stands beside the rows, and changes with a person's clicks alone."""
    return {
        "whose": wanted.whose_choices(reporting.teams_of(request.user)),
        "levels": filters.level_choices(),
        "colleagues": colleagues_of(request.user),
        "calls": BoardChoice.objects.filter(user=request.user, calls=True).exists(),
    }


@require_POST
@care_team_required
def find(request: CareTeamRequest) -> HttpResponse:
    return searches.to_results("team:board", request.POST, filters.NAMES, request.user.pk)


@require_safe
@care_team_required
def months(request: CareTeamRequest) -> HttpResponse:
    """How this month's flags waited, team by team: a line that the board fetches when its rows are there."""
    months = reporting.in_short(request.user, timezone.now())
    return render(request, "tracker/team/live/months.html", {"months": months})


@require_POST
@care_team_required
def choose_calls(request: CareTeamRequest) -> HttpResponse:
    """Whether a sound and a number in the title say that something has come: each person's own choice."""
    calls = request.POST.get("calls") == "on"
    BoardChoice.objects.update_or_create(user=request.user, defaults={"calls": calls})
    return HttpResponse(status=204) if request.headers.get("HX-Request") else redirect("team:board")


# --- One flag -----------------------------------------------------------------------------------------------


def _its_flag(request: CareTeamRequest, pk: UUID) -> str:
    return reverse("team:flag", args=[pages.flag_of(request, pk).pk])


@answers_a_form(_its_flag)
@transaction.atomic
def hand_over(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    now, shown = timezone.now(), pages.flag_of(request, pk)
    form = HandOverForm(request.POST, colleagues=colleagues_of(request.user, shown))
    if not form.is_valid():
        pages.keep_look(request, shown.patient, AccessEvent.What.FLAG)
        return pages.flag_page(request, shown, hand_over=form)
    to = form.cleaned_data["to"]
    try:
        handed = [shown.hand_over(by=request.user, to=to, now=now)]
    except NotYours:
        messages.warning(request, who_was_quicker(shown))
        return redirect("team:flag", pk=pk)
    handing_over.tell(to, handed, now)
    undo.offer(request, handed, now)
    messages.success(request, _("%(who)s has %(patient)s now.") % {"who": to, "patient": shown.patient})
    return redirect("team:board")


@answers_a_form(_its_flag)
@transaction.atomic
def call_back(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    """A time, or with `never` the end of the promise."""
    now, shown = timezone.now(), pages.flag_of(request, pk)
    form = CallBackForm(request.POST, flag=shown, now=now)
    is_over = "never" in request.POST
    if not is_over and not form.is_valid():
        pages.keep_look(request, shown.patient, AccessEvent.What.FLAG)
        return pages.flag_page(request, shown, call_back=form)
    try:
        shown.call_back(by=request.user, at=None if is_over else form.cleaned_data["at"], now=now)
    except NotYours:
        messages.warning(request, who_was_quicker(shown))
    except TooLateToCallBack:
        messages.warning(request, _("It comes back before then. Choose an earlier time."))
    return redirect("team:flag", pk=pk)


# --- Taking back --------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
def take_back(request: CareTeamRequest) -> HttpResponse:
    """Whatever the last click did, to one flag or to several."""
    if request.method == "POST":
        now, acts = timezone.now(), undo.take(request)
        events = FlagEvent.objects.filter(flag__in=flags_of(request.user)).in_bulk(acts)
        gone = [pk for pk in acts if pk not in events or not _undone(events[pk], request.user, now)]
        if gone:
            messages.warning(request, _("Too late to take that back: time is up, or something has happened."))
        elif events:
            messages.success(request, _("Taken back."))
    return redirect(pages.way_back(request) or "team:board")


def _undone(event: FlagEvent, user: User, now: dt.datetime) -> bool:
    try:
        undoing.undo(event.pk, by=user, now=now)
    except undoing.TooLateToUndo:
        return False
    return True


# --- Several flags ------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
def several(request: CareTeamRequest) -> HttpResponse:
    """Claim, hand over, or go on to close: what can be done to each is done, and the others are named."""
    if request.method != "POST":
        return redirect("team:board")
    flags, now = _chosen(request, request.POST.getlist("flag")), timezone.now()
    back = pages.way_back(request) or reverse("team:board")
    if not flags:
        messages.warning(request, _("Choose patients first."))
        return redirect(back)
    match request.POST.get("act"):
        case "claim":
            _act(request, [(flag, _claim(request.user)) for flag in flags], now)
        case "hand_over":
            return _hand_over_all(request, flags, back, now)
        case "close":
            return redirect(f"{reverse('team:close_several')}?{_as_query('flag', flags)}")
    return redirect(back)


@transaction.atomic
def _hand_over_all(
    request: CareTeamRequest, flags: Sequence[Flag], back: str, now: dt.datetime
) -> HttpResponse:
    form = HandOverForm(request.POST, colleagues=colleagues_of(request.user))
    if not form.is_valid():
        messages.warning(request, _("Choose a colleague of the team."))
        return redirect(f"{back}{'&' if '?' in back else '?'}{_as_query('tick', flags)}")
    to: User = form.cleaned_data["to"]
    theirs = {membership.team_id for membership in to.memberships.all()}
    can = [flag for flag in flags if flag.patient.team_id in theirs and flag.patient.user_id != to.pk]
    for flag in flags:
        if flag not in can:
            said = {"who": to, "patient": flag.patient}
            messages.warning(request, _("%(who)s cannot have %(patient)s: another team.") % said)
    handed = _act(request, [(flag, _hand_over(request.user, to)) for flag in can], now)
    handing_over.tell(to, handed, now)
    return redirect(back)


type Act = Callable[[Flag, dt.datetime], Sequence[FlagEvent]]


def _claim(user: User) -> Act:
    return lambda flag, now: [flag.claim(by=user, now=now)]


def _hand_over(user: User, to: User) -> Act:
    return lambda flag, now: handing_over.hand_over(flag, by=user, to=to, now=now)


def _act(request: CareTeamRequest, acts: Iterable[tuple[Flag, Act]], now: dt.datetime) -> list[FlagEvent]:
    """Each by itself: somebody who was quicker with one keeps nobody from the rest."""
    events: list[FlagEvent] = []
    done: list[str] = []
    for flag, act in acts:
        try:
            events += act(flag, now)
        except (AlreadyClaimed, AlreadyResolved, NotYours):
            if not (flag.is_unresolved and flag.owner == request.user):
                messages.warning(request, f"{flag.patient}: {who_was_quicker(flag)}")
        else:
            done.append(f"{flag.patient}")
    if done:
        messages.success(request, _("Done: %(patients)s.") % {"patients": ", ".join(done)})
        undo.offer(request, events, now)
    return events


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
@transaction.atomic
def close_several(request: CareTeamRequest) -> HttpResponse:
    """No action needed, with one note that each of them gets. What is worse is answered one by one."""
    now = timezone.now()
    asked = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(request, asked.getlist("flag"))
    waiting = fetched(flags_of(request.user).filter(pk__in=[flag.pk for flag in chosen]), now)
    rows = drawn(in_order(waiting, now), request.user, now)
    can = [row for row in rows if _can_be_closed_with_others(row, request.user)]
    form = CloseSeveralForm(request.POST if request.method == "POST" else None)
    if can and form.is_valid():
        _close(request, can, form.cleaned_data["note"], now)
        return redirect("team:board")
    pages.keep_looks(request, [row.flag.patient for row in rows], AccessEvent.What.FLAG)
    cannot = [row for row in rows if row not in can]
    return pages.page(request, "live/close_several", now, rows=can, cannot=cannot, form=form)


def _can_be_closed_with_others(row: Row, user: User) -> bool:
    """Not an emergency, not what nobody has weighed, and nobody else's."""
    mine = row.flag.owner_id in (None, user.pk)
    return mine and row.flag.level < Level.EMERGENCY and not row.set_aside


def _close(request: CareTeamRequest, rows: Iterable[Row], note: str, now: dt.datetime) -> None:
    """`seen` came with each: one that a report has joined since stays open."""
    closed: list[FlagEvent] = []
    for row in rows:
        seen = request.POST.get(f"seen-{row.flag.pk}", "")[:KEY_MAX]
        number = int(seen) if seen.isascii() and seen.isdecimal() else 0
        try:
            closed.append(
                row.flag.resolve(
                    by=request.user,
                    outcome=Outcome.NOT_NEEDED,
                    note=note,
                    seen=min(number, 2**31 - 1),
                    now=now,
                )
            )
        except AlreadyResolved:
            messages.warning(request, f"{row.flag.patient}: {who_was_quicker(row.flag)}")
        except NewerReport:
            words = _("%(patient)s has sent another report meanwhile. Please read it.")
            messages.warning(request, words % {"patient": row.flag.patient})
    if closed:
        words = ngettext("%(many)d flag closed.", "%(many)d flags closed.", len(closed))
        messages.success(request, words % {"many": len(closed)})
        undo.offer(request, closed, now)


def _chosen(request: CareTeamRequest, keys: Sequence[str]) -> list[Flag]:
    """404 where one is another team's, or is no flag at all."""
    try:
        wanted = {UUID(key) for key in keys[:AT_ONCE]}
    except ValueError:
        raise Http404 from None
    flags = list(flags_of(request.user).filter(pk__in=wanted).select_related("patient__team", "owner"))
    if len(flags) != len(wanted):
        raise Http404
    return flags


def _as_query(name: str, flags: Iterable[Flag]) -> str:
    return "&".join(f"{name}={flag.pk}" for flag in flags)
