"""The editors' page on how their pages are read. Nothing on it can be changed."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst

from education.models import PageRead
from education.readers.report import how_read, least_helpful_first

SPANS = (30, 90, 365)  # days
ROWS = 100


@admin.register(PageRead)
class PageReadAdmin(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: PageRead | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PageRead | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        days = next((each for each in SPANS if str(each) == request.GET.get("days")), SPANS[0])
        languages = dict(settings.LANGUAGES)
        language = request.GET.get("language", "")
        language = language if language in languages else ""
        rows, comments = how_read(timezone.localdate() - dt.timedelta(days=days - 1), language)
        by_help = request.GET.get("order") == "helpful"
        page = Paginator(least_helpful_first(rows) if by_help else rows, ROWS).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": capfirst(str(self.opts.verbose_name_plural)),
            "opts": self.opts,
            "page": page,
            "comments": comments,
            "days": days,
            "spans": SPANS,
            "language": language,
            "languages": languages.items(),
            "order": "helpful" if by_help else "views",
        }
        return TemplateResponse(request, "admin/education/pageread/change_list.html", context)
