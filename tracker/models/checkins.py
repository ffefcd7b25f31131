"""What patients reported, and what triage made of it. Added to, never changed."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam
from tracker.models import rights
from tracker.models.base import LEVEL_CHOICES, PatientDataQuerySet, append_only
from tracker.models.carers import Scope
from tracker.models.patients import Patient
from tracker.triage import document
from tracker.triage.report import Level, Report

ASKS_FOR_CALL = "asks_for_call"
"""The finding of a request to be called."""


class CheckInQuerySet(PatientDataQuerySet["CheckIn"]):
    def visible_to(self, user: rights.Reader, now: dt.datetime | None = None) -> Self:
        """The user's own, and those of the teams that the user works in.

        With `now`, also what the user may see as a carer then: the whole diary, or what they sent themselves.
        """
        seen = rights.seen_by(user)
        if now is not None:
            seen |= rights.is_cared_for_by(user, now, scope=Scope.DIARY)
            seen |= rights.is_cared_for_by(user, now) & models.Q(reported_by=user)
        return self.filter(seen)

    def current(self) -> Self:
        """Without the reports that a later correction took the place of."""
        return self.filter(amendments=None)

    def since(self, day: dt.date) -> Self:
        return self.filter(day__gte=day)

    def of_days(self) -> Self:
        """Without requests to be called and messages, which tell nothing of how a day was: it is still to be
        reported."""
        return self.filter(is_call=False).exclude(source=CheckIn.Source.MESSAGE)


class CheckIn(models.Model):
    """One report of one day, as one document. A correction is a new row that points to the first.

    `id` was made on the phone, so that sending twice is harmless. `day` is the patient's own date,
    `reported_at` the phone's clock (shown), `received_at` ours (orders and times everything).
    """

    class Source(models.TextChoices):
        WEB = "web", _("Web form")
        OFFLINE = "offline", _("Kept on a phone")
        PHONE = "phone", _("Told by phone, taken by the team")
        MESSAGE = "message", _("Message to the team")
        SEED = "seed", _("Demonstration")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="check_ins", verbose_name=_("patient"))
    amends = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="amendments", verbose_name=_("takes the place of")
    )
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reported by")
    )
    # What a carer is to the patient, as the patient called it then; empty for anybody else.
    relation = models.CharField(_("reported as"), max_length=60, blank=True, default="", db_default="")
    source = models.CharField(_("came by"), max_length=10, choices=Source)
    day = models.DateField(_("day"))
    is_call = models.BooleanField(
        _("a request to be called"),
        default=False,
        help_text=_("And nothing else: not a report of the day."),
    )
    reported_at = models.DateTimeField(_("sent at, by the phone's clock"))
    received_at = models.DateTimeField(_("received at"))
    report = models.JSONField(_("report"))
    # Symptom code → 0–4, what charts read; tracker.triage.grading.grades says how.
    grades = models.JSONField(_("grades"))
    level = models.PositiveSmallIntegerField(_("level"), choices=LEVEL_CHOICES)
    rules_version = models.CharField(_("rules"), max_length=20)
    # What the patient was told, as it was said: headline, steps, helps, call_when; and what was asked back.
    advice = models.JSONField(_("advice given"))
    checks = models.JSONField(_("questions asked back"), default=list)

    objects: ClassVar[CheckInQuerySet] = CheckInQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ["-received_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__lte=Level.EMERGENCY), name="checkin_level_is_known"
            ),
            models.CheckConstraint(
                # has_key: no version at all would compare as unknown, which a CHECK lets in.
                condition=models.Q(report__has_key="version", report__version=document.VERSION),
                name="checkin_report_has_a_version",
            ),
            models.CheckConstraint(condition=~models.Q(amends=models.F("id")), name="checkin_amends_another"),
        ]
        indexes = [models.Index(fields=["patient", "-day", "-received_at"], name="checkin_of_a_patient")]
        triggers = [append_only]

    def __str__(self) -> str:
        return f"{self.patient}, {self.day}"

    @cached_property
    def told(self) -> Report:
        """The report as triage reads it."""
        return replace(document.read(self.report), by_another=self.is_by_another)

    @property
    def is_by_another(self) -> bool:
        """A carer typed it, or somebody of the team on the phone."""
        return bool(self.relation) or self.source == self.Source.PHONE

    @property
    def mark(self) -> str:
        """Who told it, where that was not the patient in writing; "" otherwise."""
        name = self.reported_by.get_short_name() if self.is_by_another else ""
        if self.source == self.Source.PHONE:
            return gettext("by phone, taken by %(name)s") % {"name": name}
        if self.relation:
            return gettext("by %(name)s, %(relation)s") % {"name": name, "relation": self.relation}
        return ""

    @property
    def is_message(self) -> bool:
        """What a message to the team came to."""
        return self.source == self.Source.MESSAGE

    @property
    def is_of_a_day(self) -> bool:
        """As `of_days` has it."""
        return not (self.is_call or self.is_message)

    @property
    def asks_only_for_a_call(self) -> bool:
        """Whether nothing in it, the reason included, is as urgent as the request itself."""
        found = self.findings.filter(level=self.level, muted=False)
        return self.is_call and not found.exclude(code=ASKS_FOR_CALL).exists()

    @property
    def is_late(self) -> bool:
        """Sent for a day that was over by the patient's own clock."""
        return self.reported_at.astimezone(self.patient.zone).date() > self.day


class FindingQuerySet(PatientDataQuerySet["Finding"]):
    def of_flags(self, flags: Iterable[models.Model]) -> Self:
        """Those of every report that these flags hold, newest first.

        `of_flag` says of which (a key). `was_corrected`: by a report that the flag holds too; a correction
        that came when it was closed changes nothing of what its nurse had read.
        """
        corrections = self.model._meta.apps.get_model("tracker", "FlagEvent")._default_manager.filter(
            flag=models.OuterRef("of_flag"), check_in__amends=models.OuterRef("check_in")
        )
        found = self.filter(check_in__flag_events__flag__in=list(flags))
        found = found.annotate(of_flag=models.F("check_in__flag_events__flag"))
        found = found.annotate(was_corrected=models.Exists(corrections))
        return found.select_related("check_in").order_by("-check_in__received_at", "-level", "id")


class Finding(models.Model):
    """One rule that held for one report: which, why, what it saw and what it said."""

    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="findings", verbose_name=_("patient"))
    check_in = models.ForeignKey(CheckIn, models.PROTECT, related_name="findings", verbose_name=_("check-in"))
    code = models.CharField(_("finding"), max_length=60)
    rule = models.CharField(_("rule"), max_length=80)
    rules_version = models.CharField(_("rules"), max_length=20)
    level = models.PositiveSmallIntegerField(_("level"), choices=LEVEL_CHOICES)
    patient_words = models.TextField(_("said to the patient"))
    team_words = models.TextField(_("said to the team"))
    inputs = models.JSONField(_("what the rule saw"))
    # A nurse expects it: it raises nothing, and the level of the check-in leaves it out.
    muted = models.BooleanField(_("muted"), default=False)
    # What was to quiet it. Not muted all the same: this report was worse, and broke it.
    mute = models.ForeignKey(
        "tracker.Mute", models.PROTECT, null=True, related_name="findings", verbose_name=_("mute")
    )

    objects: ClassVar[FindingQuerySet] = FindingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["-level", "id"]
        constraints = [
            models.UniqueConstraint(fields=["check_in", "rule"], name="finding_once_a_rule"),
            models.CheckConstraint(
                condition=models.Q(muted=False) | models.Q(mute__isnull=False, level__lt=Level.EMERGENCY),
                name="finding_is_muted_by_a_mute",
            ),
        ]
        triggers = [append_only]

    def __str__(self) -> str:
        return self.team_words

    @property
    def broke_mute(self) -> bool:
        """Whether a mute was in force and this report was worse than what it had been set for."""
        return self.mute_id is not None and not self.muted
