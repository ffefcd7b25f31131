"""Whether the board is still as somebody has it on their screen: worked out from the rows that it shows.

Nothing counts changes: a counter of a team would be a row that all of its reports wait for. See
docs/decisions/0020-the-boards-version.md.
"""

import datetime as dt
import hashlib
from typing import Any

from django.db import connection
from django.utils.translation import get_language

from accounts.models import User
from config.build import code
from tracker.team.board import WEEK

QUARTER = 15 * 60  # seconds
"""What is not looked at (a colleague's new name, a day that ends in some time zone) is seen after these."""


def of_board(user: User, now: dt.datetime, *shown: object) -> str:
    """An ETag: the same while the board of this user, with whatever else it has `shown`, would be the same.

    "" for who works in no team. Ask for it before the rows: should they change in between, the next poll
    brings them once more. The teams are in it: one that holds was given to somebody who is in them still.
    """
    teams, *flags = _as_it_is(user, now)
    if not teams:
        return ""
    what = [user.pk, teams, flags, int(now.timestamp()) // QUARTER, get_language(), code()]
    return f'"{hashlib.sha256(repr([*what, *shown]).encode()).hexdigest()[:32]}"'


def _as_it_is(user: User, now: dt.datetime) -> Any:
    """What every open flag of the user's teams, its patient and the patient's reports come to; one query."""
    since = now.date() - dt.timedelta(days=WEEK + 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM walls.board_as_it_is(%s, %s, %s)", [user.pk, since, now])
        return cursor.fetchone()
