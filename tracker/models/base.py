"""What the rows of this room have in common."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from accounts.models.access import append_only as append_only
from tracker.models.rights import Reader, seen_by
from tracker.triage.report import Level

LEVEL_CHOICES = [
    (Level.NONE.value, _("None")),
    (Level.ROUTINE.value, _("Routine")),
    (Level.URGENT.value, _("Urgent")),
    (Level.EMERGENCY.value, _("Emergency")),
]


def level_word(level: int) -> str:
    """“urgent”, as it stands inside a sentence."""
    return str(dict(LEVEL_CHOICES)[level]).lower()


_A_ZONE = dt.timedelta(days=1)  # it may be tomorrow already where the patient is


class PatientDataQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows that carry `team` and belong to a patient. Every query for them starts at `visible_to`.

    A row's own team is the one that had the patient when it was written, and stays. Who may see it is decided
    by the patient's team of now: a patient who moves takes the whole history along.
    """

    def visible_to(self, user: Reader) -> Self:
        """The user's own rows, and those of the patients of the teams that the user works in.

        Also those of a patient whose chart the user has open in an emergency: only to read that chart. What
        the team's pages list and do goes by the teams alone (`tracker.team.access.of_teams_of`).
        """
        return self.filter(seen_by(user))


def own_date(now: dt.datetime | models.Expression) -> Cast:
    """The date at `now` by the clock of the row's patient."""
    zone = Coalesce(NullIf("patient__time_zone", models.Value("")), "patient__team__time_zone")
    is_known = isinstance(now, dt.datetime)
    moment = models.Value(now, output_field=models.DateTimeField()) if is_known else now
    local = models.Func(zone, moment, function="timezone", output_field=models.DateTimeField())
    return Cast(local, models.DateField())


def within(last_day: str, begins: str, longest: dt.timedelta) -> models.Q:
    """The last day is no earlier than the first, and at most `longest` after it, by whichever clock."""
    begun_on = models.Func(
        models.F(begins),
        template="((%(expressions)s AT TIME ZONE 'UTC')::date)",
        output_field=models.DateField(),
    )
    return models.Q(
        **{f"{last_day}__gte": begun_on - _A_ZONE, f"{last_day}__lte": begun_on + (longest + _A_ZONE)}
    )
