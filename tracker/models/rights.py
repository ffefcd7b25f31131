"""Who sees whose data, and who may act on it: every rule once.

`visible_to` of each model, the doors of the team (`tracker.team.access`) and of a diary
(`tracker.patient.access`), and the acts themselves (`tracker.checkins`, `tracker.messaging`) ask here. What
comes of it at every address of the site stands in docs/access.csv.

`patient` is the way from a row to its patient: "patient", or "" where the rows are patients.
"""

import datetime as dt
from collections.abc import Sequence

from django.apps import apps
from django.db.models import BigAutoField, DateTimeField, Q, QuerySet
from django.utils import timezone

from accounts.models import Membership, Role, User
from tracker.statement import Given

type Reader = User | Given
"""A user, or in a Statement READER: it is run with `user`, their key, and with `now`."""
READER = Given("user", BigAutoField())
NOW = Given("now", DateTimeField())

RECORD_KEEPERS = (Role.NURSE, Role.LEAD)
"""Enrol, plan, invite and discharge the patients of their team. Its doctors read what they keep."""


def teams_of(user: Reader, roles: Sequence[Role] = ()) -> QuerySet:
    """The keys of the teams that the user works in: in any role, or in one of these."""
    mine = Membership.objects.filter(user=user)
    return (mine.filter(role__in=roles) if roles else mine).values("team")


def works_in(user: User, team_id: int) -> bool:
    """For acts, which ask under a lock whether it is still so."""
    return user.memberships.filter(team=team_id).exists()


# --- Whose rows ---------------------------------------------------------------------------------------------


def is_own(user: Reader, patient: str = "patient") -> Q:
    """Of the user's own diary."""
    return Q(**{_to(patient, "user"): user})


def is_in_care_of(user: Reader, patient: str = "patient", roles: Sequence[Role] = ()) -> Q:
    """Of patients whom a team of the user's has in care now, whoever had them when the row was written.

    A record that is closed (`Patient.restricted_at`) is in no team's care.
    """
    return Q(**{_to(patient, "team__in"): teams_of(user, roles), _to(patient, "restricted_at"): None})


def is_open_in_an_emergency(user: Reader, patient: str = "patient") -> Q:
    """Of patients whose chart the user has open for what is left of an hour.

    Reads the clock itself: an hour is over in whichever query, whoever forgot to hand the moment in. A
    statement does not run without it.
    """
    now = NOW if isinstance(user, Given) else timezone.now()
    return Q(**{_to(patient, "in"): _in_force("EmergencyAccess", user, now).values("patient")})


def is_cared_for_by(user: Reader, now: dt.datetime, patient: str = "patient", scope: str = "") -> Q:
    """Of patients whose carer the user is at `now`, with whatever scope or with this one."""
    rights = _in_force("Carer", user, now)
    rights = rights.filter(scope=scope) if scope else rights
    return Q(**{_to(patient, "in"): rights.values("patient")})


def _in_force(model: str, user: Reader, now: dt.datetime | Given) -> QuerySet:
    """Of a model that cannot be imported here: its queries ask this module."""
    rows: QuerySet = apps.get_model("tracker", model).objects.filter(user=user).in_force(now)
    return rows


def _to(patient: str, field: str) -> str:
    if patient:
        return f"{patient}__{field}"
    return "pk__in" if field == "in" else field


# --- What is seen, and what is acted on ---------------------------------------------------------------------


def seen_by(user: Reader, patient: str = "patient") -> Q:
    """To read: the user's own, those of their teams, and those open to them in an emergency."""
    return is_own(user, patient) | is_in_care_of(user, patient) | is_open_in_an_emergency(user, patient)


def worked_on_by[Rows: QuerySet](
    rows: Rows, user: Reader, patient: str = "patient", roles: Sequence[Role] = ()
) -> Rows:
    """To list and to act on: those of the user's teams. Nobody meets their own diary there."""
    return rows.filter(is_in_care_of(user, patient, roles)).exclude(is_own(user, patient))
