"""The same page in one more language, and what a reader of that language is shown."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from education.languages import ENGLISH, Language
from education.models.typed import Typed
from education.wording import digest, tidy

if TYPE_CHECKING:
    from education.models.published import Published


class Translation(Typed):
    """The words of a page in another language. A text that it lacks is shown in English.

    Each kind adds `page` and the words that the kind has.
    """

    language = models.CharField(_("language"), max_length=10, choices=Language)
    is_published = models.BooleanField(
        _("published"), default=False, help_text=_("Readers see a translation only while this is ticked.")
    )
    reviewed_by = models.CharField(
        _("reviewed by"),
        max_length=200,
        blank=True,
        help_text=_("Who has read it beside the English. Never name somebody who has not."),
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    next_review_on = models.DateField(_("next review on"), null=True, blank=True)
    translates = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text=_("Fingerprint of the English wording that this translates."),
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    shipped_digest = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text=_(
            "Fingerprint of the words as they were shipped; differs once an editor has changed them."
        ),
    )

    words: ClassVar[tuple[str, ...]]
    page: models.ForeignKey

    class Meta:
        abstract = True
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "language"],
                name="%(class)s_once_a_language",
                violation_error_message=_("This page has a translation into that language already."),
            ),
            models.CheckConstraint(
                condition=Q(language__in=Language.values), name="%(class)s_language_is_known"
            ),
            models.CheckConstraint(
                condition=Q(next_review_on__isnull=True) | Q(next_review_on__gt=F("reviewed_on")),
                name="%(class)s_next_review_follows_review",
                violation_error_message=_("The next review has to come after this one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page} ({self.language})"

    @property
    def english(self) -> str:
        """The fingerprint of the English, as it is now, of the texts that this translates."""
        return digest({name: tidy(getattr(self.page, name)) for name in self.words if getattr(self, name)})

    @property
    def is_current(self) -> bool:
        """Whether the English still says what was translated."""
        return self.translates == self.english


class Translated[Page: "Published"]:
    """A page as readers of a language see it: each text translated, or in English where it is not."""

    def __init__(self, page: Page, language: str, translation: Translation | None) -> None:
        self.page = page
        self.language = language
        self.translation = translation

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.translation if self._has(name) else self.page, name)

    def __str__(self) -> str:
        name: str = getattr(self, self.page.named_by)
        return name

    def language_of(self, name: str) -> str:
        """Of one text; what is never translated, such as a brand name, belongs to every language."""
        return ENGLISH if name in self.page.words and not self._has(name) else self.language

    @property
    def is_whole(self) -> bool:
        """Whether the reader finds every text in their language."""
        if self.language == ENGLISH:
            return True
        return all(self._has(name) for name in self.page.words if getattr(self.page, name))

    @property
    def is_current(self) -> bool:
        """False when the English has changed since it was translated."""
        return self.translation is None or self.translation.is_current

    def _has(self, name: str) -> bool:
        return name in self.page.words and bool(getattr(self.translation, name, ""))
