"""How pages are read, without anybody who reads them: so many a day, and whether it helped."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from education.models.search import Kind

KEPT_FOR = dt.timedelta(days=366)
"""The longest that editors look back. What somebody wrote about themselves all the same goes with it."""


class OfAPage(models.Model):
    """What is known of one page on one day. No person, no address, no hour: a day is not somebody."""

    kind = models.CharField(_("kind of page"), max_length=10, choices=Kind)
    slug = models.SlugField(_("address"), max_length=80, db_index=False)
    language = models.CharField(_("language"), max_length=10)
    day = models.DateField(_("day"))

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="%(class)s_kind_is_known")
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.slug}, {self.day}"


class PageRead(OfAPage):
    """How often a page was opened on a day by somebody who may be a reader."""

    views = models.PositiveIntegerField(_("views"), default=0)

    class Meta(OfAPage.Meta):
        verbose_name = _("how pages are read")
        verbose_name_plural = _("how pages are read")
        constraints = [
            *OfAPage.Meta.constraints,
            models.UniqueConstraint(
                fields=["kind", "slug", "language", "day"], name="pageread_once_a_page_language_and_day"
            ),
        ]


class PageAnswer(OfAPage):
    """One answer to "Was this page helpful?"."""

    helped = models.BooleanField(_("helpful"))
    missing = models.CharField(_("what was missing"), max_length=300, blank=True)

    class Meta(OfAPage.Meta):
        verbose_name = _("answer about a page")
        verbose_name_plural = _("answers about pages")
        indexes = [models.Index(fields=["day"], name="pageanswer_by_day")]
