"""Pages and pictures to put into a text."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from accounts.middleware import beside_a_form
from education import known, pictures
from education.documents import KINDS
from education.editing.views.common import language_of, staff
from education.models import Image, SearchEntry
from education.search.finding import find
from education.wording import folded

FOUND_MAX = 20


@beside_a_form
@staff
@require_safe
def find_pages(request: HttpRequest) -> HttpResponse:
    """Pages that a text may link to."""
    _require_an_editor(request)
    words, language = request.GET.get("q", "").strip()[:100], language_of(request.GET.get("language"))
    found = [
        {
            "name": each.name,
            "kind": str(KINDS[f"{each.kind}s"]._meta.verbose_name),
            "address": each.get_absolute_url(),
        }
        for each in _entries(words, language)
    ]
    return JsonResponse({"found": found})


def _entries(words: str, language: str) -> list[SearchEntry]:
    """What readers of a language would find, best first; the beginning of the list before a word is typed."""
    there = SearchEntry.objects.filter(readers__contains=[language])
    if not words:
        return [*there.order_by("name")[:FOUND_MAX]]
    found = [(each.kind, each.slug) for each in find(words, language).pages[:FOUND_MAX]]
    entries = {
        (each.kind, each.slug): each for each in there.filter(slug__in=[slug for _kind, slug in found])
    }
    return [entries[each] for each in found if each in entries]


@beside_a_form
@staff
@require_safe
def find_pictures(request: HttpRequest) -> HttpResponse:
    """Drawings and uploads, with what they show in the language of the text."""
    _require_an_editor(request)
    words, language = folded(request.GET.get("q", "").strip()[:100]), language_of(request.GET.get("language"))
    drawings = [
        {"name": name, "address": f"drawing:{name}", "alt": "", "url": shown.url}
        for name in sorted(known.drawings())
        if (shown := pictures.picture(f"drawing:{name}"))
    ]
    uploads = [
        {
            "name": image.name,
            "address": f"image:{image.name}",
            "alt": image.alt(language),
            "url": image.get_absolute_url(),
        }
        for image in Image.objects.without_bytes()
    ]
    found = [each for each in uploads + drawings if words in folded(f"{each['name']} {each['alt']}")]
    return JsonResponse({"found": found[:FOUND_MAX]})


def _require_an_editor(request: HttpRequest) -> None:
    if not any(
        request.user.has_perm(f"education.{act}_{model._meta.model_name}")
        for act in ("change", "add")
        for model in KINDS.values()
    ):
        raise PermissionDenied
