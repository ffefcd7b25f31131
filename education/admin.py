"""Where editors write. Codes stay, symptoms stay, and nothing is published that nobody has reviewed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from education.desk import FileExchange
from education.markdown import render
from education.models import (
    Article,
    ArticleTranslation,
    Cytokine,
    CytokineTranslation,
    Drug,
    DrugSymptom,
    DrugTranslation,
    Published,
    Reading,
    Symptom,
    SymptomTranslation,
    Translation,
)
from education.models.published import PublishedQuerySet

type Fieldset = tuple[Any, Any]

REVIEW: Fieldset = (
    _("Review"),
    {"fields": ["written_by", "funding", "reviewed_by", ("reviewed_on", "next_review_on"), "references"]},
)
PLACE: Fieldset = (_("Place"), {"fields": ["is_published", "slug", "order"]})
PREVIEW: Fieldset = (_("Preview, as saved"), {"fields": ["preview"]})


class ReviewFilter(admin.SimpleListFilter):
    title = _("review")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("overdue", _("Overdue"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "overdue":
            assert isinstance(queryset, PublishedQuerySet)  # noqa: S101 -- tells mypy
            return queryset.overdue_for_review(timezone.localdate())
        return queryset


class TranslationForm(forms.ModelForm):
    """A translation says which English it translates: the one of the day when an editor last said so."""

    says_the_same = forms.BooleanField(
        label=_("Says what the English says now"),
        help_text=_("Tick this when you have compared the two."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        translation: Translation = self.instance
        if translation.pk:
            self.initial["says_the_same"] = translation.is_current

    @property
    def was_compared(self) -> bool:
        """Whether an editor says so now; a tick that was there before the English changed says nothing."""
        news = {"says_the_same", *self.instance.words}.intersection(self.changed_data)
        return bool(news and self.cleaned_data.get("says_the_same"))


class TranslationInline(admin.StackedInline):
    """What is left empty is shown in English."""

    form = TranslationForm
    extra = 0
    classes = ["collapse"]
    readonly_fields = ["state"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Fieldset]:
        review = ["reviewed_by", ("reviewed_on", "next_review_on")]
        return [
            (
                None,
                {
                    "fields": [
                        *("state", "language", *self.model.words),
                        *("says_the_same", "is_published", *review),
                    ]
                },
            )
        ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name in self.model.words:
            field.required = db_field.name == self.model.words[0]  # its name
            field.widget.attrs["dir"] = "auto"
        return field

    @admin.display(description=_("compared with the English"))
    def state(self, translation: Translation) -> str:
        if not translation.pk:
            return ""
        return str(_("up to date") if translation.is_current else _("the English has changed since"))


class SymptomTranslationInline(TranslationInline):
    model = SymptomTranslation


class DrugTranslationInline(TranslationInline):
    model = DrugTranslation


class CytokineTranslationInline(TranslationInline):
    model = CytokineTranslation


class ArticleTranslationInline(TranslationInline):
    model = ArticleTranslation


class PageAdmin(FileExchange):
    """What all kinds of page share."""

    list_filter = ["is_published", ReviewFilter]
    list_editable = ["order"]
    readonly_fields = ["preview"]
    actions = ["publish", "unpublish", "export_files"]
    save_on_top = True

    named_by = "name"  # the field that a new page's address is made from
    kept_for_good = ["slug"]  # set when the page is made, never changed: links and reports rely on them
    previewed: list[str] = []  # the Markdown fields, in the order of the page

    def get_readonly_fields(self, request: HttpRequest, obj: Published | None = None) -> list[str]:
        return [*self.readonly_fields, *(self.kept_for_good if obj else [])]

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Published | None = None
    ) -> dict[str, Sequence[str]]:
        return {} if obj else {"slug": [self.named_by]}

    def view_on_site(self, obj: Published) -> str | None:
        return obj.get_absolute_url() if obj.is_published else None

    @admin.display(description=_("review in date"), boolean=True)
    def is_in_date(self, page: Published) -> bool:
        return not page.is_overdue_for_review(timezone.localdate())

    @admin.display(description=_("preview"))
    def preview(self, page: Published) -> SafeString:
        return render("\n\n".join(getattr(page, field) for field in self.previewed))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """A translation that an editor says is up to date translates the page as it was just saved."""
        for each in formset.forms:
            if isinstance(each, TranslationForm) and each.was_compared:
                each.instance.page = form.instance
                each.instance.translates = each.instance.english
        super().save_formset(request, form, formset, change)

    @admin.action(description=_("Publish the chosen pages"), permissions=["change"])
    def publish(self, request: HttpRequest, pages: QuerySet) -> None:
        published = sum(self._publish(request, page) for page in pages.filter(is_published=False))
        text = ngettext("%(count)d page is now published.", "%(count)d pages are now published.", published)
        self.message_user(request, text % {"count": published})

    def _publish(self, request: HttpRequest, page: Published) -> bool:
        page.is_published = True
        try:
            page.full_clean()
        except ValidationError as error:
            self.message_user(request, f"{page}: {' '.join(error.messages)}", messages.ERROR)
            return False
        self._keep(request, page)
        return True

    @admin.action(description=_("Take the chosen pages off the site"), permissions=["change"])
    def unpublish(self, request: HttpRequest, pages: QuerySet) -> None:
        shown = [*pages.filter(is_published=True)]
        for page in shown:
            page.is_published = False
            self._keep(request, page)
        text = ngettext("%(count)d page is off the site.", "%(count)d pages are off the site.", len(shown))
        self.message_user(request, text % {"count": len(shown)})

    def _keep(self, request: HttpRequest, page: Published) -> None:
        page.save(update_fields=["is_published", "updated_at"])
        self.log_change(request, page, [{"changed": {"fields": [str(_("published"))]}}])


@admin.register(Cytokine)
class CytokineAdmin(PageAdmin):
    list_display = ["name", "family", "order", "is_published", "reviewed_by", "next_review_on", "is_in_date"]
    list_filter = ["family", *PageAdmin.list_filter]
    search_fields = ["name", "summary", "body"]
    inlines = [CytokineTranslationInline]
    previewed = ["body"]
    fieldsets = [(None, {"fields": ["name", "family", "summary", "body"]}), PREVIEW, PLACE, REVIEW]


@admin.register(Symptom)
class SymptomAdmin(PageAdmin):
    list_display = [
        "plain_name",
        "code",
        "order",
        "is_published",
        "reviewed_by",
        "next_review_on",
        "is_in_date",
    ]
    search_fields = ["plain_name", "synonyms", "code"]
    inlines = [SymptomTranslationInline]
    named_by = "plain_name"
    kept_for_good = ["slug", "code"]
    previewed = ["what_it_is", "call_emergency_when", "when_to_call", "what_helps", "why_it_happens"]
    fieldsets = [
        (None, {"fields": ["plain_name", "code", "synonyms", "question"]}),
        (_("When to call"), {"fields": ["call_emergency_when", "when_to_call"]}),
        (_("Words"), {"fields": ["what_it_is", "what_helps", "why_it_happens"]}),
        PREVIEW,
        PLACE,
        REVIEW,
    ]

    def has_delete_permission(self, request: HttpRequest, obj: Symptom | None = None) -> bool:
        return False  # reports name it for ever; take it off the site instead


class DrugSymptomInline(admin.TabularInline):
    model = DrugSymptom
    autocomplete_fields = ["symptom"]
    extra = 0


class DrugForm(forms.ModelForm):
    readings = forms.MultipleChoiceField(
        label=_("Readings to ask for"),
        choices=Reading.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


@admin.register(Drug)
class DrugAdmin(PageAdmin):
    form = DrugForm
    list_display = ["name", "plain_name", "code", "order", "is_published", "next_review_on", "is_in_date"]
    list_filter = ["cytokine__family", *PageAdmin.list_filter]
    search_fields = ["name", "plain_name", "brand_names", "code"]
    autocomplete_fields = ["cytokine"]
    inlines = [DrugSymptomInline, DrugTranslationInline]
    kept_for_good = ["slug", "code"]
    previewed = [
        *("call_emergency_when", "when_to_call"),
        *("what_for", "how_given", "common_effects", "serious_effects", "tell_emergency_room"),
    ]
    fieldsets = [
        (None, {"fields": ["name", "code", "plain_name", "brand_names", "cytokine", "availability"]}),
        (_("When to call"), {"fields": ["call_emergency_when", "when_to_call", "tell_emergency_room"]}),
        (_("Words"), {"fields": ["what_for", "how_given", "common_effects", "serious_effects"]}),
        (_("What people on it are asked"), {"fields": ["readings", "asks_urine", "taken_at_home"]}),
        PREVIEW,
        PLACE,
        REVIEW,
    ]


@admin.register(Article)
class ArticleAdmin(PageAdmin):
    list_display = [
        "title",
        "section",
        "order",
        "is_published",
        "reviewed_by",
        "next_review_on",
        "is_in_date",
    ]
    list_filter = ["section", *PageAdmin.list_filter, "drugs"]
    search_fields = ["title", "summary", "body"]
    inlines = [ArticleTranslationInline]
    autocomplete_fields = ["drugs", "symptoms"]
    named_by = "title"
    previewed = ["body"]
    fieldsets = [
        (None, {"fields": ["title", "section", "summary", "body"]}),
        (_("What it is about"), {"fields": ["drugs", ("first_day", "last_day"), "symptoms"]}),
        PREVIEW,
        PLACE,
        REVIEW,
    ]
