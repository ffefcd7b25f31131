"""Who looked at whom. Written, never changed."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.teams import CareTeam


class AccessEvent(models.Model):
    """One look at one patient's data by somebody of the care team, or by a carer."""

    class What(models.TextChoices):
        BOARD = "board", _("Saw the patient on the board")
        CHART = "chart", _("Opened the chart")
        DIARY = "diary", _("Opened the diary as a carer")
        EXPORT = "export", _("Took figures or lists along")
        FLAG = "flag", _("Opened a flag")
        MESSAGE = "message", _("Opened messages")
        HANDOVER = "handover", _("Opened the hand-over of a shift")
        LIST = "list", _("Opened the list of patients")
        NOTE = "note", _("Opened the list of notes to read")
        PHONE = "phone", _("Took a report by phone")
        RECORD = "record", _("Opened the record")
        REPORT = "report", _("Opened the list of late answers")
        SILENCE = "silence", _("Opened the list of silent patients")
        TRANSFER = "transfer", _("Read a request to take the patient over")

    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    # The patient's key without a foreign key: this room knows nothing of the tracker.
    patient_id = models.UUIDField(_("patient"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who")
    )
    what = models.CharField(_("what"), max_length=20, choices=What)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("access event")
        verbose_name_plural = _("access events")
        ordering = ["-at"]
        indexes = [models.Index(fields=["patient_id", "-at"], name="accessevent_of_a_patient")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.actor}: {self.get_what_display()}"
