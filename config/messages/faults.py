"""What is wrong with a catalog: nothing of it can be seen by somebody who reads English only."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from babel.messages import Catalog
from babel.messages import Message as Entry

from config.messages.catalogs import id_of, said
from config.messages.extract import Message
from config.messages.sources import Found

_NAMED = re.compile(r"%\(\w+\)[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]|\{\w*\}")
_IN_TURN = re.compile(r"%[-#0+]*\d*(?:\.\d+)?[sdrfgx](?!\w)")
_TAG = re.compile(r"</?[a-z][a-z0-9]*")


class Fault(NamedTuple):
    message: str
    files: tuple[str, ...]
    what: str

    def __str__(self) -> str:
        return f"{', '.join(self.files) or 'nowhere'}: “{self.message}”: {self.what}"


def faults(catalog: Catalog, wanted: Found) -> Iterator[Fault]:
    """`wanted` is what has to be there, and nothing else may be."""
    for message, names in sorted(wanted.items()):
        entry = catalog.get(message.singular, message.context or None)
        for what in _of_entry(entry, message, catalog.num_plurals):
            yield Fault(message.singular, tuple(sorted(names)), what)
    known = {(each.singular, each.context) for each in wanted}
    for entry in catalog:
        if entry.id and (_singular(entry), entry.context or "") not in known:
            yield Fault(_singular(entry), (), "stale: nobody says this any more")


def _singular(entry: Entry) -> str:
    return entry.id if isinstance(entry.id, str) else entry.id[0]


def _of_entry(entry: Entry | None, message: Message, plurals: int) -> Iterator[str]:
    if entry is None:
        yield "not in the catalog"
        return
    forms = said(entry)
    if not any(forms):
        yield "not translated"
        return
    if entry.fuzzy:
        yield "fuzzy: a person has to look at it and take the mark off"
    if entry.id != id_of(message):
        yield "counted in the code but not in the catalog, or the other way round"
    elif message.plural and (len(forms) != plurals or not all(forms)):
        yield f"has {sum(map(bool, forms))} of {plurals} plural forms"
    for form in filter(None, forms):
        yield from _of_words(form, message)


def _of_words(form: str, message: Message) -> Iterator[str]:
    """The number may be left out where English leaves it out in one of its forms."""
    english = [each for each in (message.singular, message.plural) if each]
    names = [set(_NAMED.findall(each)) for each in english]
    own = set(_NAMED.findall(form))
    if lost := set.intersection(*names) - own:
        yield f"lacks {', '.join(sorted(lost))}"
    if invented := own - set.union(*names):
        yield f"has {', '.join(sorted(invented))}, which nobody fills in"
    if Counter(_IN_TURN.findall(form)) not in [Counter(_IN_TURN.findall(each)) for each in english]:
        yield "has other places to fill in (%s, %d)"
    if any(names) and not _can_be_filled(form, english[0]):
        yield "cannot be filled in: write %% for a per cent sign"
    if Counter(_TAG.findall(form)) not in [Counter(_TAG.findall(each)) for each in english]:
        yield "has other HTML tags"


def _can_be_filled(form: str, english: str) -> bool:
    return _fills(form) or not _fills(english)


class _Anything(dict[str, Any]):
    def __missing__(self, name: str) -> int:
        return 1


def _fills(words: str) -> bool:
    try:
        words % _Anything()
    except (TypeError, ValueError):
        return False
    return True
