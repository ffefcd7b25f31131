"""Plain pages about cytokines, treatment and getting help."""

from collections.abc import Iterable
from typing import ClassVar, Self

import pghistory
from django.db import models
from django.db.models import F, Q
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
    DAY_BY_DAY = "day-by-day", _("Day by day")
    TREATMENTS = "treatments", _("Treatments")
    WHAT_CYTOKINES_ARE = "what-cytokines-are", _("What cytokines are")
    KINDS = "kinds", _("Kinds of cytokine")


class ArticleQuerySet(PublishedQuerySet["Article"]):
    def about(self, *, symptom_codes: Iterable[str] = (), drug_codes: Iterable[str] = ()) -> Self:
        """Articles on any of these symptoms or drugs, each once."""
        on_symptoms = Q(symptoms__code__in=[*symptom_codes])
        on_drugs = Q(drugs__code__in=[*drug_codes])
        return self.filter(on_symptoms | on_drugs).distinct()

    def of_days(self) -> Self:
        """The pages of a stretch of treatment days, in the order in which they come."""
        return self.filter(first_day__isnull=False).order_by("first_day", "last_day", "order", "title")

    def on_days(self, days: Iterable[tuple[str, int]]) -> Self:
        """What is to be expected on these treatment days: a drug's code and a day, one pair a treatment."""
        somewhere = Q(pk__in=())
        for code, day in days:
            somewhere |= Q(drugs__code=code, first_day__lte=day, last_day__gte=day)
        return self.of_days().filter(somewhere).distinct()


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

    first_day = models.PositiveSmallIntegerField(
        _("first treatment day"),
        null=True,
        blank=True,
        help_text=_("For a page on some days of treatment with these drugs. 1 is the day of the first dose."),
    )
    last_day = models.PositiveSmallIntegerField(
        _("last treatment day"),
        null=True,
        blank=True,
        help_text=_("The same as the first if the page is on one day. For a stretch without an end: 9999."),
    )

    objects = models.Manager.from_queryset(ArticleQuerySet)()
    search_fields: ClassVar[tuple[str, ...]] = ("title", "summary")

    class Meta(Published.Meta):
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["order", "title"]
        constraints = [
            *Published.Meta.constraints,
            models.CheckConstraint(condition=Q(section__in=Section.values), name="article_section_is_known"),
            models.CheckConstraint(
                condition=Q(first_day__isnull=True, last_day__isnull=True)
                | Q(first_day__isnull=False, last_day__isnull=False),
                name="article_days_begin_and_end",
                violation_error_message=_("Write both the first and the last treatment day, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(first_day__isnull=True) | Q(first_day__gte=1, last_day__gte=F("first_day")),
                name="article_days_are_in_order",
                violation_error_message=_("Days count from 1, and the last cannot come before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("education:article", args=[self.slug])

    @property
    def is_of_days(self) -> bool:
        """Whether it tells of some days of treatment, and not of a question."""
        return self.first_day is not None


@pghistory.track()
class ArticleTranslation(ArticleWords, Translation):  # noqa: DJ008 -- Translation has one
    """An article in another language."""

    page = models.ForeignKey(Article, models.CASCADE, related_name="translations", verbose_name=_("article"))

    class Meta(Translation.Meta):
        pass
