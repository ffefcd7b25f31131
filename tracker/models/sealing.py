"""The keys that phones seal their reports to."""

import base64
import datetime as dt
import uuid
from typing import ClassVar, cast

import pgtrigger
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)
from django.db import models
from django.utils.translation import gettext_lazy as _


class SealingKey(models.Model):
    """A key pair on the curve P-256. Phones seal to the newest; older ones still open what they sealed.

    It lies beside the reports themselves, and not in the environment: a report that a phone kept for weeks
    can be opened for as long as this database exists.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    private_key = models.BinaryField(editable=False)
    created_at = models.DateTimeField(_("made at"), editable=False)

    objects: ClassVar[models.Manager["SealingKey"]] = models.Manager()

    class Meta:
        verbose_name = _("sealing key")
        verbose_name_plural = _("sealing keys")
        ordering = ["-created_at", "id"]
        triggers = [
            pgtrigger.Protect(name="never_lost", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def current(cls, now: dt.datetime) -> "SealingKey":
        """The newest, or the first ever. Two made at once do no harm: both open what they sealed."""
        return cls.objects.first() or cls.make(now)

    @classmethod
    def make(cls, now: dt.datetime) -> "SealingKey":
        made = ec.generate_private_key(ec.SECP256R1())
        der = made.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return cls.objects.create(private_key=der, created_at=now)

    @property
    def private(self) -> ec.EllipticCurvePrivateKey:
        return cast(ec.EllipticCurvePrivateKey, load_der_private_key(bytes(self.private_key), password=None))

    @property
    def public(self) -> str:
        """The point, uncompressed, in base64: what WebCrypto imports as "raw"."""
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64.b64encode(point).decode()
