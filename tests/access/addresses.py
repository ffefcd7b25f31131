"""Every address of the site, as the URLconf has it: Django's admin and allauth too."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

_GROUP = re.compile(r"\(\?P(<\w+>)[^)]*\)")
_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Address:
    """`route` as `docs/access.csv` writes it: `team/flags/<uuid:pk>/`. Names are not unique, routes are."""

    route: str
    name: str
    view: Callable[..., Any]

    @property
    def takes(self) -> list[str]:
        """The names of its parameters, in order."""
        return _PLACE.findall(self.route)

    @property
    def is_of_admin(self) -> bool:
        return self.route.startswith("admin/") and not self.name.startswith("editing:")

    def filled(self, values: list[Any]) -> str:
        """The address with these values in its places."""
        left = [str(each) for each in values]
        assert len(left) == len(self.takes), f"{self.route} takes {self.takes}, and was given {values}"
        return "/" + _PLACE.sub(lambda _place: left.pop(0), self.route)


def addresses() -> dict[str, Address]:
    """By route. Where two patterns are alike, only the first is ever reached."""
    found: dict[str, Address] = {}
    for each in _walk(get_resolver()):
        found.setdefault(each.route, each)
    return found


def _walk(resolver: URLResolver, route: str = "", rooms: tuple[str, ...] = ()) -> Iterator[Address]:
    for each in resolver.url_patterns:
        here = route + _plain(str(each.pattern))
        if isinstance(each, URLResolver):
            yield from _walk(each, here, (*rooms, each.namespace) if each.namespace else rooms)
        elif isinstance(each, URLPattern):
            name = ":".join([*rooms, each.name]) if each.name else ""
            yield Address(here, name, each.callback)


def _plain(pattern: str) -> str:
    """A regular expression as a route is written."""
    return _GROUP.sub(r"\1", pattern).strip("^$").replace("\\.", ".")
