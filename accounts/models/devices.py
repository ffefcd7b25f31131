"""Phones and browsers that somebody wants to be told on."""

import uuid
from typing import ClassVar, Self

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PushDeviceQuerySet(models.QuerySet["PushDevice"]):
    def in_use(self) -> Self:
        return self.filter(retired_at=None)


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
