"""What a patient was given to read with a report, in the very version that it had then."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam
from education.models import Edition
from tracker.models.base import PatientDataQuerySet, append_only
from tracker.models.checkins import CheckIn
from tracker.models.patients import Patient


class ShownPage(models.Model):
    """A page of the library that came with the answer to a report. Written once, when it was first shown.

    `title` is what it was called, in the `language` in which it was shown.
    """

    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+", verbose_name=_("patient"))
    check_in = models.ForeignKey(
        CheckIn, models.PROTECT, related_name="shown_pages", verbose_name=_("check-in")
    )
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+", verbose_name=_("version"))
    language = models.CharField(_("language"), max_length=10)
    title = models.CharField(_("title"), max_length=120)
    shown_at = models.DateTimeField(_("shown at"))

    objects: ClassVar[PatientDataQuerySet["ShownPage"]] = PatientDataQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("page that was shown")
        verbose_name_plural = _("pages that were shown")
        ordering = ["shown_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_in", "edition", "language"], name="shownpage_once_a_report"
            )
        ]
        triggers = [append_only]

    def __str__(self) -> str:
        return self.title
