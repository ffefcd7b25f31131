"""Plain pages about cytokines, treatment and getting help."""

from collections.abc import Iterable
from typing import ClassVar, Self

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from education.models.drugs import Drug
from education.models.published import Published, PublishedQuerySet
from education.models.symptoms import Symptom
from education.models.translations import Translation


class Section(models.TextChoices):
    """Where an article stands on the library's front page, in this order."""

    GETTING_HELP = "getting-help", _("Getting help")
    SIDE_EFFECTS = "side-effects", _("Side effects")
    LIVING = "living", _("Living with treatment")
    TREATMENTS = "treatments", _("Treatments")
    WHAT_CYTOKINES_ARE = "what-cytokines-are", _("What cytokines are")
    KINDS = "kinds", _("Kinds of cytokine")


class ArticleQuerySet(PublishedQuerySet["Article"]):
    def about(self, *, symptom_codes: Iterable[str] = (), drug_codes: Iterable[str] = ()) -> Self:
        """Articles on any of these symptoms or drugs, each once."""
        on_symptoms = Q(symptoms__code__in=[*symptom_codes])
        on_drugs = Q(drugs__code__in=[*drug_codes])
        return self.filter(on_symptoms | on_drugs).distinct()


class ArticleWords(models.Model):
    """The texts of an article, in one language."""

    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(
        _("summary"), max_length=300, help_text=_("One sentence for lists. No more than 25 words.")
    )
    body = models.TextField(
        _("text"),
        help_text=_("Markdown. Short sentences, everyday words, one idea a paragraph. Start headings at ##."),
    )

    words: ClassVar[tuple[str, ...]] = ("title", "summary", "body")
    named_by: ClassVar[str] = "title"

    class Meta:
        abstract = True


@pghistory.track()
class Article(ArticleWords, Published):
    """One page on one question."""

    section = models.CharField(_("section"), max_length=30, choices=Section)
    drugs = models.ManyToManyField(
        Drug, blank=True, related_name="articles", verbose_name=_("about these drugs")
    )
    symptoms = models.ManyToManyField(
        Symptom, blank=True, related_name="articles", verbose_name=_("about these symptoms")
    )

    objects = models.Manager.from_queryset(ArticleQuerySet)()

    class Meta(Published.Meta):
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["order", "title"]
        constraints = [
            *Published.Meta.constraints,
            models.CheckConstraint(condition=Q(section__in=Section.values), name="article_section_is_known"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("education:article", args=[self.slug])


@pghistory.track()
class ArticleTranslation(ArticleWords, Translation):  # noqa: DJ008 -- Translation has one
    """An article in another language."""

    page = models.ForeignKey(Article, models.CASCADE, related_name="translations", verbose_name=_("article"))

    class Meta(Translation.Meta):
        pass
