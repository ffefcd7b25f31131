"""What phones send without a session: which of them may, and every report's bytes as they came."""

import datetime as dt
import hashlib
import secrets
import uuid
from typing import Any, ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam, User
from tracker.models import rights
from tracker.models.base import PatientDataQuerySet
from tracker.models.carers import Carer
from tracker.models.checkins import CheckIn
from tracker.models.flags import Flag
from tracker.models.patients import Patient
from tracker.statement import Given, Statement

AN_HOUR = dt.timedelta(hours=1)
USED_LATELY = dt.timedelta(minutes=5)
"""How exactly it is known when a device was used last: every report would be a write more."""


def digest(token: str) -> str:
    """What is kept of a token; 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


class OfflineDeviceQuerySet(PatientDataQuerySet["OfflineDevice"]):
    def visible_to(self, user: rights.Reader, now: dt.datetime | None = None) -> Self:
        """Those for the user's own diary, whoever has them, and those of the teams that the user works in.

        With `now`, also the user's own for people whose carer the user is then.
        """
        seen = rights.seen_by(user)
        if now is not None:
            seen |= rights.is_cared_for_by(user, now) & models.Q(user=user)
        return self.filter(seen)

    def trusted(self, now: dt.datetime | models.Expression) -> Self:
        """Not revoked, and of somebody who may report for the patient at `now`.

        That is the patient's own account, or a carer's: from a phone that they have trusted as such.
        """
        as_carer = Carer.objects.in_force(now).filter(
            patient=models.OuterRef("patient"),
            user=models.OuterRef("user"),
            accepted_at__lte=models.OuterRef("created_at"),
        )
        return self.filter(
            models.Q(patient__user=models.F("user")) | models.Exists(as_carer),
            revoked_at=None,
            user__is_active=True,
        )

    def with_new_items(self, now: dt.datetime | models.Expression) -> Self:
        """`new_items`: how many it sent within the last hour."""
        lately = InboxItem.objects.filter(device=models.OuterRef("pk"), received_at__gt=now - AN_HOUR)
        count = lately.order_by().values("device").annotate(many=models.Count("pk")).values("many")
        return self.annotate(new_items=Coalesce(models.Subquery(count), 0))


@pghistory.track(exclude=["token_digest", "last_used_at"])
class OfflineDevice(models.Model):
    """A phone or browser that may send one patient's reports when nobody is signed in, and nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(
        Patient, models.PROTECT, related_name="offline_devices", verbose_name=_("patient")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="offline_devices", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=80, help_text=_("Such as “Chrome on Android”."))
    token_digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("since"), editable=False)
    last_used_at = models.DateTimeField(_("last used at"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    objects: ClassVar[OfflineDeviceQuerySet] = OfflineDeviceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("phone that may send")
        verbose_name_plural = _("phones that may send")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["token_digest"], name="offlinedevice_one_a_token"),
            models.CheckConstraint(
                condition=models.Q(revoked_at=None) | models.Q(revoked_at__gte=models.F("created_at")),
                name="offlinedevice_is_revoked_after_it_was_made",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="revoked_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__revoked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def issue(cls, patient: Patient, *, to: User, name: str, now: dt.datetime) -> tuple["OfflineDevice", str]:
        """The device with its token, which is kept nowhere but on it."""
        token = secrets.token_urlsafe(32)  # bytes
        device = cls.objects.create(
            team_id=patient.team_id,
            patient=patient,
            user=to,
            name=name,
            token_digest=digest(token),
            created_at=now,
        )
        return device, token

    def used(self, now: dt.datetime) -> None:
        """Written down now and then; somebody may be revoking it at this moment."""
        if self.last_used_at is None or now - self.last_used_at >= USED_LATELY:
            OfflineDevice.objects.filter(pk=self.pk, revoked_at=None).update(last_used_at=now)

    def revoke(self, now: dt.datetime) -> None:
        """From now on it sends nothing. Twice does no harm."""
        OfflineDevice.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=now)


class Outcome(models.TextChoices):
    """What became of bytes that came in."""

    WAITING = "waiting", _("Not read yet")
    CHECK_IN = "check_in", _("A report")
    UNREADABLE = "unreadable", _("A report that could not be read")
    TOO_LATE = "too_late", _("A report that came too late to be weighed")
    TOO_LARGE = "too_large", _("A report that was too large to be read")


FOR_A_PERSON = (Outcome.UNREADABLE, Outcome.TOO_LATE, Outcome.TOO_LARGE)
SETTLED = (Outcome.CHECK_IN, *FOR_A_PERSON)


class InboxItemQuerySet(PatientDataQuerySet["InboxItem"]):
    def waiting(self) -> Self:
        """Kept, and not settled yet."""
        return self.filter(outcome=Outcome.WAITING)

    def same_as(self, patient_id: uuid.UUID, raw: bytes) -> "InboxItem | None":
        """What these bytes of this patient were kept as before."""
        return next(iter(_SAME.run(patient=patient_id, digest=hashlib.sha256(raw).digest())), None)


class InboxItem(models.Model):
    """One body as a phone sent it, kept before anybody tries to read it.

    Settled once: it became a report, or a flag says that a person has to look at it. `raw` is the beginning
    alone where it was too large.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(CareTeam, models.PROTECT, related_name="+", verbose_name=_("care team"))
    patient = models.ForeignKey(
        Patient, models.PROTECT, related_name="inbox_items", verbose_name=_("patient")
    )
    device = models.ForeignKey(OfflineDevice, models.PROTECT, related_name="items", verbose_name=_("phone"))
    received_at = models.DateTimeField(_("received at"))
    raw = models.BinaryField(_("as it came"))
    digest = models.BinaryField(_("its SHA-256"), max_length=32)
    outcome = models.CharField(
        _("what became of it"), max_length=12, choices=Outcome, default=Outcome.WAITING
    )
    settled_at = models.DateTimeField(_("settled at"), null=True)
    check_in = models.ForeignKey(
        CheckIn, models.PROTECT, null=True, related_name="inbox_items", verbose_name=_("check-in")
    )
    flag = models.ForeignKey(
        Flag, models.PROTECT, null=True, related_name="inbox_items", verbose_name=_("flag")
    )
    # How long it had lain on the phone, as far as we believe that; the phone's own times stand in `raw`.
    age = models.DurationField(_("time on the phone"), null=True)
    why = models.CharField(_("what was wrong"), max_length=500, blank=True)

    objects: ClassVar[InboxItemQuerySet] = InboxItemQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("inbox item")
        verbose_name_plural = _("inbox items")
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(fields=["patient", "digest"], name="inboxitem_once_a_patient"),
            models.CheckConstraint(
                condition=models.Q(
                    digest=models.Func("raw", function="sha256", output_field=models.BinaryField())
                ),
                name="inboxitem_digest_is_of_its_bytes",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome=Outcome.WAITING, settled_at=None)
                | models.Q(outcome__in=SETTLED, settled_at__isnull=False),
                name="inboxitem_has_a_time_when_settled",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome=Outcome.CHECK_IN, check_in__isnull=False)
                | (~models.Q(outcome=Outcome.CHECK_IN) & models.Q(check_in=None)),
                name="inboxitem_has_a_report_when_it_became_one",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=FOR_A_PERSON, flag__isnull=False)
                | (~models.Q(outcome__in=FOR_A_PERSON) & models.Q(flag=None)),
                name="inboxitem_has_a_flag_when_for_a_person",
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at"], condition=models.Q(outcome=Outcome.WAITING), name="inboxitem_waiting"
            ),
            models.Index(fields=["device", "received_at"], name="inboxitem_of_a_device"),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="kept_as_it_came",
                exclude=["outcome", "settled_at", "check_in", "flag", "age", "why"],
            ),
            pgtrigger.Protect(
                name="settled_once",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__outcome=Outcome.WAITING),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}, {self.patient}"

    @classmethod
    def of(cls, device: OfflineDevice, raw: bytes, now: dt.datetime) -> "InboxItem":
        """The row of what a device sent, not saved yet."""
        return cls(
            team_id=device.team_id,
            patient_id=device.patient_id,
            device=device,
            received_at=now,
            raw=raw,
            digest=hashlib.sha256(raw).digest(),
        )

    @property
    def is_settled(self) -> bool:
        return self.outcome != Outcome.WAITING

    @property
    def is_for_a_person(self) -> bool:
        return self.outcome in FOR_A_PERSON

    def settle(self, outcome: Outcome, *, now: dt.datetime, **told: Any) -> bool:
        """False when another was quicker: what it made of the same bytes stands."""
        won = InboxItem.objects.waiting().filter(pk=self.pk)
        if won.update(outcome=outcome, settled_at=now, **told):
            for name, value in {"outcome": outcome, "settled_at": now, **told}.items():
                setattr(self, name, value)
            return True
        self.see_what_came_of_it()
        return False

    def see_what_came_of_it(self) -> None:
        """Where another process may have settled it."""
        self.refresh_from_db(fields=["outcome", "settled_at", "check_in", "flag", "age", "why"])


def _same() -> models.QuerySet[InboxItem]:
    patient = Given("patient", models.UUIDField())
    return InboxItem.objects.filter(patient=patient, digest=Given("digest", models.BinaryField()))


_SAME = Statement(_same)
