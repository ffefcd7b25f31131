"""Pages and their versions: compared, restored, taken away."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from education import editions
from education.editing.page import PUBLISH, tell_refusal
from education.editing.used import uses_of
from education.editing.views.common import framed, page_to_change, require, staff
from education.editing.words import changes
from education.editing.work import address_of
from education.editions import Refused
from education.models import Edition


@staff
@require_safe
def versions(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    page = page_to_change(request, kind, slug)
    there = Edition.objects.of(kind, slug)
    people = ("approved_by", "submitted_by", "ended_by")
    context = {
        "title": _("Versions of %(page)s") % {"page": page},
        "page": page,
        "kind": kind,
        "versions": there.shown()
        .select_related(*people)
        .prefetch_related("writers")
        .defer("content", "shipped"),
        "drafts": there.open()
        .select_related(*people)
        .prefetch_related("writers")
        .defer("content", "shipped"),
        "form_url": address_of(page),
    }
    return framed(request, "versions", context)


@staff
@require_safe
def compare(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """Two editions of one page, side by side: the older on the left, whichever was asked for first."""
    page = page_to_change(request, kind, slug)
    try:
        wanted = {int(request.GET["old"]), int(request.GET["new"])}
    except (KeyError, ValueError):
        raise Http404 from None
    found = sorted(Edition.objects.of(kind, slug).filter(pk__in=wanted), key=_age)
    if len(found) != len(wanted):
        raise Http404
    old, new = found[0], found[-1]
    context = {
        "title": _("Compare versions of %(page)s") % {"page": page},
        "page": page,
        "kind": kind,
        "old": old,
        "new": new,
        "changes": changes(kind, old.content, new.content),
        "form_url": address_of(page),
    }
    return framed(request, "compare", context)


def _age(edition: Edition) -> tuple[bool, int, int]:
    return edition.number is None, edition.number or 0, edition.pk


@staff
@require_safe
def used(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    page = page_to_change(request, kind, slug)
    context = {"title": _("Where %(page)s is used") % {"page": page}, "page": page, "uses": uses_of(page)}
    return framed(request, "used", context | {"form_url": address_of(page)})


@staff
def retire(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    page = page_to_change(request, kind, slug)
    require(request, PUBLISH)
    if request.method != "POST":
        context = {"title": _("Take %(page)s away from readers?") % {"page": page}, "page": page}
        return framed(request, "retire", context | {"uses": uses_of(page), "form_url": address_of(page)})
    try:
        editions.retire(page, by=request.user, now=timezone.now())
    except Refused as refused:
        tell_refusal(request, refused)
    else:
        messages.success(request, _("Readers no longer find it. Its versions are kept."))
    return redirect("editing:versions", kind, slug)


@staff
@require_POST
def restore(request: HttpRequest, kind: str, slug: str, number: int) -> HttpResponse:
    page = page_to_change(request, kind, slug)
    version = get_object_or_404(Edition.objects.of(kind, slug).shown(), number=number)
    try:
        editions.restore(version, page, by=request.user, now=timezone.now())
    except Refused as refused:
        tell_refusal(request, refused)
        return redirect("editing:versions", kind, slug)
    messages.success(request, _("A draft says now what that version said. It goes to readers by review."))
    return redirect(address_of(page))
