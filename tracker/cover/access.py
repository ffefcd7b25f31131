"""Which teams' policies and rota somebody may see, and who may change them."""

from collections.abc import Sequence

from django.shortcuts import get_object_or_404

from accounts.models import CareTeam, Role, User
from tracker.models import rights


def teams_of(user: User) -> Sequence[CareTeam]:
    """Those that the user works in."""
    return list(CareTeam.objects.filter(pk__in=rights.teams_of(user)).order_by("name"))


def team_seen_by(user: User, pk: int) -> CareTeam:
    """404 for a team that the user does not work in."""
    return get_object_or_404(CareTeam.objects.filter(pk__in=rights.teams_of(user)), pk=pk)


def team_led_by(user: User, pk: int) -> CareTeam:
    """404 for everybody but the leads of the team: the page is not theirs to know of."""
    return get_object_or_404(CareTeam.objects.filter(pk__in=rights.teams_of(user, [Role.LEAD])), pk=pk)


def leads(user: User) -> set[int]:
    """The keys of the teams that the user leads."""
    return set(rights.teams_of(user, [Role.LEAD]).values_list("team", flat=True))
