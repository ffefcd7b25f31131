"""The on-call rota of a team: a week that repeats, and the changes to it."""

import datetime as dt
from typing import ClassVar, Self

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam
from accounts.models.teams import Weekday


@pghistory.track()
class Shift(models.Model):
    """Somebody is on call every week on this day, by the team's clock.

    A shift that ends no later than it begins ends on the next day. On a holiday Sunday's shifts begin.
    """

    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="shifts", verbose_name=_("care team"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="shifts", verbose_name=_("who")
    )
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["team", "weekday", "starts", "person"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "person", "weekday", "starts"], name="shift_once_a_person_and_time"
            ),
            models.CheckConstraint(
                condition=models.Q(weekday__in=[day.value for day in Weekday]), name="shift_day_is_a_weekday"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}, {self.person}"


class SwapQuerySet(models.QuerySet["Swap"]):
    def not_over(self, now: dt.datetime | models.Expression) -> Self:
        return self.filter(ends_at__gt=now)


@pghistory.track()
class Swap(models.Model):
    """For some hours `person` is on call in the place of `instead_of`, or, without, beside whoever is."""

    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="swaps", verbose_name=_("care team"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who covers")
    )
    instead_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("instead of"),
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"), editable=False)

    objects: ClassVar[SwapQuerySet] = SwapQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("swap")
        verbose_name_plural = _("swaps")
        ordering = ["team", "starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="swap_begins_before_it_ends",
                violation_error_message=_("It has to begin before it ends."),
            ),
            models.CheckConstraint(
                condition=models.Q(instead_of=None) | ~models.Q(instead_of=models.F("person")),
                name="swap_is_between_two_people",
                violation_error_message=_("Choose two different people."),
            ),
        ]
        indexes = [models.Index(fields=["team", "ends_at"], name="swap_of_a_team")]

    def __str__(self) -> str:
        return f"{self.person}, {self.starts_at:%Y-%m-%d %H:%M}"
