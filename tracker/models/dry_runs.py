"""Trials of a draft, each kept as it came out: a second person publishes by the last one."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.models.rules import RuleSet, of_drafts_only


class DryRun(models.Model):
    """What a draft makes of the last days' check-ins, beside what the set in force makes of them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rule_set = models.ForeignKey(RuleSet, models.CASCADE, related_name="dry_runs", verbose_name=_("draft"))
    revision = models.PositiveIntegerField(_("revision of the draft"))
    against = models.ForeignKey(
        RuleSet, models.PROTECT, null=True, related_name="+", verbose_name=_("compared with")
    )
    days = models.PositiveSmallIntegerField(_("days"))
    run_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("run by")
    )
    run_at = models.DateTimeField(_("run at"))
    result = models.JSONField(_("result"))

    class Meta:
        verbose_name = _("dry run")
        verbose_name_plural = _("dry runs")
        ordering = ["-run_at"]
        get_latest_by = "run_at"
        constraints = [
            models.CheckConstraint(condition=models.Q(days__gte=1), name="dryrun_looks_back_a_day"),
        ]
        triggers = [
            of_drafts_only,
            pgtrigger.Protect(name="dry_run_is_written_once", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.rule_set}, {self.run_at:%Y-%m-%d %H:%M}"
