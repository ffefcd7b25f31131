"""Whether the board is still as somebody has it on their screen: worked out from the rows that it shows.

Nothing counts changes: a counter of a team would be a row that all of its reports wait for. See
docs/decisions/0020-the-boards-version.md.
"""

import datetime as dt
import hashlib
from collections.abc import Collection
from typing import Any

from django.db import connection
from django.utils.translation import get_language

from config.build import code
from tracker.team.board import WEEK

QUARTER = 15 * 60  # seconds
"""What is not looked at (a colleague's new name, a day that ends in some time zone) is seen after these."""

# xmin is the transaction that wrote a row as it is now, whichever program it was, so that no change can be
# forgotten. Reports are added and never changed: their number is enough. Both are of one moment. The state
# stands there as it is, since PostgreSQL may not use the index of open flags for a value that it is given.
AS_IT_IS = """
    SELECT count(*),
           md5(string_agg(concat_ws('/', flag.id, flag.xmin, patient.xmin, (
               SELECT count(*) FROM tracker_checkin AS report
                WHERE report.patient_id = flag.patient_id AND report.day >= %s
           )), ',' ORDER BY flag.id)),
           count(*) FILTER (WHERE flag.call_back_at <= %s)
      FROM tracker_flag AS flag
      JOIN tracker_patient AS patient ON patient.id = flag.patient_id
     WHERE flag.state <> 'resolved' AND patient.team_id = ANY(%s)
"""


def of_board(teams: Collection[int], now: dt.datetime, *shown: object) -> str:
    """An ETag: the same while a board of these teams, with whatever else it has `shown`, would be the same.

    Ask for it before the rows: should they change in between, the next poll brings them once more.
    """
    what = [_as_it_is(teams, now), int(now.timestamp()) // QUARTER, get_language(), code(), *sorted(teams)]
    return f'"{hashlib.sha256(repr([*what, *shown]).encode()).hexdigest()[:32]}"'


def _as_it_is(teams: Collection[int], now: dt.datetime) -> Any:
    """What every open flag of the teams, its patient and the patient's reports come to; one query."""
    since = now.date() - dt.timedelta(days=WEEK + 1)
    with connection.cursor() as cursor:
        cursor.execute(AS_IT_IS, [since, now, list(teams)])
        return cursor.fetchone()
