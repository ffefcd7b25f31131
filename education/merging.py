"""Two changed wordings of one page become one, as far as they changed different things."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from education.documents import TRANSLATIONS, Document

BETWEEN = "."  # translations.es.body


class Merged(NamedTuple):
    """A merged document, and the fields that both sides changed, with the wording that was not taken."""

    content: Document
    conflicts: dict[str, Any]


def merged(base: Mapping[str, Any] | None, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """What `theirs` changed of `base` goes into `ours`. Where both changed a field, ours stays and is named.

    Without a `base` nobody knows who changed what: every difference is named.
    """
    before, mine, new = flat(base or {}), flat(ours), flat(theirs)
    result, conflicts = dict(mine), {}
    for path in dict.fromkeys([*mine, *new]):
        own, other, common = (_said(each.get(path)) for each in (mine, new, before))
        if own == other or (base is not None and other == common):
            continue
        if base is not None and own == common:
            result[path] = new.get(path)
        else:
            conflicts[path] = new.get(path)
    return Merged(nested(result), conflicts)


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """The fields in which two documents differ: path, old value, new value; None where there is none."""
    before, after = flat(old), flat(new)
    paths = dict.fromkeys([*before, *after])
    return [
        (path, before.get(path), after.get(path))
        for path in paths
        if _said(before.get(path)) != _said(after.get(path))
    ]


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two documents say the same. A field that is not there says what an empty one says."""
    return not differences(one, other)


def flat(content: Mapping[str, Any]) -> dict[str, Any]:
    """A document with each translated text beside the others: "translations.es.body"."""
    own = {name: value for name, value in content.items() if name != TRANSLATIONS}
    return own | dict(_translated(content))


def nested(values: Mapping[str, Any]) -> Document:
    """What `flat` took apart."""
    content: Document = {TRANSLATIONS: {}}
    for path, value in values.items():
        match path.split(BETWEEN):
            case [str(), language, name]:
                content[TRANSLATIONS].setdefault(language, {})[name] = value
            case _:
                content[path] = value
    return content


def _translated(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for language, texts in content.get(TRANSLATIONS, {}).items():
        for name, value in texts.items():
            yield BETWEEN.join((TRANSLATIONS, language, name)), value


def _said(value: Any) -> Any:
    return None if value is False or value in ("", []) else value
