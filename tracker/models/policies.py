"""Who is told of a flag, in which order and how, and when it begins again: a team's own, for each level."""

import datetime as dt
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam, Role
from tracker.models.base import LEVEL_CHOICES
from tracker.triage.report import Level

LONGEST_WAIT = 7 * 24 * 60  # minutes

# Minutes from claim to outcome. Our own choice, for the lead to change: an hour is a call, a call back and a
# note; two days are two working days for most.
OUTCOME_MINUTES: Mapping[Level, int] = MappingProxyType(
    {Level.EMERGENCY: 60, Level.URGENT: 4 * 60, Level.ROUTINE: 2 * 24 * 60}
)
# What a new team begins with: role, minutes to answer. Our own choice.
FIRST_LADDER: Mapping[Level, tuple[tuple[Role, int], ...]] = MappingProxyType(
    {
        Level.EMERGENCY: ((Role.NURSE, 5), (Role.DOCTOR, 5), (Role.LEAD, 5)),
        Level.URGENT: ((Role.NURSE, 15), (Role.DOCTOR, 15), (Role.LEAD, 10)),
        Level.ROUTINE: ((Role.NURSE, 240), (Role.LEAD, 240)),
    }
)


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    PUSH = "push", _("Push message")
    SMS = "sms", _("Text message")
    VOICE = "voice", _("Phone call")
    WEBHOOK = "webhook", _("Webhook")


def by_email() -> list[str]:
    return [Channel.EMAIL.value]


class PolicyManager(models.Manager["EscalationPolicy"]):
    def make_first(self, team: CareTeam) -> None:
        """What a new team begins with, for the levels that have no policy yet."""
        known = set(self.filter(team=team).values_list("level", flat=True))
        policies = self.bulk_create(
            EscalationPolicy(team=team, level=level, outcome_minutes=OUTCOME_MINUTES[level])
            for level in FIRST_LADDER
            if level not in known
        )
        EscalationStep.objects.bulk_create(
            EscalationStep(policy=policy, position=position, roles=[role], minutes=minutes)
            for policy in policies
            for position, (role, minutes) in enumerate(FIRST_LADDER[Level(policy.level)])
        )

    def outcome_time(self, team_id: int, level: int) -> dt.timedelta:
        """How long a claimed flag of this level may wait for its outcome."""
        own = self.filter(team=team_id, level=level).values_list("outcome_minutes", flat=True).first()
        return dt.timedelta(minutes=own or OUTCOME_MINUTES[Level(level)])

    def outcome_times(self, team_ids: Iterable[int]) -> dict[int, dict[Level, dt.timedelta]]:
        """The same for every level of several teams, in one query."""
        usual = {level: dt.timedelta(minutes=minutes) for level, minutes in OUTCOME_MINUTES.items()}
        times = {pk: dict(usual) for pk in team_ids}
        for pk, level, minutes in self.filter(team__in=times).values_list("team", "level", "outcome_minutes"):
            times[pk][Level(level)] = dt.timedelta(minutes=minutes)
        return times


@pghistory.track()
class EscalationPolicy(models.Model):
    """How one team is told of flags of one level: step by step, the last again and again, until one answers.

    A claimed flag without an outcome after `outcome_minutes` comes back, and the first step is told again.
    """

    team = models.ForeignKey(
        CareTeam, models.PROTECT, related_name="escalation_policies", verbose_name=_("care team")
    )
    level = models.PositiveSmallIntegerField(
        _("level"), choices=[choice for choice in LEVEL_CHOICES if choice[0] > Level.NONE]
    )
    outcome_minutes = models.PositiveIntegerField(
        _("minutes to an outcome"),
        validators=[MinValueValidator(5), MaxValueValidator(LONGEST_WAIT)],
        help_text=_("How long a claimed flag may wait for its outcome before people are told again."),
    )

    objects: ClassVar[PolicyManager] = PolicyManager()

    class Meta:
        verbose_name = _("escalation policy")
        verbose_name_plural = _("escalation policies")
        ordering = ["team", "-level"]
        constraints = [
            models.UniqueConstraint(fields=["team", "level"], name="escalationpolicy_one_a_level"),
            models.CheckConstraint(
                condition=models.Q(level__range=(Level.ROUTINE, Level.EMERGENCY)),
                name="escalationpolicy_level_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome_minutes__range=(5, LONGEST_WAIT)),
                name="escalationpolicy_comes_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team}, {self.get_level_display()}"


@pghistory.track()
class EscalationStep(models.Model):
    """Whoever is on call, everybody in `roles`, and `people`, by `channels`; `minutes` to answer."""

    policy = models.ForeignKey(
        EscalationPolicy, models.CASCADE, related_name="steps", verbose_name=_("escalation policy")
    )
    position = models.PositiveSmallIntegerField(_("position"), help_text=_("0 comes first."))
    on_call = models.BooleanField(_("whoever is on call"), default=False)
    roles = ArrayField(
        models.CharField(max_length=10, choices=Role), verbose_name=_("roles"), default=list, blank=True
    )
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="StepPerson",
        related_name="+",
        verbose_name=_("people"),
        blank=True,
    )
    channels = ArrayField(
        models.CharField(max_length=10, choices=Channel), verbose_name=_("how"), default=by_email
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes to answer"), help_text=_("How long to wait for an answer before the next step.")
    )

    class Meta:
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation steps")
        ordering = ["policy", "position"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "position"], name="escalationstep_one_a_position"),
            models.CheckConstraint(condition=models.Q(minutes__gte=1), name="escalationstep_waits_a_minute"),
            models.CheckConstraint(
                condition=models.Q(roles__contained_by=Role.values), name="escalationstep_roles_are_known"
            ),
            models.CheckConstraint(
                condition=models.Q(channels__contained_by=Channel.values, channels__len__gte=1),
                name="escalationstep_has_a_channel",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy}, {self.position}"


@pghistory.track()
class StepPerson(models.Model):
    """Somebody who is told by name. Only a member of the policy's team is: who has left it is passed over."""

    step = models.ForeignKey(EscalationStep, models.CASCADE, related_name="named", verbose_name=_("step"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )

    class Meta:
        verbose_name = _("person of a step")
        verbose_name_plural = _("people of steps")
        ordering = ["step", "person"]
        constraints = [models.UniqueConstraint(fields=["step", "person"], name="stepperson_once_a_step")]

    def __str__(self) -> str:
        return f"{self.person}, {self.step}"
