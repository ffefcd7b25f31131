"""What there is for a page to point to: now, in the database, or in the files that are shipped."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.urls import NoReverseMatch, get_resolver, reverse

from education.checks import Known
from education.documents import KINDS
from education.models import Cytokine, Drug, Image
from education.prose import UNAVOIDABLE, names_of


def now() -> Known:
    """What editors' pages may point to, in eight queries."""
    pages = [
        page
        for model in KINDS.values()
        for page in model._default_manager.filter(is_published=True).only("slug")
    ]
    cards = Drug.objects.filter(is_published=True).exclude(tell_emergency_room="")
    named = {
        "drugs": Drug.objects.values("name", "brand_names"),
        "cytokines": Cytokine.objects.values("name"),
    }
    return Known(
        addresses=frozenset(page.get_absolute_url() for page in pages).union(
            _other_addresses(), map(_card, cards.values_list("slug", flat=True))
        ),
        images=frozenset(Image.objects.values_list("name", flat=True)),
        drawings=drawings(),
        names=UNAVOIDABLE | names_of(named),
    )


def shipped(root: Path | None = None) -> Known:
    """What shipped pages may point to: each other, and drawings."""
    from education.shipped import CONTENT, read  # it makes proposals, which are checked by what is known

    pages = {folder: [*read(root or CONTENT, folder)] for folder in KINDS}
    addresses = (
        KINDS[folder](slug=page["slug"]).get_absolute_url()
        for folder, found in pages.items()
        for page in found
    )
    cards = (_card(page["slug"]) for page in pages["drugs"] if page["tell_emergency_room"])
    return Known(
        addresses=frozenset(addresses).union(_other_addresses(), cards),
        drawings=drawings(),
        names=UNAVOIDABLE | names_of(pages),
    )


def _card(slug: str) -> str:
    return reverse("education:card", args=[slug])


def drawings() -> frozenset[str]:
    """The original drawings that come with Sidelight."""
    return frozenset(path.stem for path in (settings.BASE_DIR / "static" / "drawings").glob("*.svg"))


def _other_addresses() -> Iterator[str]:
    """Pages of the library that no editor writes: the first page, lists, the search."""
    _prefix, library = get_resolver().namespace_dict["education"]
    for pattern in library.url_patterns:
        try:
            yield reverse(f"education:{pattern.name}")
        except NoReverseMatch:  # it is about one page
            continue
