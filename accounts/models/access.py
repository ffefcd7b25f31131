"""Who looked at whom. Written, never changed; sealed by accounts.audit so that a change would be found."""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.teams import CareTeam
from config import requests

if TYPE_CHECKING:
    from accounts.models.users import User

type Seen = tuple[int | None, UUID | None]
"""Of whom: the key of the team that has them, and the patient's own. Neither for a look at nobody."""

append_only = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class AccessEventQuerySet(models.QuerySet["AccessEvent"]):
    def keep(
        self, seen: Iterable[Seen], *, by: "User", what: str, purpose: "AccessEvent.Purpose", now: dt.datetime
    ) -> None:
        """Within the transaction in which the answer is made: without the note there is no look."""
        request_id = requests.current_id()
        AccessEvent.objects.bulk_create(
            AccessEvent(
                team_id=team,
                patient_id=patient,
                actor=by,
                what=what,
                purpose=purpose,
                request_id=request_id,
                at=now,
            )
            for team, patient in seen
        )


class AccessEvent(models.Model):
    """One look at one patient's data, by whoever it was; or a search that found nobody."""

    class What(models.TextChoices):
        BOARD = "board", _("Saw the patient on the board")
        CHART = "chart", _("Opened the chart")
        DIARY = "diary", _("Opened the diary as a carer")
        DOWNLOAD = "download", _("Took a copy of the diary along")
        EMERGENCY = "emergency", _("Opened the chart in an emergency")
        EXPORT = "export", _("Took figures or lists along")
        FLAG = "flag", _("Opened a flag")
        MESSAGE = "message", _("Opened messages")
        HANDOVER = "handover", _("Opened the hand-over of a shift")
        LIST = "list", _("Opened the list of patients")
        NOTE = "note", _("Opened the list of notes to read")
        PHONE = "phone", _("Took a report by phone")
        PRIVACY = "privacy", _("Opened what is kept, held or erased")
        PRINT = "print", _("Printed a code to come in with")
        RECORD = "record", _("Opened the record")
        REPORT = "report", _("Opened the list of late answers")
        REVIEW = "review", _("Read the record of looks")
        SEARCH = "search", _("Searched by number, or by name and birth date")
        SILENCE = "silence", _("Opened the list of silent patients")
        TRANSFER = "transfer", _("Read a request to take the patient over")
        TRIAL = "trial", _("Saw the patient in a trial of rules")
        UNWATCH = "unwatch", _("Ended the watch over looks at the patient")
        VISIT = "visit", _("Made a page for a visit")
        WATCH = "watch", _("Began to watch looks at the patient")

    class Purpose(models.TextChoices):
        CARE = "care", _("Care")
        CARER = "carer", _("Help by a carer")
        OWN = "own", _("The patient themselves")
        ADMINISTRATION = "administration", _("Administration")
        REVIEW = "review", _("Review of looks")
        EMERGENCY = "break-glass", _("Emergency")

    team = models.ForeignKey(
        CareTeam, models.PROTECT, null=True, related_name="+", verbose_name=_("care team")
    )
    # The patient's key without a foreign key: this room knows nothing of the tracker.
    patient_id = models.UUIDField(_("patient"), null=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who")
    )
    what = models.CharField(_("what"), max_length=20, choices=What)
    # "" of looks from before it was kept.
    purpose = models.CharField(
        _("purpose"), max_length=20, choices=Purpose, blank=True, default="", db_default=""
    )
    request_id = models.CharField(_("request"), max_length=64, blank=True, default="", db_default="")
    at = models.DateTimeField(_("when"))

    objects: ClassVar[AccessEventQuerySet] = AccessEventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("access event")
        verbose_name_plural = _("access events")
        ordering = ["-at"]
        permissions = [("review_accessevent", "Can search and review who looked at whom")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(team__isnull=False, patient_id__isnull=False)
                | models.Q(team=None, patient_id=None, what__in=["search", "review"]),
                name="accessevent_is_of_a_patient_or_found_nobody",
            ),
        ]
        indexes = [
            models.Index(fields=["patient_id", "-at"], name="accessevent_of_a_patient"),
            models.Index(fields=["actor", "-at"], name="accessevent_by_a_person"),
            BrinIndex(fields=["at"], name="accessevent_of_a_period"),
        ]
        triggers = [
            append_only,
            # Whichever program wrote a row, it waits for its seal; see docs/decisions.
            pgtrigger.Trigger(
                name="waits_for_its_seal",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_rows"),  # type: ignore[no-untyped-call]
                func="INSERT INTO accounts_unsealedevent (event_id) SELECT id FROM new_rows; RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor}: {self.get_what_display()}"


class UnsealedEvent(models.Model):
    """An access event that no seal holds yet. Its own row, since the event's is never changed."""

    event_id = models.BigIntegerField(primary_key=True)

    class Meta:
        verbose_name = _("event without a seal")
        verbose_name_plural = _("events without a seal")

    def __str__(self) -> str:
        return str(self.event_id)


class AuditSeal(models.Model):
    """Some access events in their order, chained to the seal before; accounts.audit.chain says how.

    `links` has 32 bytes for the seal's own head, and then 32 for each event: each rests on the one before it.
    """

    number = models.PositiveBigIntegerField(_("number"), primary_key=True)
    sealed_at = models.DateTimeField(_("sealed at"))
    # The place of its first event among all that were ever sealed; the very first is 1.
    first_sequence = models.PositiveBigIntegerField(_("begins at"))
    event_ids = ArrayField(models.BigIntegerField(), verbose_name=_("events"))
    previous_hash = models.CharField(_("hash of the seal before"), max_length=64)
    links = models.BinaryField()
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(event_ids__len__gte=1), name="auditseal_holds_something"
            ),
            models.UniqueConstraint(fields=["previous_hash"], name="auditseal_one_follows_each"),
        ]
        triggers = [append_only]

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


class AuditAnchor(models.Model):
    """The newest seal of a day, as it was told to people and machines outside."""

    day = models.DateField(_("day"), unique=True)
    seal = models.PositiveBigIntegerField(_("seal"))
    hash = models.CharField(_("hash"), max_length=64)
    made_at = models.DateTimeField(_("made at"))
    told_outside_at = models.DateTimeField(_("told outside at"), null=True)

    class Meta:
        verbose_name = _("anchor")
        verbose_name_plural = _("anchors")
        ordering = ["-day"]
        triggers = [
            pgtrigger.ReadOnly(name="anchored_once", exclude=["told_outside_at"]),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        """As it is given to `manage.py audit verify --anchor`."""
        return f"{self.seal}:{self.hash}"
