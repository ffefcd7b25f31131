"""What the rows of this room have in common."""

from typing import Self

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
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


append_only = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class PatientDataQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows that carry `team` and belong to a patient. Every query for them starts at `visible_to`."""

    def visible_to(self, user: User) -> Self:
        """The user's own rows, and those of the teams that the user works in."""
        return self.filter(models.Q(team__in=user.memberships.values("team")) | models.Q(patient__user=user))
