"""What there is for a page to point to: now, in the database, or in the files that are shipped."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from education import urls
from education.checks import Known
from education.models import Cytokine, Drug
from education.prose import UNAVOIDABLE, names_of
from education.shipped import CONTENT, KINDS, read


def now() -> Known:
    """What editors' pages may point to, in six queries."""
    pages = [
        page
        for model in KINDS.values()
        for page in model._default_manager.filter(is_published=True).only("slug")
    ]
    named = {
        "drugs": Drug.objects.values("name", "brand_names"),
        "cytokines": Cytokine.objects.values("name"),
    }
    return Known(
        addresses=frozenset(page.get_absolute_url() for page in pages).union(_other_addresses()),
        drawings=drawings(),
        names=UNAVOIDABLE | names_of(named),
    )


def shipped(root: Path = CONTENT) -> Known:
    """What shipped pages may point to: each other, and drawings."""
    pages = {folder: [*read(root, folder)] for folder in KINDS}
    addresses = (
        KINDS[folder](slug=page["slug"]).get_absolute_url()
        for folder, found in pages.items()
        for page in found
    )
    return Known(
        addresses=frozenset(addresses).union(_other_addresses()),
        drawings=drawings(),
        names=UNAVOIDABLE | names_of(pages),
    )


def drawings() -> frozenset[str]:
    """The original drawings that come with Sidelight."""
    return frozenset(path.stem for path in (settings.BASE_DIR / "static" / "drawings").glob("*.svg"))


def _other_addresses() -> Iterator[str]:
    """Pages of the library that no editor writes: the first page, lists, the search."""
    for pattern in urls.urlpatterns:
        try:
            yield reverse(f"{urls.app_name}:{pattern.name}")
        except NoReverseMatch:  # it is about one page
            continue
