"""How often something was tried lately: at signing in, mostly."""

import datetime as dt
import random
from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

A_DAY = dt.timedelta(days=1)
KEPT_FOR = 2 * A_DAY
"""Longer than any limit looks back."""
SWEEP_EVERY = 500  # tries, about

# One statement, and its row is locked: of several processes at once each sees what the others have counted.
# A try that is refused is not counted: who goes on trying is not locked out for ever.
COUNT = """
INSERT INTO accounts_tries AS known (key, times, is_allowed, last_at)
VALUES (%(key)s, ARRAY[%(now)s], true, %(now)s)
ON CONFLICT (key) DO UPDATE SET (times, is_allowed, last_at) = (
    SELECT CASE WHEN may THEN kept || %(now)s ELSE kept END, may, %(now)s
    FROM (
        SELECT kept,
               cardinality(kept) < %(in_all)s
               AND (SELECT count(*) FROM unnest(kept) AS each WHERE each > %(since)s) < %(tries)s
        FROM (
            SELECT ARRAY(SELECT each FROM unnest(known.times) AS each WHERE each > %(kept_since)s)
        ) AS found (kept)
    ) AS judged (kept, may)
)
RETURNING is_allowed
"""


@dataclass(frozen=True)
class Limit:
    """So many tries within so long, of each key; and so many a day, where somebody could go on for weeks."""

    name: str
    tries: int
    within: dt.timedelta
    a_day: int | None = None


class TriesManager(models.Manager["Tries"]):
    def allow(self, limit: Limit, whose: str, now: dt.datetime) -> bool:
        """Counts a try, and says whether it may be made. To be asked before anything is compared or hashed.

        Call it outside of transactions: a count that is rolled back was none.
        """
        if random.randrange(SWEEP_EVERY) == 0:  # noqa: S311 -- chance, no secret
            self.filter(last_at__lt=now - KEPT_FOR).delete()
        values: dict[str, str | int | dt.datetime] = {
            "key": key_of(limit, whose),
            "now": now,
            "since": now - limit.within,
            "tries": limit.tries,
            "kept_since": now - (A_DAY if limit.a_day else limit.within),
            "in_all": limit.a_day or limit.tries,
        }
        with connection.cursor() as cursor:
            cursor.execute(COUNT, values)
            (is_allowed,) = cursor.fetchone()
        return bool(is_allowed)

    def forget(self, limit: Limit, whose: str) -> None:
        """Who has proved who they are begins anew."""
        self.filter(key=key_of(limit, whose)).delete()


def key_of(limit: Limit, whose: str) -> str:
    """No address is kept of those who try."""
    return salted_hmac("accounts.tries", f"{limit.name} {whose}", algorithm="sha256").hexdigest()


class Tries(models.Model):
    """Of one key. In PostgreSQL, so that all processes count together and nothing but time empties it."""

    key = models.CharField(max_length=64, primary_key=True)
    times = ArrayField(models.DateTimeField())
    is_allowed = models.BooleanField()  # the last of them
    last_at = models.DateTimeField(db_index=True)

    objects = TriesManager()

    class Meta:
        verbose_name = _("tries")
        verbose_name_plural = _("tries")

    def __str__(self) -> str:
        return self.key[:8]
