"""How much waits behind each page of the team, for the header: one query for all of them."""

import datetime as dt
from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from tracker.team import notes
from tracker.team.access import CareTeamRequest, care_team_required
from tracker.team.messages import thread
from tracker.team.quiet.silent import to_call


@require_safe
@care_team_required
def waiting(request: CareTeamRequest) -> HttpResponse:
    """What the header's links say with their numbers, by address: pages ask for it now and then."""
    found = counts(request.user, timezone.now())
    words = {
        "team:silence": (_("Silence"), _("Silence (%(many)d)"), found["silent_patients"]),
        "team:notes": (_("Notes"), _("Notes (%(many)d)"), found["notes_to_read"]),
    }
    return JsonResponse(
        {reverse(name): some % {"many": many} if many else none for name, (none, some, many) in words.items()}
    )


class CountOf(Subquery):
    """How many rows a query has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def counts(user: User, now: dt.datetime) -> dict[str, int]:
    """Of unread notes and messages, and of patients to call."""
    waiting: dict[str, QuerySet] = {
        "notes": notes.unread(user),
        "messages": thread.unread(user),
        "silent_patients": to_call(user, now),
    }
    counted = {name: CountOf(rows.order_by().values("pk")) for name, rows in waiting.items()}
    found: Any = User.objects.filter(pk=user.pk).values(**counted).get()
    return {
        "notes_to_read": found["notes"] + found["messages"],
        "silent_patients": found["silent_patients"],
    }
