"""Who keeps the records of a team: its nurses and its lead. Its doctors read them."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Model
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import AccessEvent, CareTeam, User
from tracker.models import Patient, Transfer
from tracker.models.base import PatientDataQuerySet
from tracker.models.rights import RECORD_KEEPERS
from tracker.team import pages
from tracker.team.access import CareTeamRequest, of_teams_of

LOOK = AccessEvent.What.RECORD


def sent(request: CareTeamRequest) -> QueryDict | None:
    """What a form was sent with; None while it is only looked at."""
    return request.POST if request.method == "POST" else None


def teams_kept_by(user: User) -> list[CareTeam]:
    """Those whose records `user` keeps, as `care_team_required` has fetched them, by name."""
    kept = (each.team for each in user.memberships.all() if each.role in RECORD_KEEPERS)
    return sorted(kept, key=lambda team: team.name)


def keeps_record_of(user: User, patient: Patient) -> bool:
    return any(team.pk == patient.team_id for team in teams_kept_by(user))


def kept_record(request: CareTeamRequest, pk: UUID) -> Patient:
    """A patient whose record the user keeps; 404 for another team's, and for doctors."""
    patient = pages.patient_of(request, pk)
    if not keeps_record_of(request.user, patient):
        raise Http404
    return patient


def of_kept_record[Row: Model](rows: PatientDataQuerySet[Row], request: CareTeamRequest, pk: object) -> Row:
    """One row of a patient whose record the user keeps; 404 for every other."""
    kept = [team.pk for team in teams_kept_by(request.user)]
    found = of_teams_of(rows.select_related("patient__team"), request.user).filter(patient__team__in=kept)
    return get_object_or_404(found, pk=pk)


def keep_looks_at_asked(request: CareTeamRequest, asked: Iterable[Transfer]) -> None:
    """Of a team that does not have these patients yet: it learns who they are."""
    AccessEvent.objects.keep(
        ((each.to_team_id, each.patient_id) for each in asked),
        by=request.user,
        what=AccessEvent.What.TRANSFER,
        purpose=AccessEvent.Purpose.CARE,
        now=timezone.now(),
    )


def asked_of(request: CareTeamRequest, pk: UUID) -> Transfer:
    """A request that waits for this lead's answer; 404 for everybody else."""
    waiting = Transfer.objects.for_leads(request.user)
    return get_object_or_404(waiting.select_related("patient__team", "team", "to_team", "asked_by"), pk=pk)
