"""Searching among people in Django's admin, without their names in its addresses: see `config.searches`."""

from typing import Any
from urllib.parse import parse_qsl

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.http import HttpRequest, QueryDict
from django.utils.http import urlencode

from config import searches

NAMES = (SEARCH_VAR,)


class SealedList(ChangeList):
    is_sealed = True
    """Tells the template of the search to send it by POST."""

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        self.as_asked = _as_asked(request)
        super().__init__(request, *args)

    def get_query_string(self, *args: Any, **kwargs: Any) -> str:
        """Of each link to the same list: sorted otherwise, its next page."""
        return "?" + urlencode(
            _sealed(parse_qsl(super().get_query_string(*args, **kwargs)[1:]), self.as_asked)
        )


class SearchesUnderSeal(admin.ModelAdmin):
    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SealedList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        by = request.user.pk or 0  # nobody finds nobody: they are led to sign in
        if is_search(request):
            view = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
            return searches.to_results(view, request.POST, NAMES, by)
        vars(request)["as_asked"], found = request.GET, searches.asked(request.GET, NAMES, by)
        found.pop(searches.NAME, None)  # Django would take it for a filter
        request.GET = found  # type: ignore[assignment]
        return super().changelist_view(request, extra_context)

    def get_preserved_filters(self, request: HttpRequest) -> str:
        """What the page of one row leads back to."""
        found, request.GET = request.GET, _as_asked(request)  # type: ignore[assignment]
        try:
            return super().get_preserved_filters(request)
        finally:
            request.GET = found


def is_search(request: HttpRequest) -> bool:
    """Sent by the search of a list, and not by what is done to its rows."""
    return SEARCH_VAR in request.POST and "action" not in request.POST


def _as_asked(request: HttpRequest) -> QueryDict:
    asked: QueryDict = vars(request).get("as_asked", request.GET)
    return asked


def _sealed(pairs: list[tuple[str, str]], asked: QueryDict) -> list[tuple[str, str]]:
    plain = [pair for pair in pairs if pair[0] != SEARCH_VAR]
    return plain if plain == pairs else [*plain, (searches.NAME, str(asked.get(searches.NAME, "")))]
