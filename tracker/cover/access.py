"""Which teams' policies and rota somebody may see, and who may change them."""

from collections.abc import Sequence

from django.http import Http404

from accounts.models import CareTeam, Role, User


def teams_of(user: User) -> Sequence[CareTeam]:
    """Those that the user works in."""
    return list(CareTeam.objects.filter(memberships__user=user).order_by("name"))


def team_seen_by(user: User, pk: int) -> CareTeam:
    """404 for a team that the user does not work in."""
    team = CareTeam.objects.filter(memberships__user=user, pk=pk).first()
    if team is None:
        raise Http404
    return team


def team_led_by(user: User, pk: int) -> CareTeam:
    """404 for everybody but the leads of the team: the page is not theirs to know of."""
    team = CareTeam.objects.filter(memberships__user=user, memberships__role=Role.LEAD, pk=pk).first()
    if team is None:
        raise Http404
    return team


def leads(user: User) -> set[int]:
    """The keys of the teams that the user leads."""
    return set(user.memberships.filter(role=Role.LEAD).values_list("team", flat=True))
