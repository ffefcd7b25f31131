"""Wordings of pages: drafts, what waits for a second person, and every version that readers were shown."""

from functools import reduce
from operator import or_
from typing import Any, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a wording stands on its way to readers, and after."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in-review", _("in review")
    SCHEDULED = "scheduled", _("approved, waits for its day")
    PUBLISHED = "published", _("published")
    REPLACED = "replaced", _("replaced by a later version")
    RETIRED = "retired", _("retired")
    DISCARDED = "discarded", _("discarded")


_STAYS = (
    *("kind", "slug", "origin", "number", "content", "based_on", "shipped", "note"),
    *("made_at", "saved_at", "submitted_by", "submitted_at", "approved_by", "published_at"),
)
"""Of a version: what it says, and by whom and how it came to readers. Only that it ends is said later."""
_ANY_CHANGES = reduce(
    or_, (pgtrigger.Q(**{f"new__{name}__df": pgtrigger.F(f"old__{name}")}) for name in _STAYS)
)
OPEN = (State.DRAFT, State.IN_REVIEW, State.SCHEDULED)
SHOWN = (State.PUBLISHED, State.REPLACED, State.RETIRED)


class Origin(models.TextChoices):
    EDITOR = "editor", _("an editor")
    SHIPPED = "shipped", _("Sidelight")
    IMPORTED = "imported", _("a file")


class EditionQuerySet(models.QuerySet["Edition"]):
    """Questions about the wordings of pages."""

    def of(self, kind: str, slug: str) -> Self:
        return self.filter(kind=kind, slug=slug)

    def open(self) -> Self:
        """What somebody still works on."""
        return self.filter(state__in=OPEN)

    def published(self) -> Self:
        """What readers see now."""
        return self.filter(state=State.PUBLISHED)

    def shown(self) -> Self:
        """Every version that readers were shown, the newest first."""
        return self.filter(number__isnull=False).order_by("-number")


@pghistory.track(exclude=["content", "shipped"])
class Edition(models.Model):
    """One wording of a page, in every language: a draft, or a version that readers were shown.

    The page's row holds what readers see now, and follows the edition that is published. A page is named by
    its kind and address, which never change, so that its versions can be read when the page is gone.
    """

    kind = models.CharField(_("kind"), max_length=20)
    slug = models.SlugField(_("address"), max_length=80)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT)
    origin = models.CharField(_("comes from"), max_length=20, choices=Origin, default=Origin.EDITOR)
    number = models.PositiveIntegerField(
        _("version"), null=True, blank=True, help_text=_("Given when it is published; none before.")
    )
    content = models.JSONField(_("content"), encoder=DjangoJSONEncoder)
    revision = models.PositiveIntegerField(
        default=1,
        help_text=_("Counts the times that a draft was saved, so that two editors notice each other."),
    )
    based_on = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("based on")
    )
    shipped = models.JSONField(
        null=True,
        blank=True,
        help_text=_("What Sidelight shipped when this was made: the base of a later merge."),
    )
    conflicts = models.JSONField(
        _("to be decided"),
        default=dict,
        blank=True,
        help_text=_("Fields that two sides changed, with the wording that was not taken."),
    )
    note = models.TextField(_("what changed and why"), blank=True)

    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    made_at = models.DateTimeField(_("made"))
    saved_at = models.DateTimeField(_("saved"))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    publish_at = models.DateTimeField(_("publish at"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    ended_at = models.DateTimeField(_("no longer shown from"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = models.Manager.from_queryset(EditionQuerySet)()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["kind", "slug", "-pk"]
        permissions = [("publish_edition", _("Can publish what somebody else has written"))]
        indexes = [
            models.Index(
                fields=["publish_at"], condition=Q(state=State.SCHEDULED), name="edition_waits_for_its_day"
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="edition_state_is_known"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="edition_origin_is_known"),
            models.UniqueConstraint(fields=["kind", "slug", "number"], name="edition_number_once_a_page"),
            models.UniqueConstraint(
                fields=["kind", "slug"],
                condition=Q(state=State.PUBLISHED),
                name="edition_one_is_published",
            ),
            models.UniqueConstraint(
                fields=["kind", "slug", "origin"],
                condition=Q(state__in=OPEN),
                name="edition_one_draft_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=SHOWN, number__isnull=False, published_at__isnull=False)
                | Q(state__in=[*OPEN, State.DISCARDED], number__isnull=True, published_at__isnull=True),
                name="edition_version_is_what_was_shown",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SCHEDULED) | Q(publish_at__isnull=False, approved_by__isnull=False),
                name="edition_scheduled_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(approved_by=models.F("submitted_by")), name="edition_second_person_publishes"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="version_never_changes",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__number__isnull=False) & _ANY_CHANGES,
            ),
            pgtrigger.Protect(name="edition_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.slug} {self.number or self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def was_written_by(self, user: Any) -> bool:
        """Whether somebody put a hand to it, and so cannot be the second person."""
        return self.submitted_by_id == user.pk or self.writers.filter(pk=user.pk).exists()

    def back_to_draft(self) -> None:
        """What was asked and granted before no longer holds."""
        self.state = State.DRAFT
        self.submitted_by = self.submitted_at = self.approved_by = self.publish_at = None
