"""Where somebody is signed in: one row for each of their sessions."""

import datetime as dt
import uuid
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SignedInQuerySet(models.QuerySet["SignedIn"]):
    def end(self) -> int:
        """Signs out: the sessions are gone, and whoever holds their cookies is a stranger."""
        keys = list(self.values_list("session_key", flat=True))
        store = import_module(settings.SESSION_ENGINE).SessionStore
        for key in keys:
            store(key).delete()
        self.delete()
        return len(keys)

    def still_open(self, now: dt.datetime) -> "SignedInQuerySet":
        return self.filter(ends_at__gt=now)


class SignedIn(models.Model):
    """A browser in which a person is signed in. The session itself lives where Django keeps it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="signed_in", verbose_name=_("person")
    )
    session_key = models.CharField(max_length=40, unique=True, editable=False)
    device = models.CharField(_("device"), max_length=120, blank=True)
    started_at = models.DateTimeField(_("signed in at"))
    seen_at = models.DateTimeField(_("last seen at"))
    ends_at = models.DateTimeField(_("ends at"))

    objects: Any = SignedInQuerySet.as_manager()

    class Meta:
        verbose_name = _("signed-in device")
        verbose_name_plural = _("signed-in devices")
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"{self.user}, {self.device}"
