"""What there is for a page to point to: now, in the database, or in the files that are shipped."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, get_resolver, reverse

from education.checks import Known
from education.documents import KINDS
from education.models import Cytokine, Drug, Image, Published, Symptom
from education.prose import UNAVOIDABLE, names_of


def now() -> Known:
    """What editors' pages may point to, in eight queries."""
    pages = [
        page
        for model in KINDS.values()
        for page in model._default_manager.filter(is_published=True).only("slug", *_needed_below(model))
    ]
    named = {
        "drugs": Drug.objects.values("name", "brand_names"),
        "cytokines": Cytokine.objects.values("name"),
    }
    return _known(
        pages,
        UNAVOIDABLE | names_of(named),
        Symptom.objects.filter(is_published=True).values_list("code", flat=True),
        Image.objects.values_list("name", flat=True),
    )


def shipped(root: Path | None = None) -> Known:
    """What shipped pages may point to: each other, and drawings."""
    from education.shipped import CONTENT, read  # it makes proposals, which are checked by what is known

    found = {folder: [*read(root or CONTENT, folder)] for folder in KINDS}
    pages = [
        KINDS[folder](**{name: page[name] for name in ("slug", *_needed_below(KINDS[folder]))})
        for folder, rows in found.items()
        for page in rows
    ]
    return _known(pages, UNAVOIDABLE | names_of(found), (page["code"] for page in found["symptoms"]))


def _known(
    pages: Iterable[Published], names: frozenset[str], symptoms: Iterable[str], images: Iterable[str] = ()
) -> Known:
    more = {model: _pages_below(model) for model in KINDS.values()}
    own = (
        page.get_absolute_url() + below
        for page in pages
        for below in ("", *(more[type(page)] if _has_more(page) else ()))
    )
    addresses = frozenset(own).union(_other_addresses())
    return Known(
        addresses=addresses,
        images=frozenset(images),
        drawings=drawings(),
        symptoms=frozenset(symptoms),
        names=names,
    )


def _pages_below(model: type[Published]) -> list[str]:
    """What else there is of a page: the `card/` of a drug."""
    routes = {pattern.name: str(pattern.pattern) for pattern in _patterns()}
    page = routes[str(model._meta.model_name)]
    below = (route.removeprefix(page) for route in routes.values() if route.startswith(page))
    return [each for each in below if each and "<" not in each]


def _has_more(page: Published) -> bool:
    """A drug has a card if there is something for it to say."""
    return all(getattr(page, name) for name in _needed_below(type(page)))


def _needed_below(model: type[Published]) -> tuple[str, ...]:
    """What a page has to say for the pages below it to be there."""
    return ("tell_emergency_room",) if model is Drug else ()


def drawings() -> frozenset[str]:
    """The original drawings that come with Sidelight."""
    return frozenset(path.stem for path in (settings.BASE_DIR / "static" / "drawings").glob("*.svg"))


def _other_addresses() -> Iterator[str]:
    """Pages of the library that no editor writes: the first page, lists, the search."""
    for pattern in _patterns():
        try:
            yield reverse(f"education:{pattern.name}")
        except NoReverseMatch:  # it is about one page
            continue


def _patterns() -> list[Any]:
    """The library's addresses, from the site's own: views are a floor above this."""
    patterns: list[Any] = get_resolver().namespace_dict["education"][1].url_patterns
    return patterns
