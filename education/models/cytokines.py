"""The proteins themselves: what they are called, which family they belong to, what they do."""

from typing import ClassVar

import pghistory
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from education.models.published import Published, PublishedQuerySet
from education.models.translations import Translation


class Family(models.TextChoices):
    INTERLEUKIN = "interleukin", _("Interleukins")
    INTERFERON = "interferon", _("Interferons")
    TUMOR_NECROSIS_FACTOR = "tumor-necrosis-factor", _("Tumor necrosis factors")
    GROWTH_FACTOR = "growth-factor", _("Growth factors")
    CHEMOKINE = "chemokine", _("Chemokines")


class CytokineWords(models.Model):
    """The texts about a cytokine, in one language."""

    name = models.CharField(_("name"), max_length=120)
    summary = models.CharField(
        _("summary"), max_length=300, help_text=_("One sentence for lists. No more than 25 words.")
    )
    body = models.TextField(
        _("what it does"), help_text=_("Markdown. Short sentences, everyday words, one idea a paragraph.")
    )

    words: ClassVar[tuple[str, ...]] = ("name", "summary", "body")

    class Meta:
        abstract = True


@pghistory.track()
class Cytokine(CytokineWords, Published):
    """One cytokine, or a small group that is told in one page."""

    family = models.CharField(_("family"), max_length=30, choices=Family)

    objects = models.Manager.from_queryset(PublishedQuerySet["Cytokine"])()

    class Meta(Published.Meta):
        verbose_name = _("cytokine")
        verbose_name_plural = _("cytokines")
        ordering = ["order", "name"]
        constraints = [
            *Published.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(family__in=Family.values), name="cytokine_family_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("education:cytokine", args=[self.slug])


@pghistory.track()
class CytokineTranslation(CytokineWords, Translation):  # noqa: DJ008 -- Translation has one
    """A cytokine in another language."""

    page = models.ForeignKey(
        Cytokine, models.CASCADE, related_name="translations", verbose_name=_("cytokine")
    )

    class Meta(Translation.Meta):
        pass
