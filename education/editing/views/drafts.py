"""Acts on a draft: to a second person, published, sent back, thrown away, brought up to date."""

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from education import editions
from education.documents import document
from education.editing.acting import DecideForm, PublishForm, SendBackForm
from education.editing.opened import Opened
from education.editing.page import PUBLISH, in_the_way, send_to_review, tell_refusal
from education.editing.views.common import edition_to_change, framed, require, require_same, staff
from education.editing.words import changes, label_of, plain_words
from education.editing.work import address_of
from education.editions import Refused
from education.languages import ENGLISH, Language
from education.merging import flat
from education.models import Edition, Published
from education.models.editions import Origin, State


@staff
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    edition, page = edition_to_change(request, pk)
    send_to_review(request, edition)
    return redirect(address_of(page, edition))


@staff
@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """For the second person: what readers see now, what is new in the draft, and what is in its way."""
    edition, page = edition_to_change(request, pk)
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
    for wrong in (field for form in (publishing, back) if form for field in form if field.errors):
        wrong.field.widget.attrs["autofocus"] = True  # it is far down, under all that changes
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
    return framed(request, "review", context, status=200 if not (publishing or back) else 422)


@staff
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    edition, page = edition_to_change(request, pk)
    require(request, PUBLISH)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _review(request, edition, page, publishing=form)
    now = timezone.now()
    try:
        with transaction.atomic():
            held = editions.locked(edition)
            require_same(request, held)
            done = editions.publish(held, by=request.user, now=now, at=form.cleaned_data["at"])
    except Refused as refused:
        tell_refusal(request, refused, edition)
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
    edition, page = edition_to_change(request, pk)
    require(request, PUBLISH)
    form = SendBackForm(request.POST)
    if not form.is_valid():
        return _review(request, edition, page, back=form)
    editions.send_back(edition, by=request.user, now=timezone.now(), note=form.cleaned_data["note"])
    messages.success(request, _("It is a draft again, with your note."))
    return redirect("editing:work")


@staff
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    edition, page = edition_to_change(request, pk)
    if request.method != "POST":
        context = {"title": _("Discard this draft?"), "page": page, "edition": edition}
        return framed(request, "discard", context | {"form_url": address_of(page, edition)})
    with transaction.atomic():
        held = editions.locked(edition)
        require_same(request, held)
        editions.discard(held, by=request.user, now=timezone.now())
    messages.success(request, _("The draft is discarded. What readers see has not changed."))
    return redirect(address_of(page))


@staff
@require_POST
def catch_up(request: HttpRequest, pk: int) -> HttpResponse:
    edition, page = edition_to_change(request, pk)
    held = editions.catch_up(edition, now=timezone.now())
    if held.conflicts:
        messages.warning(request, _("Both sides changed some of the same fields: choose what is to stand."))
        return redirect("editing:decide", pk)
    messages.success(request, _("What was published meanwhile is in the draft now."))
    return redirect(address_of(page, edition))


@staff
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Fields that two sides changed: the wording both came from, the draft's, and the other one."""
    edition, page = edition_to_change(request, pk)
    form = DecideForm(edition, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                held = editions.locked(edition)
                require_same(request, held)
                kept = editions.keep(held, form.content(), by=request.user, now=timezone.now())
                editions.decided(kept, *form.decided())
        except Refused as refused:
            tell_refusal(request, refused)
            return redirect("editing:decide", pk)
        if not form.decided():
            messages.warning(request, _("Nothing was chosen yet."))
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
    return framed(request, "decide", context | {"form_url": address_of(page, edition)})


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


def _languages() -> list[tuple[str, Any]]:
    return [(ENGLISH, _("English")), *Language.choices]
