"""Two changed wordings of one page become one, as far as they changed different things."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from education.documents import OF_A_TRANSLATION, TRANSLATIONS, Document
from education.translated import STAMP
from education.wording import digest

BETWEEN = "."  # translations.es.body

type Flat = dict[str, Any]
"""A document with each translated text beside the others, by its path."""


class Merged(NamedTuple):
    """A merged document, and the fields that both sides changed, with the wording that was not taken."""

    content: Document
    conflicts: dict[str, Any]


def merged(base: Mapping[str, Any] | None, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """What `theirs` changed of `base` goes into `ours`. Where both changed a field, ours stays and is named.

    Without a `base` nobody knows who changed what: every difference is named. Which English a translation
    was compared with is nobody's wording: it goes with the words of the language, and is blank where those
    are mixed.
    """
    before, mine, new = flat(base or {}), flat(ours), flat(theirs)
    result, conflicts = dict(mine), {}
    for path in dict.fromkeys([*mine, *new]):
        if is_stamp(path):
            continue
        own, other, common = (_said(each.get(path)) for each in (mine, new, before))
        if own == other or (base is not None and other == common):
            continue
        if base is not None and own == common:
            if path in new:
                result[path] = new[path]
            else:
                del result[path]
        else:
            conflicts[path] = new.get(path)
    _stamp(result, mine, new, before)
    return Merged(nested(result), conflicts)


def put(values: Flat, path: str, value: Any) -> None:
    """Take over what another document says; what its translation does not have is taken away."""
    if value is None and language_of(path):
        values.pop(path, None)
    else:
        values[path] = value


def language_of(path: str) -> str:
    """Of a translated text; "" for what is the page's own."""
    return path.split(BETWEEN)[1] if path.startswith(TRANSLATIONS + BETWEEN) else ""


def is_stamp(path: str) -> bool:
    return bool(language_of(path)) and path.endswith(BETWEEN + STAMP)


def blank_stamps(values: Flat, taken: Iterable[str]) -> None:
    """Where words of two sides stand together now, nobody has compared them with the English."""
    for path in taken:
        language, name = language_of(path), path.rsplit(BETWEEN, 1)[-1]
        stamp = BETWEEN.join((TRANSLATIONS, language, STAMP))
        if language and stamp in values and (name == STAMP or name not in OF_A_TRANSLATION):
            values[stamp] = ""


def _stamp(result: Flat, mine: Flat, new: Flat, before: Flat) -> None:
    """Say of each language which English it translates, if one side has all of its words."""
    for language in {language_of(path) for path in result} - {""}:
        stamp, words = BETWEEN.join((TRANSLATIONS, language, STAMP)), _words(result, language)
        ours, theirs = (_words(side, language) == words for side in (mine, new))
        said = result.pop(stamp, None)
        if ours and theirs:
            said = new.get(stamp) if mine.get(stamp) == before.get(stamp) else mine.get(stamp)
        elif theirs:
            said = new.get(stamp)
        elif not ours:
            said = "" if stamp in mine or stamp in new else None
        if words and said is not None:
            result[stamp] = said


def _words(values: Flat, language: str) -> dict[str, Any]:
    start = BETWEEN.join((TRANSLATIONS, language, ""))
    return {
        path: value
        for path, value in values.items()
        if path.startswith(start) and path.removeprefix(start) not in OF_A_TRANSLATION and value
    }


def seal(value: Any) -> str:
    """Stands for one wording of one field; one that is empty has none."""
    return "" if _said(value) is None else digest({"": value})[:12]


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
