"""The library from A to Z, in the order of the reader's language."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from django.utils.functional import Promise

from education.models import Kind, SearchEntry
from education.search.lexicon import words_in

DIGITS = "0–9"


@dataclass(frozen=True, slots=True)
class Line:
    """A page by one of its names.

    `also` says what it is: the page's own name beside a brand name, its kind where two are called the same.
    """

    name: str
    language: str
    url: str
    kind: str | Promise
    also: str | Promise = ""

    @property
    def order(self) -> tuple[str, ...]:
        return tuple(words_in(self.name)) or (self.name,)

    @property
    def letter(self) -> str:
        first = self.order[0][0].upper()
        return DIGITS if first.isdigit() else first


def by_letter(language: str) -> list[tuple[str, list[Line]]]:
    """Only letters that some page begins with; in one query."""
    entries = SearchEntry.objects.filter(readers__contains=[language])
    entries = entries.only("kind", "slug", "name", "name_language", "names")
    found = [line for entry in entries for line in _lines(entry)]
    often = Counter(line.name for line in found)
    told = (replace(line, also=line.also or line.kind) if often[line.name] > 1 else line for line in found)
    lines = sorted(told, key=lambda line: line.order)
    return [(letter, [*some]) for letter, some in groupby(lines, key=lambda line: line.letter)]


def _lines(entry: SearchEntry) -> Iterator[Line]:
    url, kind = entry.get_absolute_url(), Kind(entry.kind).label
    yield Line(entry.name, entry.name_language, url, kind)
    if entry.kind == Kind.DRUG:
        _name, _plain, brands = entry.names.split("\n", 2)
        for brand in filter(None, map(str.strip, brands.split(","))):
            yield Line(brand, entry.name_language, url, kind, also=entry.name)
