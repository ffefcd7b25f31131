"""Phones and browsers that somebody wants to be told on."""

import datetime as dt
import uuid
from typing import TYPE_CHECKING, ClassVar, Self

import pghistory
from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models.users import User


class PushDeviceQuerySet(models.QuerySet["PushDevice"]):
    def in_use(self) -> Self:
        return self.filter(retired_at=None)

    @transaction.atomic
    def keep(
        self, user: "User", *, endpoint: str, p256dh: str, auth: str, name: str, now: dt.datetime
    ) -> None:
        """This browser's messages go to `user` from now on, and to nobody who sat at it before.

        Telling it twice, or two tabs at once, changes nothing.
        """
        same = models.Q(user=user, p256dh=p256dh, auth=auth)
        self.in_use().filter(endpoint=endpoint).exclude(same).update(retired_at=now)
        device = PushDevice(user=user, name=name, endpoint=endpoint, p256dh=p256dh, auth=auth, made_at=now)
        PushDevice.objects.bulk_create([device], ignore_conflicts=True)


@pghistory.track(exclude=["auth"])
class PushDevice(models.Model):
    """One browser's subscription to push messages (RFC 8030), until its push service forgets it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="push_devices", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=80, help_text=_("Such as “Chrome on Android”."))
    endpoint = models.URLField(_("address at the push service"), max_length=1000)
    # The browser's public key and shared secret, base64url (RFC 8291).
    p256dh = models.CharField(max_length=120, editable=False)
    auth = models.CharField(max_length=40, editable=False)
    made_at = models.DateTimeField(_("since"), editable=False)
    retired_at = models.DateTimeField(_("retired at"), null=True, editable=False)

    objects: ClassVar[PushDeviceQuerySet] = PushDeviceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("push device")
        verbose_name_plural = _("push devices")
        ordering = ["made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint"],
                condition=models.Q(retired_at=None),
                name="pushdevice_one_in_use_an_endpoint",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def retire(self, now: dt.datetime) -> None:
        self.retired_at = now
        self.save(update_fields=["retired_at"])
