"""Opening the chart of another team's patient in an emergency, and seeing to it that people hear of it."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from accounts.groups import privacy_officers
from accounts.models import AccessEvent, CareTeam, Role, User
from tracker.alerts import staff
from tracker.models import EmergencyAccess, EmergencyReview, Notice, Patient
from tracker.models.emergencies import OPEN_FOR, REVIEW_WITHIN

A_DAY = dt.timedelta(days=1)


@transaction.atomic
def open_chart(patient: Patient, *, by: User, reason: str, words: str, now: dt.datetime) -> EmergencyAccess:
    """For an hour, with the messages to all who have to hear of it. What is open already stays as it is."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two presses of the button open one
    if known := by.emergency_accesses.in_force(now).filter(patient=patient).first():
        return known
    made = EmergencyAccess.objects.create(
        team_id=patient.team_id,
        patient=patient,
        user=by,
        reason=reason,
        words=words,
        opened_at=now,
        ends_at=now + OPEN_FOR,
    )
    AccessEvent.objects.keep(
        [(patient.team_id, patient.pk)],
        by=by,
        what=AccessEvent.What.SEARCH,
        purpose=AccessEvent.Purpose.EMERGENCY,
        now=now,
    )
    told = {each.pk: each for each in [*privacy_officers(), *leads_of(patient.team)] if each != by}
    staff.tell(told.values(), Notice.Kind.EMERGENCY, str(made.pk), now, until=now + REVIEW_WITHIN)
    return made


def leads_of(team: CareTeam) -> Iterable[User]:
    """Of a team without a lead, everybody: somebody has to hear of it."""
    members = User.objects.filter(is_active=True, memberships__team=team).order_by("name", "pk")
    leads = list(members.filter(memberships__team=team, memberships__role=Role.LEAD))
    return leads or list(members)


def due(now: dt.datetime) -> int:
    """Once a day, tell the officers anew of each that nobody has reviewed in time; returns of how many."""
    overdue = list(EmergencyAccess.objects.overdue(now))
    officers = list(privacy_officers()) if overdue else []
    for each in overdue:
        days = (now - each.review_due_at) // A_DAY
        about = f"{each.pk}:{days}"
        staff.tell(officers, Notice.Kind.EMERGENCY_OVERDUE, about, now, until=now + A_DAY)
    return len(overdue)


def review(opened: EmergencyAccess, *, by: User, note: str, now: dt.datetime) -> None:
    """Of two officers at once the first one's note stays."""
    EmergencyReview.objects.bulk_create(
        [EmergencyReview(access=opened, by=by, at=now, note=note)], ignore_conflicts=True
    )
