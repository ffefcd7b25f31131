"""Who may enter the team's pages, and whose data they find there."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any, Concatenate
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import Membership, User
from tracker.models import Flag, Patient, rights
from tracker.models.base import PatientDataQuerySet
from tracker.models.flags import FlagQuerySet
from tracker.models.patients import PatientQuerySet


class CareTeamRequest(HttpRequest):
    """A request by somebody who works in at least one team; the middleware has seen to the signing in."""

    user: User


type View[**Rest] = Callable[Concatenate[CareTeamRequest, Rest], HttpResponse]


def care_team_required[**Rest](view: View[Rest]) -> View[Rest]:
    """404 for everybody else: the page is not theirs to know of. Times are shown by the team's clock."""

    @wraps(view)
    def guarded(request: CareTeamRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        # Fetched once for this check, the clock and the header.
        prefetch_related_objects(
            [request.user], Prefetch("memberships", Membership.objects.select_related("team"))
        )
        membership = next(iter(request.user.memberships.all()), None)
        if membership is None:
            raise Http404
        with timezone.override(membership.team.zone), _one_transaction(request):
            return view(request, *args, **kwargs)

    return guarded


def _one_transaction(request: HttpRequest) -> AbstractContextManager[Any]:
    """Of a page that is only read: for whom it is asked is told to the database once, not with each query."""
    is_read = request.method in ("GET", "HEAD") and not connection.in_atomic_block
    return transaction.atomic() if is_read else nullcontext()


def answers_a_form(where: Callable[[CareTeamRequest, UUID], str]) -> Callable[[View[UUID]], View[UUID]]:
    """A view that acts. Who reloads its address is led back to `where` its form stands."""

    def decorate(view: View[UUID]) -> View[UUID]:
        @require_http_methods(["GET", "HEAD", "POST"])
        @care_team_required
        @wraps(view)
        def led(request: CareTeamRequest, /, pk: UUID) -> HttpResponse:
            return view(request, pk) if request.method == "POST" else redirect(where(request, pk))

        return led

    return decorate


def of_teams_of[Rows: PatientDataQuerySet[Any]](rows: Rows, user: User) -> Rows:
    """What belongs to the patients of the user's teams, without what is the user's own."""
    return rights.worked_on_by(rows, user)


def patients_of(user: rights.Reader) -> PatientQuerySet:
    """The patients of the user's teams, without the user: nobody meets their own diary here."""
    return rights.worked_on_by(Patient.objects.all(), user, "")


def flags_of(user: User) -> FlagQuerySet:
    """The flags of the user's teams, without the user's own."""
    return of_teams_of(Flag.objects.all(), user)


def colleagues_of(user: User, flag: Flag | None = None) -> QuerySet[User]:
    """Who may have what is the user's: of the patient's team, or of any of theirs; never its patient."""
    teams = [flag.patient.team_id] if flag else [each.team_id for each in user.memberships.all()]
    found = User.objects.filter(
        is_active=True, pk__in=Membership.objects.filter(team__in=teams).values("user")
    )
    themselves = [user.pk, flag.patient.user_id] if flag else [user.pk]
    return found.exclude(pk__in=themselves).order_by("name", "pk")
