"""How much waits behind each page of the team, for the header: one query for all of them."""

import datetime as dt
from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery

from accounts.models import User
from tracker.team import notes
from tracker.team.quiet.silent import to_call


class CountOf(Subquery):
    """How many rows a query has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def counts(user: User, now: dt.datetime) -> dict[str, int]:
    """By the name that the header knows each by."""
    waiting: dict[str, QuerySet] = {
        "notes_to_read": notes.unread(user),
        "silent_patients": to_call(user, now),
    }
    counted = {name: CountOf(rows.order_by().values("pk")) for name, rows in waiting.items()}
    found: Any = User.objects.filter(pk=user.pk).values(**counted).get()
    return dict(found)
