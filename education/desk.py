"""Files in and out of the admin, beside what Django's own pages do."""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from education.documents import translation_of
from education.exporting import zipped
from education.files import Fault, Unreadable
from education.importing import Change, Imported, apply, changes_in
from education.upload import UploadForm

FAULTS_SHOWN = 50


class FileExchange(admin.ModelAdmin):
    """Pages as Markdown files: exported from the list, imported on a page of its own."""

    def get_urls(self) -> list[URLPattern]:
        name = f"education_{self.opts.model_name}_import"
        own = path("import/", self.admin_site.admin_view(self.import_files), name=name)
        return [own, *super().get_urls()]

    @admin.action(description=gettext_lazy("Export as Markdown files"), permissions=["view"])
    def export_files(self, request: HttpRequest, pages: QuerySet) -> HttpResponse:
        answer = HttpResponse(zipped(pages), content_type="application/zip")
        answer["Content-Disposition"] = f'attachment; filename="{self.opts.model_name}-pages.zip"'
        return answer

    def import_files(self, request: HttpRequest) -> HttpResponse:
        if not (self.has_change_permission(request) and self.has_add_permission(request)):
            raise PermissionDenied
        sent = request.method == "POST"
        form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
        faults: list[Fault] = []
        if form.is_valid():
            try:
                self._import(request, form.cleaned_data["file"])
            except Unreadable as bad:
                faults = bad.faults
            else:
                return redirect(reverse(f"admin:education_{self.opts.model_name}_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Import Markdown files"),
            "form": form,
            "faults": faults[:FAULTS_SHOWN],
            "more": max(0, len(faults) - FAULTS_SHOWN),
        }
        return TemplateResponse(request, "admin/education/import_files.html", context)

    def _import(self, request: HttpRequest, files: dict[str, bytes]) -> None:
        """Raises Unreadable, and then nothing has changed."""
        with transaction.atomic():
            changes = changes_in(files)
            if forbidden := [fault for change in changes for fault in _forbidden(request.user, change)]:
                raise Unreadable(forbidden)
            tally = apply(changes, by=cast(User, request.user), now=timezone.now())
        text = _("Imported as drafts. New: %(made)d. Changed: %(changed)d. As before: %(unchanged)d.")
        said = {outcome.name.lower(): tally[outcome] for outcome in Imported}
        self.message_user(request, text % said, messages.SUCCESS)


def _forbidden(user: Any, change: Change) -> list[Fault]:
    """What of a file this editor may not do: an import opens no door that the admin keeps shut."""
    own, told = change.model._meta.model_name, translation_of(change.model)._meta.model_name
    wrong = []
    for language, file in change.files.items():
        needed = [f"{'change' if change.page else 'add'}_{own}"]
        if language:
            needed = [f"add_{told}", f"change_{told}"]
        if not user.has_perms([f"education.{each}" for each in needed]):
            text = _("You may not change pages of this kind: %(kind)s.")
            wrong.append(file.fault("", text % {"kind": change.model._meta.verbose_name}))
    return wrong
