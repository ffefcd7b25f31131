"""The lists of pages as editors see them: where each stands, in one query with its rows."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import CharField, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from education.documents import name_of, translation_of
from education.languages import Language
from education.models import Edition
from education.models.editions import OPEN, Origin, State
from education.models.published import PublishedQuerySet


def with_standing(pages: QuerySet[Any]) -> QuerySet[Any]:
    """Each page with the version that readers see, where its draft stands, and what is proposed."""
    kind, named_by = name_of(pages.model), pages.model.named_by
    its = Edition.objects.filter(kind=kind, slug=OuterRef("slug"))
    ours = its.filter(state__in=OPEN, origin=Origin.EDITOR)
    found: QuerySet[Any] = pages.annotate(
        standing_version=Subquery(
            its.filter(state=State.PUBLISHED).values("number")[:1], output_field=IntegerField()
        ),
        standing_draft=Subquery(ours.values("state")[:1], output_field=CharField()),
        standing_name=Subquery(
            ours.values(name=KeyTextTransform(named_by, "content"))[:1], output_field=CharField()
        ),
        standing_proposal=Exists(its.filter(state__in=OPEN).exclude(origin=Origin.EDITOR)),
        standing_before=Exists(its.filter(state=State.RETIRED)),
    )
    return found


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("published", _("Readers see it")),
            ("hidden", _("Readers do not see it")),
            ("retired", _("Retired")),
            ("draft", _("Has a draft")),
            ("in-review", _("In review")),
            ("scheduled", _("Waits for its day")),
            ("proposal", _("Has a proposal")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "published":
                return queryset.filter(is_published=True)
            case "hidden":
                return queryset.filter(is_published=False)
            case "retired":
                return queryset.filter(is_published=False, standing_before=True)
            case "draft" | "in-review" | "scheduled" as state:
                return queryset.filter(standing_draft=state)
            case "proposal":
                return queryset.filter(standing_proposal=True)
        return queryset


class ReviewFilter(admin.SimpleListFilter):
    title = _("review")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("overdue", _("Overdue")), ("soon", _("Due within 30 days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        today = timezone.localdate()
        if self.value() == "overdue":
            assert isinstance(queryset, PublishedQuerySet)  # noqa: S101 -- tells mypy
            return queryset.overdue_for_review(today)
        if self.value() == "soon":
            return queryset.filter(next_review_on__range=(today, today + dt.timedelta(days=30)))
        return queryset


class LanguageFilter(admin.SimpleListFilter):
    """What is not said in a language, or was said of an English that has changed since."""

    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(self._wanted())

    def _wanted(self) -> Iterator[tuple[str, Any]]:
        for language in Language:
            yield f"{language}-missing", _("Not in %(language)s") % {"language": language.label}
            yield f"{language}-stale", _("%(language)s is behind the English") % {"language": language.label}

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        language, _dash, what = (self.value() or "").partition("-")
        if language not in Language.values:
            return queryset
        rows = translation_of(queryset.model).objects.filter(language=language)
        if what == "missing":
            return queryset.filter(~Q(pk__in=rows.values("page")))
        # The stamp is a fingerprint, which PostgreSQL cannot make: two queries, and only for this filter.
        stale = [row.page_id for row in rows.select_related("page") if not row.is_current]
        return queryset.filter(pk__in=stale)
