"""Care teams, when they are there, and who works in them."""

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo, available_timezones

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.formats import time_format
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.hours import Hours

phone_number = RegexValidator(
    r"^\+?[0-9][0-9 ()\-]*$", _("Write the number with digits, spaces and an optional + in front.")
)

LONGEST_NOTE_HOURS = 7 * 24


class Weekday(models.IntegerChoices):
    """As `datetime.isoweekday` counts."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


class Role(models.TextChoices):
    """What somebody does in a team. Editors and admins are staff through groups, not through a team."""

    NURSE = "nurse", _("Nurse")
    DOCTOR = "doctor", _("Doctor")
    LEAD = "lead", _("Lead")


def weekdays() -> list[int]:
    """Monday to Friday."""
    return [day.value for day in Weekday if day <= Weekday.FRIDAY]


def days_in_words(days: Iterable[int]) -> str:
    """“Monday to Friday”, “Monday, Wednesday and Friday”, “every day”; "" for no day at all."""
    known = sorted(set(days))
    names = [str(Weekday(day).label) for day in known]
    if len(known) == len(Weekday):
        return gettext("every day")
    if len(known) > 2 and known[-1] - known[0] == len(known) - 1:
        return gettext("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
    return get_text_list(names, gettext("and"))


def time_in_words(time: dt.time) -> str:
    """“8 am”, “5:30 pm”, “noon”; “8:00”, “17:30” where clocks have no am."""
    return time_format(time, "P").replace(".", "")


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is no time zone. Write it like Europe/Madrid."), params={"name": name}
        )


@pghistory.track(exclude=["webhook_secret"])
class CareTeam(models.Model):
    """A clinic's care team: whom its patients call, and when somebody reads what they send."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    phone = models.CharField(_("phone, in cover hours"), max_length=40, validators=[phone_number])
    line_24h = models.CharField(
        _("24-hour line"), max_length=40, validators=[phone_number], help_text=_("Answered day and night.")
    )
    emergency_number = models.CharField(
        _("emergency number"),
        max_length=10,
        validators=[phone_number],
        help_text=_("What patients dial for an ambulance here: 112, 911 or 999."),
    )
    crisis_line = models.CharField(
        _("crisis line"),
        max_length=40,
        blank=True,
        validators=[phone_number],
        help_text=_("For thoughts of self-harm: 988, 116 123 or 024. Leave it empty where there is none."),
    )
    time_zone = models.CharField(
        _("time zone"), max_length=60, validators=[validate_time_zone], help_text=_("Such as Europe/Madrid.")
    )
    cover_days = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday),
        verbose_name=_("cover days"),
        default=weekdays,
        help_text=_("Days on which a nurse reads what patients send: 1 is Monday, 7 is Sunday."),
    )
    cover_from = models.TimeField(_("cover from"), default=dt.time(8))
    cover_until = models.TimeField(_("cover until"), default=dt.time(18))
    holidays = ArrayField(
        models.DateField(),
        verbose_name=_("holidays"),
        default=list,
        blank=True,
        help_text=_("Days without cover, such as 2026-12-25. Whoever is on call on Sundays is on call then."),
    )
    webhook_url = models.URLField(
        _("webhook"),
        max_length=500,
        blank=True,
        help_text=_("An address of your own that is told of flags too, signed. It gets no health detail."),
    )
    webhook_secret = models.CharField(
        _("webhook's secret"),
        max_length=60,
        blank=True,
        help_text=_("Signs what goes to the webhook. Empty: a new one is made."),
    )
    note_hours = models.PositiveSmallIntegerField(
        _("hours to read a note"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_NOTE_HOURS)],
        help_text=_("Within how many hours a person of the team reads what a patient writes in words."),
    )

    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="teams", verbose_name=_("members")
    )

    class Meta:
        verbose_name = _("care team")
        verbose_name_plural = _("care teams")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cover_from__lt=models.F("cover_until")),
                name="careteam_cover_begins_before_it_ends",
                violation_error_message=_("Cover has to begin before it ends."),
            ),
            models.CheckConstraint(
                condition=models.Q(cover_days__contained_by=[day.value for day in Weekday]),
                name="careteam_cover_days_are_weekdays",
                violation_error_message=_("Cover days are numbers from 1 (Monday) to 7 (Sunday)."),
            ),
            models.CheckConstraint(
                condition=models.Q(note_hours__range=(1, LONGEST_NOTE_HOURS)),
                name="careteam_reads_notes_within_a_week",
                violation_error_message=_("Notes are read within 1 to 168 hours."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def hours(self) -> Hours:
        """When somebody reads reports."""
        return Hours(self.zone, self.cover_days, self.cover_from, self.cover_until, frozenset(self.holidays))

    def is_covered(self, now: dt.datetime) -> bool:
        """Whether somebody reads reports at `now` (an aware moment)."""
        return self.hours.is_open(now)

    @property
    def cover_words(self) -> str:
        """When somebody reads reports: “8 am to 6 pm, Monday to Friday”; "" if that is never."""
        if not self.cover_days:
            return ""
        return gettext("%(begin)s to %(end)s, %(days)s") % {
            "begin": time_in_words(self.cover_from),
            "end": time_in_words(self.cover_until),
            "days": days_in_words(self.cover_days),
        }


@pghistory.track()
class Membership(models.Model):
    """One person's work in one team."""

    team = models.ForeignKey(
        CareTeam, models.PROTECT, related_name="memberships", verbose_name=_("care team")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["team", "role", "user"]
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="membership_once_a_team"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.team}"

    def clean(self) -> None:
        if self.user_id and not self.user.email:
            raise ValidationError(
                _("Only a patient can be without an e-mail address. Give this person one first.")
            )
