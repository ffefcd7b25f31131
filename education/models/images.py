"""Pictures that editors have brought in: decoded, made small and written anew, and kept in the database."""

from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from education.models.published import SLUG
from education.models.typed import Typed

MOST_BYTES = 500_000  # of a picture as it is kept


class ImageQuerySet(models.QuerySet["Image"]):
    """Questions about pictures."""

    def without_bytes(self) -> "ImageQuerySet":
        """For lists, which have no need of half a megabyte a row."""
        return self.defer("data")


@pghistory.track(exclude=["data"])
class Image(Typed):
    """A picture. Its name and bytes never change: the versions of pages that show it go on showing it."""

    class Kind(models.TextChoices):
        """As browsers are told."""

        PNG = "image/png", "PNG"
        WEBP = "image/webp", "WebP"

    name = models.SlugField(
        _("name"),
        max_length=80,
        unique=True,
        help_text=_("Pages show it by this name: ![words](image:name). It can never be changed."),
    )
    alt_en = models.CharField(
        _("what it shows"),
        max_length=300,
        help_text=_("For people who cannot see it. What a reader should take from it, in one sentence."),
    )
    alt_es = models.CharField(_("what it shows, in Spanish"), max_length=300, blank=True)
    alt_ar = models.CharField(_("what it shows, in Arabic"), max_length=300, blank=True)
    source = models.CharField(
        _("source and licence"),
        max_length=300,
        help_text=_("Who made it and why we may use it: own photograph, 2026; or the licence."),
    )
    data = models.BinaryField(editable=False)
    content_type = models.CharField(max_length=20, choices=Kind, editable=False)
    width = models.PositiveSmallIntegerField(_("width"), editable=False, help_text=_("In pixels."))
    height = models.PositiveSmallIntegerField(_("height"), editable=False, help_text=_("In pixels."))
    made_at = models.DateTimeField(_("brought in"), editable=False)

    objects = models.Manager.from_queryset(ImageQuerySet)()
    NAME: ClassVar[str] = SLUG

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(name__regex=SLUG),
                name="image_name_is_well_formed",
                violation_error_message=_("Write the name in small letters, digits and single hyphens."),
            ),
            models.CheckConstraint(
                condition=Q(content_type__in=["image/png", "image/webp"]), name="image_kind_is_known"
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(
                    Func(F("data"), function="octet_length", output_field=models.IntegerField()), MOST_BYTES
                ),
                name="image_is_small",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="image_stays_what_it_is", fields=["name", "data", "content_type", "width", "height"]
            ),
            pgtrigger.Trigger(
                name="image_in_use_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                # Whatever is still worked on, or was shown to readers, goes on showing it.
                func="""
                    IF EXISTS (
                        SELECT 1 FROM education_edition
                        WHERE state <> 'discarded'
                            AND content::text ~ ('image:' || OLD.name || '(?![a-z0-9-])')
                    ) THEN
                        RAISE EXCEPTION 'a page shows the picture %', OLD.name;
                    END IF;
                    RETURN OLD;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("picture", args=[self.name])

    def alt(self, language: str) -> str:
        """What it shows, in a language, or in English where nobody has said it in that."""
        words: str = getattr(self, f"alt_{language}", "") or self.alt_en
        return words
