"""What views of the editors' desk share: its door, its frame, the page or edition that may be changed.

Staff only; each view asks for the permission on the kind of page, and publishing asks for its own.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from education.documents import KINDS
from education.editing.page import page_of, tell_refusal
from education.editions import ChangedMeanwhile, Refused
from education.languages import ENGLISH, Language
from education.models import Edition, Published
from education.models.editions import OPEN

type View = Callable[..., HttpResponse]

LANGUAGES = (ENGLISH, *Language.values)


class NoLongerOpen(Exception):
    """A draft that was published or thrown away since somebody saw the way to it."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition


def staff(view: View) -> View:
    """As the admin keeps its own pages: who is not staff is sent to sign in.

    Whoever comes too late for an act, because somebody else was quicker, is told so at the list of work, and
    of a draft that there is no more at the page's versions.
    """

    @wraps(view)
    def told_why_not(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NoLongerOpen as ended:
            messages.info(request, _("That draft is no longer worked on. This is what there is now."))
            return redirect("editing:versions", ended.edition.kind, ended.edition.slug)
        except Refused as refused:
            tell_refusal(request, refused)
            return redirect("editing:work")

    @wraps(view)
    def through_the_door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return admin.site.admin_view(told_why_not)(request, *args, **kwargs)

    return through_the_door


def framed(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    every = {**admin.site.each_context(request), **context}
    return render(request, f"admin/education/work/{template}.html", every, status=status)


def page_to_change(request: HttpRequest, kind: str, slug: str) -> Published:
    """Raises 404 for what is not there, 403 for whoever may not change it."""
    if kind not in KINDS:
        raise Http404
    model = KINDS[kind]
    require(request, f"education.change_{model._meta.model_name}")
    page: Published = get_object_or_404(model, slug=slug)
    return page


def edition_to_change(request: HttpRequest, pk: int) -> tuple[Edition, Published]:
    """What is still worked on, with its page. Raises NoLongerOpen."""
    edition = get_object_or_404(Edition, pk=pk)
    require(request, f"education.change_{KINDS[edition.kind]._meta.model_name}")
    page = page_of(edition)
    if page is None:
        raise Http404
    if edition.state not in OPEN:
        raise NoLongerOpen(edition)
    return edition, page


def require(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def require_same(request: HttpRequest, edition: Edition) -> None:
    """What is published is the wording that was looked at. Call it where the edition is locked."""
    if request.POST.get("revision") != str(edition.revision):
        raise ChangedMeanwhile


def language_of(wanted: str | None) -> str:
    return wanted if wanted in LANGUAGES else ENGLISH
