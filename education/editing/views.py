"""The editors' desk beside the forms of the admin: work, versions, comparisons, previews, acts on a page.

Staff only; each view asks for the permission on the kind of page, and publishing asks for its own.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import modelform_factory
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from education import editions, known, pictures
from education.documents import KINDS, document
from education.editing import preview
from education.editing.acting import DecideForm, PublishForm, SendBackForm
from education.editing.forms import KEPT_WHEN_MADE, form_of
from education.editing.opened import Opened, number_in, opened
from education.editing.page import PUBLISH, in_the_way, page_of, send_to_review, tell_refusal
from education.editing.used import uses_of
from education.editing.words import changes, label_of, plain_words
from education.editing.work import address_of, work_of
from education.editions import ChangedMeanwhile, Refused
from education.languages import ENGLISH, Language
from education.merging import flat
from education.models import Edition, Image, Published, SearchEntry
from education.models.editions import Origin, State
from education.search.finding import find
from education.wording import folded

type View = Callable[..., HttpResponse]

FOUND_MAX = 20
LANGUAGES = (ENGLISH, *Language.values)


def staff(view: View) -> View:
    """As the admin keeps its own pages: who is not staff is sent to sign in.

    Whoever comes too late for an act, because somebody else was quicker, is told so at the list of work.
    """

    @wraps(view)
    def told_why_not(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            tell_refusal(request, refused)
            return redirect("editing:work")

    @wraps(view)
    def through_the_door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return admin.site.admin_view(told_why_not)(request, *args, **kwargs)

    return through_the_door


def _framed(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    every = {**admin.site.each_context(request), **context}
    return render(request, f"admin/education/work/{template}.html", every, status=status)


def _page(request: HttpRequest, kind: str, slug: str) -> Published:
    """Raises 404 for what is not there, 403 for whoever may not change it."""
    if kind not in KINDS:
        raise Http404
    model = KINDS[kind]
    _require(request, f"education.change_{model._meta.model_name}")
    page: Published = get_object_or_404(model, slug=slug)
    return page


def _edition(request: HttpRequest, pk: int) -> tuple[Edition, Published]:
    """What is still worked on, with its page."""
    edition = get_object_or_404(Edition.objects.open(), pk=pk)
    _require(request, f"education.change_{KINDS[edition.kind]._meta.model_name}")
    page = page_of(edition)
    if page is None:
        raise Http404
    return edition, page


def _require(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _require_same(request: HttpRequest, edition: Edition) -> None:
    """What is published is the wording that was looked at. Call it where the edition is locked."""
    if request.POST.get("revision") != str(edition.revision):
        raise ChangedMeanwhile


# --- Work ---------------------------------------------------------------------------------------------------


@staff
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    if not any(
        request.user.has_perm(f"education.change_{model._meta.model_name}") for model in KINDS.values()
    ):
        raise PermissionDenied
    found = work_of(request.user, timezone.localdate())
    return _framed(request, "work", {"title": _("Work on the library"), "work": found})


# --- Acts on a draft ----------------------------------------------------------------------------------------


@staff
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    edition, page = _edition(request, pk)
    send_to_review(request, edition)
    return redirect(address_of(page, edition))


@staff
@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """For the second person: what readers see now, what is new in the draft, and what is in its way."""
    edition, page = _edition(request, pk)
    return _review(request, edition, page)


def _review(
    request: HttpRequest,
    edition: Edition,
    page: Published,
    publishing: PublishForm | None = None,
    back: SendBackForm | None = None,
) -> HttpResponse:
    newest = Edition.objects.of(edition.kind, edition.slug).published().first()
    before = newest.content if newest else document(page) if page.is_published else {}
    now = timezone.now()
    found = in_the_way(Opened(edition.kind, edition.content, edition, ""), now)
    may_publish = request.user.has_perm(PUBLISH)
    is_mine = edition.was_written_by(request.user)
    context = {
        "title": _("Review: %(page)s") % {"page": edition.content.get(page.named_by) or page},
        "page": page,
        "edition": edition,
        "before": newest,
        "changes": changes(edition.kind, before, edition.content),
        "blocking": [each for each in found if each.blocks],
        "advice": [each for each in found if not each.blocks],
        "may_decide": may_publish and edition.state == State.IN_REVIEW,
        "may_publish": may_publish and not is_mine and edition.state == State.IN_REVIEW,
        "is_mine": is_mine,
        "writers": [str(each) for each in edition.writers.all()],
        "publishing": publishing or PublishForm(),
        "back": back or SendBackForm(),
        "form_url": address_of(page, edition),
        "languages": _languages(),
        "zone": timezone.get_current_timezone_name(),
    }
    return _framed(request, "review", context, status=200 if not (publishing or back) else 422)


@staff
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    edition, page = _edition(request, pk)
    _require(request, PUBLISH)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _review(request, edition, page, publishing=form)
    now = timezone.now()
    try:
        with transaction.atomic():
            held = editions.locked(edition)
            _require_same(request, held)
            done = editions.publish(held, by=request.user, now=now, at=form.cleaned_data["at"])
    except Refused as refused:
        tell_refusal(request, refused)
        return redirect("editing:review", pk)
    if done.state == State.SCHEDULED:
        messages.success(request, _("It is approved, and readers see it from the day that you chose."))
    else:
        text = _("Readers see it now, as version %(number)d.")
        messages.success(request, text % {"number": done.number or 0})
    return redirect("editing:versions", edition.kind, edition.slug)


@staff
@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    edition, page = _edition(request, pk)
    _require(request, PUBLISH)
    form = SendBackForm(request.POST)
    if not form.is_valid():
        return _review(request, edition, page, back=form)
    editions.send_back(edition, by=request.user, now=timezone.now(), note=form.cleaned_data["note"])
    messages.success(request, _("It is a draft again, with your note."))
    return redirect("editing:work")


@staff
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    edition, page = _edition(request, pk)
    if request.method != "POST":
        context = {"title": _("Discard this draft?"), "page": page, "edition": edition}
        return _framed(request, "discard", context | {"form_url": address_of(page, edition)})
    with transaction.atomic():
        held = editions.locked(edition)
        _require_same(request, held)
        editions.discard(held, by=request.user, now=timezone.now())
    messages.success(request, _("The draft is discarded. What readers see has not changed."))
    return redirect(address_of(page))


@staff
@require_POST
def catch_up(request: HttpRequest, pk: int) -> HttpResponse:
    edition, page = _edition(request, pk)
    held = editions.catch_up(edition, now=timezone.now())
    if held.conflicts:
        messages.warning(request, _("Both sides changed some of the same fields: choose what is to stand."))
        return redirect("editing:decide", pk)
    messages.success(request, _("What was published meanwhile is in the draft now."))
    return redirect(address_of(page, edition))


@staff
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Fields that two sides changed: the wording both came from, the draft's, and the other one."""
    edition, page = _edition(request, pk)
    form = DecideForm(edition, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                held = editions.locked(edition)
                _require_same(request, held)
                kept = editions.keep(held, form.content(), by=request.user, now=timezone.now())
                editions.decided(kept, *form.decided())
        except Refused as refused:
            tell_refusal(request, refused)
            return redirect("editing:decide", pk)
        messages.success(request, _("Your choice is in the draft."))
        return redirect(address_of(page, edition))
    base = flat(_base_of(edition))
    rows = [
        {
            "field": form[path],
            "path": path,
            "label": label_of(edition.kind, path),
            "base": plain_words(base.get(path)),
            "ours": plain_words(flat(edition.content).get(path)),
            "theirs": plain_words(theirs),
        }
        for path, theirs in edition.conflicts.items()
    ]
    context = {"title": _("Two wordings"), "page": page, "edition": edition, "rows": rows, "form": form}
    return _framed(request, "decide", context | {"form_url": address_of(page, edition)})


def _base_of(edition: Edition) -> dict[str, Any]:
    """What both sides came from: for a proposal what was shipped before, else what the draft rested on."""
    if edition.origin == Origin.SHIPPED:
        before = Edition.objects.of(edition.kind, edition.slug).filter(
            shipped__isnull=False, pk__lt=edition.pk
        )
        return before.order_by("-pk").values_list("shipped", flat=True).first() or {}
    events: Any = apps.get_model("education", "EditionEvent")
    rested = events.objects.filter(pgh_obj_id=edition.pk, based_on__isnull=False)
    rested = rested.exclude(based_on=edition.based_on_id).order_by("-pgh_id")
    return rested.values_list("based_on__content", flat=True).first() or {}


# --- Pages and their versions -------------------------------------------------------------------------------


@staff
@require_safe
def versions(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    page = _page(request, kind, slug)
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
    return _framed(request, "versions", context)


@staff
@require_safe
def compare(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """Two editions of one page, side by side: the older on the left, whichever was asked for first."""
    page = _page(request, kind, slug)
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
    return _framed(request, "compare", context)


def _age(edition: Edition) -> tuple[bool, int, int]:
    return edition.number is None, edition.number or 0, edition.pk


@staff
@require_safe
def used(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    page = _page(request, kind, slug)
    context = {"title": _("Where %(page)s is used") % {"page": page}, "page": page, "uses": uses_of(page)}
    return _framed(request, "used", context | {"form_url": address_of(page)})


@staff
def retire(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    page = _page(request, kind, slug)
    _require(request, PUBLISH)
    if request.method != "POST":
        context = {"title": _("Take %(page)s away from readers?") % {"page": page}, "page": page}
        return _framed(request, "retire", context | {"uses": uses_of(page), "form_url": address_of(page)})
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
    page = _page(request, kind, slug)
    version = get_object_or_404(Edition.objects.of(kind, slug).shown(), number=number)
    try:
        editions.restore(version, page, by=request.user, now=timezone.now())
    except Refused as refused:
        tell_refusal(request, refused)
        return redirect("editing:versions", kind, slug)
    messages.success(request, _("A draft says now what that version said. It goes to readers by review."))
    return redirect(address_of(page))


# --- Previews -----------------------------------------------------------------------------------------------


@staff
@require_safe
def saved(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """What is saved, as readers will see it: works without JavaScript. Of any edition, by its number."""
    page = _page(request, kind, slug)
    wanted = request.GET.get("edition", "")
    if wanted.isdecimal():
        content = get_object_or_404(Edition.objects.of(kind, slug), pk=int(wanted)).content
    else:
        content = opened(page).content
    return HttpResponse(preview.page(request, kind, content, _language(request.GET.get("language"))))


@staff
@require_POST
def live(request: HttpRequest, kind: str) -> HttpResponse:
    """What is typed, as readers would see it, and how it reads. Nothing is kept.

    Django's admin sends the whole form; `page` names the row that it is about, if there is one.
    """
    if kind not in KINDS:
        raise Http404
    model = KINDS[kind]
    name = model._meta.model_name
    page: Any = None
    if request.POST.get("page", "").isdecimal():
        _require(request, f"education.change_{name}")
        page = get_object_or_404(model, pk=request.POST["page"])
        page.opened = opened(page, edition_pk=number_in(request.POST.get("edition", "")))
    else:
        _require(request, f"education.add_{name}")
    content = _typed(request, kind, page)
    language = _language(request.POST.get("language"))
    names = known.now().names
    found = editions.objections_to(kind, content, timezone.now())
    return JsonResponse(
        {
            "html": preview.page(request, kind, content, language),
            "reads": {each: preview.readability(kind, content, each, names) for each in LANGUAGES},
            "objections": [
                {
                    "field": each.field,
                    "label": label_of(kind, each.field),
                    "text": each.text,
                    "blocks": each.blocks,
                }
                for each in found
            ],
        }
    )


def _typed(request: HttpRequest, kind: str, page: Any) -> dict[str, Any]:
    """As far as it can be read: what the form refuses is left as it was."""
    fixed = ["is_published", *(KEPT_WHEN_MADE if page else ())]
    form: Any = modelform_factory(KINDS[kind], form_of(kind), exclude=fixed)(request.POST, instance=page)
    form.is_valid()
    content: dict[str, Any] = form.document()
    return content


def _language(wanted: str | None) -> str:
    return wanted if wanted in LANGUAGES else ENGLISH


def _languages() -> list[tuple[str, Any]]:
    return [(ENGLISH, _("English")), *Language.choices]


# --- To put into a text -------------------------------------------------------------------------------------


@staff
@require_safe
def find_pages(request: HttpRequest) -> HttpResponse:
    """Pages that a text may link to."""
    _require_an_editor(request)
    words, language = request.GET.get("q", "").strip()[:100], _language(request.GET.get("language"))
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


@staff
@require_safe
def find_pictures(request: HttpRequest) -> HttpResponse:
    """Drawings and uploads, with what they show in the language of the text."""
    _require_an_editor(request)
    words, language = folded(request.GET.get("q", "").strip()[:100]), _language(request.GET.get("language"))
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
