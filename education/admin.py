"""Where editors write. The form of a page edits its draft; readers see what a second person has published."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.options import ActionLocation
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education import editions
from education.desk import FileExchange
from education.documents import name_of
from education.editing.forms import PageForm, fieldsets_of, form_of, well_formed
from education.editing.lists import LanguageFilter, ReviewFilter, StateFilter, with_standing
from education.editing.opened import number_in, opened
from education.editing.page import send_to_review, standing_of
from education.editing.reencoding import BadPicture, reencoded
from education.editing.used import pages_showing
from education.merging import same
from education.models import Article, Cytokine, Drug, Edition, Image, Published, Symptom
from education.models.editions import State
from education.readers.admin import PageReadAdmin

__all__ = ["PageReadAdmin"]  # registered by being imported

type Fieldset = tuple[Any, Any]

REVIEW: Fieldset = (
    _("Review"),
    {"fields": ["written_by", "funding", "reviewed_by", ("reviewed_on", "next_review_on"), "references"]},
)
PLACE: Fieldset = (_("Place"), {"fields": ["slug", "order"]})
LAST: Fieldset = (None, {"fields": ["note", "token", "seen"]})


class PageAdmin(FileExchange):
    """What all kinds of page share."""

    change_form_template = "admin/education/page_form.html"
    list_filter: ClassVar[Any] = [StateFilter, ReviewFilter, LanguageFilter]
    actions = ["export_files"]
    save_on_top = True
    list_per_page = 100

    named_by = "name"  # the field that a new page's address is made from
    kept_for_good = ["slug"]  # set when the page is made, never changed: links and reports rely on them
    own_fieldsets: list[Fieldset] = []

    @property
    def kind(self) -> str:
        return name_of(self.model)

    # --- The list -------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return with_standing(super().get_queryset(request))

    @admin.display(description=_("page"), ordering="order")
    def called(self, page: Any) -> str:
        """As its draft calls it while readers have not seen it."""
        return str(page) if page.is_published else page.standing_name or str(page)

    @admin.display(description=_("readers see"), ordering="is_published")
    def shown(self, page: Any) -> Any:
        if page.is_published and page.standing_version:
            return gettext("Version %(number)d") % {"number": page.standing_version}
        if page.is_published:
            return gettext("yes")
        return gettext("retired") if page.standing_before else gettext("not yet")

    @admin.display(description=_("in work"))
    def in_work(self, page: Any) -> str:
        found = [State(page.standing_draft).label] if page.standing_draft else []
        if page.standing_proposal:
            found.append(_("proposal"))
        return ", ".join(map(str, found)) or "–"

    @admin.display(description=_("review in date"), boolean=True, ordering="next_review_on")
    def is_in_date(self, page: Published) -> bool:
        return not page.is_overdue_for_review(timezone.localdate())

    # --- The form -------------------------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Fieldset]:
        return [*self.own_fieldsets, *fieldsets_of(self.kind), REVIEW, PLACE, LAST]

    def get_readonly_fields(self, request: HttpRequest, obj: Published | None = None) -> list[str]:
        return [*self.kept_for_good] if obj else []

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Published | None = None
    ) -> dict[str, Sequence[str]]:
        return {} if obj else {"slug": [self.named_by]}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """No small windows of the admin: another page is changed on its own form, and goes its own way."""
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row with the wording that is worked on. Nobody else saves one while this is being saved."""
        page = super().get_object(request, object_id, from_field)
        if page is not None:
            page.opened = opened(page, edition_pk=_asked_for(request), lock=request.method == "POST")
            setattr(page, page.named_by, page.opened.content.get(page.named_by) or str(page))
        return page

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        asked_for = _asked_for(request)
        if request.method == "GET" and asked_for and not Edition.objects.open().filter(pk=asked_for).exists():
            messages.info(request, gettext("That draft is no longer worked on. This is what there is now."))
            return redirect(request.path)
        return super().change_view(request, object_id, form_url, extra_context)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What cannot be saved is told in the form, with all that was typed."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except editions.Refused as refused:
            request.refused = refused.reasons  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, *args, **kwargs)
        form.refused = tuple(map(str, getattr(request, "refused", ())))
        return form

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        page = context.get("original")
        context["kind"] = self.kind
        context["preview_url"] = reverse("editing:live", args=[self.kind])
        if page is not None:
            context["standing"] = standing_of(page, page.opened, request.user, timezone.now())
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: PageForm, change: bool) -> None:
        content, now, note = form.document(), timezone.now(), form.cleaned_data.get("note") or ""
        if not change:
            obj.is_published = False
            obj.save()
            editions.begin(obj, by=request.user, now=now, content=content, note=note)
        elif obj.opened.edition is not None:
            editions.keep(obj.opened.edition, content, by=request.user, now=now, note=note)
        elif note or not same(content, obj.opened.content):
            editions.begin(obj, by=request.user, now=now, content=content, note=note)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """What a page points to is in its document."""

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._after(request, obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._after(request, obj)

    def _after(self, request: HttpRequest, page: Published) -> HttpResponse:
        """Stay at the page: what is to be done next stands there."""
        draft = opened(page, edition_pk=_asked_for(request)).edition
        if "_submit" in request.POST and draft is not None:
            if not send_to_review(request, draft):
                messages.success(request, gettext("The draft is saved. Readers do not see it yet."))
        elif draft is None:
            messages.info(request, gettext("Nothing was changed, and so nothing was saved."))
        else:
            messages.success(request, gettext("The draft is saved. Readers do not see it yet."))
        if "_save" in request.POST:
            return redirect(reverse(f"admin:education_{self.opts.model_name}_changelist"))
        address = reverse(f"admin:education_{self.opts.model_name}_change", args=[page.pk])
        query = request.GET.urlencode() if request.resolver_match and "edition" in request.GET else ""
        return redirect(f"{address}?{query}" if query else address)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        page = super().get_object(request, object_id)  # nothing is saved, so nothing is locked
        if page is None:
            return super().history_view(request, object_id, extra_context)
        return redirect("editing:versions", self.kind, page.slug)

    def view_on_site(self, obj: Published) -> str | None:
        is_shown = type(obj)._default_manager.filter(pk=obj.pk, is_published=True).exists()
        return obj.get_absolute_url() if is_shown else None

    # --- Deleting -------------------------------------------------------------------------------------------

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What readers were ever shown is retired, never deleted."""
        if not super().has_delete_permission(request, obj):
            return False
        return obj is None or not (
            obj.is_published or Edition.objects.of(self.kind, obj.slug).shown().exists()
        )

    def get_actions(self, request: HttpRequest, action_location: Any = ActionLocation.CHANGE_LIST) -> Any:
        actions = super().get_actions(request, action_location)
        actions.pop("delete_selected", None)
        return actions

    def delete_model(self, request: HttpRequest, obj: Published) -> None:
        if not self.has_delete_permission(request, self.model.held().get(pk=obj.pk)):
            raise PermissionDenied  # readers have seen it since
        for draft in Edition.objects.of(self.kind, obj.slug).open():
            editions.discard(draft, by=request.user, now=timezone.now())
        super().delete_model(request, obj)


def _asked_for(request: HttpRequest) -> int | None:
    return number_in(request.GET.get("edition", ""))


@admin.register(Cytokine)
class CytokineAdmin(PageAdmin):
    form = form_of("cytokines")
    list_display = ["called", "family", "shown", "in_work", "next_review_on", "is_in_date"]
    list_filter = [*PageAdmin.list_filter, "family"]
    search_fields = ["name", "summary", "body"]
    own_fieldsets = [(None, {"fields": ["name", "family", "summary", "body"]})]


@admin.register(Symptom)
class SymptomAdmin(PageAdmin):
    form = form_of("symptoms")
    list_display = ["called", "code", "shown", "in_work", "next_review_on", "is_in_date"]
    search_fields = ["plain_name", "synonyms", "code"]
    named_by = "plain_name"
    kept_for_good = ["slug", "code"]
    own_fieldsets = [
        (None, {"fields": ["plain_name", "code", "synonyms", "question"]}),
        (_("When to call"), {"fields": ["call_emergency_when", "when_to_call"]}),
        (_("Words"), {"fields": ["what_it_is", "what_helps", "why_it_happens"]}),
    ]

    def has_delete_permission(self, request: HttpRequest, obj: Symptom | None = None) -> bool:
        return False  # reports name it for ever; retire its page instead


@admin.register(Drug)
class DrugAdmin(PageAdmin):
    form = form_of("drugs")
    list_display = ["called", "plain_name", "code", "shown", "in_work", "next_review_on", "is_in_date"]
    list_filter = [*PageAdmin.list_filter, "cytokine__family"]
    search_fields = ["name", "plain_name", "brand_names", "code"]
    kept_for_good = ["slug", "code"]
    own_fieldsets = [
        (None, {"fields": ["name", "code", "plain_name", "brand_names", "cytokine", "availability"]}),
        (_("When to call"), {"fields": ["call_emergency_when", "when_to_call", "tell_emergency_room"]}),
        (_("Words"), {"fields": ["what_for", "how_given", "common_effects", "serious_effects"]}),
        (
            _("What people on it are asked"),
            {"classes": ["collapse"], "fields": ["readings", "asks_urine", "taken_at_home", "symptoms"]},
        ),
    ]


@admin.register(Article)
class ArticleAdmin(PageAdmin):
    form = form_of("articles")
    list_display = ["called", "section", "shown", "in_work", "next_review_on", "is_in_date"]
    list_filter = [*PageAdmin.list_filter, "section", "drugs"]
    search_fields = ["title", "summary", "body"]
    named_by = "title"
    own_fieldsets = [
        (None, {"fields": ["title", "section", "summary", "body"]}),
        (
            _("What it is about"),
            {"classes": ["collapse"], "fields": ["drugs", ("first_day", "last_day"), "symptoms"]},
        ),
    ]


# --- Pictures -----------------------------------------------------------------------------------------------


class PictureForm(forms.ModelForm):
    """A picture comes once, as a file; afterwards only what is said of it changes."""

    file = forms.FileField(
        label=_("Picture"),
        help_text=_(
            "JPEG, PNG or WebP, up to 10 MB. It is made smaller, and what the camera wrote into it "
            "(the place, the time) is left out."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    class Meta:
        error_messages: ClassVar[Any] = {
            "name": {"invalid": _("Write the name in small letters, digits and single hyphens.")}
        }

    def clean_name(self) -> str:
        """Browsers keep what a name stood for, for a year: not even a picture that is gone gives it away."""
        name = well_formed(Image, "name", self.cleaned_data["name"])
        if apps.get_model("education", "ImageEvent").objects.filter(name=name).exists():
            raise forms.ValidationError(gettext("There was a picture of this name. Choose another name."))
        return name

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            self.encoded = reencoded(file, file.size)
        except BadPicture as bad:
            raise forms.ValidationError(str(bad)) from bad
        return file

    def save(self, commit: bool = True) -> Any:
        if encoded := getattr(self, "encoded", None):
            image = self.instance
            image.data, image.content_type = encoded.data, encoded.content_type
            image.width, image.height, image.made_at = encoded.width, encoded.height, timezone.now()
        return super().save(commit)


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin):
    form = PictureForm
    list_display = ["thumbnail", "name", "alt_en", "size", "made_at"]
    list_display_links = ["thumbnail", "name"]
    search_fields = ["name", "alt_en", "alt_es", "alt_ar", "source"]
    _said = ["name", "alt_en", "alt_es", "alt_ar", "source"]

    def view_on_site(self, obj: Image) -> str:
        """Straight to it: the admin's own way there is closed."""
        return obj.get_absolute_url()

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("data")

    def get_fields(self, request: HttpRequest, obj: Image | None = None) -> Any:
        return ["thumbnail", *self._said, "size", "shown_on"] if obj else ["file", *self._said]

    def get_readonly_fields(self, request: HttpRequest, obj: Image | None = None) -> list[str]:
        return ["thumbnail", "name", "size", "shown_on"] if obj else []

    def get_form(
        self, request: HttpRequest, obj: Image | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if change:
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Image, form: Any, change: bool) -> None:
        obj.save(update_fields=[name for name in self._said if name != "name"] if change else None)

    @admin.display(description=_("picture"))
    def thumbnail(self, image: Image) -> str:
        return format_html(
            '<img class="thumbnail" src="{}" alt="{}">', image.get_absolute_url(), image.alt_en
        )

    @admin.display(description=_("size"))
    def size(self, image: Image) -> str:
        return f"{image.width} × {image.height}"

    @admin.display(description=_("shown on"))
    def shown_on(self, image: Image) -> str:
        return ", ".join(pages_showing(image.name)) or gettext("no page yet")

    def has_delete_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        """A page that shows it, or a version that did, goes on showing it."""
        return super().has_delete_permission(request, obj) and (obj is None or not pages_showing(obj.name))

    def get_actions(self, request: HttpRequest, action_location: Any = ActionLocation.CHANGE_LIST) -> Any:
        actions = super().get_actions(request, action_location)
        actions.pop("delete_selected", None)
        return actions
