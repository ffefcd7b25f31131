"""What every page of the library has: an address, a reviewer, a date to look again, and its sources."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, ClassVar, Self, cast

from django.apps import apps
from django.db import models
from django.db.models import F, Prefetch, Q, prefetch_related_objects
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from education.languages import ENGLISH
from education.models.translations import Translated
from education.models.typed import Typed

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


@dataclass(frozen=True, slots=True)
class Reference:
    """One line of a reference list, with the address set apart so that a page can link it."""

    text: str
    url: str

    @classmethod
    def parse(cls, line: str) -> Self:
        """Reads `Title. Publisher, date. URL`; a line without an address is text alone.

        What follows the address, such as the day on which it was read, is no part of it.
        """
        text, found, rest = line.strip().rpartition("https://")
        if not found:
            return cls(rest, "")
        end, _space, more = rest.partition(" ")
        return cls(" ".join(filter(None, [text.strip(), more.strip()])), found + end)


class PublishedQuerySet[Page: "Published"](models.QuerySet[Page]):
    """Questions that can be put to any kind of page."""

    def published(self) -> Self:
        """What readers may open."""
        return self.filter(is_published=True)

    def overdue_for_review(self, today: dt.date) -> Self:
        """Pages whose next review was due before `today`, or that were never given a date."""
        return self.filter(Q(next_review_on__lt=today) | Q(next_review_on=None))

    def in_language(self, language: str, *, without: Collection[str] = ()) -> list[Translated[Page]]:
        """The pages as readers of a language see them, with one query more where that is not English.

        `without`: columns that will not be looked at.
        """
        return in_language(list(self.defer(*without)), language, without)


class Published(Typed):
    """A page of the library: a draft until it is published, which needs a named reviewer."""

    slug = models.SlugField(
        _("address"),
        unique=True,
        max_length=80,
        help_text=_("The last part of the page's address. It stays as it is: people keep links."),
    )
    order = models.PositiveSmallIntegerField(
        _("order"),
        default=100,
        help_text=_("Lower comes first in lists. Leave gaps, so that a page fits between."),
    )
    is_published = models.BooleanField(
        _("published"), default=False, help_text=_("Readers see a page only while this is ticked.")
    )
    written_by = models.CharField(
        _("written by"),
        max_length=200,
        blank=True,
        help_text=_("As the page shows it. A page needs it before it is published."),
    )
    funding = models.CharField(
        _("funding"),
        max_length=300,
        blank=True,
        help_text=_("Who paid for the page, in one sentence, or that nobody did."),
    )
    reviewed_by = models.CharField(
        _("reviewed by"),
        max_length=200,
        blank=True,
        help_text=_(
            "Name and role, as the page shows it: Dr Ana Ruiz, oncologist. "
            "Never name somebody who has not read it."
        ),
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    next_review_on = models.DateField(
        _("next review on"),
        null=True,
        blank=True,
        help_text=_(
            "At most a year on; sooner if a label changes. From that day the page says that it is overdue."
        ),
    )
    references = models.TextField(
        _("references"),
        blank=True,
        help_text=_("One a line: Title. Publisher, date. https://… Cite a source for every fact and number."),
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    shipped_digest = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text=_(
            "Fingerprint of the text as it was shipped; differs from the row once an editor has changed it."
        ),
    )

    words: ClassVar[tuple[str, ...]] = ()
    """The texts that are translated."""
    named_by: ClassVar[str] = "name"

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(slug__regex=SLUG),
                name="%(class)s_slug_is_well_formed",
                violation_error_message=_("Write the address in small letters, digits and single hyphens."),
            ),
            models.CheckConstraint(
                condition=Q(is_published=False)
                | (~Q(reviewed_by="") & Q(reviewed_on__isnull=False) & Q(next_review_on__isnull=False)),
                name="%(class)s_published_is_reviewed",
                violation_error_message=_(
                    "A published page needs who reviewed it, when, and the date of its next review."
                ),
            ),
            models.CheckConstraint(
                condition=Q(next_review_on__isnull=True) | Q(next_review_on__gt=F("reviewed_on")),
                name="%(class)s_next_review_follows_review",
                violation_error_message=_("The next review has to come after this one."),
            ),
        ]

    def get_absolute_url(self) -> str:
        raise NotImplementedError

    @classmethod
    def held(cls) -> models.QuerySet[Self]:
        """The pages, locked till the transaction ends; what points to them may be written all the same.

        Else who loads all pages and who publishes one wait for each other for ever: the one has the symptoms
        and wants the drug, the other has the drug, and its tick list wants the symptoms.
        """
        return cls._default_manager.select_for_update(of=("self",), no_key=True)

    @classmethod
    def translations_in(cls, language: str) -> models.QuerySet[Any]:
        """The published translations of this kind of page into a language."""
        kind: Any = next(
            each for each in cls._meta.related_objects if each.name == "translations"
        ).related_model
        return cast(
            "models.QuerySet[Any]", kind._default_manager.filter(language=language, is_published=True)
        )

    def in_language(self, language: str) -> Translated[Self]:
        """This page as readers of a language see it."""
        own = None if language == ENGLISH else self.translations_in(language).filter(page=self).first()
        if own is not None:
            own.page = self  # it is here already
        return Translated(self, language, own)

    def is_overdue_for_review(self, today: dt.date) -> bool:
        """Whether the page should have been read again before `today`; a page without a date always is."""
        return self.next_review_on is None or self.next_review_on < today

    @cached_property
    def version(self) -> int | None:
        """The number of the version that readers see; None for a page from before there were versions."""
        editions: Any = apps.get_model("education", "Edition")
        newest = editions.objects.of(f"{self._meta.model_name}s", self.slug).published()
        number: int | None = newest.values_list("number", flat=True).first()
        return number

    @property
    def reference_list(self) -> list[Reference]:
        return [Reference.parse(line) for line in self.references.splitlines() if line.strip()]


def in_language[Page: Published](
    pages: list[Page], language: str, without: Collection[str] = ()
) -> list[Translated[Page]]:
    """Pages of one kind as readers of a language see them, with one query where that is not English."""
    if pages and language != ENGLISH:
        own = pages[0].translations_in(language).defer(*(set(without) & set(pages[0].words)))
        prefetch_related_objects(pages, Prefetch("translations", own, to_attr=f"told_in_{language}"))
    return [
        Translated(page, language, next(iter(getattr(page, f"told_in_{language}", ())), None))
        for page in pages
    ]
